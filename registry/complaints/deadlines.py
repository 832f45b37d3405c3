"""The last days of complaints and appeals: to answer, to reply, to appeal."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.complaints.decisions import appealable_by
from registry.complaints.models import Complaint
from registry.core import deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.core.permissions import may
from registry.core.roles import OrganisationKind


@deadlines.provider
def answers(actor: Actor) -> Iterator[Deadline]:
    """Complaints and appeals that wait for the authority's answer; a party is told of its own appeal's."""
    waiting = Complaint.objects.filter(state="received").select_related("decision").order_by("answer_due_on")
    if actor.organisation_kind != OrganisationKind.AUTHORITY or not actor.organisation_approved:
        waiting = waiting.filter(filed_for_id=actor.organisation_id or 0)
    for each in waiting[: deadlines.MOST]:
        is_appeal = each.kind == Complaint.Kind.APPEAL
        yield Deadline(
            kind="appeal_answer" if is_appeal else "complaint_answer",
            subject=deadlines.subject_of(each),
            title=_("An appeal is to be decided") if is_appeal else _("A complaint is to be answered"),
            detail=f"{each.number} · {each.about}",
            url=reverse("complaints:detail", args=[each.number]),
            due=deadlines.end_of(each.answer_due_on),
            acts=may(actor, "complaints.answer", each),
        )


@deadlines.provider
def replies(actor: Actor) -> Iterator[Deadline]:
    """Answered appeals of one's own organisation, until when a reply is waited for."""
    if actor.organisation_id is None:
        return
    own = Complaint.objects.filter(filed_for_id=actor.organisation_id, state="answered", replied_at=None)
    own = own.select_related("decision")
    for each in own.order_by("reply_until")[: deadlines.MOST]:
        yield Deadline(
            kind="appeal_reply",
            subject=deadlines.subject_of(each),
            title=_("The answer to your appeal can be replied to, by its secret link"),
            detail=f"{each.number} · {each.about}",
            url=reverse("complaints:detail", args=[each.number]),
            due=deadlines.end_of(each.reply_until),
            acts=False,
        )


@deadlines.provider
def appeals_possible(actor: Actor) -> Iterator[Deadline]:
    """Decisions on one's own records, until when an appeal may be filed."""
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return
    own = Complaint.objects.filter(filed_for_id=actor.organisation_id or 0)
    appealed = set(own.values_list("decision_id", flat=True))
    for decision in appealable_by(actor)[: deadlines.MOST]:
        if decision.pk not in appealed:
            yield Deadline(
                kind="appeal_window",
                subject=f"audit.Event:{decision.pk}",
                title=_("A decision can be appealed"),
                detail=str(decision),
                url=reverse("complaints:appeal", args=[decision.pk]),
                due=deadlines.end_of(decision.appeal_until),
                acts=False,
            )
