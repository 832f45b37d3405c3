"""design-check: the smallest change that a plan can show, before a project registers."""

from __future__ import annotations

import argparse

from calculations.commands.status import DIFFERENT, SAME, Commands
from calculations.design import Side, Spread, minimum_detectable_change
from calculations.methodologies import load_methodology, newest_version


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    text = "smallest detectable change of a monitoring plan / 设计检验：最小可检出变化"
    command = commands.add_parser(
        "design-check", help=text, description=f"{text}. Exit status 1 where the claim is smaller.", parents=[shared]
    )
    command.add_argument("--before", type=float, required=True, metavar="YEARS", help="baseline years / 基线年数")
    command.add_argument("--after", type=float, required=True, metavar="YEARS", help="planned years / 计划年数")
    command.add_argument("--samples", type=float, required=True, metavar="N", help="water samples a year / 每年水样")
    command.add_argument("--gaugings", type=float, required=True, metavar="N", help="gaugings on each side / 测流次数")
    command.add_argument("--claim", type=float, metavar="PCT", help="claimed enhancement, %% / 申报增汇幅度")
    command.add_argument("--interannual", type=float, metavar="PCT", help="scatter of a year, %% / 年际波动")
    command.set_defaults(run=design_check)


def design_check(options: argparse.Namespace) -> int:
    """Print the minimum detectable change and whether the claim is above it."""
    version = load_methodology("KCS-ENH-BACI", newest_version("KCS-ENH-BACI"))
    year = version.value("u_interannual") if options.interannual is None else options.interannual / 100.0
    before = Side(options.before, options.samples, options.gaugings)
    after = Side(options.after, options.samples, options.gaugings)
    spread = Spread(year, version.value("u_sample"), version.value("u_gauging"))
    detectable = 100.0 * minimum_detectable_change(before, after, spread)
    chinese = options.lang == "zh"
    label = "最小可检出变化" if chinese else "minimum detectable change"
    print(f"{label}: {detectable:.2f} %")
    if options.claim is None:
        return SAME
    seen = options.claim >= detectable
    said = ("可以检出", "小于可检出变化") if chinese else ("can be seen", "is too small to be seen")
    print(f"{options.claim:g} %: {said[0] if seen else said[1]}")
    return SAME if seen else DIFFERENT
