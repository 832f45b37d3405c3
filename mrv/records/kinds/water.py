"""Records of waters: organic carbon, water led in, the reach between two stations, test kits, laboratories."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from mrv.records.kinds.model import (
    FROM,
    TIMESTAMP,
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

_HCO3, _MG_HCO3_PER_DEGREE = "61.0168", D("21.762")  # 10 mg/L CaO: 0.35665 meq/L
ALKALINITY_UNITS = {
    "°dH": _MG_HCO3_PER_DEGREE,
    "mg/L CaCO3": D("1.21928"),
    "mgCaCO3/L": D("1.21928"),
}


def _alkalinity(name: str, title: tuple[str, str], example: str) -> Column:
    plain = concentration(name, title, _HCO3, 1, example)
    return Column(**{**plain.__dict__, "units": {**plain.units, **ALKALINITY_UNITS}})


def _carbon_share(row: Row) -> Iterable[Fault]:
    if row.get("autochthonous_share") and not row.get("share_evidence"):
        yield Fault("SHARE_NEEDS_EVIDENCE", "share_evidence")


ORGANIC_CARBON = Kind(
    name="organic_carbon",
    title=("有机碳（TOC/DOC）", "Organic carbon (TOC/DOC)"),
    purpose=(
        "总有机碳浓度，以及水生植物贡献的份额：由碳氮比计算，或写明份额及其证据（如生物标志物）。"
        "只测 DOC 时可填入 TOC 列，负荷会偏低。",
        "Total organic carbon and the share that water plants made: from C/N, or stated with its evidence such as a "
        "biomarker. Where only DOC was measured it may stand in the TOC column; the load is then too low.",
    ),
    columns=(
        TIMESTAMP,
        number(
            "toc_mg_l",
            ("总有机碳", "TOC"),
            "mg/L",
            "0",
            "1000",
            "1.42",
            censored=True,
            units={"mg/l": D(1), "µg/L": D("0.001"), "mgC/L": D(1), "mmol/L": D("12.011"), "µmol/L": D("0.012011")},
            aliases=("toc", "doc", "溶解有机碳"),
        ),
        number(
            "carbon_nitrogen_molar",
            ("碳氮摩尔比", "C/N, molar"),
            "",
            "1",
            "500",
            "8.1",
            required=False,
            aliases=("c/n", "c:n", "碳氮比"),
        ),
        share(
            "autochthonous_share",
            ("内源份额", "Share made in the water"),
            "",
            required=False,
            meaning=("由生物标志物等得出；须写明证据", "From a biomarker or the like; needs its evidence"),
        ),
        words("share_evidence", ("份额的证据", "Evidence of the share"), "", required=False),
        words("sample_id", ("样品编号", "Sample"), ("示例-1", "EXAMPLE-1"), required=False),
    ),
    key=("timestamp", "sample_id"),
    timing="instant",
    needed=True,
    check=_carbon_share,
)

ALLOGENIC_WATER = Kind(
    name="allogenic_water",
    title=("引入的外源水", "Allogenic water led in"),
    purpose=(
        "逐次引水的水量与化学成分；其自带的碱度全部扣除。",
        "Every delivery with its volume and chemistry; the alkalinity that it brings is taken off whole.",
    ),
    columns=(
        FROM,
        TO,
        number(
            "volume_m3",
            ("水量", "Volume"),
            "m3",
            "0",
            "10000000000",
            "210000",
            units={"m³": D(1), "立方米": D(1), "万m3": D(10000), "万立方米": D(10000), "l": D("0.001")},
        ),
        _alkalinity("alkalinity_hco3_mg_l", ("碱度（以 HCO3 计）", "Alkalinity as HCO3"), "18.3"),
        concentration("sulfate_mg_l", ("硫酸根", "Sulfate"), "96.06", 2, "3.2", aliases=("so4",)),
        concentration("nitrate_mg_l", ("硝酸根", "Nitrate"), "62.005", 1, "1.1", aliases=("no3",)),
        concentration("sodium_mg_l", ("钠", "Sodium"), "22.9898", 1, "2.4", aliases=("na",)),
        concentration("potassium_mg_l", ("钾", "Potassium"), "39.0983", 1, "0.9", aliases=("k",)),
        concentration("chloride_mg_l", ("氯", "Chloride"), "35.453", 1, "1.2", aliases=("cl",)),
        words("note", ("备注", "Note"), ("示例", "EXAMPLE"), required=False),
    ),
    key=("from", "to", "note"),
    timing="inside",
    needed=True,
    check=days_in_order(),
)

REACH = Kind(
    name="reach",
    title=("两站之间的河段", "Reach between two stations"),
    purpose=(
        "泉口与下游站之间汇入的水和河段内生成的有机碳，一行对应整个监测期；可忽略时填 0 或不提交。",
        "Water that joins between the spring and the station downstream, and organic carbon made in the reach: one row "
        "for the whole period. Enter 0 for what can be neglected, or bring no such table.",
    ),
    columns=(
        FROM,
        TO,
        number(
            "lateral_water_m3",
            ("汇入水量", "Water joining"),
            "m3",
            "0",
            "1000000000000",
            "0",
            units={"m³": D(1), "立方米": D(1), "万m3": D(10000)},
        ),
        _alkalinity("lateral_alkalinity_hco3_mg_l", ("汇入水碱度（以 HCO3 计）", "Its alkalinity as HCO3"), "0"),
        number(
            "lateral_dic_mmol_l",
            ("汇入水溶解无机碳", "Its dissolved inorganic carbon"),
            "mmol/L",
            "0",
            "100",
            "0",
            units={"mmol/L": D(1), "µmol/L": D("0.001")},
        ),
        number(
            "organic_carbon_made_t_c",
            ("河段内生成的有机碳", "Organic carbon made in the reach"),
            "t C",
            "0",
            "1000000000",
            "1.5",
            units={"t": D(1), "kg": D("0.001"), "kg C": D("0.001")},
        ),
        words("note", ("备注", "Note"), ("示例", "EXAMPLE"), required=False),
    ),
    key=("from", "to"),
    timing="inside",
    shape="object",
    check=days_in_order(),
)


def _kit_uncertainty(row: Row) -> Row:
    """Standard uncertainty: half-step of the kit's resolution (even within a step) and its stated error together.

    u^2 = resolution^2 / 12 + (error x value)^2 / n, with n repeats; JCGM 100:2008 (GUM), 4.3.7 for the first term.
    """
    value = Decimal(str(row["alkalinity_hco3_mg_l"]).lstrip("<"))
    repeats = Decimal(row.get("repeats") or 1)
    step = Decimal(row["resolution_mg_l"]) ** 2 / 12
    error = (Decimal(row["relative_error_pct"]) / 100 * value) ** 2
    u = (step + error / repeats).sqrt()
    return {**row, "standard_uncertainty_mg_l": f"{u.quantize(Decimal('0.01')):f}"}


FIELD_TITRATION = Kind(
    name="field_titration",
    title=("现场滴定（检测盒）", "Field titration by test kit"),
    purpose=(
        "用检测盒现场滴定的碱度，附分辨率和误差项；与实验室水样并列，并带有不确定度。",
        "Alkalinity titrated at the spring with a test kit, with its resolution and error term; it stands beside the "
        "laboratory's samples with its uncertainty.",
    ),
    columns=(
        TIMESTAMP,
        words(
            "sample_id",
            ("样品编号", "Sample"),
            ("示例-1", "EXAMPLE-1"),
            meaning=("与同次实验室水样同号即可对照", "The id of the laboratory's sample of that time, if there is one"),
        ),
        _alkalinity("alkalinity_hco3_mg_l", ("碱度（以 HCO3 计）", "Alkalinity as HCO3"), "158.6"),
        Column(
            **{
                **_alkalinity("resolution_mg_l", ("分辨率（以 HCO3 计）", "Resolution as HCO3"), "6.1").__dict__,
                "low": D("0.001"),
                "censored": False,
                "meaning": ("滴定盒的一格或一滴", "One step or drop of the kit"),
            }
        ),
        number(
            "relative_error_pct",
            ("误差", "Error"),
            "%",
            "0",
            "50",
            "5",
            meaning=(
                "说明书或对照得出的标准误差，占读数的百分比",
                "Standard error of the reading, from the leaflet or a comparison",
            ),
        ),
        number("repeats", ("重复次数", "Repeats"), "", "1", "20", "2", required=False, whole=True),
        words("kit", ("检测盒型号与批号", "Kit and lot"), ("示例检测盒 2021-04", "Example kit 2021-04")),
        words("operator", ("操作人", "Operator"), ("李", "Li"), required=False),
    ),
    key=("timestamp", "sample_id"),
    timing="instant",
    derive=_kit_uncertainty,
    derived=(number("standard_uncertainty_mg_l", ("标准不确定度", "Standard uncertainty"), "mg/L", "0", None, ""),),
)

IONS = (
    ("potassium", ("钾", "Potassium")),
    ("sodium", ("钠", "Sodium")),
    ("calcium", ("钙", "Calcium")),
    ("magnesium", ("镁", "Magnesium")),
    ("chloride", ("氯", "Chloride")),
    ("sulfate", ("硫酸根", "Sulfate")),
    ("nitrate", ("硝酸根", "Nitrate")),
    ("alkalinity", ("碱度", "Alkalinity")),
    ("toc", ("总有机碳", "TOC")),
)

LABORATORIES = Kind(
    name="laboratories",
    title=("各离子的实验室与方法", "Laboratory and method per ion"),
    purpose=(
        "每种离子由哪家实验室、用何种方法测定，及其检出限和不确定度。",
        "Which laboratory analysed each ion by which method, with detection limit and uncertainty.",
    ),
    columns=(
        FROM,
        TO,
        Column("ion", ("离子", "Ion"), what="choice", choices=IONS, example=("硫酸根", "Sulfate")),
        words("laboratory", ("实验室", "Laboratory"), ("示例实验室", "Example laboratory")),
        words("accreditation", ("资质编号（CMA/CNAS）", "Accreditation (CMA/CNAS)"), "CNAS L0000", required=False),
        words("method", ("方法", "Method"), "HJ 84-2016"),
        number(
            "detection_limit_mg_l",
            ("检出限", "Detection limit"),
            "mg/L",
            "0",
            "1000",
            "0.018",
            required=False,
            units={"mg/l": D(1), "µg/L": D("0.001")},
        ),
        number(
            "relative_uncertainty_pct",
            ("相对标准不确定度", "Relative standard uncertainty"),
            "%",
            "0",
            "100",
            "3",
            required=False,
        ),
    ),
    key=("from", "ion", "laboratory", "method"),
    timing="overlap",
    check=days_in_order(),
)

KINDS = (ORGANIC_CARBON, ALLOGENIC_WATER, REACH, FIELD_TITRATION, LABORATORIES)
