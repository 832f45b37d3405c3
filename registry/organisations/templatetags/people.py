"""Who did what, on pages that show the history of a record."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from registry.audit.models import Event
from registry.core.actors import Actor
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.organisations.models import Organisation, User

register = template.Library()


NAMELESS = ("projects.comment", "complaints.file", "complaints.reply")
"""Acts of people who may have chosen not to be named."""


@register.simple_tag(takes_context=True)
def with_people(context: template.Context, history: Sequence[Event]) -> list[tuple[Event, str]]:
    """``{% with_people history as told %}``: each event with the name of who did it.

    Members of the same organisation and officials read the person, everybody else the organisation.
    """
    actor: Actor = context["actor"]
    sees_all = may(actor, "audit.view")
    organisations = Organisation.objects.in_bulk({event.organisation_id for event in history if event.organisation_id})
    mine = {
        event.actor_id
        for event in history
        if event.actor_id and (sees_all or event.organisation_id == actor.organisation_id)
    }
    people = User.objects.in_bulk(mine) if mine and not actor.is_anonymous else {}
    return [(event, _who(event, people, organisations)) for event in history]


def _who(event: Event, people: dict[int, User], organisations: dict[int, Organisation]) -> str:
    if event.action in NAMELESS:
        return ""
    if event.actor_id in people:
        return local_name(people[event.actor_id])
    if event.organisation_id in organisations:
        return local_name(organisations[event.organisation_id])
    return _("The system") if event.roles == "system" else ""
