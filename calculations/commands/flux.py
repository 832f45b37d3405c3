"""flux BUNDLE.zip METHODOLOGY: evidence computed by a methodology, a table on the screen and the result in a file."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from calculations.bundle import METHODOLOGY, Bundle, read_bundle, read_kit
from calculations.commands.chosen import chosen_methodology
from calculations.commands.status import DIFFERENT, SAME, USAGE, Commands
from calculations.container import Container
from calculations.engine import compute
from calculations.explain import explain
from calculations.methodologies import Methodology, read_methodology
from calculations.result import Result


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "flux",
        help="compute a bundle or kit by a methodology / 按方法学计算证据包",
        description="Compute the evidence of a bundle (or of a recompute kit) by a methodology; print the figures and "
        "the waterfall, and write the result where --out says. / 按方法学计算证据包并打印数值与逐步扣减。",
        epilog="examples: flux period.zip KCS-INV --out result.json; "
        "flux kit.zip --set kappa_ref=0.9 (a what-if, never official)",
        parents=[shared],
    )
    command.add_argument("path", metavar="BUNDLE.zip|KIT.zip")
    command.add_argument(
        "methodology", nargs="?", metavar="METHODOLOGY", help="ID or ID@VERSION; a kit brings its own / 方法学"
    )
    command.add_argument("--out", metavar="RESULT.json", help="write the canonical result here / 输出结果文件")
    command.add_argument("--map", metavar="CELLS.csv", help="write the cells of a grid here (KCS-MPD) / 输出网格")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SYMBOL=VALUE",
        help="another value of a parameter: a what-if / 更改参数（假设计算）",
    )
    command.set_defaults(run=flux)


def flux(options: argparse.Namespace) -> int:
    """Compute, print, write. Exit status 0 where something may be issued or nothing ever is, else 1."""
    what_if = _what_if(options.set)
    if what_if is None:
        print("--set SYMBOL=VALUE", file=sys.stderr)
        return USAGE
    bundle, methodology = _bundle_and_methodology(Path(options.path), options.methodology)
    if methodology is None:
        print("METHODOLOGY? (python -m calculations methodologies)", file=sys.stderr)
        return USAGE
    result = compute(bundle, methodology, _progress if sys.stderr.isatty() else None, what_if=what_if)
    print(explain(result, options.lang))
    if options.out:
        Path(options.out).write_bytes(result.json_bytes)
    if options.map:
        _write_cells(result, Path(options.map))
    gates = [reason for reason in result.reasons if reason.level == "error"]
    return DIFFERENT if gates else SAME


def _bundle_and_methodology(path: Path, named: str | None) -> tuple[Bundle, Methodology | None]:
    if METHODOLOGY in Container(path).sizes:
        kit = read_kit(path)
        return kit.bundle, chosen_methodology(named) if named else read_methodology(kit.methodology_toml)
    return read_bundle(path), chosen_methodology(named) if named else None


def _what_if(pairs: list[str]) -> dict[str, float] | None:
    """Symbol -> value of `--set`; None where a pair is not SYMBOL=NUMBER."""
    found = {}
    for pair in pairs:
        symbol, _, value = pair.partition("=")
        try:
            found[symbol.strip()] = float(value)
        except ValueError:
            return None
    return found


def _progress(phase: str, done: int, total: int) -> None:
    share = f"{100 * done // total} %" if total else ""
    print(f"\r{phase:<12} {share:<6}", end="\n" if phase == "report" and done else "", file=sys.stderr, flush=True)


def _write_cells(result: Result, path: Path) -> None:
    """The grid as CSV for a map: cell, longitude, latitude, t CO2 km-2 a-1."""
    cells = result.content["plots"]["grid"].get("cells", [])
    columns = [result.plots[name].to_float() for name in ("longitude", "latitude", "potential") if name in result.plots]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["cell", "longitude_deg", "latitude_deg", "potential_t_co2_km2_a"])
        for cell, *values in zip(cells, *columns, strict=False):
            writer.writerow([cell, *(f"{value:g}" for value in values)])
