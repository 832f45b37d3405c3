"""Clock sanity: readings dated before the logger was there, or after now, are set aside, never dropped silently."""

from __future__ import annotations

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
    draft: Draft, clock: Instants, file_rows: Int64s, *, now: datetime | None, since: datetime | None
) -> npt.NDArray[np.bool_]:
    """Which rows are quarantined.

    ``since``: when the logger was deployed, if the station knows it; one day before is allowed. Without it, a few
    rows (under 5 %) half a year or more before all others count as a reset clock.
    """
    reset = np.zeros(len(file_rows), dtype=bool)
    latest = int(((now or datetime.now(UTC)) + timedelta(days=1)).timestamp()) + DAY_S // 2
    future = clock.ok & (clock.epoch_s > latest)
    usable = clock.ok & ~future
    if since is not None:
        reset = usable & (clock.epoch_s < int((since - timedelta(days=1)).timestamp()))
    if np.count_nonzero(usable) > 1 and not _is_one_stretch(clock, usable):
        reset |= _apart_and_before(clock, np.flatnonzero(usable))
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
    return reset | future


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
