"""The registry's one clock.

``kcr_now()`` in the database is the source, so that Python, column defaults and triggers agree. Its offset is zero
except in a demonstration or a test, where :func:`advance_to` lets waiting periods pass honestly; every audit event
says which offset was in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from registry.core.errors import Refusal

PROGRAMME_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone of the programme's calendar: its days of notice, answers and working days begin and end in it."""


class Now(models.Func):
    """``kcr_now()`` as a column default: ``db_default=clock.Now()``."""

    template = "kcr_now()"
    output_field = models.DateTimeField()
    arity = 0


_held: ContextVar[list[datetime] | None] = ContextVar("the instant of a page", default=None)


@contextmanager
def one_instant() -> Iterator[None]:
    """Inside, :func:`now` is asked once: a list that is being read has one now for its rows. Never around a write."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def now() -> datetime:
    held = _held.get()
    if held:
        return held[0]
    instant = _read()
    if held is not None:
        held.append(instant)
    return instant


def today(zone: tzinfo = PROGRAMME_ZONE) -> date:
    """The day of the programme's calendar; with a station's zone, the day there."""
    return day_of(now(), zone)


def day_of(instant: datetime, zone: tzinfo = PROGRAMME_ZONE) -> date:
    """On which day of the programme's calendar (or in ``zone``) an instant lies."""
    return instant.astimezone(zone).date()


def _read() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kcr_now()")
        return cursor.fetchone()[0]


def offset() -> timedelta:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kcr_clock_offset()")
        return cursor.fetchone()[0]


def reading() -> tuple[datetime, timedelta]:
    """Now and the offset in force, in one question to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kcr_now(), kcr_clock_offset()")
        instant, ahead = cursor.fetchone()
        return instant, ahead


def advance_to(instant: datetime) -> None:
    """Set the clock forward to ``instant`` (never back). Only a demonstration or a test may."""
    if not settings.DEMO:
        raise Refusal("CLOCK_IS_REAL", _("The clock can be set only in a demonstration. Set DEMO=1 to run one."))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_clockoffset (id, "offset") VALUES (1, greatest(%s - clock_timestamp(), interval '0'))
            ON CONFLICT (id) DO UPDATE
                SET "offset" = greatest(core_clockoffset."offset", excluded."offset")
            """,
            [instant],
        )
