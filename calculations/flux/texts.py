"""What the flux accounting refuses or warns about: code -> (Chinese, English)."""

from __future__ import annotations

FLUX_TEXTS: dict[str, tuple[str, str]] = {
    "FLUX_SHAPE": (
        "{quantity} 的长度为 {found}，应为 {expected}：各序列必须等长。",
        "{quantity} has shape {found} where {expected} is expected: the series must be equally long.",
    ),
    "FLUX_NOT_FINITE": (
        "{quantity} 有 {count} 个缺失或非数值（首个在第 {first} 个，从 0 起）。请先剔除或按规则插补，"
        "缺失值不能进入合计。",
        "{quantity} has {count} values that are missing or no numbers (the first at {first}, counted from 0). "
        "Leave these times out or fill them by the rules: nothing missing may enter a total.",
    ),
    "FLUX_OUT_OF_RANGE": (
        "{quantity} 为 {value}，应在 {low} 与 {high} 之间。请更正后重算。",
        "{quantity} is {value}; it must lie between {low} and {high}. Correct it and calculate again.",
    ),
    "FLUX_NOTHING_COUNTED": (
        "{expected} 个时次全部缺失，没有可合计的读数。",
        "All {expected} times are missing: there is no reading to sum.",
    ),
    "FLUX_NEGATIVE_DISCHARGE": (
        "第 {first} 个流量（从 0 起）为负。请检查水位流量关系。",
        "Discharge number {first} (counted from 0) is negative. Check the rating curve.",
    ),
}
