"""The cells of the potential dissolution: as a table of cells, or made of grids in files of their own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from mrv.records.grids.cells import counties_at
from mrv.records.grids.reader import SOURCES, read_grids
from mrv.records.kinds.model import D, Fault, Kind, Row, number, share, words

_DEPTHS = {"mm": D(1), "mm/a": D(1), "mm/yr": D(1), "mm/year": D(1), "cm": D(10), "m": D(1000)}


@cache
def _county_at(longitude: str, latitude: str) -> str:
    return counties_at(np.array([float(longitude)]), np.array([float(latitude)]))[0]


def _county(row: Row) -> Iterable[Fault]:
    if not row.get("county") and not _county_at(row["longitude_deg"], row["latitude_deg"]):
        yield Fault("COUNTY_UNKNOWN", "county")


def _with_county(row: Row) -> Row:
    """The county of the place where the table names none."""
    return row if row.get("county") else {**row, "county": _county_at(row["longitude_deg"], row["latitude_deg"])}


def _stated(rows: list[Row]) -> Iterable[tuple[Row, Fault]]:
    for source in SOURCES:
        if rows and not rows[0].get(source):
            yield rows[0], Fault("SOURCE_UNSTATED", source)


def _assembled(rows: list[Row]) -> dict[str, Any]:
    """The sources beside the cells, as the bundle has them."""
    cells = [{name: value for name, value in row.items() if name not in SOURCES} for row in rows]
    return {**{source: rows[0][source] for source in SOURCES}, "cells": cells}


DISSOLUTION_GRID = Kind(
    name="dissolution_grid",
    title=("理论溶蚀量格网", "Grid of the potential dissolution"),
    purpose=(
        "每格的降水、蒸散、气温、土壤 CO2 分压和县。可以上传格网文件（CSV、GeoTIFF、NetCDF），由此生成本表；"
        "也可以直接填表。",
        "Precipitation, evapotranspiration, temperature, soil CO2 pressure and county of each cell. Hand in grids "
        "(CSV, GeoTIFF, NetCDF), from which this table is made, or fill the table in.",
    ),
    columns=(
        words("cell", ("格网", "Cell"), ("示例格网", "EXAMPLE-R0C0")),
        words(
            "county",
            ("县", "County"),
            "520621 江口县",
            required=False,
            meaning=("不填则按位置确定", "Found by the place where it is left empty"),
        ),
        number("longitude_deg", ("经度", "Longitude"), "°", "-180", "180", "108.84", units={"deg": D(1), "°E": D(1)}),
        number("latitude_deg", ("纬度", "Latitude"), "°", "-90", "90", "27.70", units={"deg": D(1), "°N": D(1)}),
        number("area_km2", ("面积", "Area"), "km2", "0", "1000000", "109.00", units={"km²": D(1), "ha": D("0.01")}),
        number("precipitation_mm_a", ("年降水量", "Precipitation"), "mm/a", "0", "15000", "1180.0", units=_DEPTHS),
        number("evaporation_mm_a", ("年蒸散量", "Evapotranspiration"), "mm/a", "0", "5000", "640.0", units=_DEPTHS),
        number(
            "temperature_c",
            ("气温", "Air temperature"),
            "°C",
            "0",
            "40",
            "15.5",
            units={"℃": D(1), "c": D(1), "degc": D(1)},
        ),
        number("log10_soil_pco2_atm", ("土壤 log10 pCO2", "Soil log10 pCO2"), "atm", "-4", "0", "-2.20"),
        share("carbonate_share", ("碳酸盐岩占比", "Share of carbonate rock"), "0.80", required=False),
        words(
            "soil_pco2_source",
            ("土壤 pCO2 来源", "Source of the soil pCO2"),
            ("示例：实测剖面插值", "EXAMPLE: interpolated profiles"),
            required=False,
            meaning=("只需写在第一行", "In the first row only"),
        ),
        words(
            "climate_source",
            ("气候数据来源", "Source of the climate"),
            ("示例：1991–2020 年平均", "EXAMPLE: means of 1991-2020"),
            required=False,
            meaning=("只需写在第一行", "In the first row only"),
        ),
    ),
    key=("cell",),
    timing="always",
    shape="object",
    needed=True,
    check=_county,
    check_all=_stated,
    derive=_with_county,
    assemble=_assembled,
    reader=read_grids,
)

KINDS = (DISSOLUTION_GRID,)
