"""What the regressions refuse or warn about: code -> (Chinese, English)."""

from __future__ import annotations

REGRESSION_TEXTS: dict[str, tuple[str, str]] = {
    # ---- straight lines
    "LINE_LENGTHS": (
        "两列长度不同（{first} 与 {second}），无法回归。",
        "The two columns have {first} and {second} values: they must be equally long.",
    ),
    "LINE_NOT_FINITE": (
        "第 {number} 个点不是数值。请更正或剔除。",
        "Point {number} is not a number. Correct it or leave it out.",
    ),
    "LINE_TOO_FEW": (
        "只有 {count} 个点，带误差的直线至少需要 {minimum} 个。",
        "Only {count} points; a line with an error needs at least {minimum}.",
    ),
    "LINE_ONE_X": (
        "{count} 个点的自变量全部为 {value}，无法确定斜率。请在不同条件下取样。",
        "All {count} points lie at {value}, so they have no slope. Sample under other conditions.",
    ),
    # ---- published sets
    "REFERENCE_SET_UNKNOWN": (
        "没有名为 {name} 的参考系数（已有：{known}）。",
        "There is no reference set named {name} (known: {known}).",
    ),
    "REFERENCE_SET_REJECTED": (
        "参考系数 {name} 未通过检查（{reasons}），不能直接采用。请采样建立本站回归，或由专人注明理由后采用。",
        "The reference set {name} does not pass its checks ({reasons}) and is not used as it is. Sample and fit the "
        "station, or let a person accept its defects with a reason.",
    ),
    "REFERENCE_MISPRINT": (
        "{ion}：原表印作“{printed}”，不是数字，该离子没有可用的值。",
        "{ion}: printed as “{printed}”, which is no number; this ion has no value.",
    ),
    "REFERENCE_MEAN_DISAGREES": (
        "{ion}：在区域平均电导率 {ec25} µS/cm 处给出 {value} mg/L，而同一来源的均值为 {mean} mg/L"
        "（相差 {off_pct} %）。",
        "{ion}: at the region's mean EC25 of {ec25} uS/cm it gives {value} mg/L where the same source prints a mean of "
        "{mean} mg/L ({off_pct} % off).",
    ),
    "REFERENCE_SLOPE_IMPOSSIBLE": (
        "{ion}：电导率每升高 1 µS/cm 所增加的离子及其配对离子应导电 {conducted} µS/cm，化学上不可能。",
        "{ion}: what the line adds per uS/cm would, with its counter-ion, conduct {conducted} uS/cm: "
        "chemically impossible.",
    ),
    "REFERENCE_NEGATIVE_BELOW": (
        "{ion}：电导率低于 {ec25} µS/cm 时回归值为负。",
        "{ion}: the line is negative below an EC25 of {ec25} uS/cm.",
    ),
    "REFERENCE_SLOPES_CONDUCT": (
        "各离子斜率合计每 1 µS/cm 导电 {conducted} µS/cm，应约为 1。",
        "The slopes together conduct {conducted} uS/cm per uS/cm; about 1 is expected.",
    ),
    "REFERENCE_CHARGE_BALANCE": (
        "电导率 {ec25} µS/cm 处电荷平衡误差为 {balance_pct} %（限值 {gate_pct} %）。",
        "At an EC25 of {ec25} uS/cm the charge balance is {balance_pct} % (gate {gate_pct} %).",
    ),
}
