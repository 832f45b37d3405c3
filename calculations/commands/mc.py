"""mc KIT.zip: how uncertain a period's figures are, why, and what other programmes' rules would leave."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from calculations.bundle import METHODOLOGY, Bundle, read_bundle, read_kit
from calculations.commands.status import SAME, Commands
from calculations.container import Container
from calculations.engine import compute
from calculations.methodologies import Methodology, load_methodology, read_methodology
from calculations.result import Result
from calculations.terminal import padded as _padded
from calculations.uncertainty.deductions import RULES, Spread, side_by_side

_BAR = 40
_ROWS = 20
_COLUMNS = ("p5", "p10", "p50", "p90", "p95", "mean", "sd")
_WORDS = {
    "zh": {
        "draws": "抽样次数",
        "rule": "分位数：升序第 ceil(p n) 个抽样值",
        "seed": "种子",
        "check": "与逐时次求和的最大相对差",
        "distribution": "分布（t CO2）",
        "histogram": "直方图（t CO2），<- 为 P10 所在",
        "tornado": "方差来源（一阶份额）",
        "deductions": "不确定度扣减规则对照（t CO2；? 表示规则原文未核对）",
        "left": "计入",
        "deducted": "扣减",
        "chemistry": "逐次抽样的水化学",
        "nothing": "该结果没有蒙特卡洛分布。",
        "gross": "总通量",
        "retained": "留存",
        "net": "净增汇",
        "mean_pco2_pa": "平均 CO2 分压",
        "mean_si_calcite": "平均方解石饱和指数",
        "dic_flux_t_c": "溶解无机碳通量",
    },
    "en": {
        "draws": "draws",
        "rule": "quantiles: the draw of rank ceil(p n) in rising order",
        "seed": "seed",
        "check": "largest relative difference to plain sums",
        "distribution": "Distributions (t CO2)",
        "histogram": "Histogram (t CO2); <- marks P10",
        "tornado": "Where the variance comes from (first-order shares)",
        "deductions": "Deduction rules side by side (t CO2; ? = the rule's text was not seen)",
        "left": "credited",
        "deducted": "deducted",
        "chemistry": "Chemistry in every draw",
        "nothing": "This result has no Monte Carlo distribution.",
        "gross": "gross",
        "retained": "retained",
        "net": "net",
        "mean_pco2_pa": "mean CO2 pressure",
        "mean_si_calcite": "mean SI of calcite",
        "dic_flux_t_c": "flux of dissolved inorganic carbon",
    },
}
GROUP_NAMES = {
    "rating": ("水位流量曲线", "rating curve"),
    "gauging_bias": ("流量测量偏差", "bias of gaugings"),
    "conductivity": ("电导率增益", "conductivity"),
    "laboratory": ("实验室", "laboratory"),
    "regression": ("回归系数", "regression"),
    "kappa": ("κ", "kappa"),
    "baseline": ("基线", "baseline"),
    "area": ("面积", "area"),
    "random": ("随机误差", "random errors"),
    "control": ("对照流域", "control catchment"),
    "life_cycle": ("生命周期排放", "life cycle"),
    "allogenic_water": ("引入水量", "allogenic water"),
    "powder_mass": ("粉体质量", "powder mass"),
    "dissolved_share": ("溶蚀比例", "dissolved share"),
    "soil_acid": ("土壤强酸", "soil acid"),
    "ph": ("pH", "pH"),
    "temperature": ("水温", "temperature"),
}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    text = "distribution, tornado and deduction rules of a period / 蒙特卡洛：分布、来源与扣减对照"
    command = commands.add_parser("mc", help=text, parents=[shared])
    command.add_argument("path", metavar="KIT.zip|BUNDLE.zip|RESULT.json")
    command.add_argument("--methodology", metavar="ID", help="for a bundle: KCS-INV, ... / 用于证据包")
    command.add_argument("--version", default="1.0.0", help="of that methodology (1.0.0) / 方法学版本")
    rules = ", ".join(RULES)
    command.add_argument("--rule", action="append", choices=tuple(RULES), metavar="RULE", help=f"only these: {rules}")
    command.set_defaults(run=mc)


def mc(options: argparse.Namespace) -> int:
    """Compute (or read) a result and print what is uncertain about it."""
    print(report(_result(options), options.lang, options.rule or tuple(RULES)))
    return SAME


def _result(options: argparse.Namespace) -> Result:
    path = Path(options.path)
    if path.suffix.lower() == ".json":
        return Result.from_json(path.read_bytes())
    bundle, methodology = _bundle_and_methodology(path, options)
    return compute(bundle, methodology)


def _bundle_and_methodology(path: Path, options: argparse.Namespace) -> tuple[Bundle, Methodology]:
    """A kit brings its methodology; for a bundle it is the one asked for, else by whether it has a baseline."""
    if options.methodology is None and METHODOLOGY in Container(path).sizes:
        kit = read_kit(path)
        return kit.bundle, read_methodology(kit.methodology_toml)
    bundle = read_bundle(path)
    by_baseline = "KCS-INV" if bundle.evidence.baseline is None else "KCS-ENH-BACI"
    return bundle, load_methodology(options.methodology or by_baseline, options.version)


def report(result: Result, lang: str, rules: Sequence[str] = tuple(RULES)) -> str:
    """The text: distributions, histogram, tornado, chemistry where the result has it, deduction rules."""
    words, content = _WORDS[lang], result.content
    uncertainty = content.get("uncertainty")
    methodology = content["methodology"]
    head = f"{methodology['id']} {methodology['version']}  {content['period']['start']} .. {content['period']['end']}"
    if not uncertainty or "distributions_t_co2" not in uncertainty:
        return f"{head}\n{words['nothing']}"
    target = uncertainty["histogram_of"]
    distribution = uncertainty["distributions_t_co2"][target]
    lines = [
        head,
        f"{words['draws']} {uncertainty['draws']:,}   {words['rule']}",
        f"{words['seed']} {uncertainty.get('seed', '-')}",
        *_check(uncertainty.get("check"), words),
        "",
        words["distribution"],
        *_distributions(uncertainty["distributions_t_co2"], words),
        "",
        words["histogram"],
        *_histogram(uncertainty["histogram_t_co2"], float(distribution["p10"])),
        "",
        words["tornado"],
        *_tornado(uncertainty["tornado_shares"], lang),
    ]
    lines += _chemistry(content.get("chemistry"), words, lang)
    lines += ["", words["deductions"], *_deductions(spread_of(result), lang, rules)]
    return "\n".join(lines)


def _check(found: Mapping[str, Any] | None, words: Mapping[str, str]) -> list[str]:
    return [f"{words['check']}: {found['largest_relative_difference']:.1e}"] if found else []


def spread_of(result: Result) -> Spread:
    """The net figure after its deductions (for an inventory the retained one) with its distribution."""
    uncertainty = result.content["uncertainty"]
    target = uncertainty["histogram_of"]
    name = "net_after_deductions_t_co2" if target == "net" else "retained_t_co2"
    central = result.figure(name)
    found = uncertainty["distributions_t_co2"][target]
    values = {key: float(found[key]) for key in ("mean", "sd", "p5", "p10", "p95")}
    return Spread(central=float(found["mean"] if central is None else central), **values)


def _distributions(found: Mapping[str, Mapping[str, float]], words: Mapping[str, str]) -> list[str]:
    rows = [" " * 12 + "".join(f"{name:>13}" for name in _COLUMNS)]
    rows += [
        _padded(words.get(name, name), 12) + "".join(f"{float(row[key]):13,.3f}" for key in _COLUMNS)
        for name, row in found.items()
    ]
    return rows


def _histogram(found: Mapping[str, Sequence[float]], p10: float) -> list[str]:
    """Neighbouring bins joined to a screenful of rows."""
    edges, counts = found["edges"], [int(count) for count in found["counts"]]
    together = -(-len(counts) // _ROWS)
    rows = []
    joined = [
        (edges[k], edges[min(k + together, len(counts))], sum(counts[k : k + together]))
        for k in range(0, len(counts), together)
    ]
    most = max(count for _, _, count in joined) or 1
    for low, high, count in joined:
        mark = "  <-" if low <= p10 < high else ""
        rows.append(f"{low:13,.2f} |{'#' * round(_BAR * count / most)}{mark}")
    return rows


def _tornado(shares: Mapping[str, float], lang: str) -> list[str]:
    column = 0 if lang == "zh" else 1
    ordered = sorted(shares.items(), key=lambda item: -float(item[1]))
    rows = []
    for group, share in ordered:
        name = GROUP_NAMES.get(group, (group, group))[column]
        bar = "#" * round(_BAR * float(share))
        rows.append(f"{_padded(name, 18)}{100.0 * float(share):7.2f} % {bar}".rstrip())
    return rows


def _chemistry(found: Mapping[str, Any] | None, words: Mapping[str, str], lang: str) -> list[str]:
    if not found:
        return []
    lines = ["", words["chemistry"]]
    for name, item in found.items():
        if not isinstance(item, Mapping):
            continue
        row = item["distribution"]
        figures = "  ".join(f"{key} {float(row[key]):,.4f}" for key in _COLUMNS)
        lines += [f"{words.get(name, name)} [{item['unit']}]", f"  {figures}"]
        lines += [f"  {row}" for row in _tornado(item["tornado_shares"], lang)[:3]]
    return lines


def _deductions(spread: Spread, lang: str, rules: Sequence[str]) -> list[str]:
    words = _WORDS[lang]
    rows = [" " * 46 + _padded(words["deducted"], 10, right=True) + _padded(words["left"], 14, right=True)]
    for item in side_by_side(spread, rules):
        rule = item.rule
        doubt = "" if rule.confirmed else " ?"
        rows.append(f"{rule.key:<22}{rule.programme:<24}{100.0 * item.share:8.2f} %{item.left_t_co2:14,.3f}{doubt}")
        rows.append("    " + (rule.zh if lang == "zh" else rule.en))
    return rows
