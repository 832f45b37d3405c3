"""Clock sanity: readings dated before the logger was there, or after now, are set aside, never dropped silently.

Who knows when the logger was started again can have the rows of its reset clock placed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.clock import Instants, Int64s

RESET_YEARS = (1970, 1980, 1990, 1999, 2000, 2001, 2002, 2005, 2010)
"""Years whose first days loggers go back to when they lose power."""
APART_S = 180 * 86_400
SMALL_SHARE = 0.05
DAY_S = 86_400


def set_aside(
    draft: Draft,
    clock: Instants,
    file_rows: Int64s,
    *,
    now: datetime | None,
    since: datetime | None,
    restarted_at: datetime | None = None,
) -> Instants:
    """The instants without the rows that are quarantined.

    ``since``: when the logger was deployed, if the station knows it; one day before is allowed. Without it, a few
    rows (under 5 %) half a year or more before all others count as a reset clock. ``restarted_at``, in the file's
    clock: when the first of these was taken; the stretch that begins with it is then placed there.
    """
    reset = np.zeros(len(file_rows), dtype=bool)
    latest = int(((now or datetime.now(UTC)) + timedelta(days=1)).timestamp()) + DAY_S // 2
    future = clock.ok & (clock.epoch_s > latest)
    usable = clock.ok & ~future
    if since is not None:
        reset = usable & (clock.epoch_s < int((since - timedelta(days=1)).timestamp()))
    if np.count_nonzero(usable) > 1 and not _is_one_stretch(clock, usable):
        reset |= _apart_and_before(clock, np.flatnonzero(usable))
    if restarted_at is not None and reset.any():
        clock, reset = _placed(draft, clock, file_rows, reset, restarted_at)
    for rows, code, key in (
        (reset, "CLOCK_RESET_ROWS", "clock_reset_rows"),
        (future, "CLOCK_IN_FUTURE", "future_rows"),
    ):
        found = np.flatnonzero(rows)
        if len(found):
            first = int(clock.epoch_s[found].min())
            draft.facts[key] = {"n": len(found), "first": clock.wall(first)}
            places = [
                {"row": int(file_rows[index]), "time": clock.shown(int(clock.epoch_s[index]))}
                for index in found[:FIRST_CELLS]
            ]
            draft.places("warning", code, places, count=len(found))
    return replace(clock, ok=clock.ok & ~(reset | future))


def _placed(
    draft: Draft, clock: Instants, file_rows: Int64s, reset: npt.NDArray[np.bool_], restarted_at: datetime
) -> tuple[Instants, npt.NDArray[np.bool_]]:
    """The first stretch of rows of a reset clock moved to where it was taken; a later reset stays aside."""
    found = np.flatnonzero(reset)
    times = clock.epoch_s[found]
    broken = np.flatnonzero((np.diff(times) <= 0) | (np.diff(times) > APART_S))
    stretch = found[: int(broken[0]) + 1] if len(broken) else found
    first_s = int(clock.epoch_s[stretch[0]])
    wanted = restarted_at.replace(tzinfo=None)
    shift_s = int((wanted - datetime.fromisoformat(clock.wall(first_s))).total_seconds())
    # summer time may begin between the two dates
    shift_s += int((wanted - datetime.fromisoformat(clock.wall(first_s + shift_s))).total_seconds())
    epoch_s = clock.epoch_s.copy()
    epoch_s[stretch] += shift_s
    placed = replace(clock, epoch_s=epoch_s)
    left = reset.copy()
    left[stretch] = False
    draft.facts["clock_reset_placed"] = {"n": len(stretch), "first": placed.wall(first_s + shift_s), "shift_s": shift_s}
    draft.info(
        "CLOCK_RESET_PLACED",
        row=int(file_rows[stretch[0]]),
        previous_time=clock.shown(first_s),
        time=placed.shown(first_s + shift_s),
        count=len(stretch),
    )
    return placed, left


def _is_one_stretch(clock: Instants, usable: npt.NDArray[np.bool_]) -> bool:
    """Whether all rows follow each other in time without a long break: the usual file, told without sorting."""
    if not usable.all():
        return False
    times = clock.epoch_s
    return bool((times[1:] >= times[:-1]).all()) and int(np.max(times[1:] - times[:-1])) <= APART_S


def _apart_and_before(clock: Instants, at: Int64s) -> npt.NDArray[np.bool_]:
    reset = np.zeros(len(clock.ok), dtype=bool)
    order = at[np.argsort(clock.epoch_s[at], kind="stable")]
    times = clock.epoch_s[order]
    breaks = np.flatnonzero(np.diff(times) > APART_S) + 1
    if not len(breaks):
        return reset
    groups = np.split(order, breaks)
    largest = max(range(len(groups)), key=lambda n: len(groups[n]))
    for group in groups[:largest]:
        year = datetime.fromtimestamp(int(clock.epoch_s[group[0]]), UTC).year
        if len(group) <= SMALL_SHARE * len(at) or (year in RESET_YEARS and len(group) < len(groups[largest])):
            reset[group] = True
    return reset
