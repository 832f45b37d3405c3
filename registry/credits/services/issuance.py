"""Issuance: prepared by one official, approved or returned by another, posted once, in one transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import Range

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.credits import kernel
from registry.credits.allotment import Allotment as Shares
from registry.credits.allotment import allot
from registry.credits.handover import STATEMENT, VerifiedOutcome
from registry.credits.models import Account, Allotment, Holding, Issuance, IssuanceRequest, Remainder
from registry.credits.services.reversals import refuse_owing
from registry.credits.states import ISSUANCE_REQUEST
from registry.organisations.models import Organisation
from registry.projects.models import Project
from registry.projects.selectors import developers_of


@transaction.atomic
def prepare_issuance(*, actor: Actor, outcome: VerifiedOutcome, confirmed_quantity: int) -> IssuanceRequest:
    """Ask for the issuance of a verified period. The quantity follows from the outcome; typing it only confirms.

    The same person asking again for the same outcome gets the same request. Raises a refusal when the outcome is a
    statement, nothing is creditable, the project is not registered, or the period was issued or asked for already.
    """
    require(actor, "credits.prepare_issuance")
    project = _lock_project(outcome)
    refuse_interested(actor, project, outcome)
    refuse_unregistered(project)
    refuse_owing(project)
    refuse_nothing_to_issue(outcome, shares := plan_issuance(project, outcome))
    _refuse_issued(project, outcome)
    refuse_unconfirmed(shares, confirmed_quantity)
    plain = outcome.as_plain()
    waiting = IssuanceRequest.objects.filter(
        project=project, period_start=outcome.period_start, period_end=outcome.period_end, state="prepared"
    ).first()
    if waiting is not None:
        if waiting.prepared_by_id == actor.user_id and waiting.outcome == plain:
            return waiting
        raise Refusal(
            "ISSUANCE_ALREADY_PREPARED",
            _("An issuance of this period is prepared already and waits for its approval. Approve or return that one."),
        )
    request = IssuanceRequest.objects.create(
        project=project,
        period_start=outcome.period_start,
        period_end=outcome.period_end,
        outcome=plain,
        quantity_t=shares.total_t,
        buffer_t=shares.buffer_t,
        prepared_by_id=actor.user_id,
    )
    record(actor, "credits.prepare_issuance", request, after={"state": request.state, **_figures(shares)})
    return request


@transaction.atomic
def approve_issuance(*, actor: Actor, request: IssuanceRequest, confirmed_quantity: int) -> Issuance:
    """Approve as a second person: serials, buffer share, remainder and journal entry in one transaction, once.

    The same approver clicking twice, or two of the approver's connections at once, get the one issuance.
    """
    request, project = _lock_request(request)
    require(actor, "credits.approve_issuance", request)
    _refuse_same_person(actor, request)
    if request.state == "approved" and request.decided_by_id == actor.user_id:
        return request.issuance
    outcome = request.verified_outcome
    refuse_interested(actor, project, outcome)
    before = ISSUANCE_REQUEST.move(request, "approve", decided_by_id=actor.user_id, decided_at=clock.now())
    refuse_unregistered(project)
    refuse_owing(project)
    refuse_nothing_to_issue(outcome, shares := plan_issuance(project, outcome))
    _refuse_issued(project, outcome)
    if (shares.total_t, shares.buffer_t) != (request.quantity_t, request.buffer_t):
        raise Refusal(
            "QUANTITY_CHANGED",
            _(
                "The carried remainder of the project changed since this request was prepared: it would now issue "
                "%(now)s t instead of %(then)s t. Return the request and prepare it again."
            ),
            now=shares.total_t,
            then=request.quantity_t,
        )
    refuse_unconfirmed(shares, confirmed_quantity)
    issuance = _issue(actor, request, outcome, project, shares)
    record(
        actor,
        "credits.approve_issuance",
        request,
        before={"state": before},
        after={"state": request.state, "issuance": issuance.pk},
    )
    return issuance


@transaction.atomic
def return_issuance(*, actor: Actor, request: IssuanceRequest, reason: str) -> IssuanceRequest:
    """Return a prepared request with a reason; the period may be asked for again. The preparer cannot decide it."""
    request, project = _lock_request(request)
    require(actor, "credits.return_issuance", request)
    _refuse_same_person(actor, request)
    refuse_interested(actor, project, request.verified_outcome)
    reason = needed_text(reason, "REASON_MISSING", _("Say why the issuance is returned."))
    before = ISSUANCE_REQUEST.move(
        request, "return", decided_by_id=actor.user_id, decided_at=clock.now(), reason=reason
    )
    record(
        actor,
        "credits.return_issuance",
        request,
        before={"state": before},
        after={"state": request.state},
        reason=reason,
    )
    return request


@transaction.atomic
def carry_fraction(*, actor: Actor, outcome: VerifiedOutcome) -> Remainder | None:
    """Carry a period's creditable quantity that makes no whole tonne; None when there is nothing to carry.

    For the statement of such a period (``certificates.services.record_issuance_statement``), in its transaction.
    """
    require(actor, "credits.carry_remainder")
    project = _lock_project(outcome)
    if outcome.outcome == STATEMENT or outcome.creditable_t == 0:
        return None
    known = Remainder.objects.filter(statement_number=outcome.statement_number).first()
    if known is not None:
        return known
    shares = plan_issuance(project, outcome)
    if shares.total_t:
        raise Refusal(
            "WHOLE_TONNES_TO_ISSUE",
            _("This period makes %(quantity)s whole tonnes: they are issued, not recorded as a statement."),
            quantity=shares.total_t,
        )
    return _carry(actor, project, outcome, shares, issuance=None)


def plan_issuance(project: Project, outcome: VerifiedOutcome) -> Shares:
    """What approving ``outcome`` now would issue, with the project's carried remainder."""
    last = Remainder.objects.filter(project=project).order_by("-number").first()
    return allot(
        creditable_t=outcome.creditable_t,
        carried_in_t=last.carried_out_t if last else Decimal(0),
        buffer_share=outcome.buffer_share,
        vintages=outcome.vintages,
    )


