"""Grids of every form become the cells of the potential dissolution, with county, area and units, or are refused."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mrv.records.grids.cells import EARTH_RADIUS_KM
from mrv.records.grids.grid import GridError
from mrv.records.grids.opening import open_grid
from mrv.records.grids.packing import pack
from mrv.records.kinds import all_kinds
from mrv.records.reading import read_table
from tests.mrv.records.grid_files import (
    EVAPORATION,
    LATITUDES,
    LONGITUDES,
    PCO2,
    RAIN,
    TEMPERATURE,
    csv_grid,
    geotiff,
    netcdf,
    plane,
)

KIND = all_kinds()["dissolution_grid"]
STATED = {"soil_pco2_source": "profiles of 2021", "climate_source": "means of 1991-2020"}
JIANGKOU = (27.70, 108.84)


def csv_files():
    return {
        "precipitation": ("pre.csv", csv_grid(RAIN, "pre (mm)")),
        "evaporation": ("aet.csv", csv_grid(EVAPORATION, "aet (mm)")),
        "temperature": ("tmp.csv", csv_grid(TEMPERATURE, "tmp (°C)")),
        "soil_pco2": ("pco2.csv", csv_grid(PCO2, "pco2 (log10 atm)")),
    }


def read(files=None, stated=None, data=None):
    packed = data if data is not None else pack(files or csv_files(), STATED if stated is None else stated)
    return read_table(KIND, packed, file_name="grids.zip")


def codes(report, level="error"):
    return [message.code for message in report.messages if message.level == level]


def test_four_csv_grids_become_cells_with_county_area_and_sources():
    rows, report = read()
    assert rows is not None, [message.text("en") for message in report.errors]
    assert any(row["county"] == "520621 江口县" for row in rows)
    first = rows[0]
    assert (first["precipitation_mm_a"], first["evaporation_mm_a"]) == ("1100.0", "650.0")
    assert (first["temperature_c"], first["log10_soil_pco2_atm"]) == ("15.50", "-2.200")
    assert (first["soil_pco2_source"], first["climate_source"]) == ("profiles of 2021", "means of 1991-2020")
    area = EARTH_RADIUS_KM**2 * np.radians(0.1) * (np.sin(np.radians(28.0)) - np.sin(np.radians(27.9)))
    assert float(first["area_km2"]) == pytest.approx(area, rel=1e-5)
    value = KIND.assemble(rows)
    assert set(value) == {"soil_pco2_source", "climate_source", "cells"}
    assert "climate_source" not in value["cells"][0]


@pytest.mark.parametrize("form", ["NETCDF4", "NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF4_CLASSIC"])
def test_every_form_of_netcdf_gives_the_same_cells(tmp_path, form):
    files = csv_files() | {"precipitation": ("pre.nc", netcdf(RAIN, tmp_path, form=form))}
    assert cells_of(files) == cells_of(csv_files())


@pytest.mark.parametrize(
    "options",
    [{}, {"point": True}, {"packed": "tiff_lzw"}, {"packed": "tiff_adobe_deflate"}, {"kind": np.int32}, {"pages": 12}],
)
def test_geotiffs_as_people_export_them_give_the_same_cells(options):
    files = csv_files() | {"precipitation": ("pre.tif", geotiff(RAIN, **options))}
    stated = STATED | {"units": {"precipitation": "mm"}}
    assert cells_of(files, stated) == cells_of(csv_files())


def cells_of(files, stated=None):
    rows, report = read(files, stated)
    assert rows is not None, [message.text("en") for message in report.errors]
    return [{name: value for name, value in row.items() if name != "file"} for row in rows]


def test_months_add_up_to_a_year_and_temperatures_are_averaged(tmp_path):
    files = csv_files() | {
        "precipitation": ("pre.nc", netcdf(RAIN, tmp_path, months=12)),
        "temperature": ("tmp.nc", netcdf((TEMPERATURE + 273.15) * 24, tmp_path, name="tmp", unit="K", months=24)),
    }
    assert cells_of(files) == cells_of(csv_files())


def test_units_that_a_file_states_or_a_person_says_are_converted():
    files = csv_files() | {
        "precipitation": ("pre.csv", csv_grid(RAIN * 10, "pre")),
        "soil_pco2": ("pco2.csv", csv_grid(10.0**PCO2 * 1e6, "co2 (ppm)")),
    }
    assert cells_of(files, STATED | {"units": {"precipitation": "0.1 mm"}}) == cells_of(csv_files())


def test_an_unstated_unit_is_told_and_an_unknown_one_is_refused():
    rows, report = read(csv_files() | {"precipitation": ("pre.csv", csv_grid(RAIN, "pre"))})
    assert rows is not None
    assert codes(report, "warning") == ["GRID_UNIT_ASSUMED"]
    rows, report = read(csv_files() | {"precipitation": ("pre.csv", csv_grid(RAIN, "pre (furlong)"))})
    assert rows is None
    assert codes(report) == ["GRID_UNIT_UNKNOWN"]


def test_a_finer_grid_is_averaged_over_a_cell_and_a_coarser_one_covers_it():
    fine = (108.505 + 0.01 * np.arange(60), 27.995 - 0.01 * np.arange(50))
    checked = np.kron(TEMPERATURE, np.ones((10, 10))) + np.tile([[1.0, -1.0], [-1.0, 1.0]], (25, 30))
    coarse = (np.array([108.0, 109.0, 110.0]), np.array([28.5, 27.5, 26.5]))
    files = csv_files() | {
        "temperature": ("tmp.csv", csv_grid(checked, "tmp (°C)", axes=fine)),
        "evaporation": ("aet.csv", csv_grid(np.full((3, 3), 640.0), "aet (mm)", axes=coarse)),
    }
    found = cells_of(files)
    assert [row["temperature_c"] for row in found] == [row["temperature_c"] for row in cells_of(csv_files())]
    assert {row["evaporation_mm_a"] for row in found} == {"640.0"}


def test_cells_without_a_value_or_beyond_the_counties_are_left_out_and_counted(tmp_path):
    holes = RAIN.copy()
    holes[2, 3] = np.nan
    missing = TEMPERATURE.copy()
    missing[0, 0] = np.nan
    files = csv_files() | {
        "precipitation": ("pre.tif", geotiff(np.where(np.isnan(holes), -9999.0, holes), no_data="-9999")),
        "temperature": ("tmp.nc", netcdf(missing, tmp_path, name="tmp", unit="degC")),
    }
    rows, report = read(files, STATED | {"units": {"precipitation": "mm"}})
    assert rows is not None
    whole = cells_of(csv_files())
    assert len(rows) == len(whole) - 2
    incomplete = next(message for message in report.messages if message.code == "GRID_INCOMPLETE")
    assert (incomplete.params["count"], incomplete.params["grid"]) == (1, "tmp.nc")
    east = (LONGITUDES + 10.0, LATITUDES)
    rows, report = read(csv_files() | {"precipitation": ("pre.csv", csv_grid(RAIN, "pre (mm)", axes=east))})
    assert rows is None
    assert codes(report) == ["GRID_ELSEWHERE"]


@pytest.mark.parametrize(
    ("quantity", "name", "data", "code"),
    [
        ("precipitation", "pre.tif", geotiff(RAIN, model=1), "GRID_PROJECTED"),
        ("precipitation", "pre.tif", geotiff(RAIN)[:-60], "GRID_BROKEN"),
        ("precipitation", "pre.csv", b"easting,northing,pre\n1,2,3\n", "GRID_HEADING"),
        ("precipitation", "pre.csv", b"lon,lat,pre\n108.5,27.9,many\n", "GRID_NUMBER"),
        ("precipitation", "pre.csv", csv_grid(RAIN) + b"108.55,27.95,7\n", "GRID_REPEATED"),
        ("precipitation", "pre.csv", csv_grid(RAIN) + b"108.5,27.113,7\n", "GRID_NOT_REGULAR"),
        ("temperature", "tmp.csv", csv_grid(TEMPERATURE + 273.15, "tmp (°C)"), "GRID_VALUE_OUTSIDE"),
        ("soil_pco2", "pco2.csv", csv_grid(10.0**PCO2 * 1e6, "co2 (log10 atm)"), "GRID_VALUE_OUTSIDE"),
        ("evaporation", "aet.nc", b"\x89HDF\r\n\x1a\n" + bytes(500), "GRID_BROKEN"),
        ("evaporation", "aet.nc", b"CDF\x01" + bytes(64), "GRID_NO_PLACE"),
    ],
)
def test_what_is_no_usable_grid_is_refused_by_name(quantity, name, data, code):
    rows, report = read(csv_files() | {quantity: (name, data)})
    assert rows is None
    assert code in codes(report)
    said = next(message for message in report.errors if message.code == code)
    assert said.params["grid"] == name
    for language in ("zh", "en"):
        assert name in said.text(language)
        assert "{" not in said.text(language)


def test_a_missing_grid_a_second_one_and_a_missing_source_are_told_together():
    files = {name: file for name, file in csv_files().items() if name != "soil_pco2"}
    rows, report = read(files, {"climate_source": "x"})
    assert rows is None
    assert codes(report) == ["GRID_MISSING", "GRID_SOURCE_MISSING"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for _quantity, (name, data) in csv_files().items():
            archive.writestr(name, data)
        archive.writestr("prec_again.csv", csv_grid(RAIN))
        archive.writestr("mystery.csv", csv_grid(RAIN))
    rows, report = read(data=out.getvalue())
    assert codes(report) == ["GRID_TWICE", "GRID_UNNAMED", "GRID_SOURCE_MISSING"]


def test_a_table_of_cells_finds_its_counties_by_the_place():
    head = (
        "格网,经度 (°),纬度 (°),面积 (km2),年降水量 (mm/a),年蒸散量 (mm/a),气温 (°C),土壤 log10 pCO2 (atm),"
        "土壤 pCO2 来源,气候数据来源"
    )
    lines = [head, f"A,{JIANGKOU[1]},{JIANGKOU[0]},109,1180,640,15.5,-2.2,profiles,means"]
    rows, report = read_table(KIND, "\n".join([*lines, "B,0.0,0.0,1,1,1,1,-2,,"]).encode(), file_name="cells.csv")
    assert rows is None
    assert codes(report) == ["COUNTY_UNKNOWN"]
    rows, report = read_table(KIND, "\n".join(lines).encode(), file_name="cells.csv")
    assert rows is not None, [message.text("en") for message in report.errors]
    assert rows[0]["county"] == "520621 江口县"


def test_the_same_files_make_the_same_bytes():
    assert pack(csv_files(), STATED) == pack(dict(reversed(csv_files().items())), dict(reversed(STATED.items())))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_crash_the_reading_of_a_point_table(data):
    if data[:4] in (b"II*\x00", b"MM\x00*", b"CDF\x01", b"CDF\x02") or data.startswith(b"\x89HDF"):
        return
    try:
        grid = open_grid(data)
    except GridError:
        return
    assert grid.values.ndim == 3
    assert plane(1.0).shape == (5, 6)
