"""What every step about a finding has in common: its thread, its texts and days, and the period that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.periods import moves
from mrv.verification import states
from mrv.verification.models import Assignment, Finding, FindingDocument, FindingEntry
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, needed_text
from registry.core.workdays import add_working_days

MOST_DOCUMENTS = 10
MOST_BYTES = 50 * 1024**2
MOST_TEXT = 20_000


@dataclass(frozen=True)
class Document:
    """A file as it came with an answer or a remark: its name and bytes."""

    file_name: str
    data: bytes


def usual_due_day() -> date:
    """The day until which an answer is asked when nobody says another."""
    return add_working_days(clock.today(), settings.FINDING_ANSWER_WORKING_DAYS)


def needed_words(text: str, code: str, message: Any) -> str:
    return words(needed_text(text, code, message))


def words(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise InvalidInput(
            "TEXT_TOO_LONG", _("The text is longer than %(limit)s characters; attach a document."), limit=MOST_TEXT
        )
    return text.strip()


def next_number(assignment: Assignment, kind: str) -> str:
    return f"{kind.upper()}-{assignment.findings.filter(kind=kind).count() + 1}"


def say(
    actor: Actor,
    finding: Finding,
    act: str,
    text: str,
    *,
    due_on: date | None = None,
    documents: Sequence[Document] = (),
) -> list[FindingDocument]:
    """One entry of the thread; returns the documents that came with it."""
    _check(documents)
    entry = FindingEntry.objects.create(
        finding=finding,
        act=act,
        round=finding.round,
        text=text,
        due_on=due_on,
        made_by_id=actor.user_id,
        made_for=_side(actor, finding),
    )
    return [
        FindingDocument.objects.create(
            entry=entry,
            file_name=each.file_name[:255],
            sha256=store.put(each.data),
            size_bytes=len(each.data),
        )
        for each in documents
    ]


def _side(actor: Actor, finding: Finding) -> str:
    assignment = finding.assignment
    if actor.organisation_id == assignment.body_id:
        return "body"
    return "proponent" if actor.organisation_id == assignment.project.proponent_id else "authority"


def _check(documents: Sequence[Document]) -> None:
    if len(documents) > MOST_DOCUMENTS:
        raise InvalidInput("TOO_MANY_DOCUMENTS", _("At most %(limit)s documents come with one entry."), limit=10)
    for each in documents:
        if not each.data:
            raise InvalidInput("DOCUMENT_EMPTY", _("“%(file)s” is empty. Choose the file again."), file=each.file_name)
        if len(each.data) > MOST_BYTES:
            raise InvalidInput(
                "DOCUMENT_TOO_LARGE",
                _("“%(file)s” is larger than %(limit)s MB."),
                file=each.file_name,
                limit=MOST_BYTES // 1024**2,
            )


def record_move(actor: Actor, action: str, finding: Finding, before: str, *, reason: str = "", **after: Any) -> None:
    record(
        actor,
        action,
        finding,
        before={"state": before},
        after={"state": finding.state, "round": finding.round, **after},
        reason=reason,
    )


def follow_with_the_period(actor: Actor, assignment: Assignment) -> None:
    """The period is in ``findings`` while a CAR or CL of it is open, and back under verification afterwards."""
    period = assignment.period
    if period is None:
        return
    period.refresh_from_db(fields=["state"])
    blocked = assignment.findings.filter(state__in=states.OPEN_FINDING).exclude(kind=Finding.Kind.FAR).exists()
    if blocked and period.state == "under_verification":
        moves.raise_findings(actor=actor, period=period)
    elif not blocked and period.state == "findings":
        moves.resolve_findings(actor=actor, period=period)
