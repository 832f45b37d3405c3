"""The moves of a submitted period that verification and decisions make: each one line of the state machine."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods import states
from mrv.periods.models import MonitoringPeriod
from mrv.periods.states import PERIOD
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation


@transaction.atomic
def assign_verifier(*, actor: Actor, period: MonitoringPeriod, body: Organisation) -> MonitoringPeriod:
    """Name the body whose assignment was confirmed: from here its verifiers see the period."""
    period = lock(MonitoringPeriod, period.pk)
    require(actor, "periods.assign_verifier", period)
    if body.kind != OrganisationKind.VERIFICATION_BODY:
        raise InvalidInput("NOT_A_VERIFICATION_BODY", _("Only a verification body verifies a period."))
    return _set_verifier(actor, period, "periods.assign_verifier", body)


@transaction.atomic
def release_verifier(*, actor: Actor, period: MonitoringPeriod, reason: str) -> MonitoringPeriod:
    """The assignment ended without an opinion (declined, withdrawn): the body no longer sees the period."""
    period = lock(MonitoringPeriod, period.pk)
    require(actor, "periods.release_verifier", period)
    return _set_verifier(actor, period, "periods.release_verifier", None, reason)


def _set_verifier(
    actor: Actor, period: MonitoringPeriod, action: str, body: Organisation | None, reason: str = ""
) -> MonitoringPeriod:
    if period.state not in ("open", "sealed", "submitted"):
        raise Refusal(
            "VERIFICATION_BEGAN",
            _("Verification has begun; the verification body of this period no longer changes."),
        )
    before = period.verifier_id
    period.verifier = body
    period.save(update_fields=["verifier"])
    record(actor, action, period, before={"verifier": before}, after={"verifier": period.verifier_id}, reason=reason)
    return period


@transaction.atomic
def begin_verification(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """submitted -> under_verification, by the assigned body."""
    return _move(actor, period, "begin_verification")


@transaction.atomic
def raise_findings(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """under_verification -> findings, by the assigned body."""
    return _move(actor, period, "raise_findings")


@transaction.atomic
def resolve_findings(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """findings -> under_verification, by the assigned body."""
    return _move(actor, period, "resolve_findings")


@transaction.atomic
def mark_verified(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """under_verification -> verified: both signatures of a positive opinion are there."""
    return _move(actor, period, "verify", verified_at=clock.now())


@transaction.atomic
def mark_not_verified(*, actor: Actor, period: MonitoringPeriod, reason: str) -> MonitoringPeriod:
    """under_verification -> not_verified: ends the revision, its days are free for a new one."""
    return _move(actor, period, "reject", reason=reason)


@transaction.atomic
def mark_statement_issued(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """verified -> statement_issued: an inventory, or nothing was creditable."""
    return _move(actor, period, "issue_statement")


@transaction.atomic
def begin_issuance_review(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """verified -> issuance_review, by the authority."""
    return _move(actor, period, "begin_issuance_review")


@transaction.atomic
def mark_issued(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """issuance_review -> issued, in the transaction of the issuance itself."""
    return _move(actor, period, "issue")


@transaction.atomic
def mark_refused(*, actor: Actor, period: MonitoringPeriod, reason: str) -> MonitoringPeriod:
    """issuance_review -> refused: ends the revision."""
    return _move(actor, period, "refuse", reason=reason)


@transaction.atomic
def return_to_verification(*, actor: Actor, period: MonitoringPeriod, reason: str) -> MonitoringPeriod:
    """issuance_review -> under_verification, with the reasons of the authority."""
    return _move(actor, period, "return", reason=reason, verified_at=None)


_NEEDS_REASON = ("reject", "refuse", "return")


def _move(actor: Actor, period: MonitoringPeriod, action: str, *, reason: str = "", **changes: Any) -> MonitoringPeriod:
    period = lock(MonitoringPeriod, period.pk)
    permission = next(line.permission for line in states.PERIOD.transitions if line.action == action)
    require(actor, permission, period)
    if action in _NEEDS_REASON and not reason.strip():
        raise InvalidInput("REASON_MISSING", _("Say why."))
    before = PERIOD.move(period, action, **changes)
    record(
        actor,
        f"periods.{action}",
        period,
        before={"state": before},
        after={"state": period.state},
        reason=reason,
    )
    return period
