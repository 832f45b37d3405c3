"""The programme's calendar as data: the authority enters holidays and make-up working days; periods count by it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.models import CalendarDay
from registry.core.permissions import require

HOLIDAY, WORKING, USUAL = "holiday", "working", "usual"


@transaction.atomic
def set_day(*, actor: Actor, day: date, kind: str, note: str = "") -> None:
    """Make ``day`` a holiday, a make-up working day, or what its weekday says. Past decisions are not counted anew."""
    require(actor, "calendar.edit")
    if kind not in (HOLIDAY, WORKING, USUAL):
        raise InvalidInput("DAY_KIND", _("Choose what the day is."))
    row, _new = CalendarDay.objects.get_or_create(date=day, defaults={"is_working": kind == WORKING})
    if kind != USUAL:
        row.is_working, row.note = kind == WORKING, note.strip()[:100]
        row.save()
    record(actor, "calendar.set", row, after={"day": day, "kind": kind, "note": note.strip()[:100]})
    if kind == USUAL:
        row.delete()
