"""Certificates of what two officials decide: an issuance, or a period's inventory statement."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.certificates import records
from registry.certificates.models import Certificate
from registry.certificates.records.common import named
from registry.certificates.services.keeping import keep, new_edition, take_turn
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.credits import services as credits
from registry.credits.handover import CREDITS, STATEMENT, VerifiedOutcome
from registry.credits.models import Issuance
from registry.organisations.models import Organisation, User
from registry.projects.models import Project


@transaction.atomic
def issue_certificate(*, actor: Actor, issuance: Issuance) -> Certificate:
    """The certificate of an issuance, by its approver, to be called in the transaction of the issuance itself.

    The same issuance again gives the same certificate. The file is drawn and signed by a task after the commit.
    """
    require(actor, "certificates.issue")
    lock(Project, issuance.project_id)  # an issuance is written once: its row cannot be locked by the application
    if actor.user_id != issuance.approved_by_id:
        raise NotAllowed("NOT_THE_APPROVER", _("The certificate is issued by the person who approved the issuance."))
    known = Certificate.objects.filter(issuance=issuance, state="valid").first()
    if known is not None:
        return known
    occasion = _occasion(actor, issuance.project, issuance.request.prepared_by_id)
    content = records.record_of_issuance(occasion, issuance.request.verified_outcome, issuance)
    return keep(actor, content, **of_issuance(issuance))


def of_issuance(issuance: Issuance) -> dict[str, object]:
    """The columns of an issuance's certificate."""
    return {
        "project": issuance.project,
        "issuance": issuance,
        "statement_number": issuance.statement_number,
        "period_start": issuance.period_start,
        "period_end": issuance.period_end,
        "prepared_by": issuance.request.prepared_by,
        "approved_by": issuance.approved_by,
    }


@transaction.atomic
def record_issuance_statement(
    *, preparer: Actor, approver: Actor, outcome: VerifiedOutcome, reason_zh: str = "", reason_en: str = ""
) -> Certificate:
    """The inventory statement of a period that brings no credits, by two officials.

    For methodologies that end in a statement, and for periods in which nothing is creditable; the latter need a
    reason, here or in ``certificate_figures``. A creditable part of a tonne is carried. The same statement again
    gives the same certificate.
    """
    require(preparer, "credits.prepare_issuance")
    require(approver, "certificates.issue")
    if preparer.user_id == approver.user_id:
        raise NotAllowed("SEPARATION_OF_DUTIES", _("Another person than the preparer decides on a statement."))
    project = lock(Project, Project.objects.filter(code=outcome.project_code).values_list("pk", flat=True).first())
    for official in (preparer, approver):
        credits.refuse_interested(official, project, outcome)
    known = Certificate.objects.filter(
        statement_number=outcome.statement_number, state="valid", kind=Certificate.Kind.INVENTORY_STATEMENT
    ).first()
    if known is not None:
        return known
    credits.refuse_unregistered(project)
    _refuse_decided(project, outcome)
    reason = _reason(outcome, reason_zh, reason_en)
    credits.carry_fraction(actor=approver, outcome=outcome)
    occasion = _occasion(approver, project, preparer.user_id)
    return keep(
        approver,
        records.record_of_statement(occasion, outcome, reason),
        project=project,
        statement_number=outcome.statement_number,
        period_start=outcome.period_start,
        period_end=outcome.period_end,
        prepared_by=occasion.prepared_by,
        approved_by=occasion.approved_by,
    )


def _occasion(approver: Actor, project: Project, preparer_id: int | None) -> records.Occasion:
    take_turn()
    return records.Occasion(
        edition=new_edition(project),
        project=project,
        authority=named(Organisation.objects.get(pk=approver.organisation_id)),
        prepared_by=User.objects.get(pk=preparer_id),
        approved_by=User.objects.get(pk=approver.user_id),
    )


def _refuse_decided(project: Project, outcome: VerifiedOutcome) -> None:
    """Credits of a project are decided on once for a day. Inventories of several springs stand side by side: that no
    spring is stated twice for a day, and that their catchments fit together, is held where periods are opened."""
    decided = ["issuance"] if outcome.outcome == STATEMENT else ["issuance", "inventory_statement"]
    inside = {"project": project, "period_start__lt": outcome.period_end, "period_end__gt": outcome.period_start}
    stated = Certificate.objects.filter(state="valid", kind__in=decided, **inside)
    if Issuance.objects.filter(**inside).exists() or stated.exists():
        raise Refusal(
            "PERIOD_ALREADY_DECIDED",
            _("This period has its credits or its statement already. A period is decided once."),
        )


def _reason(outcome: VerifiedOutcome, zh: str, en: str) -> dict[str, str] | None:
    given = outcome.certificate_figures.get("reason")
    if zh.strip() and en.strip():
        return {"zh": zh.strip(), "en": en.strip()}
    if given:
        return dict(given)
    if outcome.outcome == CREDITS:
        raise InvalidInput(
            "REASON_MISSING", _("Say in Chinese and in English why no credits are issued: the statement prints it.")
        )
    return None
