from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.decisions.notice import last_day_of_notice
from mrv.periods.selectors import visible_periods
from registry.core import clock, deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.core.permissions import may
from registry.core.workdays import Calendar


@deadlines.provider
def notices(actor: Actor) -> Iterator[Deadline]:
    """Verified periods under public notice, for their proponent, their body and the authority."""
    if actor.organisation_id is None or not actor.organisation_approved:
        return
    today, calendar = clock.today(), Calendar()
    waiting = visible_periods(actor).filter(state__in=("verified", "issuance_review"), verified_at__isnull=False)
    for period in waiting.order_by("verified_at")[: deadlines.MOST]:
        last_day = last_day_of_notice(period, calendar)
        if last_day < today or not period.relations_of(actor) - {"public"}:
            continue
        yield Deadline(
            kind="notice_end",
            subject=deadlines.subject_of(period),
            title=_("The public notice of a verified period ends"),
            detail=str(period),
            url=reverse("periods:detail", args=[period.pk]),
            due=deadlines.end_of(last_day),
            acts=may(actor, "decisions.begin_review", period),
        )
