"""A result in words, for a terminal: figures, a waterfall, tables, reasons and warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calculations.further_figures import ALL
from calculations.result import Result
from calculations.terminal import FALLS, RISES, TOTAL, bar, padded, width

_WORDS = {
    "zh": {
        "figures": "数值",
        "steps": "逐步扣减（t CO2；█ 水平  ▓ 增加  ░ 减少）",
        "warnings": "提示",
        "reasons": "不能签发或不产生碳信用的原因",
        "issuable": "可以签发",
        "not": "不能签发",
        "what_if": "假设计算，不是正式结果",
        "counties": "分县",
        "groups": "按土地利用与深度",
        "factors": "仅靠平衡所需的土壤 CO2",
        "model": "模型",
    },
    "en": {
        "figures": "Figures",
        "steps": "Steps (t CO2; █ level  ▓ more  ░ less)",
        "warnings": "Remarks",
        "reasons": "Why nothing is issued or credited",
        "issuable": "may be issued",
        "not": "may not be issued",
        "what_if": "WHAT-IF, not an official result",
        "counties": "By county",
        "groups": "By land use and depth",
        "factors": "Soil CO2 that equilibrium alone would need",
        "model": "Model",
    },
}
STEPS = {
    "simple": ("简单法（半碱度）", "simple half-alkalinity figure"),
    "sulfuric": ("硫酸溶蚀", "less sulfuric acid"),
    "nitric": ("硝酸溶蚀", "less nitric acid"),
    "silicate": ("硅酸盐风化", "silicate weathering"),
    "gross": ("总通量 F(1)（扣除雨水）", "gross uptake F(1), less rain"),
    "retained": ("参考点保留 F(κ)", "retained at the reference point, F(kappa)"),
    "allogenic_water": ("外源水自带", "less what allogenic water brought"),
    "net": ("扣除基线", "less the baseline"),
    "extrapolation": ("外延扣减", "less extrapolated discharge"),
    "leakage": ("项目排放与泄漏", "less project emissions and leakage"),
    "ceiling": ("上限 0.4397 (2κ - 1)", "ceiling, 0.4397 (2 kappa - 1)"),
    "soil_acid": ("土壤强酸", "less the soil's strong acid"),
    "life_cycle": ("生命周期排放", "less life-cycle emissions"),
    "p10": ("不确定度扣减至 P10", "less uncertainty, down to P10"),
    "gate": ("未通过签发条件", "not issuable"),
    "whole_tonnes": ("取整（余数结转）", "whole tonnes (the remainder is carried)"),
    "buffer": ("缓冲池", "buffer pool"),
}
"""Step of the waterfall -> (Chinese, English)."""
LEVELS = ("simple", "gross", "retained", "net", "ceiling", "p10", "gate", "whole_tonnes")
"""Steps that end at a level of their own, drawn from zero."""
_COLUMNS = 40
_FIRST = ("county", "land_use", "depth_cm", "factor", "cells", "n")
"""Columns of tables that come first; a stored result has its keys in the order of the alphabet."""


def explain(result: Result, lang: str) -> str:
    """Figures, waterfall, tables, reasons and remarks of a result in "zh" or "en"."""
    words, content = _WORDS[lang], result.content
    methodology = content["methodology"]
    lines = [
        f"{methodology['id']} {methodology['version']}  {content['period']['start']} .. {content['period']['end']}",
        f"{result.digest}  {words['issuable'] if result.issuable else words['not']}",
    ]
    if result.is_what_if:
        changed = ", ".join(f"{name} {item['published']:g} -> {item['taken']:g}" for name, item in _what_if(content))
        lines.append(f"{words['what_if']}: {changed}")
    lines += ["", words["figures"], *figure_lines(content["figures"], lang)]
    if content["waterfall"]:
        lines += ["", words["steps"], *waterfall_lines(content["waterfall"], lang)]
    lines += _tables(content, words)
    for heading, messages in ((words["reasons"], result.reasons), (words["warnings"], result.warnings)):
        if messages:
            lines += ["", heading, *(f"  {message.code}: {message.text(lang)}" for message in messages)]
    return "\n".join(lines)


def figure_lines(figures: Mapping[str, Mapping[str, str | None]], lang: str) -> list[str]:
    """One line for every figure that has a value, in the order of `further_figures.ALL`."""
    lines = []
    for name, figure in ALL.items():
        value = figures.get(name, {}).get("value")
        if value is not None:
            lines.append(f"  {value:>18} {figure.unit:<11} {figure.zh if lang == 'zh' else figure.en}")
    return lines


def waterfall_lines(steps: Sequence[Mapping[str, str]], lang: str) -> list[str]:
    """Each step with its amount, what is left, and a bar; changes hang between the two levels."""
    column = 0 if lang == "zh" else 1
    names = [STEPS.get(step["step"], (step["step"],) * 2)[column] for step in steps]
    after = [float(step["after_t_co2"]) for step in steps]
    low, high = min(0.0, *after), max(0.0, *after)
    widest = max(map(width, names))
    lines, before = [], 0.0
    for name, step, level in zip(names, steps, after, strict=True):
        if step["step"] in LEVELS:
            drawn = bar(0.0, level, low, high, _COLUMNS, TOTAL)
        else:
            drawn = bar(before, level, low, high, _COLUMNS, RISES if level > before else FALLS)
        amount = f"{float(step['amount_t_co2']):+,.3f}"
        lines.append(f"  {padded(name, widest)} {amount:>14} {level:>13,.3f}  {drawn}".rstrip())
        before = level
    return lines


def _what_if(content: Mapping[str, Any]) -> list[tuple[str, Mapping[str, float]]]:
    return sorted(content["what_if"].items())


def _tables(content: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """Tables that some procedures add: counties, groups of tablets, what soil CO2 would have to be."""
    lines: list[str] = []
    if "model" in content:
        lines += ["", words["model"], *(f"  {name}: {value}" for name, value in sorted(content["model"].items()))]
    for name in ("counties", "groups"):
        if content.get(name):
            lines += ["", words[name], *_table(content[name])]
    if "factors" in content:
        facts = {name: value for name, value in content["factors"].items() if name != "by_equilibrium"}
        lines += ["", words["factors"], *(f"  {name}: {value}" for name, value in sorted(facts.items()))]
        lines += _table(content["factors"]["by_equilibrium"])
    return lines


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    columns = sorted(rows[0], key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    cells = [columns, *[[_cell(row[name]) for name in columns] for row in rows]]
    widths = [max(width(line[k]) for line in cells) for k in range(len(columns))]
    return ["  " + "  ".join(padded(cell, widths[k], right=k > 0) for k, cell in enumerate(line)) for line in cells]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
