"""The completeness calendar: station by day, how much was measured; and what becomes of every gap."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mrv.quality.presentation import reviewed_span
from mrv.quality.selectors import record_bounds
from mrv.quality.shares import Totals, day_shares
from mrv.stations.models import Station

CELL, GAP, LABEL = 16, 2, 34
STEPS = ((0.0, "none"), (0.5, "little"), (0.9, "some"), (0.9999, "most"), (1.01, "all"))
"""Share measured up to which a day is drawn so; the figure in the cell says the same without colour."""
LONGEST_GAPS = 20


@dataclass(frozen=True)
class Day:
    x: int
    y: int
    kind: str
    title: str
    mark: str


@dataclass(frozen=True)
class StationYear:
    """One station's year as cells, and its gaps by what becomes of them."""

    station: Station
    days: list[Day]
    months: list[tuple[int, str]]
    width: int
    height: int
    totals: Totals | None
    gaps: list[dict[str, Any]]
    more_gaps: int
    measured_days: int


def years_of(stations: list[Station]) -> list[int]:
    """The years in which any of the stations has readings, newest first."""
    found: set[int] = set()
    for station in stations:
        bounds = record_bounds(station)
        if bounds is not None:
            zone = ZoneInfo(station.zone)
            last = (bounds.end - timedelta(days=1)).astimezone(zone).year
            found |= set(range(bounds.start.astimezone(zone).year, last + 1))
    return sorted(found, reverse=True)


def station_year(station: Station, year: int) -> StationYear:
    zone = ZoneInfo(station.zone)
    start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    totals = reviewed_span(station, start, end).totals()
    offset_s = int((start.utcoffset() or timedelta()).total_seconds())
    shares = day_shares(totals, offset_s) if totals else {}
    days = [_day(date(year, 1, 1) + timedelta(days=n), shares) for n in range(365 + calendar.isleap(year))]
    gaps = sorted(totals.gaps if totals else [], key=lambda gap: gap.end_s - gap.start_s, reverse=True)
    return StationYear(
        station=station,
        days=days,
        months=[(_top(month) + CELL - 4, f"{year}-{month:02d}") for month in range(1, 13)],
        width=LABEL + 31 * (CELL + GAP) + 26,
        height=12 * (CELL + GAP),
        totals=totals,
        gaps=[_gap(gap, zone) for gap in gaps[:LONGEST_GAPS]],
        more_gaps=max(len(gaps) - LONGEST_GAPS, 0),
        measured_days=sum(1 for share in shares.values() if share > 0),
    )


def _top(month: int) -> int:
    return (month - 1) * (CELL + GAP)


def _day(day: date, shares: dict[date, float]) -> Day:
    share = shares.get(day, 0.0)
    kind = next(name for limit, name in STEPS if share <= limit)
    return Day(
        x=LABEL + 22 + (day.day - 1) * (CELL + GAP),
        y=_top(day.month),
        kind=kind,
        title=_("%(day)s: %(pct)s %% measured") % {"day": day.isoformat(), "pct": f"{100 * share:.0f}"},
        mark="" if kind in ("none", "all") else str(min(int(10 * share), 9)),
    )


def _gap(gap: Any, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "from": f"{datetime.fromtimestamp(gap.start_s, zone):%Y-%m-%d %H:%M}",
        "to": f"{datetime.fromtimestamp(gap.end_s, zone):%Y-%m-%d %H:%M}",
        "hours": (gap.end_s - gap.start_s) / 3600,
        "filled": gap.filled,
        "share": gap.share,
    }
