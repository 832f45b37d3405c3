"""Every write about complaints and appeals: filed, answered, replied to once, closed; texts withheld."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.complaints import subjects
from registry.complaints.decisions import Decision
from registry.complaints.models import Complaint
from registry.complaints.states import COMPLAINT
from registry.core import clock, workdays
from registry.core.actors import Actor
from registry.core.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotVisible,
    Refusal,
    needed_text,
    text_between,
)
from registry.core.locking import lock
from registry.core.permissions import require

SHORTEST, LONGEST = 10, 8000
"""Characters of a complaint, an answer or a reply."""
PREFIX = {Complaint.Kind.COMPLAINT: "C", Complaint.Kind.APPEAL: "A"}


@dataclass(frozen=True)
class Filed:
    complaint: Complaint
    secret: str
    """Shown once: by it the complainant finds the complaint again and may reply. Only its digest is kept."""


@transaction.atomic
def file_complaint(
    *, actor: Actor, subject_kind: str, subject_ref: str, text: str, author_name: str = "", contact: str = ""
) -> Filed:
    """Anybody complains about a public record. Name and contact may be empty; the contact is never shown.

    Raises InvalidInput SUBJECT_UNKNOWN, TEXT_LENGTH.
    """
    require(actor, "complaints.file")
    subject = subjects.subject_of(subject_kind, subject_ref)
    return _filed(
        actor,
        "complaints.file",
        Complaint(
            kind=Complaint.Kind.COMPLAINT,
            is_public=True,
            text=text_between(text, SHORTEST, LONGEST),
            author_name=author_name.replace("\0", "").strip()[:100],
            contact=contact.replace("\0", "").strip()[:200],
            filed_by_id=actor.user_id,
        ),
        subject,
        settings.COMPLAINT_ANSWER_WORKING_DAYS,
    )


@transaction.atomic
def appeal(*, actor: Actor, decision: Decision, text: str) -> Filed:
    """A party appeals against a decision inside the published working days; another person decides on the appeal.

    Raises Refusal APPEAL_LATE, APPEAL_FILED, InvalidInput TEXT_LENGTH.
    """
    require(actor, "complaints.appeal", decision)
    if not decision.is_open:
        raise Refusal(
            "APPEAL_LATE",
            _("An appeal against this decision could be filed until %(day)s. A complaint is still possible."),
            day=decision.appeal_until,
        )
    _serialised()
    if Complaint.objects.filter(kind="appeal", decision=decision.event, filed_for=actor.organisation_id).exists():
        raise Refusal("APPEAL_FILED", _("Your organisation has appealed against this decision already."))
    return _filed(
        actor,
        "complaints.appeal",
        Complaint(
            kind=Complaint.Kind.APPEAL,
            is_public="public" in decision.relations_of(actor),
            text=text_between(text, SHORTEST, LONGEST),
            filed_by_id=actor.user_id,
            filed_for_id=actor.organisation_id,
        ),
        subjects.of_decision(decision),
        settings.APPEAL_DECISION_WORKING_DAYS,
    )


def _filed(actor: Actor, action: str, complaint: Complaint, subject: subjects.Subject, working_days: int) -> Filed:
    secret = secrets.token_urlsafe(24)
    complaint.number = _next_number(Complaint.Kind(complaint.kind))
    complaint.subject_kind, complaint.subject_ref = subject.kind, subject.ref
    complaint.subject_zh, complaint.subject_en, complaint.subject_url = subject.zh, subject.en, subject.url
    if subject.decision is not None:
        complaint.decision = subject.decision.event
        complaint.decided_by_ids = sorted(subject.decision.takers)
    complaint.secret_sha256 = digest_of(secret)
    complaint.answer_due_on = workdays.add_working_days(clock.today(), working_days)
    complaint.save()
    record(
        actor,
        action,
        complaint,
        after={"number": complaint.number, "about": f"{subject.kind} {subject.ref}", "due": complaint.answer_due_on},
    )
    return Filed(complaint, secret)


def _next_number(kind: Complaint.Kind) -> str:
    """Numbers count up per kind and year."""
    _serialised()
    prefix = f"{PREFIX[kind]}-{clock.today().year}-"
    return f"{prefix}{Complaint.objects.filter(number__startswith=prefix).count() + 1:04d}"


def _serialised() -> None:
    """Two who file at once wait for one another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('complaints.number'))")


