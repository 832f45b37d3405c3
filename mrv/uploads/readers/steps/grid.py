"""Step 6: order, duplicates and the regular grid.

Rules (fixed by the samples): an exact duplicate counts once; of conflicting ones the first in the file is kept; the
interval is the commonest step, the phase the commonest one; a row off that phase is stored but fills no slot; a gap is
a run of absent slots between the first and the last reading on the grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.clock import Instants, Int64s
from mrv.uploads.readers.tables import Column


@dataclass(frozen=True)
class Readings:
    """Which rows of the file are readings: ``kept`` indices in time order, one per instant."""

    kept: Int64s
    on_grid: npt.NDArray[np.bool_]


def place_readings(draft: Draft, clock: Instants, file_rows: Int64s, columns: list[Column]) -> Readings:
    """Sort, drop repeats and lay the grid; ``columns`` (one value per row of the file) tell what conflicts."""
    usable = np.flatnonzero(clock.ok)
    epoch_s = clock.epoch_s[usable]
    backwards = np.flatnonzero(np.diff(epoch_s) < 0) + 1
    _report_backwards(draft, clock, file_rows, usable, backwards)
    order = usable[np.argsort(epoch_s, kind="stable")]
    sorted_s = clock.epoch_s[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = sorted_s[1:] != sorted_s[:-1]
    kept = order[is_first]
    repeats = order[~is_first]
    originals = kept[np.cumsum(is_first)[~is_first] - 1]
    _report_repeats(
        draft, clock, file_rows, columns, repeats, originals, _overlapping(clock, usable, backwards, repeats)
    )
    instants_s = clock.epoch_s[kept]
    on_grid = _report_grid(draft, clock, file_rows[kept], instants_s)
    if "dst" in draft.facts and draft.series:
        draft.series |= {"first_utc": _utc(instants_s[on_grid][0]), "last_utc": _utc(instants_s[on_grid][-1])}
    draft.series = {
        **({"clock": "UTC"} if clock.in_utc else {}),
        **(draft.series or {}),
        "duplicate_rows": len(repeats),
        "duplicate_timestamps": [clock.wall(int(second)) for second in np.unique(clock.epoch_s[repeats])],
        "off_grid_rows": int(np.count_nonzero(~on_grid)),
        "off_grid_timestamps": [clock.wall(int(second)) for second in instants_s[~on_grid]],
        "out_of_order_steps": len(backwards),
    }
    return Readings(kept=kept, on_grid=on_grid)


def _report_backwards(draft: Draft, clock: Instants, file_rows: Int64s, usable: Int64s, backwards: Int64s) -> None:
    places = [
        {
            "row": int(file_rows[usable[at]]),
            "time": clock.shown(int(clock.epoch_s[usable[at]])),
            "previous_row": int(file_rows[usable[at - 1]]),
            "previous_time": clock.shown(int(clock.epoch_s[usable[at - 1]])),
        }
        for at in backwards[:FIRST_CELLS]
    ]
    draft.places("warning", "OUT_OF_ORDER", places, count=len(backwards))


def _overlapping(clock: Instants, usable: Int64s, backwards: Int64s, repeats: Int64s) -> npt.NDArray[np.bool_]:
    """Which repeats belong to a stretch of two rows or more that the file gives twice (a tail read out again)."""
    stretch = np.zeros(int(usable[-1]) + 1 if len(usable) else 0, dtype=np.int64)
    stretch[usable[backwards]] = 1
    of_repeat = np.cumsum(stretch)[repeats] if len(repeats) else np.empty(0, np.int64)
    again: npt.NDArray[np.bool_] = (of_repeat > 0) & (np.bincount(of_repeat, minlength=1)[of_repeat] > 1)
    return again


def _report_repeats(
    draft: Draft,
    clock: Instants,
    file_rows: Int64s,
    columns: list[Column],
    repeats: Int64s,
    originals: Int64s,
    overlapping: npt.NDArray[np.bool_],
) -> None:
    differs = np.zeros(len(repeats), dtype=bool)
    for column in columns:
        differs |= column.values[repeats] != column.values[originals]
    draft.duplicates = {
        "exact": int(np.count_nonzero(~differs)),
        "conflicting": int(np.count_nonzero(differs)),
    }

    def place(at: int) -> dict[str, Any]:
        return {
            "row": int(file_rows[repeats[at]]),
            "kept_row": int(file_rows[originals[at]]),
            "time": clock.shown(int(clock.epoch_s[repeats[at]])),
        }

    def conflict(at: int) -> dict[str, Any]:
        """The first column that differs, with both values; ``values`` has all of them."""
        pairs = {
            column.source: [column.text_at(originals[at]), column.text_at(repeats[at])]
            for column in columns
            if column.values[originals[at]] != column.values[repeats[at]]
        }
        name, (kept, other) = next(iter(pairs.items()))
        return {**place(at), "column": name, "kept": kept, "text": other, "values": pairs}

    in_file_order = np.argsort(file_rows[repeats], kind="stable")
    exact, conflicting = in_file_order[~differs[in_file_order]], in_file_order[differs[in_file_order]]
    again, single = exact[overlapping[exact]], exact[~overlapping[exact]]
    draft.places("warning", "DUPLICATE_TIMESTAMPS", [place(int(at)) for at in single[:FIRST_CELLS]], count=len(single))
    draft.places(
        "warning", "OVERLAP_EXACT_DUPLICATES", [place(int(at)) for at in again[:FIRST_CELLS]], count=len(again)
    )
    draft.places(
        "warning",
        "CONFLICTING_DUPLICATE",
        [conflict(int(at)) for at in conflicting[:FIRST_CELLS]],
        count=len(conflicting),
    )


def _report_grid(draft: Draft, clock: Instants, kept_rows: Int64s, instants_s: Int64s) -> npt.NDArray[np.bool_]:
    """Which of the readings lie on the grid. The facts of the grid go into the series of the report."""
    if len(instants_s) < 2:
        first = [clock.wall(int(second)) for second in instants_s]
        draft.series = {
            "first": first[0] if first else None,
            "last": first[0] if first else None,
            "interval_s": None,
            "expected_slots": len(first),
            "present_slots": len(first),
            "missing_slots": 0,
            "completeness_pct": 100.0 if first else None,
            "gaps": [],
        }
        return np.ones(len(instants_s), dtype=bool)
    interval_s = _commonest(np.diff(instants_s))
    phase_s = _commonest(instants_s % interval_s)
    on_grid: npt.NDArray[np.bool_] = instants_s % interval_s == phase_s
    slots_s = instants_s[on_grid]
    steps = np.diff(slots_s) // interval_s
    breaks = np.flatnonzero(steps > 1)
    expected = int(steps.sum()) + 1
    gaps = [
        {
            "first_missing": clock.wall(int(slots_s[at]) + interval_s),
            "last_missing": clock.wall(int(slots_s[at + 1]) - interval_s),
            "slots": int(steps[at]) - 1,
        }
        for at in breaks
    ]
    missing = expected - len(slots_s)
    completeness_pct = round(100 * len(slots_s) / expected, 3)
    draft.series = {
        "first": clock.wall(int(slots_s[0])),
        "last": clock.wall(int(slots_s[-1])),
        "interval_s": interval_s,
        "expected_slots": expected,
        "present_slots": len(slots_s),
        "missing_slots": missing,
        "completeness_pct": completeness_pct,
        "gaps": gaps,
    }
    if phase_s:
        draft.facts["grid_phase_s"] = phase_s
        first_row = int(kept_rows[int(np.argmax(on_grid))])
        time = clock.shown(int(slots_s[0]))
        draft.warning("CONSTANT_PHASE_OFFSET", row=first_row, time=time, phase_s=phase_s, interval_s=interval_s)
    off_grid = np.flatnonzero(~on_grid)
    places = [{"row": int(kept_rows[at]), "time": clock.shown(int(instants_s[at]))} for at in off_grid[:FIRST_CELLS]]
    draft.places("warning", "OFF_GRID_ROWS", places, count=len(off_grid), interval_s=interval_s)
    if missing:
        longest = breaks[np.argmax(steps[breaks])]
        draft.warning(
            "GAPS",
            expected=expected,
            present=len(slots_s),
            missing=missing,
            completeness_pct=completeness_pct,
            count=len(gaps),
            first_missing=clock.shown(int(slots_s[longest]) + interval_s),
            last_missing=clock.shown(int(slots_s[longest + 1]) - interval_s),
        )
    return on_grid


def _utc(epoch_s: np.int64) -> str:
    return datetime.fromtimestamp(int(epoch_s), UTC).replace(tzinfo=None).isoformat()


def _commonest(values: Int64s) -> int:
    """The value that occurs most often; of equally common ones the smallest."""
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])
