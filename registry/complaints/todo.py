from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.complaints import states
from registry.complaints.models import Complaint
from registry.core import deadlines, todo
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind


@todo.provider
def complaints(actor: Actor) -> Iterator[todo.ToDo]:
    """What the authority answers and closes; the persons who took the decision are not asked."""
    if actor.organisation_kind != OrganisationKind.AUTHORITY:
        return
    waiting = Complaint.objects.filter(state__in=("received", "answered")).select_related("decision")
    for each in waiting.order_by("answer_due_on"):
        actions = {line.action for line in states.COMPLAINT.actions_of(actor, each)}
        if not actions:
            continue
        titles = {
            "answer": _("Decide on the appeal") if each.kind == Complaint.Kind.APPEAL else _("Answer the complaint"),
            "close": _("Close the complaint: its answer was heard"),
        }
        yield todo.ToDo(
            title=titles[actions.pop()],
            detail=f"{each.number} · {each.about}",
            url=reverse("complaints:detail", args=[each.number]),
            since=each.replied_at or each.answered_at or each.received_at,
            due=deadlines.end_of(each.answer_due_on) if each.state == "received" else None,
        )
