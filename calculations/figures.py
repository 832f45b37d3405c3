"""The figures of a result: name, unit, decimals, and what a person calls them, in one table.

Figures are decimal strings, rounded once (half to even) from the calculation's doubles: whoever reads them needs
no rule of rounding, and money-like quantities never pass through a float again.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

TONNES = 6
"""Decimals of quantities in t CO2."""


@dataclass(frozen=True)
class Figure:
    """Unit, decimals and names of one figure."""

    unit: str
    decimals: int
    zh: str
    en: str


FIGURES: dict[str, Figure] = {
    "readings": Figure("1", 0, "读数个数", "readings"),
    "expected_slots": Figure("1", 0, "应有时次", "slots expected"),
    "missing_slots": Figure("1", 0, "缺测时次", "slots missing"),
    "filled_slots": Figure("1", 0, "插补时次", "slots filled"),
    "time_measured_pct": Figure("%", 4, "实测时间占比", "share of time measured"),
    "time_counted_pct": Figure("%", 4, "计入时间占比（含插补）", "share of time counted (filled included)"),
    "volume_measured_pct": Figure("%", 4, "实测水量占比", "share of volume measured"),
    "zero_flow_slots": Figure("1", 0, "水位不高于零流量水位的时次", "slots at or below the stage of zero flow"),
    "period_years": Figure("a", 6, "监测期年数", "length of the period"),
    "catchment_area_km2": Figure("km2", 6, "流域面积", "catchment area"),
    "water_m3": Figure("m3", 1, "径流量", "water"),
    "runoff_mm": Figure("mm", 3, "径流深", "runoff"),
    "mean_discharge_m3_s": Figure("m3/s", 5, "平均流量", "mean discharge"),
    "flow_weighted_hco3_mg_l": Figure("mg/L", 3, "流量加权碱度（以 HCO3 计）", "flow-weighted alkalinity as HCO3"),
    "flow_weighted_so4_mg_l": Figure("mg/L", 3, "流量加权 SO4", "flow-weighted SO4"),
    "flow_weighted_no3_mg_l": Figure("mg/L", 3, "流量加权 NO3", "flow-weighted NO3"),
    "speciated_readings": Figure("1", 0, "已做形态计算的时次", "readings speciated"),
    "mean_si_calcite": Figure("1", 4, "平均方解石饱和指数", "mean saturation index of calcite"),
    "mean_pco2_pa": Figure("Pa", 2, "平均 CO2 分压", "mean CO2 pressure"),
    "outside_calibration_pct": Figure(
        "%", 4, "电导率超出标定范围的通量占比", "share of flux outside the calibrated EC range"
    ),
    "extrapolated_volume_pct": Figure("%", 4, "外延水量占比", "share of volume beyond the line of extrapolation"),
    "simple_t_co2": Figure("t CO2", TONNES, "简单法（半碱度）", "simple half-alkalinity figure"),
    "gross_t_co2": Figure("t CO2", TONNES, "总通量 F(1)", "gross uptake F(1)"),
    "gross_t_co2_km2_a": Figure("t CO2/km2/a", 4, "单位面积年总通量", "gross uptake per area and year"),
    "retained_t_co2": Figure("t CO2", TONNES, "留存通量 F(κ)", "retained uptake F(kappa)"),
    "retained_t_co2_km2_a": Figure("t CO2/km2/a", 4, "单位面积年留存通量", "retained uptake per area and year"),
    "allogenic_t_co2": Figure("t CO2", TONNES, "其中外源水部分（毛）", "of gross: allogenic water"),
    "autochthonous_t_co2": Figure("t CO2", TONNES, "其中自源水部分（毛）", "of gross: autochthonous water"),
    "cation_check_t_co2": Figure("t CO2", TONNES, "阳离子法复核（保留）", "retained uptake by cations, cross-check"),
    "baseline_t_co2": Figure("t CO2", TONNES, "基线", "baseline"),
    "net_t_co2": Figure("t CO2", TONNES, "净增汇（保留减基线）", "net enhancement (retained less baseline)"),
    "extrapolation_deduction_t_co2": Figure("t CO2", TONNES, "外延扣减", "deduction for extrapolation"),
    "leakage_t_co2": Figure("t CO2", TONNES, "项目排放与泄漏", "project emissions and leakage"),
    "net_after_deductions_t_co2": Figure("t CO2", TONNES, "扣减后净增汇", "net enhancement after deductions"),
    "net_p10_t_co2": Figure("t CO2", TONNES, "净增汇 P10", "P10 of the net enhancement"),
    "half_width_90_pct": Figure("%", 3, "90 % 双侧半宽", "two-sided 90 % half-width"),
    "creditable_t": Figure("t", 0, "可计入整吨", "creditable whole tonnes"),
    "remainder_t_co2": Figure("t CO2", TONNES, "余数（结转）", "remainder (carried)"),
    "buffer_t": Figure("t", 0, "其中缓冲池", "of which buffer"),
}


def rounded(value: float, decimals: int) -> Decimal:
    """A double as Decimal with that many decimals, half to even; never minus zero."""
    result = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return result if result else abs(result)


def tonnes(value: float) -> Decimal:
    """t CO2 with the decimals of all quantities in tonnes."""
    return rounded(value, TONNES)


def whole_tonnes(quantity: Decimal) -> tuple[int, Decimal]:
    """(whole tonnes rounded down, remainder) of a non-negative quantity already rounded once.

    The remainder keeps all its decimals. A float floor lost one credit of 412 (411.99999999999994), which is why
    `tonnes` comes first.
    """
    whole = int(quantity.to_integral_value(rounding=ROUND_FLOOR))
    return whole, quantity - whole


def buffer_tonnes(whole: int, share: Decimal) -> int:
    """The buffer pool's share of whole tonnes, rounded up."""
    return int((share * whole).to_integral_value(rounding=ROUND_CEILING))
