from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.complaints.models import Complaint
from registry.complaints.services import digest_of
from registry.core import clock, workdays
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.core.roles import OrganisationKind

NOT_FOUND = ("NOT_FOUND", _("There is no such record, or it is not yours to see."))


def visible_complaints(actor: Actor) -> QuerySet[Complaint]:
    """The public ones, those of one's own organisation, and all for the authority."""
    found = Complaint.objects.select_related("filed_for", "decision")
    seen = Q(is_public=True)
    if actor.organisation_id is not None:
        if actor.organisation_approved and actor.organisation_kind == OrganisationKind.AUTHORITY:
            return found
        seen |= Q(filed_for_id=actor.organisation_id)
    return found.filter(seen)


def complaint_for(actor: Actor, number: str) -> Complaint:
    found = Complaint.objects.select_related("filed_for", "decision").filter(number=number).first()
    if found is None or not may(actor, "complaints.view", found):
        raise NotVisible(*NOT_FOUND)
    return found


def complaint_by_secret(secret: str) -> Complaint:
    """The complaint whose secret this is: for whoever filed it, signed in or not."""
    found = Complaint.objects.select_related("filed_for").filter(secret_sha256=digest_of(secret)).first()
    if found is None:
        raise NotVisible(*NOT_FOUND)
    return found


def about(kind: str, ref: str) -> QuerySet[Complaint]:
    """The public complaints about one record."""
    return Complaint.objects.filter(subject_kind=kind, subject_ref=ref, is_public=True)


def reads_words(actor: Actor, complaint: Complaint) -> bool:
    """Whether this reader sees what the complainant wrote: everybody, but where it is withheld the authority alone."""
    return not complaint.withheld_reason or may(actor, "complaints.view_withheld", complaint)


def days_left(complaint: Complaint, day: date | None = None) -> int | None:
    """Working days until the answer is due; 0 on the last day, negative when late, None once it is answered."""
    if complaint.state != "received":
        return None
    return workdays.working_days_between(day or clock.today(), complaint.answer_due_on)


def with_days_left(complaints: Iterable[Complaint]) -> list[tuple[Complaint, int | None]]:
    """Each with its :func:`days_left`, with one question to the calendar for all."""
    calendar, day = workdays.Calendar(), clock.today()
    return [
        (each, calendar.between(day, each.answer_due_on) if each.state == "received" else None) for each in complaints
    ]


def may_reply(complaint: Complaint) -> bool:
    return complaint.state == "answered" and complaint.replied_at is None