# --- guards ---------------------------------------------------------------------------------------------


def refuse_interested(actor: Actor, project: Project, outcome: VerifiedOutcome) -> None:
    """Nobody of the proponent or of the verification body decides, nor anyone who signed the opinion."""
    if (
        actor.organisation_id in developers_of(project) | {outcome.verification_body_id}
        or actor.user_id in outcome.signed_by
    ):
        raise NotAllowed(
            "INTERESTED_PARTY",
            _("You belong to the proponent or the verification body of this period; the authority decides on it."),
        )


def refuse_nothing_to_issue(outcome: VerifiedOutcome, shares: Shares) -> None:
    if outcome.outcome == STATEMENT:
        raise Refusal(
            "STATEMENT_ONLY",
            _("The methodology %(methodology)s ends in a signed statement, not in credits. Record the statement."),
            methodology=f"{outcome.methodology_id} {outcome.methodology_version}",
        )
    if outcome.creditable_t == 0:
        raise Refusal(
            "NOTHING_CREDITABLE",
            _("Nothing is creditable in this period (%(reasons)s). Record a statement that says so."),
            reasons=", ".join(outcome.reason_codes) or "0 t",
        )
    if shares.total_t == 0:
        raise Refusal(
            "LESS_THAN_A_TONNE",
            _(
                "%(creditable)s t and the carried %(carried)s t make no whole tonne. Record a statement; the "
                "fraction is carried to the project's next issuance."
            ),
            creditable=f"{shares.creditable_t.normalize():f}",
            carried=f"{shares.carried_in_t.normalize():f}",
        )


def refuse_unconfirmed(shares: Shares, confirmed_quantity: int) -> None:
    if confirmed_quantity != shares.total_t:
        raise InvalidInput(
            "QUANTITY_NOT_CONFIRMED",
            _("You confirmed %(typed)s t, but the verified result issues %(quantity)s t. Compare and type it again."),
            typed=confirmed_quantity,
            quantity=shares.total_t,
        )


def _refuse_same_person(actor: Actor, request: IssuanceRequest) -> None:
    if actor.user_id == request.prepared_by_id:
        raise NotAllowed(
            "SEPARATION_OF_DUTIES",
            _("You prepared this issuance; another person decides on it."),
        )


def refuse_unregistered(project: Project) -> None:
    if project.state != "registered":
        raise Refusal(
            "PROJECT_NOT_REGISTERED",
            _("The project %(project)s is not registered at present (or suspended): nothing can be issued to it."),
            project=project.code,
        )


