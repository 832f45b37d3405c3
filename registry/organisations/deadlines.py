from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import clock, deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.organisations.models import Accreditation


@deadlines.provider
def accreditations(actor: Actor) -> Iterator[Deadline]:
    """The accreditations of the actor's own body that end soon."""
    if actor.organisation_id is None or not actor.organisation_approved:
        return
    today = clock.today()
    ending = Accreditation.objects.filter(
        organisation_id=actor.organisation_id, state="granted", valid_to__range=(today, today + deadlines.SOON)
    )
    for each in ending[: deadlines.MOST]:
        yield Deadline(
            kind="accreditation_end",
            subject=deadlines.subject_of(each),
            title=_("An accreditation ends"),
            detail=str(each.get_scope_display()),
            url=reverse("organisations:detail", args=[actor.organisation_id]),
            due=deadlines.end_of(each.valid_to),
            acts=actor.has_role("administrator"),
        )
