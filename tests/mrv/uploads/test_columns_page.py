"""A table that no layout knows: its columns are named on a page, the station keeps that, the next file asks nothing."""

import io

import numpy as np
import openpyxl
import pytest
from django.contrib.auth import get_user_model

from mrv.uploads import preview, shown
from mrv.uploads.mapping_pages import UNITS
from mrv.uploads.models import ReceivedFile, StationProfile, Upload
from mrv.uploads.overlap import overlap_with_stored
from mrv.uploads.readers import PARAMETERS, LoggerTable, glance
from mrv.uploads.readers.steps.units import conversion
from tests.mrv.evidence import part_of_year, site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
CHOICES = {"column-0": "time", "column-1": "stage|cm", "column-2": "water_temperature|°F", "column-3": ""}


@pytest.fixture
def jiangkou(client):
    made = site()
    client.force_login(get_user_model().objects.get(pk=made.owner.user_id))
    client.cookies["django_language"] = "en"
    return made


def odd_table(first_hour: int = 0, *, header: str = "when;C1;C2;who", preamble: str = "") -> bytes:
    rows = "".join(
        f"2021-05-01 {hour:02d}:00;{53 + hour / 10:.1f};6{hour % 10}.5;Li\n" for hour in range(first_hour, 24)
    )
    return f"{preamble}{header}\n{rows}".encode()


def take(made, data: bytes, name: str = "odd.csv") -> ReceivedFile:
    [file] = preview.take_in(actor=made.owner, station=made.station, kind="logger", file_name=name, data=data)
    return file


def page_of(file: ReceivedFile) -> str:
    return f"/uploads/received/{file.pk}/columns/"


def test_it_works(jiangkou, client):
    file = take(jiangkou, odd_table())
    assert preview.read(file)[0] is None
    html = client.get(page_of(file)).content.decode()
    assert "53.0" in html, "the first rows are shown"
    answer = client.post(page_of(file), {"header_row": "1", "save": "1", "zone": "+08:00", **CHOICES})
    assert answer.url == f"/uploads/received/{file.pk}/"
    file.refresh_from_db()
    table, _ = preview.read(file)
    assert table is not None
    assert table.columns["stage"].text_at(5) == "0.535"
    assert table.columns["water_temperature"].as_float()[0] == pytest.approx((60.5 - 32) / 1.8, abs=1e-3)
    assert "C1" in client.get(answer.url).content.decode()
    kept = client.get(page_of(file)).content.decode()
    assert '<option value="stage|cm" selected>' in kept, "what was said before is chosen"


@pytest.mark.parametrize("preamble", ["", "a new line of words above\nand another\n"])
def test_the_next_file_of_this_form_asks_nothing(jiangkou, client, preamble):
    file = take(jiangkou, odd_table())
    client.post(page_of(file), {"header_row": "1", "save": "1", "zone": "+08:00", **CHOICES})
    client.post(f"/uploads/received/{file.pk}/import/", {"remember": "1"})
    assert StationProfile.objects.get().answers["mapping"]["time"] == "when"
    later = take(jiangkou, odd_table(12, preamble=preamble), "later.csv")
    assert later.answers["zone"] == "+08:00"
    table, report = preview.read(later)
    assert report.ok
    assert table is not None
    assert len(table) == 12
    other = take(jiangkou, odd_table(header="when;C1;C9;who"), "other.csv")
    assert other.answers == {}, "another form is not taken for it"


def test_a_workbook_is_named_the_same_way(jiangkou, client):
    book = openpyxl.Workbook()
    for row in (["县站"], ["t", "h", None], *([f"2021-05-01 {hour:02d}:00", 1.5 + hour / 8, 7] for hour in range(24))):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    file = take(jiangkou, data.getvalue(), "county.xlsx")
    answer = client.post(
        page_of(file),
        {
            "header_row": "2",
            "save": "1",
            "zone": "Asia/Shanghai",
            "column-0": "time",
            "column-1": "stage|m",
            "column-2": "ph|",
        },
    )
    assert answer.status_code == 302
    file.refresh_from_db()
    table, report = preview.read(file)
    assert table is not None, report.as_dict()["errors"]
    assert table.columns["ph"].text_at(0) == "7", "a column without a name is called by its place"


