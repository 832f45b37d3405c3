"""Several changes of one file at a time, drawn from a seed: each is known, so what must be read is known."""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from mrv.uploads.readers import read_logger

from .making import SAMPLES, codes, only
from .mutations import BLOCK, LINE_ENDS, NAMES, TIMES, Sample, reading, same_readings, sample, with_times

SEEDS = range(40 if os.environ.get("KCR_LONG") else 3)
MARKS = {
    "utf-8": b"", "utf-8-sig": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "gb18030": b"", "cp1252": b"",
}  # fmt: skip
COMMA_FILES = ("01", "03", "06", "07", "08", "09", "12")
DATE_FORMS = ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%Y年%m月%d日")
CLOCK_FORMS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M%p", "%H时%M分")
AMBIGUOUS = ("%d/%m/%Y", "%d.%m.%Y")
"""Forms that need a day beyond the 12th."""
MOVES_DAYS = (0, 1, 59, 301, 366, -700, -4_017)


class Variant:
    """One file changed in several ways at once; ``told`` names them."""

    def __init__(self, name: str, seed: int) -> None:
        self.short: Sample = sample(name)
        self.chance = random.Random(f"{name} {seed}")
        self.rows = list(self.short.readings)
        self.header = list(self.short.header)
        self.moved_s = 0
        self.left = np.arange(len(self.rows))
        self.told: list[str] = []

    @property
    def number(self) -> str:
        return self.short.number

    def write_times(self) -> None:
        """Other forms of date and time, another span of years."""
        if self.number not in TIMES or self.number in ("05", "10"):
            return
        day, clock = self.chance.choice(DATE_FORMS), self.chance.choice(CLOCK_FORMS)
        move = timedelta(days=self.chance.choice(MOVES_DAYS))
        if day in AMBIGUOUS and all((at + move).day <= 12 for at in self.short.local_times()):
            move = timedelta()
        self.moved_s = int(move.total_seconds())
        self.told.append(f"{day} {clock} moved {move.days} d")
        self.rows = with_times(self.short, lambda at: ((at + move).strftime(day), (at + move).strftime(clock)))

    def gap(self) -> None:
        start, length = self.chance.randrange(5, 400), self.chance.randrange(0, 60)
        self.told.append(f"gap {start}+{length}")
        del self.rows[start : start + length]
        self.left = np.delete(self.left, np.s_[start : start + length])

    def tail_again(self) -> None:
        if self.chance.random() < 0.5:
            count = self.chance.randrange(2, 30)
            self.told.append(f"tail of {count} again")
            self.rows += self.rows[-count:]

    def delimiter(self) -> None:
        if self.number not in COMMA_FILES:
            return
        mark = self.chance.choice((",", ";", "\t"))
        self.told.append(f"delimiter {mark!r}")
        if mark != ",":
            self.rows = [row.replace(",", mark) for row in self.rows]
            self.header = [line.replace(",", mark) for line in self.header]
            if self.chance.random() < 0.5 and "." not in "".join(row[:25] for row in self.rows[:1]):
                self.told.append("decimal comma")
                self.rows = [row.replace(".", ",") for row in self.rows]

    def data(self) -> bytes:
        text = self.short.text(self.rows, self.header)
        end = self.chance.choice(sorted(LINE_ENDS))
        encoding = self.chance.choice([one for one in MARKS if _fits(text, one)])
        self.told += [end, encoding]
        text = LINE_ENDS[end](text)
        if self.chance.random() < 0.4:
            at = self.chance.randrange(2, 60)
            self.told.append(f"NULs at {at}")
            text = text[:at] + "\0" * self.chance.randrange(1, 9) + text[at:]
        data = MARKS[encoding] + text.encode(encoding)
        if self.number != BLOCK[:2] and self.chance.random() < 0.4:
            cut = f"\n{self.rows[-1][:9]}".encode(encoding)[len("\n".encode(encoding)) :]
            self.told.append("cut last line")
            data += cut
        return data


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_several_changes_at_once(name, seed):
    variant = Variant(name, seed)
    variant.write_times()
    variant.gap()
    variant.tail_again()
    variant.delimiter()
    data = variant.data()
    table, report = reading(data, "renamed by somebody.bin", zone=variant.short.zone)
    about = f"{variant.told}: {[message.text('en') for message in report.errors]}"
    assert table is not None, about
    wanted = variant.short.table
    assert table.epoch_s.tolist() == (wanted.epoch_s[variant.left] + variant.moved_s).tolist(), about
    for parameter, column in wanted.columns.items():
        seen = table.columns[parameter].as_float()
        assert np.array_equal(seen, column.as_float()[variant.left], equal_nan=True), (parameter, about)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", NAMES)
def test_utf16_without_a_mark(name, encoding):
    short = sample(name)
    table, report = reading(short.text().encode(encoding), name, zone=short.zone)
    assert report.encoding == encoding
    assert same_readings(table, short.table) == []


