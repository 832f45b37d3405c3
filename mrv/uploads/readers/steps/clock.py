"""Step 5: dates and times to UTC seconds, judged by the whole column, never guessed per row.

Days and times of day are few, so every different text is read once and the rows are two small indices. Two forms in
one column are understood and said; where nothing settles whether day or month comes first, the user is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps import dates as d
from mrv.uploads.readers.steps.instants import ClockRules, Instants
from mrv.uploads.readers.steps.judging import Judge
from mrv.uploads.readers.steps.numbers import GrowingInts
from mrv.uploads.readers.steps.plain import Bytes, PlainRows, encoded
from mrv.uploads.readers.steps.zones import Int64s, parse_offset, utc_of_wall, zone_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ClockColumn", "ClockRules", "Instants", "Int64s", "parse_offset", "utc_of_wall", "zone_of"]


@dataclass
class _Texts:
    """The different texts of one half of the column: index 0 is what cannot be read."""

    read: Callable[[str], Any]
    known: dict[str, int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=lambda: [""])
    parts: list[Any] = field(default_factory=lambda: [None])
    rows: GrowingInts = field(default_factory=GrowingInts)

    def add(self, cells: pa.Array) -> npt.NDArray[np.int32]:
        coded = cells.dictionary_encode()
        return self.add_coded(coded.indices.to_numpy(), coded.dictionary.to_pylist())

    def add_coded(self, codes: npt.NDArray[np.int32], texts: Sequence[str]) -> npt.NDArray[np.int32]:
        """Per row the place of its text in ``texts``."""
        of_text = np.array([self._index(text) for text in texts], dtype=np.int32)
        found = of_text[codes] if len(of_text) else np.empty(0, np.int32)
        self.rows.add(found)
        return found

    def _index(self, text: str) -> int:
        index = self.known.get(text)
        if index is None:
            part = self.read(text)
            index = 0
            if part is not None:
                index = len(self.parts)
                self.parts.append(part)
                self.texts.append(text)
            self.known[text] = index
        return index


class ClockColumn:
    """The time column (or a date and a time column), filled block by block."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.dates, self.times = _Texts(d.read_date), _Texts(d.read_time)
        self._row_count = 0
        self.unreadable: dict[int, str] = {}
        """Rows (counted from 0) whose text is no date and time."""

    def add(self, cells: Sequence[str] | pa.Array, times: Sequence[str] | pa.Array | None = None) -> None:
        """The next rows: one text each, or a date each with its time of day in ``times``."""
        import pyarrow.compute as pc  # noqa: PLC0415  a tenth of a second, needed only where a file is read

        texts = pc.utf8_trim_whitespace(_arrow(cells))
        halves = (texts, pc.utf8_trim_whitespace(_arrow(times))) if times is not None else _halves(texts)
        days, clocks = self.dates.add(halves[0]), self.times.add(halves[1])
        for at in np.flatnonzero((days == 0) | (clocks == 0)).tolist():
            shown = texts[at].as_py() if times is None else f"{texts[at].as_py()} {halves[1][at].as_py()}"
            self.unreadable[self._row_count + at] = shown
        self._row_count += len(texts)

    def add_plain(self, block: PlainRows, positions: Sequence[int]) -> None:
        """The next rows, of plain cells; where all times have one width they are cut at one place."""
        halves = [block.equal_cells(position) for position in positions]
        if len(halves) == 1 and halves[0] is not None:
            halves = _cut(halves[0], block.text(0, positions[0]))
        day_cells, time_cells = halves if len(halves) == 2 else (None, None)
        if day_cells is None or time_cells is None:
            self.add(*(block.texts(position) for position in positions))
            return
        days, clocks = self.dates.add_coded(*encoded(day_cells)), self.times.add_coded(*encoded(time_cells))
        for at in np.flatnonzero((days == 0) | (clocks == 0)).tolist():
            self.unreadable[self._row_count + at] = " ".join(block.text(at, column).strip() for column in positions)
        self._row_count += len(block)

    def forget(self) -> None:
        """Let the rows go: they are judged, and a long file has many."""
        self.dates.rows, self.times.rows = GrowingInts(), GrowingInts()

    def finish(
        self, draft: Draft, file_rows: Int64s, rules: ClockRules, keep: npt.NDArray[np.bool_] | None = None
    ) -> Instants:
        """Instants of all rows (those not in ``keep`` are no readings); what is wrong goes into the draft."""
        return Judge(self, draft, file_rows, rules, keep).instants()


def _arrow(cells: Sequence[str] | pa.Array) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  as above

    if isinstance(cells, pa.ChunkedArray):
        return cells.combine_chunks()
    if isinstance(cells, pa.Array):
        return cells
    return pa.array([text.encode("utf-8", "replace").decode("utf-8") for text in cells], pa.string())


def _cut(cells: Bytes, first: str) -> list[Bytes | None]:
    """Date and time of day of texts of one width, cut where the first one has its mark; empty where not all have it."""
    day = d.split(first)[0]
    at = len(day)
    mark = at - 1 if day.endswith("T") else at
    if not first.isascii() or not 0 < mark < len(first) - 1 or first[mark] not in "T ":
        return []
    if not first.startswith(day) or not (cells[mark] == ord(first[mark])).all():
        return []
    return [cells[:at], cells[at:]]


def _halves(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Each text cut at the mark between date and time; in one go where all have it at one place, or all have it."""
    import pyarrow as pa  # noqa: PLC0415  as above
    import pyarrow.compute as pc  # noqa: PLC0415

    if not len(texts):
        return texts, texts
    for mark in ("T", " "):
        places = pc.min_max(pc.find_substring(texts, mark)).as_py()
        if places["min"] is None or places["min"] < 1:
            continue
        if places["min"] == places["max"] and pc.all(pc.string_is_ascii(texts)).as_py():
            at = places["min"]
            day = pc.utf8_slice_codeunits(texts, 0, at + len(mark.strip()))
            return day, pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(texts, at + 1))
        if mark == " " and not pc.any(pc.match_substring(texts, "T")).as_py():
            parts = pc.split_pattern(texts, mark, max_splits=1)
            return pc.list_element(parts, 0), pc.utf8_trim_whitespace(pc.list_element(parts, 1))
    coded = texts.dictionary_encode()
    pairs = [d.split(text) for text in coded.dictionary.to_pylist()]
    days, times = (pa.array([pair[side] for pair in pairs], pa.string()) for side in (0, 1))
    return days.take(coded.indices), times.take(coded.indices)