def test_a_table_without_a_row_of_names(jiangkou, client):
    file = take(jiangkou, odd_table().split(b"\n", 1)[1])
    assert 'value="0"' in client.get(page_of(file)).content.decode()
    client.post(page_of(file), {"header_row": "0", "save": "1", "zone": "+08:00", **CHOICES})
    file.refresh_from_db()
    table, report = preview.read(file)
    assert table is not None, report.as_dict()["errors"]
    assert len(table) == 24


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"column-0": ""}, "NO_TIME_COLUMN"),
        ({"column-0": "date"}, "NO_TIME_COLUMN"),
        ({"column-1": "", "column-2": ""}, "NO_VALUE_COLUMN"),
        ({"column-2": "stage|m"}, "COLUMN_TWICE"),
        ({"column-3": "time"}, "COLUMN_TWICE"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_kept(jiangkou, client, change, code):
    file = take(jiangkou, odd_table())
    answer = client.post(page_of(file), {"header_row": "1", "save": "1", **CHOICES, **change})
    assert answer.status_code == 422
    assert code in answer.content.decode()
    file.refresh_from_db()
    assert file.answers == {}


def test_another_row_of_names_can_be_shown(jiangkou, client):
    file = take(jiangkou, odd_table(preamble="a;b;c;d\n"))
    html = client.post(page_of(file), {"header_row": "1", "show": "1"}).content.decode()
    assert "<code>b</code>" in html
    assert ReceivedFile.objects.get(pk=file.pk).answers == {}


def test_what_is_no_table_is_said(jiangkou, client):
    file = take(jiangkou, b"%PDF-1.7 nothing to see", "report.pdf")
    assert "no table" in client.get(page_of(file)).content.decode()


def test_every_unit_offered_is_one_that_is_converted():
    assert UNITS.keys() == PARAMETERS.keys()
    for parameter, units in UNITS.items():
        for unit in units:
            assert conversion(parameter, unit) is not None, (parameter, unit)


def test_date_and_time_of_day_in_two_columns_are_seen():
    data = b"Datum;Uhrzeit;Pegel (cm);pH\n01.05.2021;00:00;53,1;7,4\n01.05.2021;00:15;53,2;7,4\n"
    seen = glance(data, file_name="x", encoding=None, header_row=None, size_limit=10**6)
    assert seen is not None
    assert seen.guesses == ("date", "clock", "stage|cm", "ph|")


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_each_quantity_has_a_picture_that_shows_its_extremes_and_its_gaps(jiangkou, client):
    lines = part_of_year(4).splitlines(keepends=True)
    file = take(jiangkou, b"".join([*lines[:100], *lines[250:]]), "part.csv")
    table, _ = preview.read(file)
    assert table is not None
    pictures = shown.sparklines(table)
    assert len(pictures) == len(table.columns)
    stage = pictures[table.columns["stage"].source]
    assert len(stage.lines) == 2, "a gap is not bridged"
    heights = [float(point.split(",")[1]) for path in stage.bands for point in path.strip("MZ").split("L")]
    assert (min(heights), max(heights)) == (shown.EDGE, shown.HEIGHT - shown.EDGE)
    assert client.get(f"/uploads/received/{file.pk}/").content.decode().count('class="sparkline"') == len(pictures)


def test_a_flat_or_empty_file_has_pictures_too():
    none = np.empty(0, np.int64)
    assert shown.sparklines(LoggerTable(none, {}, none)) == {}


def test_where_stored_readings_differ_the_difference_is_drawn(jiangkou, client):
    lines = part_of_year(3).splitlines(keepends=True)
    jiangkou.upload("logger", b"".join(lines[:201]))
    changed = []
    for line in lines[51:151]:
        cells = line.split(b",")
        cells[2] = f"{float(cells[2]) + 0.25:.3f}".encode()
        changed.append(b",".join(cells))
    file = take(jiangkou, b"".join([lines[0], *changed]), "shifted.csv")
    overlap = overlap_with_stored(file, preview.read(file)[0])
    assert (overlap.identical, overlap.different) == (0, 100)
    [(parameter, chart)] = overlap.charts
    assert parameter == "stage"
    assert {dot.title for dot in chart.dots} == {"0.25"}
    assert len(chart.dots) == 100
    assert "dot-plain" in client.get(f"/uploads/received/{file.pk}/").content.decode()


def test_a_script_that_sends_a_long_file_is_told_where_to_go(jiangkou, client):
    file = io.BytesIO(part_of_year(2))
    file.name = "part.csv"
    answer = client.post(
        f"/stations/{jiangkou.station.pk}/uploads/look/",
        {"kind": "logger", "file": file},
        headers={"Accept": "application/json"},
    )
    assert answer.json()["location"] == f"/uploads/received/{ReceivedFile.objects.get().pk}/"
    assert Upload.objects.count() == 0
