"""Small files made by the tests, and reading them with the promises that hold for every file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from mrv.uploads import readers
from mrv.uploads.readers.messages import TEXTS

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
HEADER = "timestamp,rainfall_mm,stage_m,water_temperature_c,ph,ec25_us_cm"
GAUGING_HEADER = "date,time,stage_m,discharge_m3s,method,uncertainty_pct,operator"
LAB_HEADER = (
    "sample_id,timestamp,k_mg_l,na_mg_l,ca_mg_l,mg_mg_l,cl_mg_l,so4_mg_l,no3_mg_l,alkalinity_as_hco3_mg_l,"
    "field_ph,field_temperature_c,field_ec25_us_cm,purpose"
)
LAB_ROW = "JK-{n},2021-05-{n:02d}T10:30:00+08:00,0.44,0.64,49.05,1.69,1.40,13.99,4.04,136.4,7.34,18.53,260.8,monthly"
START = datetime(2021, 5, 1, tzinfo=timezone(timedelta(hours=8)))
VALUES = "0.0,0.534,17.91,7.42,335.4"


def time_of(slot: int) -> str:
    return (START + slot * timedelta(minutes=15)).isoformat()


def row(slot: int, values: str = VALUES) -> str:
    return f"{time_of(slot)},{values}"


def template(rows: Iterable[str] | int = 8, *, header: str = HEADER, end: str = "\n") -> bytes:
    """A template file; with a number of rows, a faultless one. Row 2 of the file is slot 0."""
    body = [row(slot) for slot in range(rows)] if isinstance(rows, int) else list(rows)
    return (end.join([header, *body]) + end).encode()


def template_with(changes: dict[int, str], *, rows: int = 8) -> bytes:
    """A faultless template but for some rows, by their number in the file."""
    return template([changes.get(slot + 2, row(slot)) for slot in range(rows)])


def lab(rows: Iterable[str], header: str = LAB_HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def lab_with(column: str, text: str) -> bytes:
    """Two samples; in the second (row 3) one column holds ``text``."""
    second = dict(zip(LAB_HEADER.split(","), LAB_ROW.format(n=2).split(","), strict=True))
    second[column] = text
    return lab([LAB_ROW.format(n=1), ",".join(second.values())])


def gaugings(rows: Iterable[str], header: str = GAUGING_HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def logger(data: bytes | Path, **options: Any) -> tuple[readers.LoggerTable | None, readers.ReadReport]:
    table, report = readers.read_logger(data, file_name="upload.csv", **options)
    return table, kept_promises(table, report)


def samples(data: bytes, **options: Any) -> tuple[list[readers.LabSample] | None, readers.ReadReport]:
    found, report = readers.read_samples(data, file_name="samples.csv", **options)
    return found, kept_promises(found, report)


def gauged(
    data: bytes, *, zone: str | None = "Asia/Shanghai", **options: Any
) -> tuple[list[readers.Gauging] | None, readers.ReadReport]:
    found, report = readers.read_gaugings(data, file_name="gaugings.csv", zone=zone, **options)
    return found, kept_promises(found, report)


def baseline(data: bytes, **options: Any) -> tuple[readers.Baseline | None, readers.ReadReport]:
    found, report = readers.read_baseline(data, file_name="baseline.json", **options)
    return found, kept_promises(found, report)


def kept_promises(result: object, report: readers.ReadReport) -> readers.ReadReport:
    """A result exactly when nothing is wrong; every message complete in both languages; the report is JSON."""
    assert (result is None) == (not report.ok)
    json.dumps(report.as_dict(), allow_nan=False).encode("utf-8")
    for message in report.messages:
        assert message.code in TEXTS
        for language in ("zh-hans", "en"):
            assert not re.search(r"<[a-z_]+>", message.text(language)), f"{message.code} lacks a parameter"
    return report


def codes(report: readers.ReadReport) -> list[str]:
    return [message.code for message in report.messages]


def only(report: readers.ReadReport, code: str) -> dict[str, Any]:
    """The parameters of the one message with this code."""
    [message] = [message for message in report.messages if message.code == code]
    return dict(message.params)


def rows_of(report: readers.ReadReport, code: str) -> list[int]:
    return [place["row"] for place in only(report, code)["places"]]
