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
        "{ion}: at the region's mean EC25 of {ec25} µS/cm it gives {value} mg/L where the same source prints a mean of "
        "{mean} mg/L ({off_pct} % off).",
    ),
    "REFERENCE_SLOPE_IMPOSSIBLE": (
        "{ion}：电导率每升高 1 µS/cm 所增加的离子及其配对离子应导电 {conducted} µS/cm，化学上不可能。",
        "{ion}: what the line adds per µS/cm would, with its counter-ion, conduct {conducted} µS/cm: "
        "chemically impossible.",
    ),
    "REFERENCE_NEGATIVE_BELOW": (
        "{ion}：电导率低于 {ec25} µS/cm 时回归值为负。",
        "{ion}: the line is negative below an EC25 of {ec25} µS/cm.",
    ),
    "REFERENCE_SLOPES_CONDUCT": (
        "各离子斜率合计每 1 µS/cm 导电 {conducted} µS/cm，应约为 1。",
        "The slopes together conduct {conducted} µS/cm per µS/cm; about 1 is expected.",
    ),
    "REFERENCE_CHARGE_BALANCE": (
        "电导率 {ec25} µS/cm 处电荷平衡误差为 {balance_pct} %（限值 {gate_pct} %）。",
        "At an EC25 of {ec25} µS/cm the charge balance is {balance_pct} % (gate {gate_pct} %).",
    ),
    # ---- a published set in use, lines beyond their range, and a laboratory's controls
    "REFERENCE_SET_USED": (
        "离子浓度采用已发表的参考系数 {name}，而非本站水样：只能用于核算，不能签发碳汇量。",
        "The ions come from the published set {name}, not from this station's samples: good for an inventory, never "
        "for credits.",
    ),
    "REFERENCE_SET_NOT_FOR_CREDITS": (
        "离子浓度来自已发表的参考系数 {name}；可签发量必须以本站水样为依据。请采样并建立本站回归。",
        "The ions come from the published set {name}; credits need the station's own samples. Sample and fit them.",
    ),
    "READINGS_OUTSIDE_RANGE": (
        "{count} 个电导率读数（{found} %）在率定范围 {low} 至 {high} µS/cm 之外，按范围端点取值。",
        "{count} readings of EC25 ({found} %) lie outside the calibrated {low} to {high} µS/cm; there the edge's value "
        "is held.",
    ),
    "ION_BELOW_ZERO": (
        "{ion}：在 {count} 个读数（{found} %）处回归线本身为负；按规则取范围端点的值，且不小于零。",
        "{ion}: at {count} readings ({found} %) the line itself is negative; the edge's value, at least zero, counts.",
    ),
    "LINE_NEGATIVE_IN_RANGE": (
        "{ion}：回归线在率定范围 {low} 至 {high} µS/cm 内为负（{value} mg/L），按零计。",
        "{ion}: the line turns negative inside the calibrated {low} to {high} µS/cm ({value} mg/L); zero counts there.",
    ),
    "DUPLICATES_DIFFER": (
        "文件 {file} 第 {row} 行：平行样 {ion} 为 {first} 与 {second} mg/L，相对差 {found} %（限值 {most} %）。"
        "请查明原因。",
        "File {file}, row {row}: the duplicates of {ion} are {first} and {second} mg/L, {found} % apart "
        "(limit {most} %). Find out why.",
    ),
    "DUPLICATES_WORSE_THAN_ASSUMED": (
        "{count} 对平行样表明重碳酸根的相对标准不确定度为 {found} %，大于方法学假定的 {assumed} %。",
        "{count} pairs of duplicates give alkalinity a relative standard uncertainty of {found} %; the methodology "
        "takes {assumed} % for granted.",
    ),
    "BLANK_NOT_CLEAN": (
        "文件 {file} 第 {row} 行：空白样中 {ion} 为 {value} mg/L，达水样中位值的 {found} %（限值 {most} %）。",
        "File {file}, row {row}: the blank holds {value} mg/L of {ion}, {found} % of the median sample "
        "(limit {most} %).",
    ),
}
