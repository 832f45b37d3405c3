"""Plain rows at the speed of arrays: where each cell stands, and which number a column of plain cells holds.

Only what leaves no doubt is read here: rows of one width, cells without quotation marks inside, decimals of few
places. Everything else is None, and the slower steps, which explain what is wrong, take it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mrv.uploads.readers.steps.digits import LONGEST, Cells, integers, places_of_points, right_aligned
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import LARGEST

BLOCK_BYTES = 1 << 18  # few enough rows that all arrays of a block stay in the processor's cache
MOST_DECIMALS = 6
_MOST_CHANGING = 5
_PADDING = b" " * 16  # before the first cell, so that a window that ends in it may begin before it
_LINE_FEED, _CARRIAGE_RETURN, _QUOTE, _SPACE, _MINUS, _POINT = b'\n\r" -.'

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
    """Rows of one width: column ``c`` of row ``r`` is ``letters[starts[r, c]:ends[r, c]]``."""

    letters: Bytes
    starts: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def _bytes(self) -> bytes:
        return self.letters.tobytes()

    def text(self, row: int, column: int) -> str:
        return self._bytes[self.starts[row, column] : self.ends[row, column]].decode("utf-8", "replace")

    def texts(self, column: int) -> list[str]:
        """The cells of a column."""
        whole = self._bytes
        pairs = zip(self.starts[:, column].tolist(), self.ends[:, column].tolist(), strict=True)
        return [whole[start:end].decode("utf-8", "replace") for start, end in pairs]

    def equal_cells(self, column: int) -> Bytes | None:
        """The letters (rows, width) of a column whose cells all have one width, else None."""
        starts = self.starts[:, column]
        widths = self.ends[:, column] - starts
        width = int(widths[0])
        if width == 0 or not (widths == width).all():
            return None
        return self._windows(starts, width)

    def _windows(self, starts: Places, width: int) -> Bytes:
        """``width`` letters from each place on."""
        count = self.letters.size - width + 1
        windows = np.ndarray((count,), dtype=f"V{width}", buffer=self.letters.data, strides=(1,))
        return windows[starts].view(np.uint8).reshape(-1, width)

    def numbers(self, column: int, avoided: Sequence[Decimal]) -> Numbers | None:
        """The column as numbers, or None: a cell is no plain decimal, or one of those ``avoided`` (sentinels)."""
        ends, starts = self.ends[:, column], self.starts[:, column]
        first = self.letters[starts]
        while (first == _SPACE).any():
            starts = starts + ((first == _SPACE) & (starts < ends))
            first = np.where(starts < ends, self.letters[starts], 0)
        negative = first == _MINUS
        is_signed = bool(negative.any())
        lengths = ends - starts - negative if is_signed else ends - starts
        if int(lengths.max()) > LONGEST or int(lengths.min()) < 1:
            return None
        if int(lengths.min()) == 1 and (self.letters[ends[lengths == 1] - 1] == _POINT).any():
            return None  # a point alone
        return _numbers(right_aligned(self.letters, ends, lengths), avoided, negative if is_signed else None)


def plain_blocks(text: Text, start: int, delimiter: str, width: int) -> Iterator[PlainRows | None]:
    """The rows from byte ``start`` on, block by block; None for a block that is not plain."""
    rest = b""
    with text.open() as stream:
        stream.seek(start)
        while chunk := stream.read(BLOCK_BYTES):
            cut = chunk.rfind(b"\n") + 1
            if cut:
                yield plain_rows(rest + chunk[:cut], delimiter, width)
                rest = chunk[cut:]
            else:
                rest += chunk
    if rest:
        yield None  # the last line has no end


def plain_rows(block: bytes, delimiter: str, width: int) -> PlainRows | None:
    """Whole lines cut into cells, if every one has ``width`` of them."""
    letters = np.frombuffer(_PADDING + block, dtype=np.uint8)
    is_end = letters == _LINE_FEED
    marks = np.flatnonzero((letters == ord(delimiter)) | is_end)
    row_count = int(np.count_nonzero(is_end))
    if marks.size != row_count * width or not is_end[marks[width - 1 :: width]].all():
        return None
    starts = np.empty_like(marks)
    starts[0] = len(_PADDING)
    starts[1:] = marks[:-1] + 1
    starts, ends = starts.reshape(-1, width), marks.reshape(-1, width)
    returns = int(np.count_nonzero(letters == _CARRIAGE_RETURN))
    if returns:
        if returns != row_count or not (letters[ends[:, -1] - 1] == _CARRIAGE_RETURN).all():
            return None
        ends[:, -1] -= 1
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


def _numbers(cells: Cells, avoided: Sequence[Decimal], negative: npt.NDArray[np.bool_] | None) -> Numbers | None:
    groups = places_of_points(cells)
    decimals = max((behind or 0) for behind, _rows in groups)
    if decimals > MOST_DECIMALS:
        return None
    values = np.empty(len(cells.low), dtype=np.int64)
    for behind, rows in groups:
        found = integers(cells if rows is None else cells.rows(rows), behind)
        if found is None:
            return None
        values[slice(None) if rows is None else rows] = found * 10 ** (decimals - (behind or 0))
    if negative is not None:
        np.negative(values, out=values, where=negative)
    lowest, highest = int(values.min()), int(values.max())
    if max(-lowest, highest) > LARGEST:
        return None
    for number in avoided:
        scaled = number.scaleb(decimals)
        if lowest <= scaled <= highest and scaled == int(scaled) and (values == int(scaled)).any():
            return None
    return Numbers(values.astype(np.int32), decimals)


def encoded(cells: Bytes) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Per row the code of its text, and the different texts; ``cells`` (rows, width).

    Where only a few digits change from row to row (days of a month, quarters of an hour) they number the texts.
    """
    changing = np.flatnonzero((cells != cells[0]).any(axis=0))
    if len(changing) <= _MOST_CHANGING:
        digits = cells[:, changing] - ord("0")
        if not (digits > 9).any():
            keys = np.zeros(len(cells), dtype=np.int32)
            for place in range(len(changing)):
                keys = keys * 10 + digits[:, place]
            found = np.flatnonzero(np.bincount(keys))
            codes = np.zeros(10 ** len(changing), dtype=np.int32)
            codes[found] = np.arange(len(found), dtype=np.int32)
            first = np.zeros(len(codes), dtype=np.int64)
            first[keys[::-1]] = np.arange(len(cells) - 1, -1, -1)
            return codes[keys], [_text(cells[row]) for row in first[found]]
    flat = pa.py_buffer(np.ascontiguousarray(cells))
    array = pa.Array.from_buffers(pa.binary(cells.shape[1]), len(cells), [None, flat]).dictionary_encode()
    texts = [one.decode("utf-8", "replace").strip() for one in array.dictionary.to_pylist()]
    return array.indices.to_numpy(), texts


def _text(letters: Bytes) -> str:
    return letters.tobytes().decode("utf-8", "replace").strip()