@pytest.mark.parametrize("mark", [",", ".", " ", "'"])
@pytest.mark.parametrize("name", [name for name in NAMES if name[:2] in ("01", "03", "05", "07", "12")])
def test_a_mark_between_thousands_is_asked_about(name, mark):
    short = sample(name)
    parameter = "conductivity_raw" if "conductivity_raw" in short.table.columns else "specific_conductance_25c"
    column = short.table.columns[parameter]
    decimal = "," if name.startswith("05") else "."
    if mark == decimal:
        pytest.skip("it is the decimal mark")
    rows = list(short.readings)
    header = next(line for line in short.header if column.source.split(" (")[0] in line)
    at = next(n for n, cell in enumerate(header.split(short.delimiter)) if column.source in cell)
    cells = rows[5].split(short.delimiter)
    cells[at] = f"1{mark}234{decimal}5" if mark != "," or short.delimiter != "," else f'"1,234{decimal}5"'
    rows[5] = short.delimiter.join(cells)
    data = short.text(rows).encode()
    table, report = reading(data, name, zone=short.zone)
    assert table is None
    assert only(report, "THOUSANDS_MARK")["count"] == 1
    table, report = reading(data, name, zone=short.zone, thousands=mark)
    assert table is not None, report.as_dict()["errors"]
    assert table.columns[parameter].as_float()[5] == 1234.5 * (1000 if name.startswith("07") else 1)


# --- what only some layouts have -------------------------------------------------------------------------------------


def test_greenspan_rows_of_one_time_with_other_channels_are_one_reading():
    short = sample("01_greenspan_ctdp300_jiangkou.csv")
    rows = []
    for row in short.readings:
        cells = row.split(",")
        half = len(cells) // 2
        rows.append(",".join([*cells[:half], *[""] * (len(cells) - half)]))
        rows.append(",".join([*cells[:3], *[""] * (half - 3), *cells[half:]]))
    table, report = reading(short.text(rows).encode(), short.name, zone=short.zone)
    assert same_readings(table, short.table) == []
    assert report.duplicates == {"exact": 0, "conflicting": 0}
    assert only(report, "ROWS_MERGED")["count"] == len(short.readings)


def test_rows_of_a_reset_clock_are_placed_where_the_logger_was_started_again():
    name = "06_ysi_exo_kor_libo_utf16.csv"
    aside, before = read_logger(SAMPLES / name, file_name=name, zone="UTC")
    assert aside is not None
    gap = next(gap for gap in before.as_dict()["series"]["gaps"] if gap["slots"] == 11)
    data = (SAMPLES / name).read_bytes()
    table, report = reading(data, name, zone="UTC", restarted_at=datetime.fromisoformat(gap["first_missing"]))
    assert table is not None
    assert len(table) == len(aside) + 11
    assert "CLOCK_RESET_ROWS" not in codes(report)
    assert only(report, "CLOCK_RESET_PLACED")["count"] == 11
    assert report.as_dict()["series"]["missing_slots"] == 300
    placed = np.isin(table.epoch_s, aside.epoch_s, invert=True)
    assert table.columns["water_temperature"].n_valid == aside.columns["water_temperature"].n_valid + int(placed.sum())


@pytest.mark.parametrize("name", [BLOCK, "03_station_export_xiuwen_gbk.csv"])
def test_a_conductivity_of_which_the_file_is_silent_is_what_the_user_says(name):
    short = sample(name)
    data = short.text().encode()
    assert "EC_COMPENSATION_UNKNOWN" in codes(short.report)
    table, report = reading(data, name, zone=short.zone, ec_compensated=True)
    assert same_readings(table, short.table) == []
    assert "EC_COMPENSATION_UNKNOWN" not in codes(report)
    table, report = reading(data, name, zone=short.zone, ec_compensated=False)
    assert table is not None
    assert "specific_conductance_25c" not in table.columns
    assert "EC_NOT_COMPENSATED" in codes(report)
    table, report = reading(data, name, zone=short.zone, ec_compensated=False, ec_coefficient=Decimal("0.0191"))
    assert table is not None
    raw = short.table.columns["specific_conductance_25c"].as_float()
    water = short.table.columns["water_temperature"].as_float()
    assert table.columns["conductivity_raw"].as_float().tolist() == pytest.approx(raw.tolist(), nan_ok=True)
    seen = table.columns["specific_conductance_25c"].as_float()
    assert seen == pytest.approx(raw / (1 + 0.0191 * (water - 25)), abs=0.06, nan_ok=True)
    assert report.as_dict()["ec_compensation"]["coefficient"] == "0.0191", "the step is recorded"


def test_the_water_says_when_a_clock_is_not_the_stations():
    name = "06_ysi_exo_kor_libo_utf16.csv"
    _, report = read_logger(SAMPLES / name, file_name=name)
    hint = only(report, "TZ_HINT")
    assert hint["meant"] == "UTC"
    assert hint["time"].startswith("07:")
    assert report.must_ask_zone, "a hint is no answer"
    for other in ("01_greenspan_ctdp300_jiangkou.csv", BLOCK, "07_campbell_toa5_huangping.dat"):
        _, report = read_logger(SAMPLES / other, file_name=other)
        assert report.must_ask_zone
        assert "TZ_HINT" not in codes(report), f"the clock of {other} is the station's"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "+08:00"])
def test_a_barometer_joins_its_level_in_any_zone(zone):
    level, air = (SAMPLES / name for name in ("08_solinst_ltc_yuqing.csv", "09_solinst_baro_yuqing.csv"))
    table, report = read_logger(level, file_name=level.name, zone=zone, barometer=(air.name, air.read_bytes()))
    assert table is not None
    stage = table.columns["stage"]
    assert (stage.n_valid, len(table) - stage.n_valid) == (8448, 384)
    assert report.as_dict()["compensation"]["uncovered_slots"] == 384
    local = datetime.fromtimestamp(int(table.epoch_s[0]), ZoneInfo("UTC"))
    assert local.hour == (0 if zone == "UTC" else 16)
