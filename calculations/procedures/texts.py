"""What the procedures refuse, warn about or explain: code -> (Chinese, English)."""

from __future__ import annotations

PROCEDURE_TEXTS: dict[str, tuple[str, str]] = {
    # ---- what-if
    "WHAT_IF": (
        "这是假设计算（{changed}），不是正式结果，不能签发，也不产生碳信用。",
        "This is a what-if ({changed}), not an official result: nothing can be issued on it.",
    ),
    "WHAT_IF_UNKNOWN_PARAMETER": (
        "该方法学版本没有参数 {symbol}（已有：{known}）。",
        "This version has no parameter {symbol} (it has: {known}).",
    ),
    # ---- outcomes that are no claim
    "REPORTING_ONLY": (
        "{methodology} 只给出报告项，不签发声明或碳信用。",
        "{methodology} gives a reporting line; neither a statement nor credits are issued on it.",
    ),
    "PILOT_NOT_OPEN": (
        "{methodology} 处于试点：主管部门发布可签发的版本之前不产生碳信用。",
        "{methodology} is a pilot: no credits until the authority publishes a version that earns them.",
    ),
    "SCREENING_ONLY": (
        "{methodology} 用于筛查与规划，不签发声明或碳信用。",
        "{methodology} is for screening and planning; neither a statement nor credits are issued on it.",
    ),
    # ---- evidence that a procedure asks for
    "RECORD_MISSING": (
        "{methodology} 需要记录 {record}，证据中没有。请提交该记录（字段见 docs/science/evidence-records.md）。",
        "{methodology} needs the record {record}, which the evidence does not hold. Add it (its fields are in "
        "docs/science/evidence-records.md).",
    ),
    "COMPANION_MISSING": (
        "{methodology} 需要另一站（{role}）的同期监测数据，证据中没有。请提交该站的记录仪、测流与水样资料。",
        "{methodology} needs a further station ({role}) over the same period, which the evidence does not hold. "
        "Add its logger files, gaugings and samples.",
    ),
    "RECORD_FIELD_INVALID": (
        "记录 {record} 的字段 {field} 的值“{value}”无效（应为 {expected}）。",
        "The record {record} has “{value}” in {field}; expected {expected}.",
    ),
    "RECORD_VALUE_OUT_OF_RANGE": (
        "文件 {file} 第 {row} 行：{column} = {value} 不在 {low} 至 {high} 之间。",
        "File {file}, row {row}: {column} = {value} is not between {low} and {high}.",
    ),
    "RECORD_TOO_FEW": (
        "记录 {record} 只有 {count} 条可用，至少需要 {minimum} 条。",
        "The record {record} has {count} usable entries; at least {minimum} are needed.",
    ),
    # ---- enhancement with a control catchment
    "BASELINE_MONTHS_DISAGREE": (
        "基线各月径流深之和 {sum_mm} mm 与年径流深 {year_mm} mm 相差超过 1 %。请核对基线文件。",
        "The baseline's months add up to {sum_mm} mm, more than 1 % from its year of {year_mm} mm. "
        "Check the baseline file.",
    ),
    "BASELINE_SCALED_BY_DAYS": (
        "监测期不是整年，而基线没有逐月径流，按天数折算。请在基线文件中给出逐月径流。",
        "The period is no whole year and the baseline states no months: it is scaled by days. State the months.",
    ),
    "LOWER_DESIGN_COUNTS": (
        "对基线年份的净增汇为 {by_baseline} t，前后与对照流域法为 {by_control} t，取较低者。",
        "Net enhancement is {by_baseline} t over the baseline years and {by_control} t by before-after-control-impact; "
        "the lower counts.",
    ),
    "CONTROL_NOT_PASSED": (
        "对照流域的监测未达到签发条件（{gate}：{found} %，要求 {least} %）。",
        "The control catchment's monitoring misses a condition ({gate}: {found} %, needed {least} %).",
    ),
    "DOWNSTREAM_NOT_PASSED": (
        "下游站的监测未达到条件（{gate}：{found} %，要求 {least} %）。",
        "The downstream station's monitoring misses a condition ({gate}: {found} %, needed {least} %).",
    ),
    "CONTROL_BEFORE_MISSING": (
        "有对照流域的监测数据，但没有其基线年份的记录 control_before，无法做前后对照。",
        "There is a control catchment but no record control_before of its years before the project: "
        "no before-after-control-impact figure can be made.",
    ),
    # ---- design check
    "DESIGN_CHECK_MISSING": (
        "{methodology} 要求先做设计检验：证据中没有记录 design，不能签发。",
        "{methodology} credits only after its design check, and the evidence holds no record design: "
        "nothing can be issued.",
    ),
    "CLAIM_BELOW_DETECTION": (
        "申报的增汇幅度 {claimed} % 小于最小可检出变化 {detectable} %。请延长年限，或增加水样与测流。",
        "The claimed enhancement of {claimed} % is below the minimum detectable change of {detectable} %. "
        "Plan more years, samples or gaugings.",
    ),
    "DESIGN_INVALID": (
        "设计检验的 {field} = {value} 无效（应为 {expected}）。",
        "The design's {field} is {value}; expected {expected}.",
    ),
    # ---- allogenic water
    "MORE_ALLOGENIC_THAN_OUTLET": (
        "回归的外源水量 {returned_m3} m³ 大于出口径流量 {outlet_m3} m³，请核对引水记录。",
        "The allogenic water that returns, {returned_m3} m3, is more than the outlet's water, {outlet_m3} m3. "
        "Check the deliveries.",
    ),
    # ---- two stations
    "WATER_BALANCE": (
        "两站水量平衡差为上游的 {found} %，超过 {most} %。请核对区间入流或测流。",
        "The stations' water balance is off by {found} % of the spring's water, above {most} %. "
        "Check lateral inflow and gaugings.",
    ),
    "NO_COMMON_TIME": (
        "两站没有同时具备水位、电导率、水温与 pH 的时段，无法计算。",
        "At no time do both stations have stage, conductivity, temperature and pH: nothing can be calculated.",
    ),
    "NO_COMMON_FLOW": (
        "共同时段内上游或下游没有水或没有碱度，无法计算 κ。",
        "No water or no alkalinity passed a station in the common time: kappa cannot be measured.",
    ),
    "KAPPA_ABOVE_ONE": (
        "下游 DIC/碱度为 {found}，大于 1：溶解 CO2 还会继续逸出，κ 按 1 计。",
        "DIC over alkalinity downstream is {found}: the CO2 gas will still leave the water; kappa counts as 1 at most.",
    ),
    "TUFA": (
        "河段沉积了 {share} % 的碱度（钙华），κ 已含这一损失。",
        "{share} % of the alkalinity fell out between the stations (tufa); kappa includes that loss.",
    ),
    # ---- aquatic photosynthesis
    "NO_CARBON_SHARE": (
        "没有一个样品给出 C/N 或内源比例，无法划分内源有机碳。",
        "Not one sample states C/N or an autochthonous share: the organic carbon cannot be parted.",
    ),
    "SHARE_WITHOUT_EVIDENCE": (
        "文件 {file} 第 {row} 行：给出了内源比例但没有依据（share_evidence），未采用。",
        "File {file}, row {row}: states an autochthonous share without its evidence (share_evidence); not used.",
    ),
    "CARBON_SAMPLE_OUTSIDE": (
        "文件 {file} 第 {row} 行：采样时没有流量，未采用。",
        "File {file}, row {row}: there is no discharge at its time; not used.",
    ),
    # ---- powder
    "MORE_ACID_THAN_POWDER": (
        "与粉体反应的强酸超过所溶蚀碳酸盐的中和能力：施用是净排放。",
        "There is more strong acid than the dissolved carbonate neutralises: spreading is a net source.",
    ),
    "NET_NOT_POSITIVE": (
        "净吸收 {net} t CO2 不大于零，不产生碳信用。",
        "The net uptake, {net} t CO2, is not above zero: no credit.",
    ),
    "LIFE_CYCLE_MISSING": (
        "证据中没有生命周期排放记录 life_cycle，不能签发。",
        "The evidence holds no record life_cycle of emissions: nothing can be issued.",
    ),
    # ---- potential dissolution
    "CELLS_DRY": (
        "{count} 个网格的蒸散大于降水，潜在溶蚀按零计。",
        "{count} cells have more evaporation than rain; their potential counts as zero.",
    ),
    "SOIL_PCO2_ABOVE_LIMIT": (
        "{count} 个网格的土壤 CO2 分压高于 {most} atm，土壤空气中罕见，请核对来源。",
        "{count} cells have a soil CO2 pressure above {most} atm, rare in soil air. Check its source.",
    ),
    "FACTOR_NOT_REACHABLE": (
        "仅靠平衡，溶蚀量增至 {factor} 倍需要土壤 CO2 分压 {needed} atm（{ratio} 倍），土壤达不到（上限 {most} atm）。",
        "By equilibrium alone, {factor} times the dissolution needs {needed} atm of soil CO2 ({ratio} times): "
        "no soil reaches that (limit {most} atm).",
    ),
    "TOO_MANY_CELLS": (
        "网格数 {count} 超过上限 {most}。请分块计算。",
        "{count} cells are more than {most}. Split the grid.",
    ),
    # ---- tablets
    "TABLET_GAINED": (
        "文件 {file} 第 {row} 行（{tablet}）：试片增重，按负值计入均值。",
        "File {file}, row {row} ({tablet}): the tablet gained mass; it counts as negative in the means.",
    ),
    "TABLET_BURIED_SHORTLY": (
        "文件 {file} 第 {row} 行（{tablet}）：埋设 {days} 天，少于 {minimum} 天，未采用。",
        "File {file}, row {row} ({tablet}): buried for {days} days, fewer than {minimum}; not used.",
    ),
    "TABLET_TIME_BACKWARDS": (
        "文件 {file} 第 {row} 行（{tablet}）：取出时间不晚于埋设时间。",
        "File {file}, row {row} ({tablet}): recovered not after it was buried.",
    ),
}
