"""diff A B: two results, or two methodology versions, side by side."""

from __future__ import annotations

import argparse
import sys
from decimal import Decimal
from pathlib import Path

from calculations.commands.chosen import chosen_methodology
from calculations.commands.status import DIFFERENT, SAME, USAGE, Commands
from calculations.compare import leaves
from calculations.further_figures import ALL
from calculations.methodologies import Methodology
from calculations.result import Result
from calculations.terminal import padded, width

_WORDS = {
    "zh": {
        "same": "相同",
        "figures": "数值",
        "difference": "差",
        "other": "其他不同之处",
        "messages": "只有一方给出的提示与原因",
        "parameters": "参数",
        "texts": "其他内容",
        "mixed": "A 与 B 须同为结果文件，或同为方法学版本。",
    },
    "en": {
        "same": "the same",
        "figures": "Figures",
        "difference": "difference",
        "other": "Other entries that differ",
        "messages": "Remarks and reasons of one only",
        "parameters": "Parameters",
        "texts": "Other content",
        "mixed": "A and B must both be result files, or both methodology versions.",
    },
}
_APART = ("figures", "reasons", "warnings", "methodology", "parameters")
_LONGEST = 60


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "diff",
        help="two results or two methodology versions side by side / 比较两个结果或两个方法学版本",
        description="A and B are result files, or methodology versions (ID, ID@VERSION or a TOML file). "
        "Exit status 0 where they are the same, 1 where they differ.",
        epilog="examples: diff first.json second.json; diff KCS-ENH-BACI@1.0.0 KCS-ENH-BACI@1.1.0",
        parents=[shared],
    )
    command.add_argument("first", metavar="A")
    command.add_argument("second", metavar="B")
    command.set_defaults(run=diff)


def diff(options: argparse.Namespace) -> int:
    """Print what differs."""
    words = _WORDS[options.lang]
    results = [name for name in (options.first, options.second) if name.lower().endswith(".json")]
    if len(results) == 1:
        print(words["mixed"], file=sys.stderr)
        return USAGE
    if results:
        missing = [name for name in results if not Path(name).exists()]
        if missing:
            print(f"{missing[0]}: no such file / 文件不存在", file=sys.stderr)
            return USAGE
        first, second = (Result.from_json(Path(name).read_bytes()) for name in results)
        lines = differing_results(first, second, options.lang)
    else:
        versions = chosen_methodology(options.first), chosen_methodology(options.second)
        lines = differing_versions(*versions, options.lang)
    print("\n".join(lines) if lines else words["same"])
    return DIFFERENT if lines else SAME


def differing_results(first: Result, second: Result, lang: str) -> list[str]:
    """Lines on what two results do not have in common; empty where they are equal."""
    words = _WORDS[lang]
    lines = [f"A  {_named(first)}", f"B  {_named(second)}"]
    rows = []
    for name, figure in ALL.items():
        a, b = first.figure(name), second.figure(name)
        if a != b:
            change = "-" if a is None or b is None else f"{b - a:+f}"
            share = f"{100 * (b - a) / abs(a):+.2f} %" if isinstance(a, Decimal) and a and b is not None else ""
            label = figure.zh if lang == "zh" else figure.en
            rows.append([label, figure.unit, _shown(a), _shown(b), change, share])
    if rows:
        lines += ["", words["figures"], *_columns([["", "", "A", "B", words["difference"], ""], *rows])]
    parameters = _leaf_rows(first.content["parameters"], second.content["parameters"])
    if parameters:
        lines += ["", words["parameters"], *_columns([["", "A", "B"], *parameters])]
    texts = [{(m.code, m.text(lang)) for m in (*result.reasons, *result.warnings)} for result in (first, second)]
    only = [("A", *item) for item in sorted(texts[0] - texts[1])] + [
        ("B", *item) for item in sorted(texts[1] - texts[0])
    ]
    if only:
        lines += ["", words["messages"], *(f"  {side}  {code}: {text}" for side, code, text in only)]
    rest = [{k: v for k, v in result.content.items() if k not in _APART} for result in (first, second)]
    other = _leaf_rows(*rest)
    if other:
        lines += ["", f"{words['other']}: {len(other)}", *_columns([["", "A", "B"], *other[:20]])]
    return lines if len(lines) > 2 or first.json_bytes != second.json_bytes else []


def differing_versions(first: Methodology, second: Methodology, lang: str) -> list[str]:
    """Lines on what two versions do not have in common; empty where their content is the same."""
    if first.digest == second.digest:
        return []
    words = _WORDS[lang]
    lines = [f"{side}  {v.id} {v.version}  {v.digest}" for side, v in (("A", first), ("B", second))]
    symbols = sorted(set(first.parameters) | set(second.parameters))
    tables = [
        {symbol: _parameter(version, symbol) for symbol in symbols if symbol in version.parameters}
        for version in (first, second)
    ]
    parameters = _leaf_rows(*tables)
    if parameters:
        lines += ["", words["parameters"], *_columns([["", "A", "B"], *parameters])]
    known = ("parameters", "id", "version", "changelog")
    rest = [{k: v for k, v in version.content.items() if k not in known} for version in (first, second)]
    keyed = [{k: _by_id(v) for k, v in content.items()} for content in rest]
    other = [row for row in _leaf_rows(*keyed) if not row[0].endswith("zh" if lang == "en" else "en")]
    if other:
        lines += ["", words["texts"], *_columns([["", "A", "B"], *other])]
    return lines


def _parameter(version: Methodology, symbol: str) -> str:
    parameter = version.parameters[symbol]
    return f"{parameter.value:g} {parameter.unit} [{parameter.minimum:g}, {parameter.maximum:g}]"


def _by_id(value: object) -> object:
    """A list of tables as a mapping by their id or parameter, so that an added one does not shift the others."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return {str(item.get("id", item.get("parameter", k))): item for k, item in enumerate(value)}
    return value


def _leaf_rows(first: object, second: object) -> list[list[str]]:
    a, b = leaves(first), leaves(second)
    paths = [*a, *(path for path in b if path not in a)]
    return [
        [path.lstrip("/"), _shown(a.get(path)), _shown(b.get(path))] for path in paths if a.get(path) != b.get(path)
    ]


def _named(result: Result) -> str:
    methodology, period = result.content["methodology"], result.content["period"]
    return f"{methodology['id']} {methodology['version']}  {period['start']} .. {period['end']}  {result.digest}"


def _shown(value: object) -> str:
    text = "-" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(width(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  " + "  ".join(padded(cell, widths[k]) for k, cell in enumerate(row)).rstrip() for row in rows]
