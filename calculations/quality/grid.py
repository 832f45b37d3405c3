"""The regular grid of a period: which slots should hold a reading, which do, and where the gaps are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NO_READING = -1


@dataclass(frozen=True)
class Gap:
    """A run of slots without a reading: from the first slot's time to the time after the last one."""

    from_s: int
    to_s: int
    slots: int

    def record(self) -> dict[str, Any]:
        """JSON form with ISO 8601 UTC times."""
        return {"from": iso_utc(self.from_s), "to": iso_utc(self.to_s), "slots": self.slots}


@dataclass(frozen=True)
class GridReport:
    """Completeness of a series of times on the grid of its period."""

    expected_slots: int
    present_slots: int
    off_grid_readings: int
    surplus_readings: int
    """Readings that share a slot with one nearer to the slot's time; they are not used."""
    gaps: tuple[Gap, ...]

    @property
    def missing_slots(self) -> int:
        """Slots without a reading."""
        return self.expected_slots - self.present_slots

    @property
    def completeness_pct(self) -> float:
        """Share of slots with a reading."""
        return 100.0 * self.present_slots / self.expected_slots if self.expected_slots else 0.0

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "expected_slots": self.expected_slots,
            "present_slots": self.present_slots,
            "missing_slots": self.missing_slots,
            "completeness_pct": round(self.completeness_pct, 4),
            "off_grid_readings": self.off_grid_readings,
            "surplus_readings": self.surplus_readings,
            "gaps": [gap.record() for gap in self.gaps],
        }


def iso_utc(epoch_s: int) -> str:
    """ISO 8601 text in UTC with Z."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def slot_count(start_s: int, end_s: int, interval_s: int) -> int:
    """Whole intervals in the span [start, end)."""
    return (end_s - start_s) // interval_s


def readings_by_slot(epoch_s: IntArray, *, start_s: int, end_s: int, interval_s: int) -> IntArray:
    """For each slot the index of its reading, or NO_READING; shape (slots,).

    A reading belongs to the slot nearest to its time; of several the nearest counts, the earlier on a tie.
    """
    count = slot_count(start_s, end_s, interval_s)
    by_slot = np.full(count, NO_READING, dtype=np.int64)
    if not epoch_s.size or not count:
        return by_slot
    offset = epoch_s - start_s
    slot = np.minimum((offset + interval_s // 2) // interval_s, count - 1)
    if bool((slot[1:] > slot[:-1]).all()):  # one reading a slot, as loggers write them
        by_slot[slot] = np.arange(slot.size)
        return by_slot
    distance = np.abs(offset - slot * interval_s)
    order = np.lexsort((epoch_s, distance, slot))
    first = np.ones(order.size, dtype=bool)
    first[1:] = slot[order][1:] != slot[order][:-1]
    chosen = order[first]
    by_slot[slot[chosen]] = chosen
    return by_slot


def grid_report(epoch_s: IntArray, *, start_s: int, end_s: int, interval_s: int) -> GridReport:
    """Expected, present and missing slots of the span [start, end) and its gaps, in order."""
    by_slot = readings_by_slot(epoch_s, start_s=start_s, end_s=end_s, interval_s=interval_s)
    present = by_slot != NO_READING
    return GridReport(
        expected_slots=int(by_slot.size),
        present_slots=int(present.sum()),
        off_grid_readings=int(((epoch_s - start_s) % interval_s != 0).sum()),
        surplus_readings=int(epoch_s.size - present.sum()),
        gaps=tuple(
            Gap(start_s + first * interval_s, start_s + (first + length) * interval_s, length)
            for first, length in runs(~present)
        ),
    )


def runs(mask: BoolArray) -> list[tuple[int, int]]:
    """(first index, length) of each run of True in a one-dimensional mask."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(after - first)) for first, after in edges.reshape(-1, 2)]
