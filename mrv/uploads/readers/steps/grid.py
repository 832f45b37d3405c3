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
    """Which rows of the file are readings: ``kept`` indices in time order, one per instant (or a slice of all)."""

    kept: Int64s | slice
    on_grid: npt.NDArray[np.bool_]


def place_readings(draft: Draft, clock: Instants, file_rows: Int64s, columns: list[Column]) -> Readings:
    """Sort, drop repeats and lay the grid; ``columns`` (one value per row of the file) tell what conflicts."""
    if clock.ok.all() and bool((clock.epoch_s[1:] > clock.epoch_s[:-1]).all()):
        return _placed_as_they_stand(draft, clock, file_rows)
    usable = np.flatnonzero(clock.ok)
    epoch_s = clock.epoch_s[usable]
    backwards = np.flatnonzero(np.diff(epoch_s) < 0) + 1
    _report_backwards(draft, clock, file_rows, usable, backwards)
    order = usable[np.argsort(epoch_s, kind="stable")] if len(backwards) else usable
    sorted_s = clock.epoch_s[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = sorted_s[1:] != sorted_s[:-1]
    kept = order[is_first]
    repeats = order[~is_first]
    originals = kept[np.cumsum(is_first)[~is_first] - 1]
    _report_repeats(
        draft, clock, file_rows, columns, repeats, originals, _overlapping(clock, usable, backwards, repeats)
    )
    on_grid = _say_series(
        draft,
        clock,
        file_rows[kept],
        clock.epoch_s[kept],
        np.unique(clock.epoch_s[repeats]),
        len(repeats),
        len(backwards),
    )
    return Readings(kept=kept, on_grid=on_grid)


def _placed_as_they_stand(draft: Draft, clock: Instants, file_rows: Int64s) -> Readings:
    """Every row is a reading, later than the one before: the usual file, without copies of it."""
    draft.duplicates = {"exact": 0, "conflicting": 0}
    on_grid = _say_series(draft, clock, file_rows, clock.epoch_s, clock.epoch_s[:0], 0, 0)
    return Readings(kept=slice(None), on_grid=on_grid)


def _say_series(
    draft: Draft,
    clock: Instants,
    kept_rows: Int64s,
    instants_s: Int64s,
    repeated_s: Int64s,
    repeat_count: int,
    backwards_count: int,
) -> npt.NDArray[np.bool_]:
    on_grid = _report_grid(draft, clock, kept_rows, instants_s)
    if "dst" in draft.facts and draft.series:
        slots_s = instants_s[on_grid]
        draft.series |= {"first_utc": _utc(slots_s[0]), "last_utc": _utc(slots_s[-1])}
    off_grid_s = instants_s[~on_grid]
    draft.series = {
        **({"clock": "UTC"} if clock.in_utc else {}),
        **(draft.series or {}),
        "duplicate_rows": repeat_count,
        "duplicate_timestamps": [clock.wall(int(second)) for second in repeated_s],
        "off_grid_rows": len(off_grid_s),
        "off_grid_timestamps": [clock.wall(int(second)) for second in off_grid_s],
        "out_of_order_steps": backwards_count,
    }
    return on_grid


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
    phases_s = instants_s % interval_s
    phase_s = _commonest(phases_s)
    on_grid: npt.NDArray[np.bool_] = phases_s == phase_s
    del phases_s
    slots_s = instants_s if on_grid.all() else instants_s[on_grid]
    steps = np.diff(slots_s)
    steps //= interval_s
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
    if (values == values[0]).all():
        return int(values[0])
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])