@transaction.atomic
def answer(*, actor: Actor, complaint: Complaint, outcome: str, text: str) -> Complaint:
    """The authority's one answer, with its outcome; for an appeal by somebody who had no part in the decision."""
    complaint = _impartial(actor, complaint)
    if outcome not in Complaint.Outcome.values:
        raise InvalidInput("OUTCOME_MISSING", _("Choose the outcome."))
    said = text_between(text, SHORTEST, LONGEST)
    return _moved(
        actor,
        complaint,
        "answer",
        answer=said,
        outcome=outcome,
        answered_by_id=actor.user_id,
        answered_at=clock.now(),
        reply_until=workdays.add_working_days(clock.today(), settings.COMPLAINT_REPLY_WORKING_DAYS),
    )


@transaction.atomic
def reply(*, actor: Actor, secret: str, text: str) -> Complaint:
    """The complainant's one reply to the answer, before the authority closes; whoever has the secret may."""
    require(actor, "complaints.reply")
    found = Complaint.objects.filter(secret_sha256=digest_of(secret)).values_list("pk", flat=True).first()
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    complaint = lock(Complaint, found)
    if complaint.state != "answered":
        raise IllegalTransition(
            "NOT_ANSWERED_NOW", _("A reply is possible once, after the answer and before the complaint is closed.")
        )
    if complaint.replied_at is not None:
        raise Refusal("REPLIED_ALREADY", _("Your reply is there; it stays as it is."))
    complaint.reply, complaint.replied_at = text_between(text, SHORTEST, LONGEST), clock.now()
    complaint.save(update_fields=["reply", "replied_at"])
    record(actor, "complaints.reply", complaint, after={"number": complaint.number})
    return complaint


@transaction.atomic
def close(*, actor: Actor, complaint: Complaint, conclusion: str = "") -> Complaint:
    """Close it once the complainant has replied or the days for it are over; a reply is answered by a conclusion."""
    complaint = _impartial(actor, complaint)
    said = conclusion.replace("\0", "").strip()[:LONGEST]
    if complaint.replied_at is not None:
        said = text_between(conclusion, SHORTEST, LONGEST)
    return _moved(actor, complaint, "close", conclusion=said, closed_by_id=actor.user_id, closed_at=clock.now())


def _impartial(actor: Actor, complaint: Complaint) -> Complaint:
    complaint = lock(Complaint, complaint.pk)
    if actor.user_id is not None and actor.user_id in complaint.decided_by_ids:
        raise NotAllowed(
            "SEPARATION_OF_DUTIES", _("You took part in the decision that this is about; another person answers.")
        )
    require(actor, "complaints.answer", complaint)
    return complaint


def _moved(actor: Actor, complaint: Complaint, action: str, **changes: Any) -> Complaint:
    before = COMPLAINT.move(complaint, action, **changes)
    record(
        actor,
        f"complaints.{action}",
        complaint,
        before={"state": before},
        after={"state": complaint.state, "outcome": complaint.outcome},
    )
    return complaint


@transaction.atomic
def withhold(*, actor: Actor, complaint: Complaint, reason: str) -> Complaint:
    """Keep what the complainant wrote from the public; the reason stands in its place."""
    said = needed_text(reason, "REASON_MISSING", _("Say why: the public reads the reason in place of the text."))
    return _shown(actor, complaint, "complaints.withhold", said)


@transaction.atomic
def show_again(*, actor: Actor, complaint: Complaint) -> Complaint:
    return _shown(actor, complaint, "complaints.show_again", "")


def _shown(actor: Actor, complaint: Complaint, action: str, reason: str) -> Complaint:
    complaint = lock(Complaint, complaint.pk)
    require(actor, "complaints.moderate", complaint)
    if bool(complaint.withheld_reason) == bool(reason):
        raise IllegalTransition("SHOWN_SO_ALREADY", _("Nothing was changed: it is withheld or shown so already."))
    complaint.withheld_reason = reason
    complaint.save(update_fields=["withheld_reason"])
    record(actor, action, complaint, after={"number": complaint.number}, reason=reason)
    return complaint


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.strip().encode()).hexdigest()
