"""What the walkthrough says of bad input, before a service is started or a row is written.

These tests have no database: pytest-django refuses every access to one.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from mrv.demo.faults import Faulty
from mrv.demo.inputs import read_inputs
from mrv.demo.names import refuse_undrawable, site_named
from mrv.demo.precheck import plan_for
from registry.certificates.fonts import build_fonts
from tests.mrv.evidence import BASELINE, GAUGINGS, LAB, part_of_year

DAYS = 8
LOGGER_ROWS = part_of_year(DAYS).decode().splitlines()
HEADER = LOGGER_ROWS[0]


@pytest.fixture
def files(tmp_path):
    """A good week, in files that a test may spoil."""
    folder = tmp_path / "in"
    folder.mkdir()
    logger = folder / "logger.csv"
    logger.write_bytes(part_of_year(DAYS))
    good = {"logger": logger}
    for kind, source in (("samples", LAB), ("gaugings", GAUGINGS), ("baseline", BASELINE)):
        good[kind] = folder / source.name
        good[kind].write_bytes(source.read_bytes())
    return good


@pytest.fixture
def walk(files, tmp_path, settings, capsys):
    """Run the command; the faults that it told as JSON. It must end with status 1 and leave no folder."""
    settings.DEMO = False

    def run(**changes) -> list[dict]:
        options = {**files, "area_km2": "28", "start": "2021-05-01", "end": "2021-05-08", "out": tmp_path / "out"}
        options.update(changes)
        given = {name: str(value) for name, value in options.items() if value is not None}
        with pytest.raises(SystemExit) as ended:
            call_command("walkthrough", json=True, **given)
        said = capsys.readouterr()
        assert ended.value.code == 1
        faults = json.loads(said.out)["error"]["messages"]
        for fault in faults:
            assert fault["code"] in said.err
            assert fault["zh"] in said.err
            assert fault["en"] in said.err
            assert any("一" <= letter <= "鿿" for letter in fault["zh"]), "there is Chinese"
        assert not (tmp_path / "out").exists(), "nothing is half-made"
        return faults

    return run


def spoil(path: Path, data: bytes | str | list[str]) -> None:
    if isinstance(data, list):
        data = "\n".join(data) + "\n"
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def with_row(number: int, change) -> list[str]:
    """The good week with one row (as an editor counts them, header = 1) changed."""
    rows = list(LOGGER_ROWS)
    rows[number - 1] = change(rows[number - 1])
    return rows


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("logger.csv", b"0" * (40 * 1024 * 1024))
    return packed.getvalue()


def without_column(name: str) -> list[str]:
    place = HEADER.split(",").index(name)
    return [",".join(cell for at, cell in enumerate(row.split(",")) if at != place) for row in LOGGER_ROWS]


LOGGER_FAULTS = {
    "wrong encoding": (part_of_year(1).replace(b"17.91", b"17\xff91", 1), "ENCODING_UNDECIDED", 2, None),
    "not text at all": (b"\xff\xfe\xfd" + part_of_year(1), "ENCODING_UNREADABLE", 1, None),
    "no time zone": ([row.replace("+08:00", "") for row in LOGGER_ROWS], "TZ_NOT_IN_FILE", 2, "timestamp"),
    "missing column": (without_column("stage_m"), "MISSING_COLUMN", 1, None),
    "letters in numbers": (
        with_row(40, lambda row: row.replace(row.split(",")[2], "high")),
        "NOT_A_NUMBER",
        40,
        "stage_m",
    ),
    "a date that is none": (
        with_row(50, lambda row: "2021-13-40T00:00:00+08:00" + row[25:]),
        "DATE_UNREADABLE",
        50,
        "timestamp",
    ),
    "an empty file": (b"", "FILE_EMPTY", None, None),
    "only a header": ([HEADER], "NO_DATA_ROWS", 1, None),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "BINARY_FILE", None, None),
    "half its data missing": (
        [HEADER, *LOGGER_ROWS[1 : 1 + 48 * DAYS]],
        "COMPLETENESS",
        None,
        "stage, specific conductance at 25 C",
    ),
    "other months": ([row.replace("2021-05", "2021-03") for row in LOGGER_ROWS], "READINGS", None, None),
}


@pytest.mark.parametrize("what", LOGGER_FAULTS)
def test_a_spoilt_logger_file(files, walk, what):
    data, code, row, column = LOGGER_FAULTS[what]
    spoil(files["logger"], data)
    faults = walk()
    found = next(fault for fault in faults if fault["code"] == code)
    assert (found["file"], found.get("row"), found.get("column")) == ("logger.csv", row, column)
    if row:
        assert str(row) in found["en"]
        assert str(row) in found["zh"]


def test_a_file_above_the_size_limit(walk, settings):
    settings.UPLOAD_SIZE_LIMIT_BYTES = 20_000
    (fault,) = walk()
    assert (fault["code"], fault["file"]) == ("FILE_TOO_LARGE", "logger.csv")
    assert "20000" in fault["en"]


def test_a_zip_bomb(files, walk, settings):
    settings.UPLOAD_SIZE_LIMIT_BYTES = 4 * 1024 * 1024
    spoil(files["logger"], bomb())
    (fault,) = walk()
    assert fault["code"] == "ZIP_TOO_DENSE"


def test_gaugings_with_two_points(files, walk):
    spoil(files["gaugings"], GAUGINGS.read_text("utf-8").splitlines()[:3])
    (fault,) = walk()
    assert fault["file"] == GAUGINGS.name
    assert fault["code"].startswith("RATING")
    assert "2" in fault["en"]


def test_no_sample_of_the_period(files, walk):
    """Thirty years away: outside the validity of any regression."""
    spoil(files["samples"], LAB.read_text("utf-8").replace("2021-", "1991-").replace("2022-", "1992-"))
    (fault,) = walk()
    assert (fault["code"], fault["file"]) == ("NO_USABLE_SAMPLE", LAB.name)


def test_samples_of_a_few_years_before_are_used_with_a_warning(files):
    spoil(files["samples"], LAB.read_text("utf-8").replace("2021-", "2018-").replace("2022-", "2019-"))
    plan = plan_for(read_inputs({**files, **SPAN}))
    assert any(fault.file == LAB.name or LAB.name in fault.en for fault in plan.warnings)


SPAN = {"area_km2": "28", "start": "2021-05-01", "end": "2021-05-08", "zone": None}


def test_duplicate_and_backwards_times_are_told_with_their_rows(files):
    rows = list(LOGGER_ROWS)
    rows.insert(30, rows[29])
    rows[60], rows[61] = rows[61], rows[60]
    spoil(files["logger"], rows)
    plan = plan_for(read_inputs({**files, **SPAN}))
    told = {fault.code: fault for fault in plan.warnings}
    assert told["DUPLICATE_TIMESTAMPS"].row == 31
    assert told["OUT_OF_ORDER"].row == 62
    assert "31" in told["DUPLICATE_TIMESTAMPS"].zh


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("area_km2", "-28", "AREA_NOT_POSITIVE"),
        ("area_km2", "0", "AREA_NOT_POSITIVE"),
        ("area_km2", "28 km2", "AREA_NOT_A_NUMBER"),
        ("area_km2", "nan", "AREA_NOT_A_NUMBER"),
        ("area_km2", "28.123456", "AREA_UNUSABLE"),
        ("start", "01/05/2021", "DATE_UNUSABLE"),
        ("end", "2021-02-30", "DATE_UNUSABLE"),
        ("end", "2021-04-30", "SPAN_BACKWARDS"),
        ("zone", "Guizhou", "ZONE_UNKNOWN"),
        ("name_zh", "泉" * 201, "NAME_TOO_LONG"),
        ("logger", "/nowhere/logger.csv", "FILE_UNREADABLE"),
    ],
)
def test_an_option_that_cannot_be(walk, option, value, code):
    assert code in {fault["code"] for fault in walk(**{option: value})}


def test_everything_wrong_is_told_at_once(files, walk):
    spoil(files["samples"], b"")
    spoil(files["baseline"], '{"what": "half of a')
    codes = {fault["code"] for fault in walk(area_km2="-1", start="soon")}
    assert {"AREA_NOT_POSITIVE", "DATE_UNUSABLE", "FILE_EMPTY", "JSON_BROKEN"} <= codes


def test_results_cannot_be_written(tmp_path, files, settings, capsys):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    settings.DEMO = False
    given = {name: str(path) for name, path in files.items()}
    with pytest.raises(SystemExit):
        call_command("walkthrough", **given, area_km2="28", start="2021-05-01", end="2021-05-08", out=str(blocked))
    said = capsys.readouterr()
    assert "OUT_NOT_WRITABLE" in said.err
    assert blocked.read_text() == "in the way"


def test_production_refuses_a_walkthrough(walk, settings):
    settings.PRODUCTION = True
    (fault,) = walk()
    assert fault["code"] == "NOT_IN_PRODUCTION"
    assert settings.DEMO is False


def test_a_name_that_no_certificate_font_draws(settings, tmp_path):
    settings.FONTS_DIR = tmp_path / "fonts"
    if not (settings.NODE_MODULES / "@fontsource").is_dir():
        pytest.skip("the fonts come with the node packages, which are not here")
    build_fonts(settings.NODE_MODULES, settings.FONTS_DIR)
    with pytest.raises(Faulty, match="NAME_NOT_DRAWABLE") as refused:
        refuse_undrawable(site_named("泉\U0001f98b", None))
    assert "U+1F98B" in refused.value.faults[0].en
    refuse_undrawable(site_named("江口泉域 CO₂", "Jiangkou"))
    refuse_undrawable(site_named(None, None))


# --- the station's zone ---------------------------------------------------------------------------------


def test_the_zone_is_the_files_own(files):
    spoil(files["logger"], [row.replace("+08:00", "-05:00") for row in LOGGER_ROWS])
    inputs = read_inputs({**files, **SPAN})
    assert inputs.zone == "Etc/GMT+5"
    assert inputs.start.isoformat() == "2021-05-01T00:00:00-05:00"
    assert plan_for(inputs).methodology.id == "KCS-ENH-BACI"


def test_times_without_a_zone_take_the_stated_one(files):
    spoil(files["logger"], [row.replace("+08:00", "") for row in LOGGER_ROWS])
    inputs = read_inputs({**files, **SPAN, "zone": "Asia/Shanghai"})
    assert (inputs.zone, inputs.stated_zone) == ("Asia/Shanghai", "Asia/Shanghai")


def test_an_odd_offset_has_to_be_named(files):
    spoil(files["logger"], [row.replace("+08:00", "+05:45") for row in LOGGER_ROWS])
    with pytest.raises(Faulty, match="ZONE_OF_STATION_UNKNOWN"):
        read_inputs({**files, **SPAN})
    assert read_inputs({**files, **SPAN, "zone": "Asia/Kathmandu"}).zone == "Asia/Kathmandu"
