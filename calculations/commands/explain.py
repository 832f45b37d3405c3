"""explain RESULT.json: figures and steps of a result in words."""

from __future__ import annotations

import argparse
from pathlib import Path

from calculations.commands.status import SAME, Commands
from calculations.explain import explain
from calculations.result import Result


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser("explain", help="a result in words / 解释计算结果", parents=[shared])
    command.add_argument("path", metavar="RESULT.json")
    command.set_defaults(run=explain_result)


def explain_result(options: argparse.Namespace) -> int:
    """Print a result in words."""
    print(explain(Result.from_json(Path(options.path).read_bytes()), options.lang))
    return SAME
