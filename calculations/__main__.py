"""Command line of the science: works with numpy alone, no server, no Django, no network.

python -m calculations speciate IN.csv OUT.csv  saturation indices, CO2 pressure ... of a table of waters
python -m calculations methodologies [ID VERSION]
python -m calculations explain RESULT.json      figures and steps in words
python -m calculations mc KIT.zip               distribution, tornado, and other programmes' deductions
python -m calculations recompute KIT.zip        the kit's result again; ends with "identical" or "different: ..."
python -m calculations bundle-check BUNDLE.zip  checks every digest of a bundle or kit
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from calculations.commands import bundle_check, explain, mc, methodologies, recompute, speciate
from calculations.commands.status import DIFFERENT, USAGE
from calculations.messages import CalculationError

COMMANDS = (speciate, methodologies, explain, mc, recompute, bundle_check)
"""In the order in which --help lists them."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 different or refused, 2 wrong usage)."""
    options = _parser().parse_args(arguments)
    if "path" in options and not Path(options.path).exists():
        print(f"{options.path}: no such file / 文件不存在", file=sys.stderr)
        return USAGE
    try:
        return int(options.run(options))
    except CalculationError as error:
        print(error.text(options.lang), file=sys.stderr)
        return DIFFERENT


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    preferred = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    shared.add_argument("--lang", choices=("zh", "en"), default="zh" if preferred.startswith("zh") else "en")
    parser = argparse.ArgumentParser(prog="python -m calculations", description="The science, offline.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.register(commands, shared)
    return parser


if __name__ == "__main__":
    sys.exit(main())
