"""Records of the project itself: emissions, what was done, the design check, the control's years before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mrv.records.kinds.model import (
    FROM,
    TO,
    Column,
    D,
    Fault,
    Kind,
    Row,
    concentration,
    days_in_order,
    number,
    share,
    words,
)

LIFE_CYCLE = Kind(
    name="life_cycle",
    title=("排放清单", "List of emissions"),
    purpose=(
        "项目活动的消耗量与排放因子（燃料、电、运输、撒施等）；排放量 = 数量 × 因子，从净增量中扣除。",
        "What the project's work used, with its emission factor (fuel, power, transport, spreading ...). Amount times "
        "factor is taken off the net.",
    ),
    columns=(
        FROM,
        TO,
        words("activity", ("活动", "Activity"), ("柴油（示例）", "diesel (example)")),
        number("amount", ("数量", "Amount"), "", "0", "1000000000000", "1200"),
        words("unit", ("数量单位", "Unit of the amount"), "L"),
        number(
            "factor_t_co2_per_unit",
            ("排放因子", "Emission factor"),
            "t CO2/unit",
            "0",
            "1000000",
            "0.00268",
            units={"tco2/unit": D(1), "tco2/单位": D(1), "kgCO2/unit": D("0.001"), "kgCO2/单位": D("0.001")},
        ),
        words("source", ("依据", "Source"), ("加油票据", "fuel receipts")),
    ),
    key=("from", "to", "activity", "source"),
    timing="inside",
    check=days_in_order(),
)

ACTIONS = (
    ("planting", ("造林种草", "Planting")),
    ("closing", ("封山育林", "Closing for regrowth")),
    ("spreading", ("撒施岩粉", "Spreading powder")),
    ("soil", ("土壤改良", "Soil improvement")),
    ("irrigation", ("灌溉", "Irrigation")),
    ("aquatic", ("种植水生植物", "Planting in the water")),
    ("upkeep", ("管护", "Upkeep")),
    ("other", ("其他", "Other")),
)

ACTIVITIES = Kind(
    name="activities",
    title=("活动记录", "Activities"),
    purpose=(
        "做了什么、在哪里、何时、多少公顷：种植、撒施、灌溉等，附照片。照片先在本页上传，表中写文件名。",
        "What was planted, spread or irrigated, where and when, on how many hectares, with photographs. Hand the "
        "photographs in on this page first and write their file names into the table.",
    ),
    columns=(
        FROM,
        TO,
        Column(
            "action", ("活动类型", "Kind of activity"), what="choice", choices=ACTIONS, example=("造林种草", "Planting")
        ),
        words("what", ("物种或材料", "Species or material"), ("示例：香樟", "EXAMPLE: camphor tree")),
        number("amount", ("数量", "Amount"), "", "0", "1000000000000", "5200", required=False),
        words("unit", ("数量单位", "Unit of the amount"), ("株", "trees"), required=False),
        number(
            "area_ha",
            ("面积", "Area"),
            "ha",
            "0",
            "10000000",
            "3.6",
            units={"ha": D(1), "公顷": D(1), "m2": D("0.0001"), "m²": D("0.0001"), "km2": D(100), "km²": D(100)},
        ),
        words("place", ("地点", "Place"), ("太平镇 3 号地块", "plot 3, Taiping")),
        number(
            "longitude_deg",
            ("经度", "Longitude"),
            "°",
            "73",
            "136",
            "108.8412",
            required=False,
            units={"deg": D(1), "度": D(1), "°e": D(1)},
        ),
        number(
            "latitude_deg",
            ("纬度", "Latitude"),
            "°",
            "3",
            "54",
            "27.7031",
            required=False,
            units={"deg": D(1), "度": D(1), "°n": D(1)},
        ),
        Column(
            "photos",
            ("照片", "Photographs"),
            what="files",
            required=False,
            meaning=(
                "已上传照片的文件名或 SHA-256，多个用分号隔开",
                "File names or SHA-256 of photographs handed in here, with semicolons between them",
            ),
        ),
    ),
    key=("from", "to", "action", "what", "place"),
    timing="overlap",
    check=days_in_order(),
)

DESIGN = Kind(
    name="design",
    title=("设计检验", "Design check"),
    purpose=(
        "基线与计划年数、每年水样数、测流次数和申报的增幅：由此检验申报的增幅能否被测出。",
        "Years of baseline and plan, samples a year, gaugings and the enhancement claimed: whether the claim can be "
        "seen at all is worked out from them.",
    ),
    columns=(
        number("baseline_years", ("基线年数", "Years of the baseline"), "a", "1", "50", "3", units={"年": D(1)}),
        number("planned_years", ("计划年数", "Years planned"), "a", "1", "50", "5", units={"年": D(1)}),
        number("samples_per_year", ("每年水样数", "Samples a year"), "", "1", "100000", "24"),
        number(
            "gaugings",
            ("测流次数", "Gaugings"),
            "",
            "3",
            "10000",
            "20",
            meaning=("实施前后各多少次", "On each side, before and after"),
        ),
        number("claimed_enhancement_pct", ("申报增幅", "Enhancement claimed"), "%", "0", "1000", "25"),
        number(
            "interannual_sd_pct",
            ("年际标准差", "Standard deviation between years"),
            "%",
            "0",
            "100",
            "",
            required=False,
        ),
        words("note", ("备注", "Note"), ("示例", "EXAMPLE"), required=False),
    ),
    key=(),
    timing="always",
    shape="object",
)

SHARED_ERRORS = (
    ("rating", ("水位流量关系", "rating")),
    ("area", ("流域面积", "area")),
    ("kappa", ("κ", "kappa")),
    ("lab", ("实验室", "laboratory")),
)
_YEAR = ("year", "年", "全年", "annual")
_OF_MONTH = ("runoff_mm", "flow_weighted_alkalinity_mg_l_hco3", "so4_mg_l", "no3_mg_l")


def _month(row: Row) -> Iterable[Fault]:
    text = str(row.get("month", ""))
    if text.lower() not in _YEAR and text not in {str(month) for month in range(1, 13)}:
        yield Fault("MONTH_UNKNOWN", "month", {"text": text})


def _year_and_months(rows: list[Row]) -> Iterable[tuple[Row, Fault]]:
    years = [row for row in rows if str(row["month"]).lower() in _YEAR]
    if len(years) != 1:
        yield rows[0], Fault("ONE_YEAR_ROW", "month", {"found": len(years)})
        return
    year = years[0]
    if "flow_weighted_alkalinity_mg_l_hco3" not in year:
        yield year, Fault("EMPTY_CELL", "flow_weighted_alkalinity_mg_l_hco3", {"text": ""})
    if len(rows) not in (1, 13):
        yield year, Fault("MONTHS_NOT_TWELVE", "month", {"found": len(rows) - 1})
    elif len(rows) == 13:
        sum_mm, stated_mm = sum(D(row["runoff_mm"]) for row in rows if row is not year), D(year["runoff_mm"])
        if abs(sum_mm - stated_mm) > stated_mm / 100:
            yield year, Fault("MONTHS_NOT_THE_YEAR", "runoff_mm", {"sum": f"{sum_mm:f}", "stated": f"{stated_mm:f}"})


def _baseline_of(rows: list[Row]) -> dict[str, Any]:
    """The record in the form of a baseline: the year's row, and the months where they are given."""
    year = next(row for row in rows if str(row["month"]).lower() in _YEAR)
    record = {name: value for name, value in year.items() if name not in ("month", "runoff_mm")}
    record["runoff_mm_per_year"] = year["runoff_mm"]
    months = sorted((row for row in rows if row is not year), key=lambda row: int(row["month"]))
    if months:
        record["months"] = [
            {"month": int(row["month"])} | {name: row[name] for name in _OF_MONTH if name in row} for row in months
        ]
    return record


