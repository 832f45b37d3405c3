"""The verifier's page and the acts around an assignment."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.periods.selectors import period_for
from mrv.periods.states import PERIOD
from mrv.runs.presentation import presented
from mrv.verification import selectors, services, statements, states
from mrv.verification.models import Assignment, Opinion
from registry.core.errors import InvalidInput
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.core.web import take_act
from registry.organisations.models import Organisation
from registry.projects.selectors import project_for


def assignment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Evidence left, what the body has to do right."""
    assignment = selectors.assignment_for(request.actor, pk)
    period = assignment.period
    run = period.official_run if period else None
    return render(
        request,
        "verification/detail.html",
        {
            "assignment": assignment,
            "machine": states.ASSIGNMENT,
            "opinion_machine": states.OPINION,
            "period_machine": PERIOD,
            "period": period,
            "run": run,
            **(presented(run) if run else {}),
            "recomputations": assignment.recomputations.select_related("recorded_by"),
            "opinions": _with_certificates(assignment),
            "assurances": Opinion.Assurance.choices,
            "may_sign": selectors.may_sign_now(request.actor, assignment),
            "quantity": selectors.quantity_under_verification(assignment),
            "findings": [*assignment.findings.all()],
            "finding_machine": states.FINDING,
            "sees_evidence": may(request.actor, "verification.view_evidence", assignment),
            "actions": [line.action for line in states.ASSIGNMENT.actions_of(request.actor, assignment)],
            "history": selectors.history_of_assignment(assignment),
        },
    )


def _with_certificates(assignment: Assignment) -> list[Opinion]:
    """The opinions with their people; each knows the certificate that states it, if it is signed by both."""
    opinions = list(assignment.opinions.select_related("lead_signed_by", "reviewer_signed_by"))
    certificates = statements.certificates_of(opinions)
    for opinion in opinions:
        opinion.certificate = certificates.get(opinion.number)  # type: ignore[attr-defined]  for the page only
    return opinions


def _body(request: HttpRequest) -> Organisation:
    return get_object_or_404(
        Organisation, pk=request.POST.get("body") or 0, kind=OrganisationKind.VERIFICATION_BODY, state="approved"
    )


@require_POST
def propose_validation(request: HttpRequest, code: str) -> HttpResponse:
    project = project_for(request.actor, code)
    services.propose_validation(actor=request.actor, project=project, body=_body(request))
    messages.success(request, _("The body is proposed; the authority confirms it."))
    return redirect("projects:detail", code=code)


@require_POST
def propose_verification(request: HttpRequest, pk: int) -> HttpResponse:
    period = period_for(request.actor, pk)
    services.propose_verification(actor=request.actor, period=period, body=_body(request))
    messages.success(request, _("The body is proposed; the authority confirms it."))
    return redirect("periods:detail", pk=pk)


@require_POST
def record_consultancy(request: HttpRequest, code: str) -> HttpResponse:
    project = project_for(request.actor, code)
    services.record_consultancy(
        actor=request.actor, project=project, body=_body(request), description=request.POST.get("description", "")
    )
    messages.success(request, _("Recorded: this body is never proposed for this project again."))
    return redirect("projects:detail", code=code)


def _accept(request: HttpRequest, assignment: Assignment) -> None:
    services.accept(actor=request.actor, assignment=assignment, declaration=request.POST.get("declaration", ""))


def _confirm(request: HttpRequest, assignment: Assignment) -> None:
    services.confirm(actor=request.actor, assignment=assignment)


def _decline(request: HttpRequest, assignment: Assignment) -> None:
    services.decline(actor=request.actor, assignment=assignment, reason=request.POST.get("reason", ""))


def _withdraw(request: HttpRequest, assignment: Assignment) -> None:
    services.withdraw(actor=request.actor, assignment=assignment, reason=request.POST.get("reason", ""))


def _recompute(request: HttpRequest, assignment: Assignment) -> None:
    services.record_recomputation(
        actor=request.actor,
        assignment=assignment,
        result_digest=request.POST.get("result_digest", ""),
        note=request.POST.get("note", ""),
    )


def _sign(request: HttpRequest, assignment: Assignment) -> None:
    services.sign_opinion(
        actor=request.actor,
        assignment=assignment,
        positive=request.POST.get("positive") == "yes",
        reasons_zh=request.POST.get("reasons_zh", ""),
        reasons_en=request.POST.get("reasons_en", ""),
        assurance=request.POST.get("assurance", Opinion.Assurance.REASONABLE),
        materiality_pct=_materiality(request.POST.get("materiality_pct", "5")),
    )


def _materiality(text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        found = Decimal(0)
    if not 0 < found <= 100:
        raise InvalidInput(
            "MATERIALITY_UNREADABLE", _("“%(text)s” is not a materiality in percent. Write a number like 5."), text=text
        )
    return found


def _countersign(request: HttpRequest, assignment: Assignment) -> None:
    opinion = get_object_or_404(Opinion, pk=request.POST.get("opinion") or 0, assignment=assignment)
    services.countersign_opinion(actor=request.actor, opinion=opinion)


def _send_back(request: HttpRequest, assignment: Assignment) -> None:
    opinion = get_object_or_404(Opinion, pk=request.POST.get("opinion") or 0, assignment=assignment)
    services.send_back_opinion(actor=request.actor, opinion=opinion, reason=request.POST.get("reason", ""))


ACTS: dict[str, Callable[[HttpRequest, Assignment], None]] = {
    "accept": _accept,
    "confirm": _confirm,
    "decline": _decline,
    "withdraw": _withdraw,
    "recompute": _recompute,
    "sign": _sign,
    "countersign": _countersign,
    "send_back": _send_back,
}


def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed statement of an opinion, where every certificate is checked and downloaded."""
    found = statements.drawn_for(request.actor, pk)
    return redirect("certificates:pdf", number=found.number)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> Any:
    assignment = selectors.assignment_for(request.actor, pk)
    take_act(request, ACTS, action, assignment)
    return redirect("verification:detail", pk=pk)
