"""Dates and times of day as people and loggers write them, one different text at a time.

A text is only taken apart here; which of day and month comes first is decided for the whole column by its rows
(``order_of``), never for one text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from mrv.uploads.readers.steps.numbers import half_width
from mrv.uploads.readers.steps.zones import NO_OFFSET, parse_offset

Order = Literal["ymd", "dmy", "mdy"]
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_TWO_DIGITS = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{2})")
_CHINESE = re.compile(r"([0-9]{4}|[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_COMPACT_SHORT = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})([-. ])([A-Za-z]{3,9})\2([0-9]{4}|[0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HALF = r"(AM|PM|[AP]\.M\.|上午|下午|午前|午後|凌晨|晚上)"
_TIME = re.compile(
    rf"(?:{_HALF}\s*)?([0-9]{{1,2}})[:时]([0-9]{{1,2}})(?:[:分]([0-9]{{1,2}})(?:[.,]0+)?秒?|分)?"
    rf"\s*{_HALF}?\s*(Z|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})?")
_AFTERNOON = ("PM", "P.M.", "下午", "午後", "晚上")
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_PIVOT = 70  # two-digit years below are of this century
_EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY_S = 86_400
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")


class DateText(NamedTuple):
    """A date taken apart: numbers as written, and its shape, which names the mark and the place of the year.

    ``with_t``: the T of ISO 8601 stood behind it.
    """

    numbers: tuple[int, int, int]
    shape: str
    padded: bool
    with_t: bool = False


class TimeText(NamedTuple):
    """A time of day in seconds, its form (strptime), and its offset from UTC if it has one."""

    seconds: int
    form: str
    offset_s: int = NO_OFFSET


def read_date(text: str) -> DateText | None:
    """A date, with or without a T behind it; None for anything else."""
    plain = half_width(text).strip()
    if plain.endswith("T"):
        return _of_numbers(plain[:-1], with_t=True)
    return _of_numbers(plain) or _of_words(plain)


def _of_numbers(plain: str, *, with_t: bool = False) -> DateText | None:
    for pattern, kind in ((_YEAR_FIRST, "Y"), (_YEAR_LAST, "?"), (_TWO_DIGITS, "2")):
        match = pattern.fullmatch(plain)
        if match:
            first, mark, second, third = match.groups()
            padded = len(first) > 1 and len(second) > 1 and len(third) > 1
            return DateText((int(first), int(second), int(third)), kind + mark, padded, with_t)
    for pattern, kind in ((_COMPACT, "Y"), (_COMPACT_SHORT, "2")):
        if match := pattern.fullmatch(plain):
            return DateText((int(match[1]), int(match[2]), int(match[3])), kind, True, with_t)
    return None


def _of_words(plain: str) -> DateText | None:
    if match := _CHINESE.fullmatch(plain):
        return DateText((_full(match[1]), int(match[2]), int(match[3])), "Y年", True)
    if (match := _NAMED.fullmatch(plain)) and match[3][:3].lower() in _MONTHS:
        month = _MONTHS.index(match[3][:3].lower()) + 1
        return DateText((_full(match[4]), month, int(match[1])), f"b{match[2]}", True)
    return None


def _full(year: str) -> int:
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < _PIVOT else 1900)


def read_time(text: str) -> TimeText | None:
    plain = half_width(text).strip()
    match = _TIME.fullmatch(plain)
    if not match:
        compact = _COMPACT_TIME.fullmatch(plain)
        if not compact:
            return None
        hour, minute, second = int(compact[1]), int(compact[2]), int(compact[3] or 0)
        form = "%H%M" if compact[3] is None else "%H%M%S"
        return _time(hour, minute, second, form, NO_OFFSET)
    half = match[1] or match[5]
    hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
    if len(match[3]) < 2 and ":" in plain:
        return None
    form = "%H:%M" if match[4] is None else "%H:%M:%S"
    if half:
        if hour > 12:
            return None
        hour = hour % 12 + (12 if half.upper() in _AFTERNOON else 0)
        form = form.replace("%H", "%I") + " %p"
    offset_s = NO_OFFSET
    if match[6]:
        parsed = parse_offset(match[6])
        if parsed is None:
            return None
        offset_s, form = parsed, form + "%z"
    return _time(hour, minute, second, form, offset_s)


def _time(hour: int, minute: int, second: int, form: str, offset_s: int) -> TimeText | None:
    if hour > 23 or minute > 59 or second > 59:
        return None
    return TimeText(hour * 3600 + minute * 60 + second, form, offset_s)


def split(text: str) -> tuple[str, str]:
    """Date (with the T of ISO 8601, if it has one) and time of a text that holds both."""
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) in (12, 14):
        return plain[:8], plain[8:]
    for mark in ("T", " "):
        day, found, rest = plain.partition(mark)
        if found and read_date(day):
            return day + mark.strip(), rest.strip()
    day, found, rest = plain.partition("日")
    return (day + found, rest.strip()) if found else (plain, "")


def days_of(text: DateText, order: Order) -> int | None:
    """Days since 1970-01-01 in this order, or None where there is no such day."""
    first, second, third = text.numbers
    if text.shape[0] in "Yb" or order == "ymd":
        year, month, day = first, second, third
    else:
        year = third
        day, month = (first, second) if order == "dmy" else (second, first)
    if text.shape[0] == "2":
        year += 2000 if year < _PIVOT else 1900
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None


def form_of(shape: str, order: Order) -> str:
    """The strptime form of a shape: ``?.`` with dmy is ``%d.%m.%Y``."""
    kind, mark = shape[0], shape[1:]
    if shape == "Y年":
        return "%Y年%m月%d日"
    if kind == "Y":
        return mark.join(("%Y", "%m", "%d"))
    if kind == "b":
        return mark.join(("%d", "%b", "%Y"))
    year = "%Y" if kind == "?" else "%y"
    parts = {"dmy": ("%d", "%m", year), "mdy": ("%m", "%d", year), "ymd": (year, "%m", "%d")}[order]
    return mark.join(parts)


@dataclass(frozen=True)
class OrderFinding:
    """What the rows say of the order: the order to read by, and how certain that is."""

    order: Order
    how: Literal["fixed", "rows", "header", "habit", "chosen", "ambiguous"]
    contradicts_header: bool = False


def order_of(
    texts: Sequence[DateText],
    *,
    chosen: Order | None,
    header: Order | None,
    habit: Order | None,
    latest_day: int,
) -> OrderFinding:
    """The order of day, month and year of one shape, from all its different texts.

    ``chosen`` is the user's answer, ``header`` what the file's header states, ``habit`` what programs of this layout
    write. The rows come first: an order in which some row is no day cannot be meant. ``latest_day``: after this day
    (of 1970) nothing can have been measured.
    """
    shape = texts[0].shape
    if shape[0] in "Yb":
        return OrderFinding("ymd", "fixed")
    if shape[1:] == ".":  # nobody writes the month first with dots, whatever a program's habit
        habit = "dmy" if header != "mdy" else None
        header = None if header == "mdy" else header
    orders = ORDERS if shape[0] == "2" else ORDERS[:2]
    fits = {order: _share_that_fits(texts, order, latest_day) for order in orders}
    if shape[0] == "2" and fits["ymd"] == 1.0 and max(fits["dmy"], fits["mdy"]) == 1.0:
        # days follow each other and years do not: with the year at the changing end the file would span decades
        if _span(texts, "ymd") <= min(_span(texts, order) for order in ("dmy", "mdy") if fits[order] == 1.0):
            fits = {"ymd": 1.0, "dmy": 0.0, "mdy": 0.0}
        else:
            fits["ymd"] = 0.0
    best = max(fits.values())
    possible = [order for order in orders if fits[order] == best]
    if chosen in possible:
        return OrderFinding(chosen, "chosen")
    if len(possible) == 1:
        return OrderFinding(possible[0], "rows", contradicts_header=header not in (None, possible[0]))
    for stated, how in ((header, "header"), (habit, "habit")):
        if stated in possible:
            return OrderFinding(stated, how)  # type: ignore[arg-type]
    if all(days_of(text, possible[0]) == days_of(text, possible[1]) for text in texts):
        return OrderFinding(possible[0], "rows")  # 05/05: both orders give the same day
    return OrderFinding(possible[0], "ambiguous")


def _share_that_fits(texts: Sequence[DateText], order: Order, latest_day: int) -> float:
    days = [days_of(text, order) for text in texts]
    return sum(day is not None and day <= latest_day for day in days) / len(texts)


def _span(texts: Iterable[DateText], order: Order) -> int:
    days = [day for text in texts if (day := days_of(text, order)) is not None]
    return max(days) - min(days)
