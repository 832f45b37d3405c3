"""A result in words, for a terminal."""

from __future__ import annotations

from calculations.figures import FIGURES
from calculations.result import Result

_HEADINGS = {
    "zh": ("数值", "逐步扣减", "警告", "不能签发的原因", "可以签发", "不能签发"),
    "en": ("Figures", "Steps", "Warnings", "Why nothing is issued", "may be issued", "may not be issued"),
}
STEPS = {
    "simple": ("简单法（半碱度）", "simple half-alkalinity figure"),
    "sulfuric": ("硫酸溶蚀", "less sulfuric acid"),
    "nitric": ("硝酸溶蚀", "less nitric acid"),
    "silicate": ("硅酸盐风化", "silicate weathering"),
    "gross": ("总通量 F(1)（扣除雨水）", "gross uptake F(1), less rain"),
    "retained": ("参考点保留 F(κ)", "retained at the reference point, F(kappa)"),
    "net": ("扣除基线", "less the baseline"),
    "extrapolation": ("外延扣减", "less extrapolated discharge"),
    "leakage": ("项目排放与泄漏", "less project emissions and leakage"),
    "p10": ("不确定度扣减至 P10", "less uncertainty, down to P10"),
    "gate": ("未通过签发条件", "not issuable"),
    "whole_tonnes": ("取整（余数结转）", "whole tonnes (the remainder is carried)"),
    "buffer": ("缓冲池", "buffer pool"),
}
"""Step of the waterfall -> (Chinese, English)."""


def explain(result: Result, lang: str) -> str:
    """Figures, waterfall, reasons and warnings of a result in "zh" or "en"."""
    words = _HEADINGS[lang]
    column = 0 if lang == "zh" else 1
    content = result.content
    methodology = content["methodology"]
    lines = [
        f"{methodology['id']} {methodology['version']}  {content['period']['start']} .. {content['period']['end']}",
        f"{result.digest}  {words[4] if result.issuable else words[5]}",
        "",
        words[0],
    ]
    for name, figure in FIGURES.items():
        value = content["figures"].get(name, {}).get("value")
        if value is not None:
            lines.append(f"  {value:>18} {figure.unit:<11} {figure.zh if lang == 'zh' else figure.en}")
    lines += ["", words[1]]
    for step in content["waterfall"]:
        name = STEPS.get(step["step"], (step["step"],) * 2)[column]
        lines.append(f"  {step['amount_t_co2']:>18} -> {step['after_t_co2']:>16}  {name}")
    for heading, messages in ((words[3], result.reasons), (words[2], result.warnings)):
        if messages:
            lines += ["", heading, *(f"  {message.code}: {message.text(lang)}" for message in messages)]
    return "\n".join(lines)
