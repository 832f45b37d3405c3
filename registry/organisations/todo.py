from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.todo import ToDo, provider
from registry.organisations.models import Accreditation, Organisation

ENDS_SOON = timedelta(days=60)


@provider
def applications(actor: Actor) -> Iterator[ToDo]:
    if not may(actor, "organisations.decide"):
        return
    for organisation in Organisation.objects.filter(state="applied").order_by("created_at"):
        yield ToDo(
            title=_("Decide on the application of an organisation"),
            detail=str(organisation),
            url=reverse("organisations:detail", args=[organisation.pk]),
            since=organisation.created_at,
        )


@provider
def accreditations_that_end(actor: Actor) -> Iterator[ToDo]:
    """Its administrators are told before an accreditation ends, so that a new one can be asked for."""
    if actor.organisation_id is None or not actor.has_role("administrator") or not actor.organisation_approved:
        return
    today = clock.today()
    for each in Accreditation.objects.filter(
        organisation_id=actor.organisation_id, state="granted", valid_to__range=(today, today + ENDS_SOON)
    ):
        yield ToDo(
            title=_("The accreditation ends soon: ask the authority for a new one"),
            detail=f"{each.get_scope_display()} · {each.valid_to}",
            url=reverse("organisations:detail", args=[actor.organisation_id]),
            since=datetime.combine(each.valid_to - ENDS_SOON, time(), clock.PROGRAMME_ZONE),
        )
