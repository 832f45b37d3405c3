"""Writes a long logger file and reads it, and prints what the reading took: run by ``test_long_files`` alone.

``python long_file.py PATH MEGABYTES LAYOUT`` writes; ``python long_file.py PATH`` reads and prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime, timedelta
from pathlib import Path

ROWS_AT_ONCE = 20_000
START = datetime(1951, 1, 1)


def write(path: Path, megabytes: int, layout: str) -> None:
    """A faultless template (``plain``), or one with decimal commas in a German encoding (``commas``)."""
    names = "timestamp,rainfall_mm,stage_m,water_temperature_c,ph,ec25_us_cm"
    values = [
        f"{n % 7 / 10:.1f},{0.5 + n % 900 / 1000:.3f},{17 + n % 300 / 100:.2f},7.42,{250 + n % 999 / 10:.1f}"
        for n in range(6300)
    ]
    written, number = 0, 0
    with path.open("w", encoding="cp1252", newline="") as stream:
        stream.write(("Gerät µS/cm\n" + names.replace(",", ";") if layout == "commas" else names) + "\n")
        while written < megabytes * 1_000_000:
            lines = []
            for _ in range(ROWS_AT_ONCE):
                at = START + number * timedelta(minutes=1)
                lines.append(f"{at.isoformat()}+08:00,{values[number % len(values)]}\n")
                number += 1
            text = "".join(lines)
            written += stream.write(text.replace(",", ";").replace(".", ",") if layout == "commas" else text)


def read(path: Path) -> dict[str, object]:
    """Rows, and the peak of resident memory [MB] before and after."""
    from mrv.uploads.readers import read_logger
    from mrv.uploads.series import content_digest, of_table, to_parquet

    before = _peak_mb()
    table, report = read_logger(path, file_name=path.name)
    if table is None:
        return {"errors": [message.text("en") for message in report.errors]}
    series = of_table(table)
    content_digest(series)
    kept = len(to_parquet(series))
    return {"rows": len(table), "before_mb": before, "peak_mb": _peak_mb(), "bytes_a_row": kept / len(table)}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 2:
        write(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    else:
        print(json.dumps(read(Path(sys.argv[1]))))