CONTROL_BEFORE = Kind(
    name="control_before",
    title=("对照流域的基线", "Baseline of the control catchment"),
    purpose=(
        "对照流域在基线年份的径流与水化学：一行为全年，另可附十二个月（其和应等于全年）。",
        "Runoff and water of the control catchment in the baseline years: one row for the year, and if known twelve "
        "for its months, which add up to the year.",
    ),
    columns=(
        words("month", ("月份", "Month"), ("年", "year"), meaning=("“年”或 1 至 12", "“year”, or 1 to 12")),
        number(
            "runoff_mm", ("径流深", "Runoff"), "mm", "0", "20000", "480", units={"mm": D(1), "cm": D(10), "m": D(1000)}
        ),
        concentration(
            "flow_weighted_alkalinity_mg_l_hco3",
            ("流量加权碱度（以 HCO3 计）", "Flow-weighted alkalinity as HCO3"),
            "61.0168",
            1,
            "176",
            required=False,
        ),
        concentration("so4_mg_l", ("硫酸根", "Sulfate"), "96.06", 2, "12.5", required=False),
        concentration("no3_mg_l", ("硝酸根", "Nitrate"), "62.005", 1, "4.5", required=False),
        concentration("na_mg_l", ("钠", "Sodium"), "22.9898", 1, "", required=False),
        concentration("k_mg_l", ("钾", "Potassium"), "39.0983", 1, "", required=False),
        concentration("cl_mg_l", ("氯", "Chloride"), "35.453", 1, "", required=False),
        share(
            "relative_standard_uncertainty_of_alkalinity",
            ("碱度的相对标准不确定度", "Relative standard uncertainty of the alkalinity"),
            "0.02",
            required=False,
        ),
        Column(
            "errors_shared_with_project",
            ("共有误差", "Errors shared with the control's period"),
            what="list",
            required=False,
            choices=SHARED_ERRORS,
            example="rating; area; kappa; lab",
            meaning=(
                "同一台站、同一实验室等：rating、area、kappa、lab",
                "Same rating, area, kappa or laboratory: rating, area, kappa, lab",
            ),
        ),
        words("what", ("说明", "What it is"), ("示例：同期对照流域", "EXAMPLE: control, same years"), required=False),
    ),
    key=("month",),
    timing="always",
    shape="object",
    check=_month,
    check_all=_year_and_months,
    assemble=_baseline_of,
)

KINDS = (LIFE_CYCLE, ACTIVITIES, DESIGN, CONTROL_BEFORE)
