"""Columns and bars for a terminal, where Chinese characters take two columns."""

from __future__ import annotations

import unicodedata

TOTAL, RISES, FALLS = "█", "▓", "░"


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Text filled with spaces to a width."""
    spaces = " " * max(0, columns - width(text))
    return spaces + text if right else text + spaces


def bar(start: float, end: float, low: float, high: float, columns: int, mark: str) -> str:
    """A bar from start to end on an axis from low to high; at least one mark wide where anything is there.

    >>> bar(2.0, 6.0, 0.0, 10.0, 10, "#")
    '  ####'
    """
    if not high > low or start == end:
        return ""
    scale = columns / (high - low)
    first, last = sorted((round((start - low) * scale), round((end - low) * scale)))
    first = min(first, columns - 1)
    return " " * first + mark * max(1, last - first)
