"""Step 4a: what one cell says: a number, exactly as written; nothing; or something that must be named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft

Kind = Literal["number", "empty", "sentinel", "not_finite", "nan", "mark", "grouped", "bad"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([.,'’ \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")
_SPACES = str.maketrans("\u00a0\u202f’", "  '")
THOUSANDS = (".", ",", " ", "'")
_LONGEST_NUMBER = 40
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
_ONLY_MARKS = re.compile(r"[-—–/*?？]+")  # dashes, slashes, stars alone in a cell: nothing was measured
_WORDS_FOR_NOTHING = frozenset(
    {
        "n/a",
        "na",
        "null",
        "none",
        "缺测",
        "无",
        "离线",
        "停电",
        "故障",
        "eqp",
        "ice",
        "mnt",
        "dis",
        "ssn",
        "bkw",
        "rat",
        "zfl",
    }
)
_ERROR_MARK = re.compile(
    r"(.*)\((?:err|error|stale)\)|#(?:n/a|value!|ref!|div/0!|num!)|err(?:or)?|####+", re.IGNORECASE
)
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "1.#inf", "1.#ind", "1.#qnan"})
MOST_DECIMALS = 9  # the most that an int32 can use
SENTINELS = frozenset(map(Decimal, ("-9999", "-999", "-99999", "-999.99", "-99.99", "-1E+10")))


class Cell(NamedTuple):
    """One different text of a column: what it is, and when a number its exact value and its decimals."""

    kind: Kind
    value: Decimal = Decimal(0)
    decimals: int = 0
    full_width: bool = False


def half_width(text: str) -> str:
    """Full-width digits, letters and marks (as typed on a Chinese keyboard) as ordinary ones."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def read_cell(
    text: str, *, decimal: str = ".", missing: Iterable[str] = (), tolerant: bool = False, thousands: str | None = None
) -> Cell:
    """``missing``: further texts (lower case) that stand for "no value" in this layout.

    ``tolerant``: a logger's NAN is no value (in a template of ours, which people fill in, it is a mistake).
    ``thousands``: the mark between groups of three digits; without it such a number is "grouped", to be asked about.
    """
    plain = half_width(text.strip()).strip()
    full_width = plain != text.strip()
    if not plain:
        return Cell("empty")
    kind = _no_number(plain, missing, tolerant)
    if kind is not None:
        return Cell(kind)
    if _GROUPED.fullmatch(plain) and not (decimal in plain and _NUMBER.fullmatch(plain.replace(decimal, ".", 1))):
        mark = _GROUPED.fullmatch(plain)[1].translate(_SPACES)  # type: ignore[index]
        if mark != thousands or mark == decimal:
            return Cell("bad" if thousands else "grouped")
        plain = plain.translate(_SPACES).replace(mark, "")
    if decimal == ",":
        if "." in plain:
            return Cell("bad")
        plain = plain.replace(",", ".", 1)
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        return Cell("bad")
    value = Decimal(plain)
    decimals = max(0, -int(value.as_tuple().exponent))
    return Cell("sentinel" if value in SENTINELS else "number", value, decimals, full_width)


def as_number(text: str) -> Decimal | None:
    """The number that a text is, or None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _no_number(plain: str, missing: Iterable[str], tolerant: bool) -> Kind | None:
    """What a text means that stands where a number could: nothing, a mark of an error, or not a finite one."""
    word = plain.lower()
    if word in missing or word in _WORDS_FOR_NOTHING or _ONLY_MARKS.fullmatch(plain):
        return "empty"
    if word.lstrip("+-") in _NOT_FINITE:
        return "nan" if tolerant and "nan" in word else "not_finite"
    return "mark" if _ERROR_MARK.fullmatch(plain) else None


def decimal_mark(
    draft: Draft, columns: Sequence[tuple[str, Iterable[tuple[int, str]]]], delimiter: str, *, tolerant: bool = False
) -> str:
    """ "." or ",", seen from all numbers of the file together. ``columns``: (name, (row, text) of its texts).

    A comma is only believed where it cannot be the delimiter, and only when no number has a point (where a program's
    marks such as ``0,000(ERR)`` are known, ``tolerant``, the number inside counts).
    """
    draft.decimal = "."
    if delimiter == ",":
        return "."
    commas: list[dict[str, Any]] = []
    points = False
    for name, cells in columns:
        for row, text in cells:
            plain = half_width(text.strip())
            if (group := _GROUPED.fullmatch(plain)) and group[1] not in ",." and "," not in plain:
                plain = plain.translate(_SPACES).replace(group[1].translate(_SPACES), "")
            elif group and group[1] == "." and "," in plain:
                plain = plain.replace(".", "")  # both marks: the last one is the decimal's
            if tolerant and (marked := _ERROR_MARK.fullmatch(plain)):
                plain = marked[1] or ""
            points = points or "." in plain
            if _COMMA_NUMBER.fullmatch(plain):
                commas.append({"row": row, "column": name, "text": printable(text)})
    if not commas:
        return "."
    if points:
        draft.places("error", "DECIMAL_MIXED", commas, count=len(commas))
        return "."
    draft.decimal = ","
    first = min(commas, key=lambda place: place["row"])
    draft.warning("DECIMAL_COMMA", **first, value=half_width(first["text"].strip()).replace(",", "."))
    return ","
