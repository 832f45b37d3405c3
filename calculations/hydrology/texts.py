"""What the hydrology refuses or warns about: code -> (Chinese, English)."""

from __future__ import annotations

HYDROLOGY_TEXTS: dict[str, tuple[str, str]] = {
    # ---- weirs
    "WEIR_OUT_OF_RANGE": (
        "量水堰的 {field} 为 {value}，应在 {low} 与 {high} 之间。请核对堰板尺寸。",
        "The weir's {field} is {value}; it must lie between {low} and {high}. Check the dimensions of the plate.",
    ),
    "WEIR_NO_STAGE": (
        "{count} 个水位全部缺失，无法计算堰流量。",
        "All {count} stages are missing: the weir gives no discharge.",
    ),
    "WEIR_NO_GAUGING": (
        "{count} 次测流均不在堰顶以上，不能检验流量系数。请在过流时测流。",
        "None of the {count} gaugings was made with water over the crest: the coefficient cannot be checked. "
        "Gauge while it flows.",
    ),
    # ---- rating curves in segments
    "RATING_NO_BREAK": (
        "测流只有 {stages} 个不同水位，不足以分为 {segments} 段（每段至少三个）。请补测或减少分段。",
        "The gaugings cover {stages} different stages, too few for {segments} segments (three each). "
        "Gauge more or take fewer segments.",
    ),
    # ---- load estimators
    "LOAD_NO_DISCHARGE": (
        "没有流量序列，无法估算负荷。",
        "There is no series of discharge, so no load can be estimated.",
    ),
    "LOAD_DISCHARGE_INVALID": (
        "{count} 个流量缺失或为负（首个在第 {first} 个，从 0 起）。请先剔除或插补。",
        "{count} discharges are missing or negative (the first at {first}, counted from 0). "
        "Leave them out or fill them.",
    ),
    "LOAD_INTERVAL_INVALID": (
        "读数间隔 {value} 秒无效，必须大于零。",
        "The interval of {value} s between readings is not valid; it must be above zero.",
    ),
    "LOAD_SAMPLES_INVALID": (
        "第 {number} 个水样的时次或浓度无效：须为数值、在序列之内、按时间先后且不重复。",
        "Sample {number} has no valid time or concentration: a number, inside the series, in order of time, once each.",
    ),
    "LOAD_NO_WATER": (
        "全部流量为零，没有负荷。",
        "All discharges are zero: there is no load.",
    ),
    "LOAD_TOO_FEW_SAMPLES": (
        "只有 {count} 个水样，此估算法至少需要 {minimum} 个。",
        "Only {count} samples; this estimator needs at least {minimum}.",
    ),
    "LOAD_SAMPLES_DRY": (
        "{count} 个水样均采于断流时，无法按流量加权。",
        "All {count} samples were taken while nothing flowed: they cannot be weighted by discharge.",
    ),
    "LOAD_STRATUM_TOO_FEW": (
        "第 {stratum} 层只有 {count} 个水样，至少需要 {minimum} 个。请合并分层或补样。",
        "Stratum {stratum} has only {count} samples where {minimum} are needed. Join strata or take more samples.",
    ),
    "LOAD_NOT_POSITIVE": (
        "第 {number} 个水样的浓度或流量不大于零，不能取对数。请改用比率或插值估算法。",
        "Sample {number} has a concentration or discharge that is not above zero, so it has no logarithm. "
        "Use the ratio or the interpolation estimator.",
    ),
    "LOAD_ONE_DISCHARGE": (
        "{count} 个水样的流量全部为 {value} m³/s，无法回归。请在不同流量时采样。",
        "All {count} samples were taken at {value} m3/s, so no line can be fitted. Sample at different flows.",
    ),
    # ---- gaps
    "GAP_SHAPE": (
        "数值、水位与季节三列长度不同（{values}、{stage}、{season}）。",
        "Values, stage and season have {values}, {stage} and {season} entries: they must be equally long.",
    ),
    "GAP_NOT_FINITE": (
        "第 {first} 个值（从 0 起）为无穷大。请按缺测处理。",
        "Value {first} (counted from 0) is infinite. Mark it as missing.",
    ),
    "GAP_NOTHING_MEASURED": (
        "{count} 个时次全部缺测，没有可据以插补的读数。",
        "All {count} times are missing: there is nothing to fill from.",
    ),
    # ---- curves in time
    "RATING_HISTORY_EMPTY": (
        "没有任何水位流量关系。请先建立曲线。",
        "There is no rating curve at all. Fit one first.",
    ),
    "RATING_VALIDITY_BACKWARDS": (
        "第 {number} 条曲线的有效期终止不晚于开始。请更正日期。",
        "The validity of curve {number} ends before it begins. Correct the dates.",
    ),
    "RATING_VALIDITY_OVERLAP": (
        "第 {number} 条曲线的有效期与前一条重叠。同一时刻只能有一条曲线有效。",
        "The validity of curve {number} overlaps the one before: only one curve may hold at a time.",
    ),
    "RATING_SHIFT_INVALID": (
        "第 {number} 条曲线的水位改正须为数值，且按时间先后排列。",
        "The shifts of curve {number} must be numbers in order of time.",
    ),
    "RATING_HISTORY_ELSEWHERE": (
        "{count} 个水位读数均不在任何曲线的有效期内。请核对有效期。",
        "Not one of {count} stages was read while a curve was valid. Check the validity dates.",
    ),
    "RATING_DISCHARGE_INVALID": (
        "{count} 个流量缺失或为负，或外延界限 {line} m³/s 无效。",
        "{count} discharges are missing or negative, or the line of extrapolation {line} m3/s is not valid.",
    ),
    "CURVE_FORM_NOT_ALLOWED": (
        "封存的水位流量关系需要 {found}，所用方法学版本只允许 {allowed}。请改用允许它的版本，或只用一条幂函数。",
        "The sealed rating needs {found}, and this methodology version allows {allowed} only. Choose a version that "
        "allows it, or use one power law.",
    ),
    "SEGMENTS_NOT_SUPPORTED": (
        "测流资料不支持分为 {segments} 段（判据只改善 {gained}，需大于 6）。建议减少分段或补测。",
        "The gaugings do not ask for {segments} segments (the criterion gains {gained} where more than 6 is needed). "
        "Take fewer, or gauge more.",
    ),
    "RATING_BREAK_HELD": (
        "测流资料不足以确定分段点 {breaks} m 的误差，置信带按已知分段点计算。",
        "The gaugings do not say how far the breaks {breaks} m may move: the band treats them as known.",
    ),
    "WEIR_NOT_GAUGED": (
        "量水堰没有任何过流时的测流可供检验，只按公式与所列不确定度计算。请至少测流一次。",
        "No gauging with water over the crest checks the weir: it is a formula with its stated uncertainty. "
        "Gauge it at least once.",
    ),
    "WEIR_DEPARTS": (
        "{n} 次测流平均偏离堰公式 {percent} %。请检查堰板是否漏水、淹没或不水平。",
        "The mean of {n} gaugings departs from the weir's formula by {percent} %. Check whether the plate leaks, is "
        "drowned or is not level.",
    ),
    "GAUGING_OF_ANOTHER_TIME": (
        "{file} 第 {row} 行的测流不在这条曲线的时段内，未使用。",
        "The gauging in row {row} of {file} was made at another time than this curve's and is not used.",
    ),
    "CURVE_NOT_VALID": (
        "有 {slots} 个时次（{hours} 小时）没有任何有效的水位流量关系，不计入。",
        "{slots} times ({hours} h) lie where no rating curve is valid: they earn nothing.",
    ),
    "CURVES_IN_TIME": (
        "水位流量关系按时间分为 {curves} 条，共有 {shifts} 项水位改正。",
        "The rating has {curves} curves in time and {shifts} shifts of the stage.",
    ),
    "STAGE_NEVER_FLOWS": (
        "没有一个水位高于零流量水位（最高 {highest} m）。请核对水位零点与曲线。",
        "Not one stage lies above the stage of zero flow (the highest is {highest} m). Check the datum and the curve.",
    ),
    # ---- recessions
    "RECESSION_EMPTY": (
        "{count} 个时次中没有流量，无法分析退水。",
        "There is no discharge in {count} times: no recession can be read.",
    ),
    "RECESSION_INVALID": (
        "第 {first} 个流量（从 0 起）为负或无穷大。",
        "Discharge {first} (counted from 0) is negative or infinite.",
    ),
    "RECESSION_NONE": (
        "没有足够长的退水段。请使用更长的序列或放宽条件。",
        "No recession is long enough. Use a longer series or looser rules.",
    ),
    "RECESSION_NOT_FALLING": (
        "退水系数为 {k} 每日，必须大于零（缓流份额须在 0 与 1 之间）。",
        "The recession coefficient is {k} per day; it must be above zero (and the slow share between 0 and 1).",
    ),
}
