"""Command line of the science: works with numpy alone, no server, no Django, no network.

python -m calculations speciate IN.csv OUT.csv  saturation indices, CO2 pressure ... of a table of waters
python -m calculations flux BUNDLE.zip ID       evidence computed by a methodology: figures, waterfall, result file
python -m calculations methodologies [ID]       the versions shipped, or one with its equations and parameters
python -m calculations explain RESULT.json      figures, a waterfall and the remarks of a result in words
python -m calculations diff A B                 two results, or two methodology versions, side by side
python -m calculations design-check ...         the smallest change that a monitoring plan can show
python -m calculations mc KIT.zip               distribution, tornado, and other programmes' deductions
python -m calculations recompute KIT.zip        the kit's result again; ends with "identical" or "different: ..."
python -m calculations bundle-check BUNDLE.zip  checks every digest of a bundle or kit
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from calculations.commands import (
    bundle_check,
    design_check,
    diff,
    explain,
    flux,
    mc,
    methodologies,
    recompute,
    speciate,
)
from calculations.commands.status import DIFFERENT, SAME, USAGE
from calculations.messages import CalculationError

COMMANDS = (speciate, flux, methodologies, explain, mc, diff, design_check, recompute, bundle_check)
"""In the order in which --help lists them."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 different or refused, 2 wrong usage)."""
    options = _parser().parse_args(arguments)
    if "path" in options and not Path(options.path).exists():
        print(f"{options.path}: no such file / 文件不存在", file=sys.stderr)
        return USAGE
    try:
        return int(options.run(options))
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SAME
    except CalculationError as error:
        print(error.text(options.lang), file=sys.stderr)
        return DIFFERENT


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    preferred = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    shared.add_argument("--lang", choices=("zh", "en"), default="zh" if preferred.startswith("zh") else "en")
    parser = argparse.ArgumentParser(
        prog="python -m calculations",
        description="The science, offline: numpy and nothing else. / 离线计算工具，只需要 numpy。",
        epilog="COMMAND --help tells more; --lang zh|en. Exit: 0 good, 1 different or refused, 2 wrong usage.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.register(commands, shared)
    return parser


if __name__ == "__main__":
    sys.exit(main())
