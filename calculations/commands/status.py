"""Exit statuses of the commands, and the type that their parsers are added to."""

from __future__ import annotations

import argparse
from typing import TypeAlias

SAME, DIFFERENT, USAGE = 0, 1, 2
"""Good; different, refused or incomplete; wrong usage, nothing was done."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
