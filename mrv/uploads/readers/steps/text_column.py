"""A column of the file while it is read: plain numbers, or codes of its different texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.steps.plain import Numbers
from mrv.uploads.readers.tables import LARGEST

Integer = TypeVar("Integer", np.int32, np.int64)


def look_up(known: dict[str, int], texts: Sequence[str], dtype: type[Integer]) -> npt.NDArray[Integer]:
    """``known[text]`` of every text (``__missing__`` included), as an array."""
    if len(texts) < 2:  # itemgetter gives a tuple only from two on
        return np.array([known[text] for text in texts], dtype=dtype)
    return np.array(itemgetter(*texts)(known), dtype=dtype)


class GrowingInts:
    """32-bit integers that grow at their end, in one piece of memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, more: npt.NDArray[np.int32]) -> None:
        self._bytes += memoryview(np.ascontiguousarray(more, dtype=np.int32)).cast("B")

    def array(self) -> npt.NDArray[np.int32]:
        """All of them; nothing more can be added while the array is in use."""
        return np.frombuffer(self._bytes, dtype=np.int32)


class _Codes(dict[str, int]):
    """Text -> number of that text, given at first sight."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


class TextColumn:
    """A column of the file, filled block by block: plain numbers, or codes of its different texts.

    A block of plain numbers stays numbers until somebody asks for its texts, which then have all decimals of the
    block ("17.90" for "17.9"). All rows lie in one growing piece of memory, so that a long file needs no second one.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._known = _Codes()
        self._rows = GrowingInts()
        self._blocks: list[tuple[int, int | None]] = []
        """Number of rows of each block, and its decimals; None where the rows are codes."""

    def add(self, cells: Sequence[str]) -> None:
        self._append(look_up(self._known, cells, np.int32), None)

    def add_numbers(self, numbers: Numbers) -> None:
        self._append(numbers.values, numbers.decimals)

    def _append(self, rows: npt.NDArray[np.int32], decimals: int | None) -> None:
        self._rows.add(rows)
        if self._blocks and self._blocks[-1][1] == decimals:
            self._blocks[-1] = (self._blocks[-1][0] + len(rows), decimals)
        else:
            self._blocks.append((len(rows), decimals))

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Forget all other rows."""
        ends = np.cumsum([count for count, _decimals in self._blocks])
        kept = [int(np.count_nonzero(mask)) for mask in np.split(rows, ends[:-1])]
        self._blocks = [(count, decimals) for count, (_all, decimals) in zip(kept, self._blocks, strict=True)]
        values = self._rows.array()[rows]
        self._rows = GrowingInts()
        self._rows.add(values)

    def forget(self) -> None:
        """Let the rows go: they were read, and a long file has many."""
        self._rows, self._blocks = GrowingInts(), []

    @property
    def codes(self) -> dict[str, int]:
        """Text -> its code."""
        start = 0
        for at, (count, decimals) in enumerate(self._blocks):
            rows = self._rows.array()[start : start + count]
            if decimals is not None:
                codes, texts = Numbers(rows, decimals).texts()
                rows[:] = look_up(self._known, texts, np.int32)[codes]
                self._blocks[at] = (count, None)
            start += count
        return self._known

    def codes_of(self, matches: Callable[[str], bool]) -> list[int]:
        """The codes of the texts of which ``matches`` is true."""
        return [code for code, text in enumerate(self.codes) if matches(text)]

    @property
    def rows(self) -> npt.NDArray[np.int32]:
        """Per row the code of its text."""
        assert self.codes is not None, "makes codes of numbers"
        return self._rows.array()

    @property
    def texts(self) -> list[str]:
        return list(self.codes)

    def numbers(self) -> tuple[npt.NDArray[np.int32], int] | None:
        """Scaled values and decimals where every row is a plain number and all fit together, else None."""
        values, start = self._rows.array(), 0
        decimals = max((decimals or 0 for _count, decimals in self._blocks), default=0)
        factors = []
        for count, own in self._blocks:
            part = values[start : start + count]
            if own is None or not count:
                return None
            factor = 10 ** (decimals - own)
            if max(-int(part.min()), int(part.max())) * factor > LARGEST:
                return None
            factors.append((part, factor))
            start += count
        for part, factor in factors:
            if factor != 1:
                np.multiply(part, np.int32(factor), out=part)
        self._blocks = [(start, decimals)] if start else []
        return (values, decimals) if start else None

    def first_rows(self, file_rows: npt.NDArray[np.int64]) -> list[tuple[int, str]]:
        """(file row, text) of the first place of each different text."""
        codes, first = np.unique(self.rows, return_index=True)
        texts = self.texts
        return [(int(file_rows[at]), texts[code]) for code, at in zip(codes, first, strict=True)]