def _refuse_issued(project: Project, outcome: VerifiedOutcome) -> None:
    issued = Issuance.objects.filter(
        project=project, period_start__lt=outcome.period_end, period_end__gt=outcome.period_start
    )
    if issued.exists() or Issuance.objects.filter(statement_number=outcome.statement_number).exists():
        raise Refusal("PERIOD_ALREADY_ISSUED", _("Credits were issued for this period already. A period issues once."))


# --- the act --------------------------------------------------------------------------------------------


def _lock_project(outcome: VerifiedOutcome) -> Project:
    pk = Project.objects.filter(code=outcome.project_code).values_list("pk", flat=True).first()
    return lock(Project, pk)


def _lock_request(request: IssuanceRequest) -> tuple[IssuanceRequest, Project]:
    """The project's row first, as everywhere: two acts on one project wait for each other and never crosswise."""
    project = lock(Project, request.project_id)
    return lock(IssuanceRequest, request.pk), project


def _issue(
    actor: Actor, request: IssuanceRequest, outcome: VerifiedOutcome, project: Project, shares: Shares
) -> Issuance:
    serials = kernel.next_serials(shares.total_t)  # first: it lets one issuance through at a time
    holder = _account(actor, project.proponent, Account.Kind.HOLDER)
    buffer = _buffer_pool(actor) if shares.buffer_t else None
    issuance = Issuance.objects.create(
        request=request,
        project=project,
        period_start=outcome.period_start,
        period_end=outcome.period_end,
        utc_offset_s=outcome.utc_offset_s,
        serials=serials,
        quantity_t=shares.total_t,
        buffer_t=shares.buffer_t,
        statement_number=outcome.statement_number,
        approved_by_id=actor.user_id,
    )
    Allotment.objects.bulk_create(_allotments(issuance, shares, holder, buffer))
    _carry(actor, project, outcome, shares, issuance=issuance)
    kernel.post_issuance(issuance, actor_id=_person(actor))
    record(
        actor,
        "credits.issue",
        issuance,
        after={"serials": [issuance.first_serial, issuance.last_serial], "account": holder.pk, **_figures(shares)},
    )
    return issuance


def _allotments(issuance: Issuance, shares: Shares, holder: Account, buffer: Account | None) -> list[Allotment]:
    """Contiguous ranges: per vintage first the holder's, then the buffer's."""
    rows, first = [], issuance.first_serial
    for vintage in shares.vintages:
        parts = [(vintage.total_t - vintage.buffer_t, holder, Holding.Status.ACTIVE)]
        if buffer is not None:
            parts.append((vintage.buffer_t, buffer, Holding.Status.BUFFER))
        for count, account, status in parts:
            if count:
                rows.append(
                    Allotment(
                        issuance=issuance,
                        vintage=vintage.year,
                        account=account,
                        status=status,
                        serials=Range(first, first + count),
                    )
                )
                first += count
    return rows


def _carry(
    actor: Actor, project: Project, outcome: VerifiedOutcome, shares: Shares, *, issuance: Issuance | None
) -> Remainder:
    remainder = Remainder.objects.create(
        project=project,
        number=Remainder.objects.filter(project=project).count() + 1,
        issuance=issuance,
        statement_number=outcome.statement_number,
        carried_in_t=shares.carried_in_t,
        creditable_t=shares.creditable_t,
        issued_t=shares.total_t,
        carried_out_t=shares.carried_out_t,
    )
    record(actor, "credits.carry_remainder", remainder, after=_figures(shares))
    return remainder


def _buffer_pool(actor: Actor) -> Account:
    """The programme's one buffer account; the authority that issues first opens it."""
    pool = Account.objects.filter(kind=Account.Kind.BUFFER).first()
    return pool or _account(actor, Organisation.objects.get(pk=actor.organisation_id), Account.Kind.BUFFER)


def _account(actor: Actor, owner: Organisation, kind: str) -> Account:
    account, created = Account.objects.get_or_create(owner=owner, kind=kind, state="open")
    if created:
        record(actor, "credits.open_account", account, after={"owner": owner.pk, "kind": kind})
    return account


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise RuntimeError("a journal entry names the person who acted")
    return actor.user_id


def _figures(shares: Shares) -> dict[str, Any]:
    return {
        "quantity_t": shares.total_t,
        "buffer_t": shares.buffer_t,
        "creditable_t": shares.creditable_t,
        "carried_in_t": shares.carried_in_t,
        "carried_out_t": shares.carried_out_t,
    }
