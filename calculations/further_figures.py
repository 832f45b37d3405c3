"""The figures that only some procedures have, beside the flux figures that all of them share."""

from __future__ import annotations

from calculations.figures import FIGURES, TONNES, Figure

LIFE_CYCLE = {
    "life_cycle_t_co2": Figure("t CO2", TONNES, "生命周期排放（所列活动）", "life-cycle emissions (as listed)"),
}

FILLING = {
    "filled_time_pct": Figure("%", 4, "条件插补时间占比", "share of time filled conditionally"),
    "regression_filled_time_pct": Figure("%", 4, "回归插补时间占比", "share of time filled by regression alone"),
    "filled_volume_pct": Figure("%", 4, "条件插补水量占比", "share of volume filled conditionally"),
    "regression_filled_volume_pct": Figure("%", 4, "回归插补水量占比", "share of volume filled by regression alone"),
    "filling_sd_t_co2": Figure("t CO2", TONNES, "插补引起的标准不确定度", "standard uncertainty from the filling"),
}

CONTROL = {
    "net_by_baseline_t_co2": Figure("t CO2", TONNES, "净增汇（对基线年份）", "net enhancement over the baseline years"),
    "net_by_control_t_co2": Figure(
        "t CO2", TONNES, "净增汇（前后与对照流域）", "net enhancement, before-after-control-impact"
    ),
    "project_before_t_co2": Figure("t CO2", TONNES, "项目流域基线年份通量", "project catchment before, C_b Q_b"),
    "control_before_t_co2": Figure(
        "t CO2", TONNES, "对照流域之前（折算到项目面积）", "control before, on the project's area"
    ),
    "control_after_t_co2": Figure(
        "t CO2", TONNES, "对照流域之后（折算到项目面积）", "control after, on the project's area"
    ),
    "baseline_runoff_mm": Figure("mm", 3, "基线年份同期径流深", "baseline runoff of the same months"),
    "minimum_detectable_pct": Figure("%", 2, "最小可检出变化", "minimum detectable change"),
}

ALLOGENIC = {
    "allogenic_water_m3": Figure("m3", 1, "引入外源水量", "allogenic water led in"),
    "allogenic_water_t_co2": Figure("t CO2", TONNES, "外源水自带通量", "uptake the allogenic water brought itself"),
    "own_water_m3": Figure("m3", 1, "流域自身径流量", "water of the catchment itself"),
    "baseline_runoff_mm": CONTROL["baseline_runoff_mm"],
    "minimum_detectable_pct": CONTROL["minimum_detectable_pct"],
    "claimed_enhancement_pct": Figure("%", 2, "设计文件申报的增汇幅度", "enhancement claimed in the design"),
}

RETENTION = {
    "common_time_pct": Figure("%", 4, "两站同时有效的时间占比", "share of time with both stations"),
    "upstream_water_m3": Figure("m3", 1, "上游站水量（共同时段）", "water at the spring, common time"),
    "downstream_water_m3": Figure("m3", 1, "下游站水量（共同时段）", "water downstream, common time"),
    "water_balance_pct": Figure("%", 3, "水量平衡差（占上游）", "water balance error, of the spring's"),
    "upstream_alkalinity_mol": Figure("mol", 0, "上游碱度通量", "alkalinity load at the spring"),
    "downstream_alkalinity_mol": Figure("mol", 0, "下游碱度通量", "alkalinity load downstream"),
    "upstream_dic_mol": Figure("mol", 0, "上游 DIC 通量", "DIC load at the spring"),
    "downstream_dic_mol": Figure("mol", 0, "下游 DIC 通量", "DIC load downstream"),
    "calcite_t_co2": Figure("t CO2", TONNES, "河段沉积的方解石碳（以 CO2 计）", "carbon laid down as calcite, as CO2"),
    "organic_carbon_t_co2": Figure("t CO2", TONNES, "河段生成的有机碳（以 CO2 计）", "organic carbon made, as CO2"),
    "degassed_t_co2": Figure("t CO2", TONNES, "河段脱气", "degassed between the stations"),
    "kappa_downstream": Figure("1", 6, "下游站 DIC/碱度", "DIC over alkalinity downstream"),
    "kappa_measured": Figure("1", 6, "实测 κ（对泉口碱度）", "kappa measured, to the spring's alkalinity"),
}

