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
}
