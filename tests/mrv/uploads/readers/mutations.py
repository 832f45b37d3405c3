"""Samples cut short and changed in known ways, so that what a reader must say is known from the change itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from mrv.uploads.readers import LoggerTable, ReadReport, read_logger
from mrv.uploads.readers.reading import Answers

from .making import SAMPLES, kept_promises

ROWS = 480  # five days of quarter hours, from the tenth day on: days beyond the 12th settle the order of a date
SKIPPED_ROWS = 9 * 96
ZONES = {"10": "Europe/Ljubljana"}
BLOCK = "02_greenspan_block_puding.txt"
NAMES = (
    "01_greenspan_ctdp300_jiangkou.csv", BLOCK, "03_station_export_xiuwen_gbk.csv", "04_hobo_u24_guiding.csv",
    "05_insitu_aquatroll_zhenfeng_de.csv", "06_ysi_exo_kor_libo_utf16.csv", "07_campbell_toa5_huangping.dat",
    "08_solinst_ltc_yuqing.csv", "09_solinst_baro_yuqing.csv", "10_unica_dst_local_time.csv", "11_usgs_rdb_spring.rdb",
    "12_template_full_year_jiangkou.csv",
)  # fmt: skip
_ENCODING = {"03": "gb18030", "05": "cp1252", "06": "utf-16", "08": "cp1252", "09": "cp1252", "04": "utf-8-sig"}
TIMES = {  # where the time stands: positions of its cells
    **dict.fromkeys(("01", "03", "04"), (1,)),
    **dict.fromkeys(("05", "07", "12"), (0,)),
    **dict.fromkeys(("06", "08", "09", "10"), (0, 1)),
}
DELIMITER = {"05": ";", "10": ";", "11": "\t"}


@dataclass(frozen=True)
class Sample:
    """A short file: its header and its readings as lines (a reading of a block file is several lines)."""

    name: str
    header: tuple[str, ...]
    readings: tuple[str, ...]
    zone: str
    table: LoggerTable = field(compare=False)
    report: ReadReport = field(compare=False)

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def delimiter(self) -> str:
        return DELIMITER.get(self.number, ",")

    def text(self, readings: list[str] | None = None, header: list[str] | None = None) -> str:
        return "\n".join([*(header or self.header), *(self.readings if readings is None else readings)]) + "\n"

    def row_of(self, index: int) -> int:
        """The line (from 1) on which a reading begins."""
        return len(self.header) + 1 + "\n".join(("", *self.readings[:index])).count("\n")

    def local_times(self) -> list[datetime]:
        zone = ZoneInfo(self.zone)
        return [datetime.fromtimestamp(second, UTC).astimezone(zone) for second in self.table.epoch_s.tolist()]


def reading(data: bytes, name: str, **answers: object) -> tuple[LoggerTable | None, ReadReport]:
    table, report = read_logger(data, file_name=name, answers=Answers(**answers))  # type: ignore[arg-type]
    return table, kept_promises(table, report)


@cache
def sample(name: str, skipped: int = SKIPPED_ROWS, rows: int = ROWS) -> Sample:
    number = name[:2]
    text = (SAMPLES / name).read_bytes().decode(_ENCODING.get(number, "utf-8")).replace("\0", "")
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    whole = read_logger((SAMPLES / name).read_bytes(), file_name=name)[1]
    head, body = lines[: whole.header_rows], lines[whole.header_rows :]
    if name == BLOCK:
        starts = [at for at, line in enumerate(body) if line.startswith("T")] + [len(body)]
        body = ["\n".join(body[a:b]) for a, b in pairwise(starts)]
    body = body[skipped : skipped + rows]
    zone = ZONES.get(number, "Asia/Shanghai")
    data = ("\n".join([*head, *body]) + "\n").encode("utf-8")
    table, report = reading(data, name, zone=zone)
    assert table is not None, report.as_dict()["errors"]
    assert len(table) == rows
    return Sample(name, tuple(head), tuple(body), zone, table, report)


def same_readings(one: LoggerTable | None, other: LoggerTable) -> list[str]:
    """What differs between two tables, in words; the numbers' places after the point may differ, the numbers not."""
    if one is None:
        return ["no table"]
    found = []
    if one.epoch_s.tolist() != other.epoch_s.tolist():
        found.append(f"times: {len(one)} and {len(other)}")
    for name in {*one.columns, *other.columns}:
        if name not in one.columns or name not in other.columns:
            found.append(f"{name} is in one only")
        elif len(one) == len(other):
            left, right = one.columns[name].as_float(), other.columns[name].as_float()
            if not ((left == right) | ((left != left) & (right != right))).all():  # noqa: PLR0124 - NaN
                found.append(f"{name} differs")
    return found


LINE_ENDS: dict[str, Callable[[str], str]] = {
    "cr": lambda text: text.replace("\n", "\r"),
    "lf": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
}


def _mixed(text: str) -> str:
    out = io.StringIO()
    for number, line in enumerate(text.split("\n")[:-1]):
        out.write(line + ("\r\n", "\n", "\r")[number % 3])
    return out.getvalue()


LINE_ENDS["mixed"] = _mixed


def with_times(short: Sample, write: Callable[[datetime], tuple[str, str]], joint: str = " ") -> list[str]:
    """The readings with their times written anew: ``write`` gives a date and a time of day."""
    positions = TIMES[short.number]
    found = []
    for line, local in zip(short.readings, short.local_times(), strict=True):
        cells = line.split(short.delimiter)
        day, time = write(local)
        if len(positions) == 2:
            cells[positions[0]], cells[positions[1]] = day, time
        else:
            cells[positions[0]] = f"{day}{joint}{time}"
        found.append(short.delimiter.join(cells))
    return found
