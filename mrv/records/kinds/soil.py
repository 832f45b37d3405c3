"""Records of soil and rock: soil CO2, limestone tablets, carbonate powder and the acid that it meets."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from calculations.portable import log10
from mrv.records.kinds.model import (
    FROM,
    TIMESTAMP,
    TO,
    D,
    Fault,
    Kind,
    Row,
    days_in_order,
    number,
    share,
    time,
    words,
)

_STANDARD_KPA = D("101.325")


def _soil_pco2(row: Row) -> Row:
    """log10 of the partial pressure [atm]: mole fraction times air pressure; one atmosphere where none is given."""
    pressure_atm = Decimal(row.get("air_pressure_kpa") or _STANDARD_KPA) / _STANDARD_KPA
    pco2_atm = Decimal(row["co2_ppm"]) * D("1e-6") * pressure_atm
    return {**row, "log10_pco2_atm": f"{float(log10(float(pco2_atm))):.4f}"}


SOIL_CO2 = Kind(
    name="soil_co2",
    title=("土壤 CO₂", "Soil CO₂"),
    purpose=(
        "土壤剖面各深度的 CO2 浓度；由此得出 log10 pCO2，用于核对理论溶蚀量所用的土壤 pCO2。",
        "CO2 in the soil by depth. log10 pCO2 follows from it, to be held against the soil pCO2 of the potential "
        "dissolution.",
    ),
    columns=(
        TIMESTAMP,
        words("profile", ("剖面", "Profile"), ("示例剖面", "EXAMPLE-P1")),
        words("land_use", ("土地利用", "Land use"), ("林地", "forest"), required=False),
        number("depth_cm", ("深度", "Depth"), "cm", "0", "1000", "20", units={"cm": D(1), "m": D(100), "mm": D("0.1")}),
        number(
            "co2_ppm",
            ("CO2 体积分数", "CO2"),
            "ppm",
            "100",
            "500000",
            "6300",
            units={"ppmv": D(1), "umol/mol": D(1), "%": D(10000), "vol%": D(10000)},
        ),
        number(
            "soil_temperature_c",
            ("土壤温度", "Soil temperature"),
            "°C",
            "-20",
            "60",
            "17.5",
            required=False,
            units={"℃": D(1), "c": D(1), "degc": D(1)},
        ),
        number(
            "air_pressure_kpa",
            ("气压", "Air pressure"),
            "kPa",
            "50",
            "115",
            "95.4",
            required=False,
            units={"kpa": D(1), "hPa": D("0.1"), "mbar": D("0.1")},
        ),
    ),
    key=("timestamp", "profile", "depth_cm"),
    timing="instant",
    derive=_soil_pco2,
    derived=(number("log10_pco2_atm", ("log10 pCO2", "log10 pCO2"), "atm", None, None, ""),),
)


def _tablet(row: Row) -> Iterable[Fault]:
    if row.get("buried") and row.get("recovered") and row["recovered"] <= row["buried"]:
        yield Fault("SPAN_BACKWARDS", "recovered", {"first": row["buried"], "last": row["recovered"]})


_GRAMS = {"g": D(1), "克": D(1), "mg": D("0.001")}
TABLETS = Kind(
    name="tablets",
    title=("石灰岩试片", "Limestone tablets"),
    purpose=(
        "试片埋设前后的质量、表面积、纯度、埋设与取出时间、深度和土地利用。",
        "Mass before and after, surface, purity, times in the ground, depth and land use of each tablet.",
    ),
    columns=(
        words("tablet_id", ("试片编号", "Tablet"), ("示例-T01", "EXAMPLE-T01")),
        words("land_use", ("土地利用", "Land use"), ("耕地", "cropland")),
        number("depth_cm", ("深度", "Depth"), "cm", "0", "1000", "20", units={"cm": D(1), "m": D(100), "mm": D("0.1")}),
        number("mass_before_g", ("埋设前质量", "Mass before"), "g", "0.001", "10000", "29.5123", units=_GRAMS),
        number("mass_after_g", ("取出后质量", "Mass after"), "g", "0", "10000", "29.4871", units=_GRAMS),
        number(
            "surface_cm2", ("表面积", "Surface"), "cm2", "0.1", "10000", "28.9", units={"cm²": D(1), "mm2": D("0.01")}
        ),
        share("purity", ("纯度", "Purity"), "0.985"),
        time("buried", ("埋设时间", "Buried"), "2020-05-01"),
        time("recovered", ("取出时间", "Recovered"), "2021-05-01"),
    ),
    key=("tablet_id", "buried"),
    timing="overlap",
    span=("buried", "recovered"),
    needed=True,
    check=_tablet,
)

_TONNES = {"t": D(1), "吨": D(1), "kg": D("0.001"), "公斤": D("0.001"), "千克": D("0.001"), "万吨": D(10000)}
POWDER = Kind(
    name="powder",
    title=("碳酸盐岩粉批次", "Lots of carbonate powder"),
    purpose=(
        "每批岩粉的称重、纯度、期内溶解的份额及运输；运输的排放请同时列入排放清单。",
        "Each lot as weighed, with its purity, the share that dissolved in the period, and its transport. Put the "
        "emissions of the transport on the list of emissions too.",
    ),
    columns=(
        FROM,
        TO,
        words("lot", ("批号", "Lot"), ("示例-A", "EXAMPLE-A")),
        number("mass_t", ("称重质量", "Mass as weighed"), "t", "0", "10000000", "1200", units=_TONNES),
        share(
            "caco3_share",
            ("CaCO3 份额", "CaCO3 share"),
            "0.93",
            meaning=("占称重质量（含水分）的份额", "Of the mass as weighed, water included"),
        ),
        share("dissolved_share", ("期内溶解份额", "Share dissolved in the period"), "0.42"),
        number(
            "transport_km",
            ("运距", "Transport distance"),
            "km",
            "0",
            "20000",
            "40",
            required=False,
            units={"km": D(1), "公里": D(1), "千米": D(1)},
        ),
        words("transport", ("运输方式", "Means of transport"), ("公路货车", "lorry"), required=False),
        words(
            "purity_source",
            ("纯度的来源", "Source of the purity"),
            ("检测报告 2021-17", "report 2021-17"),
            required=False,
        ),
    ),
    key=("lot", "from"),
    timing="inside",
    needed=True,
    check=days_in_order(),
)

SOIL_ACID = Kind(
    name="soil_acid",
    title=("土壤强酸", "Strong acid in the soil"),
    purpose=(
        "期内与岩粉反应的强酸（硝化、酸沉降等）及其依据；这部分溶解不吸收 CO2。",
        "Strong acid that met the powder in the period (nitrification, deposition ...) and what it rests on; what it "
        "dissolves takes up no CO2.",
    ),
    columns=(
        FROM,
        TO,
        words("source", ("来源", "Source"), ("硝化作用（示例）", "nitrification (example)")),
        number(
            "acid_keq",
            ("酸量", "Acid"),
            "keq",
            "0",
            "1000000000",
            "620",
            units={"keq": D(1), "kmol": D(1), "kmolc": D(1), "eq": D("0.001"), "mol": D("0.001")},
        ),
        words("basis", ("依据", "Basis"), ("施肥台账", "fertiliser ledger")),
    ),
    key=("source", "from"),
    timing="inside",
    needed=True,
    check=days_in_order(),
)

KINDS = (SOIL_CO2, TABLETS, POWDER, SOIL_ACID)
