"""One plot of the evidence page: its charts, its words, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from registry.core.charts import Chart

Result = dict[str, Any]
Cell = str | int | float | None
AT_ONCE_ROWS = 60
"""A longer table comes when somebody opens it: a page of eight would carry days in thousands of cells."""


@dataclass(frozen=True)
class Table:
    """The figures behind a plot: names of the columns, and rows as they are written into a file."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def is_long(self) -> bool:
        return len(self.rows) > AT_ONCE_ROWS


@dataclass(frozen=True)
class Figure:
    """One plot. ``charts`` stand below each other in a file; ``note`` says how it is to be read."""

    name: str
    """In addresses and file names: letters, digits and hyphens."""
    title: str
    charts: tuple[Chart, ...]
    table: Table
    note: str = ""
    facts: dict[str, Any] | None = None

    @property
    def summary(self) -> str:
        return " ".join(str(chart.summary) for chart in self.charts)
