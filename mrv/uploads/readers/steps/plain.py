"""Plain rows at the speed of arrays: where each cell stands, and which number a column of plain cells holds.

Only what leaves no doubt is read here: rows of one width, cells without quotation marks inside, decimals of few
places. Everything else is None, and the slower steps, which explain what is wrong, take it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.steps.digits import LONGEST, Cells, integers, places_of_points, right_aligned
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import LARGEST

BLOCK_BYTES = 1 << 20
MOST_DECIMALS = 6
_MOST_CHANGING = 5
_PADDING = b" " * 16  # before the first cell, so that a window that ends in it may begin before it
_LINE_FEED, _CARRIAGE_RETURN, _QUOTE, _SPACE, _MINUS, _POINT, _ZERO = b'\n\r" -.0'

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Numbers:
    """A part of a column as exact numbers: ``values`` (int32, one per row) times 10**-decimals; none is missing."""

    values: Int32s
    decimals: int

    def texts(self) -> tuple[Int32s, list[str]]:
        """Codes per row and the different numbers as decimal strings."""
        found, codes = np.unique(self.values, return_inverse=True)
        return codes.astype(np.int32), [f"{Decimal(int(value)).scaleb(-self.decimals):f}" for value in found]


@dataclass(frozen=True)
class PlainRows:
    """Rows of one width: column ``c`` of row ``r`` is ``letters[starts[c, r]:ends[c, r]]``."""

    letters: Bytes
    starts: Places
    ends: Places

    def __len__(self) -> int:
        return self.starts.shape[1]

    @cached_property
    def _whole(self) -> bytes | str:
        """The letters, as text where each is one byte."""
        whole = self.letters.tobytes()
        return whole.decode("ascii") if whole.isascii() else whole

    def text(self, row: int, column: int) -> str:
        cell = self.letters[self.starts[column, row] : self.ends[column, row]]
        return cell.tobytes().decode("utf-8", "replace")

    def texts(self, column: int) -> list[str]:
        """The cells of a column."""
        whole = self._whole
        pairs = zip(self.starts[column].tolist(), self.ends[column].tolist(), strict=True)
        if isinstance(whole, str):
            return [whole[start:end] for start, end in pairs]
        return [whole[start:end].decode("utf-8", "replace") for start, end in pairs]

    def equal_cells(self, column: int) -> Bytes | None:
        """The letters (width, rows) of a column whose cells all have one width, else None."""
        starts = self.starts[column]
        widths = self.ends[column] - starts
        width = int(widths[0])
        if width == 0 or not (widths == width).all():
            return None
        windows = np.ndarray(
            (self.letters.size - width + 1,), dtype=f"V{width}", buffer=self.letters.data, strides=(1,)
        )
        return np.ascontiguousarray(windows[starts].view(np.uint8).reshape(-1, width).T)

    def numbers(self, column: int, avoided: Avoided) -> Numbers | None:
        """The column as numbers, or None: a cell is no plain decimal, or one of those ``avoided`` (sentinels)."""
        ends, starts = self.ends[column], self.starts[column]
        first = self.letters[starts]
        while (first == _SPACE).any():
            starts = starts + ((first == _SPACE) & (starts < ends))
            first = np.where(starts < ends, self.letters[starts], 0)
        negative = first == _MINUS
        is_signed = bool(negative.any())
        lengths = ends - starts - negative if is_signed else ends - starts
        shortest, longest = int(lengths.min()), int(lengths.max())
        if longest > LONGEST or shortest < 1:
            return None
        if shortest == 1 and (self.letters[ends[lengths == 1] - 1] == _POINT).any():
            return None  # a point alone
        cells = right_aligned(self.letters, ends, lengths, longest)
        return _numbers(cells, avoided, negative if is_signed else None)


class Avoided:
    """Numbers that stand for "nothing was measured"; a column that has one of them is no column of plain numbers."""

    def __init__(self, numbers: Iterable[Decimal]) -> None:
        self._numbers = tuple(numbers)
        self._scaled: dict[int, tuple[int, ...]] = {}

    def within(self, decimals: int, lowest: int, highest: int) -> Iterator[int]:
        """Those that can be written with so many decimals, times 10**decimals, between the limits."""
        scaled = self._scaled.get(decimals)
        if scaled is None:
            exact = (number.scaleb(decimals) for number in self._numbers)
            scaled = self._scaled[decimals] = tuple(int(one) for one in exact if one == int(one))
        return (one for one in scaled if lowest <= one <= highest)


def plain_blocks(text: Text, start: int, delimiter: str, width: int) -> Iterator[PlainRows | None]:
    """The rows from byte ``start`` on, block by block; None for a block that is not plain."""
    rest = b""
    with text.open() as stream:
        stream.seek(start)
        while chunk := stream.read(BLOCK_BYTES):
            cut = chunk.rfind(b"\n") + 1
            if cut:
                yield plain_rows(b"".join((_PADDING, rest, memoryview(chunk)[:cut])), delimiter, width)
                rest = chunk[cut:]
            else:
                rest += chunk
    if rest:
        yield None  # the last line has no end


def plain_rows(block: bytes, delimiter: str, width: int) -> PlainRows | None:
    """Whole lines behind the padding, cut into cells, if every one has ``width`` of them."""
    letters = np.frombuffer(block, dtype=np.uint8)
    marks = np.flatnonzero((letters == ord(delimiter)) | (letters == _LINE_FEED))
    if marks.size % width:
        return None
    ends = np.ascontiguousarray(marks.reshape(-1, width).T)
    is_end = letters[ends] == _LINE_FEED
    if not is_end[-1].all() or is_end[:-1].any():
        return None
    starts = np.empty_like(ends)
    starts[1:] = ends[:-1] + 1
    starts[0, 0] = len(_PADDING)
    starts[0, 1:] = ends[-1, :-1] + 1
    if b"\r" in block:
        returns = int(np.count_nonzero(letters == _CARRIAGE_RETURN))
        if returns != ends.shape[1] or not (letters[ends[-1] - 1] == _CARRIAGE_RETURN).all():
            return None
        ends[-1] -= 1
    if b'"' in block and not _unquoted(letters, starts, ends):
        return None
    return PlainRows(letters, starts, ends)


def _unquoted(letters: Bytes, starts: Places, ends: Places) -> bool:
    """Move the borders of quoted cells inside their marks; False where a mark stands anywhere else."""
    quoted = (letters[starts] == _QUOTE) & (letters[ends - 1] == _QUOTE) & (ends - starts > 1)
    if int(np.count_nonzero(letters == _QUOTE)) != 2 * int(np.count_nonzero(quoted)):
        return False
    starts += quoted
    ends -= quoted
    return True


def _numbers(cells: Cells, avoided: Avoided, negative: npt.NDArray[np.bool_] | None) -> Numbers | None:
    groups = places_of_points(cells)
    decimals = max((behind or 0) for behind, _rows in groups)
    if decimals > MOST_DECIMALS:
        return None
    if len(groups) == 1:
        values = integers(cells, groups[0][0])
        if values is None:
            return None
    else:
        values = np.empty(len(cells.low), dtype=np.int64)
        for behind, rows in groups:
            found = integers(cells if rows is None else cells.rows(rows), behind)
            if found is None or int(found.max()) > LARGEST:
                return None
            values[rows] = found * 10 ** (decimals - (behind or 0))
    if negative is not None:
        np.negative(values, out=values, where=negative)
    lowest, highest = int(values.min()), int(values.max())
    if max(-lowest, highest) > LARGEST:
        return None
    for number in avoided.within(decimals, lowest, highest):
        if (values == number).any():
            return None
    return Numbers(values.astype(np.int32), decimals)


def encoded(cells: Bytes) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Per row the code of its text, and the different texts; ``cells`` (width, rows).

    Where only a few digits change from row to row (days of a month, quarters of an hour) they number the texts.
    """
    changing = [place for place in cells if (place != place[0]).any()]
    if len(changing) <= _MOST_CHANGING:
        keys = np.zeros(cells.shape[1], dtype=np.int32)
        for place in changing:
            digits = place - _ZERO
            if (digits > 9).any():
                break
            keys *= 10
            keys += digits
        else:
            first = np.full(10 ** len(changing), -1, dtype=np.int32)
            first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1, dtype=np.int32)
            found = np.flatnonzero(first >= 0)
            codes = np.empty(len(first), dtype=np.int32)
            codes[found] = np.arange(len(found), dtype=np.int32)
            return codes[keys], _texts(cells[:, first[found]])
    import pyarrow as pa  # noqa: PLC0415  a tenth of a second, needed only where a file is read

    flat = pa.py_buffer(np.ascontiguousarray(cells.T))
    array = pa.Array.from_buffers(pa.binary(len(cells)), cells.shape[1], [None, flat]).dictionary_encode()
    return array.indices.to_numpy(), [one.decode("utf-8", "replace").strip() for one in array.dictionary.to_pylist()]


def _texts(cells: Bytes) -> list[str]:
    width, whole = len(cells), cells.T.tobytes()
    return [whole[at : at + width].decode("utf-8", "replace").strip() for at in range(0, len(whole), width)]
