"""Serial numbers as they are printed, and the days of a period in its station's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone


@dataclass(frozen=True)
class Block:
    """A contiguous range of serials of one vintage, both ends inside."""

    division_code: str
    project_code: str
    vintage: int
    first: int
    last: int

    @property
    def printed(self) -> str:
        """``KCR-CN-520621-0001-2021-1-203``: country, division, the division's project, vintage, first, last."""
        project = self.project_code.rsplit("-", 1)[-1]
        return f"KCR-CN-{self.division_code}-{project}-{self.vintage}-{self.first}-{self.last}"


def first_day(start: datetime, utc_offset_s: int) -> date:
    return start.astimezone(_zone(utc_offset_s)).date()


def last_day(end: datetime, utc_offset_s: int) -> date:
    """The last day inside a period whose end is exclusive."""
    return (end.astimezone(_zone(utc_offset_s)) - timedelta(microseconds=1)).date()


def offset_text(utc_offset_s: int) -> str:
    """``28800`` -> ``+08:00``."""
    hours, minutes = divmod(abs(utc_offset_s) // 60, 60)
    return f"{'-' if utc_offset_s < 0 else '+'}{hours:02d}:{minutes:02d}"


def _zone(utc_offset_s: int) -> timezone:
    return timezone(timedelta(seconds=utc_offset_s))