PHOTOSYNTHESIS = {
    "water_m3": FIGURES["water_m3"],
    "time_counted_pct": FIGURES["time_counted_pct"],
    "catchment_area_km2": FIGURES["catchment_area_km2"],
    "carbon_samples": Figure("1", 0, "有机碳样品数", "organic carbon samples"),
    "flow_weighted_toc_mg_l": Figure("mg/L", 4, "流量加权 TOC", "flow-weighted TOC"),
    "toc_load_t_c": Figure("t C", TONNES, "TOC 通量", "TOC load"),
    "aquatic_share": Figure("1", 6, "内源有机碳比例", "autochthonous share of the organic carbon"),
    "aquatic_carbon_t_c": Figure("t C", TONNES, "内源有机碳通量", "autochthonous organic carbon load"),
    "aquatic_carbon_t_co2": Figure("t CO2", TONNES, "内源有机碳（以 CO2 计）", "autochthonous organic carbon, as CO2"),
    "aquatic_carbon_t_co2_km2_a": Figure(
        "t CO2/km2/a", 4, "单位面积年内源有机碳", "autochthonous organic carbon per area and year"
    ),
    "half_width_90_pct": FIGURES["half_width_90_pct"],
}

_CREDITED = {
    name: FIGURES[name]
    for name in ("net_p10_t_co2", "half_width_90_pct", "creditable_t", "remainder_t_co2", "buffer_t")
}

POWDER = {
    "powder_t": Figure("t", 3, "施用粉体（湿重）", "powder spread, as weighed"),
    "caco3_t": Figure("t", 3, "折合 CaCO3", "as CaCO3"),
    "dissolved_caco3_t": Figure("t", 3, "期内溶蚀的 CaCO3", "CaCO3 dissolved in the period"),
    "ceiling_t_co2": Figure("t CO2", TONNES, "上限 0.4397 (2κ - 1)", "ceiling, 0.4397 (2 kappa - 1) per t dissolved"),
    "soil_acid_keq": Figure("keq", 3, "与粉体反应的强酸", "strong acid that met the powder"),
    "acid_budget_t_co2": Figure("t CO2", TONNES, "强酸扣减", "taken off for strong acids"),
    **LIFE_CYCLE,
    "net_t_co2": FIGURES["net_t_co2"],
    **_CREDITED,
}

POTENTIAL = {
    "cells": Figure("1", 0, "网格数", "cells"),
    "dry_cells": Figure("1", 0, "蒸散大于降水的网格", "cells with more evaporation than rain"),
    "grid_area_km2": Figure("km2", 3, "网格总面积", "area of the grid"),
    "mean_calcium_mmol_l": Figure("mmol/L", 5, "平均平衡钙浓度", "mean equilibrium calcium"),
    "mean_calcium_closed_form_mmol_l": Figure(
        "mmol/L", 5, "平均平衡钙浓度（闭式）", "mean equilibrium calcium, closed form"
    ),
    "dissolved_caco3_t_a": Figure("t/a", 3, "最大潜在溶蚀量（CaCO3）", "maximum potential dissolution, CaCO3"),
    "potential_t_co2_a": Figure("t CO2/a", TONNES, "最大潜在碳汇", "maximum potential uptake"),
    "potential_t_co2_km2_a": Figure("t CO2/km2/a", 4, "单位面积最大潜在碳汇", "maximum potential uptake per area"),
}

TABLETS = {
    "tablets": Figure("1", 0, "试片数", "tablets"),
    "gained_tablets": Figure("1", 0, "增重的试片", "tablets that gained mass"),
    "mean_loss_mg_cm2_a": Figure("mg/cm2/a", 5, "平均溶蚀速率", "mean loss"),
    "cv_loss": Figure("1", 4, "溶蚀速率变异系数", "coefficient of variation of the loss"),
    "mean_t_co2_km2_a": Figure("t CO2/km2/a", 4, "平均碳汇强度（试片表面）", "mean uptake per tablet surface"),
}

ALL: dict[str, Figure] = (
    FIGURES | FILLING | LIFE_CYCLE | CONTROL | ALLOGENIC | RETENTION | PHOTOSYNTHESIS | POWDER | POTENTIAL | TABLETS
)
"""Every figure that any result may hold, in the order in which a person reads them."""
