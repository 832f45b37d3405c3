"""Decimal texts to exact integers, eight letters at a time in one machine word.

A cell of up to sixteen letters is held right-aligned in two words of eight letters, little-endian: the last letter of
the cell is the highest byte of ``low``. Each letter is held as its difference (exclusive or) from "0", so that a digit
is 0 to 9, and letters that are not the cell's are 0. The point is taken out by moving what stands before it one
letter up, and the eight digits of a word become a number by three multiplications (pairs, fours, eight). All is
integer arithmetic, so nothing is rounded.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]

LONGEST = 16
_IN_WORD = 8
_POINT = ord(".") ^ ord("0")


def _each(byte: int) -> np.uint64:
    """A word of eight times the same byte."""
    return np.uint64(byte * 0x0101010101010101)


_ZEROS, _TO_HIGH_BIT, _HIGH_BITS = _each(ord("0")), _each(0x80 - 10), _each(0x80)
_PAIRS, _FOURS, _MASK = np.uint64(10), np.uint64(1 + (10_000 << 32)), np.uint64(0x000000FF000000FF)
_HUNDREDS = np.uint64(100 + (1_000_000 << 32))


class Cells(NamedTuple):
    """Right-aligned letters of a column: the last eight, the eight before (None where no cell is so long)."""

    low: Words
    high: Words | None

    def rows(self, at: npt.NDArray[np.int64]) -> Cells:
        return Cells(self.low[at], None if self.high is None else self.high[at])


def right_aligned(letters: npt.NDArray[np.uint8], ends: Int64s, lengths: Int64s, longest: int) -> Cells:
    """The cells that end before ``ends``, none empty; at least sixteen letters stand before the first."""
    words = np.ndarray((letters.size - _IN_WORD + 1,), dtype="<u8", buffer=letters.data, strides=(1,))
    if longest <= _IN_WORD:
        return Cells(_own_letters(words[ends - _IN_WORD], lengths), None)
    low = _own_letters(words[ends - _IN_WORD], np.minimum(lengths, _IN_WORD))
    high = _own_letters(words[ends - LONGEST], np.maximum(lengths - _IN_WORD, 1))
    high[lengths <= _IN_WORD] = 0
    return Cells(low, high)


def _own_letters(words: Words, counts: Int64s) -> Words:
    others = (64 - 8 * counts).astype(np.uint64)
    words = words ^ _ZEROS
    words >>= others
    words <<= others
    return words


def places_of_points(cells: Cells) -> list[tuple[int | None, npt.NDArray[np.int64] | None]]:
    """How many digits stand behind the point, with the rows of which that is true (None: of all).

    A number of digits of None is for rows without a point. A cell with two points is given for one of them, and its
    other point is no digit.
    """
    count = len(cells.low)
    first = cells.rows(np.zeros(1, dtype=np.int64))
    for behind in range(LONGEST if cells.high is not None else _IN_WORD):
        if _is_point(first, behind)[0]:
            if _is_point(cells, behind).all():
                return [(behind, None)]
            break
    found: list[tuple[int | None, npt.NDArray[np.int64] | None]] = []
    rest = np.ones(count, dtype=bool)
    for behind in range(LONGEST if cells.high is not None else _IN_WORD):
        here = _is_point(cells, behind) & rest
        if here.any():
            found.append((behind, np.flatnonzero(here)))
            rest &= ~here
    if not found:
        return [(None, None)]
    if rest.any():
        found.append((None, np.flatnonzero(rest)))
    return found


def _is_point(cells: Cells, behind: int) -> npt.NDArray[np.bool_]:
    word = cells.low if behind < _IN_WORD else cells.high
    assert word is not None, "asked only for letters that are there"
    place = 56 - 8 * (behind % _IN_WORD)
    found: npt.NDArray[np.bool_] = (word & np.uint64(0xFF << place)) == np.uint64(_POINT << place)
    return found


def integers(cells: Cells, behind: int | None) -> Int64s | None:
    """The digits of each cell as one integer, without the point that stands before the last ``behind`` digits.

    None where any other letter stands in a cell.
    """
    low, high = cells
    if behind is not None and behind < _IN_WORD:
        low = _without_point(low, behind)
        if high is not None:
            low |= high >> np.uint64(56)
            high = high << np.uint64(8)
    elif behind is not None and high is not None:
        high = _without_point(high, behind - _IN_WORD)
    if not _all_digits(low) or (high is not None and not _all_digits(high)):
        return None
    value = _number(low)
    return value if high is None else value + _number(high) * 100_000_000


def _without_point(word: Words, behind: int) -> Words:
    """The letters before the point moved one up; the lowest becomes 0."""
    after = np.uint64((1 << 64) - (1 << (64 - 8 * behind)))
    before = np.uint64((1 << (56 - 8 * behind)) - 1)
    moved = word & before
    moved <<= np.uint64(8)
    moved |= word & after
    return moved


def _all_digits(word: Words) -> bool:
    above = word + _TO_HIGH_BIT  # a byte above 9 reaches its high bit, or carries into the next
    above |= word
    return not int(np.bitwise_or.reduce(above)) & int(_HIGH_BITS)


def _number(digits: Words) -> Int64s:
    pairs = digits * _PAIRS
    pairs += digits >> np.uint64(8)
    eight = (pairs & _MASK) * _HUNDREDS
    pairs >>= np.uint64(16)
    pairs &= _MASK
    pairs *= _FOURS
    eight += pairs
    eight >>= np.uint64(32)
    return eight.view(np.int64)
