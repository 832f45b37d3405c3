"""The authority's docket and the case page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.decisions import selectors, services, states
from mrv.decisions.models import Review
from mrv.periods.selectors import period_for
from mrv.periods.states import PERIOD
from mrv.runs.presentation import presented
from registry.core.errors import InvalidInput
from registry.core.permissions import may


def docket(request: HttpRequest) -> HttpResponse:
    lines = selectors.docket(request.actor)
    return render(
        request,
        "decisions/docket.html",
        {
            "lines": lines,
            "machine": PERIOD,
            "review_machine": states.REVIEW,
            "can_begin": may(request.actor, "decisions.begin_review"),
        },
    )


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    period = period_for(request.actor, pk)
    review = services.begin_review(actor=request.actor, period=period)
    return redirect("decisions:case", pk=review.pk)


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case on one page: what is asked, what it rests on, and the decision."""
    review = selectors.review_for(request.actor, pk)
    run = review.period.official_run
    open_now = review.state in states.OPEN
    return render(
        request,
        "decisions/case.html",
        {
            "review": review,
            "machine": states.REVIEW,
            "period": review.period,
            "opinion": review.opinion,
            "line": selectors.docket_line(review.period),
            "plan": selectors.planned_issuance(review) if open_now and review.outcome == "credits" else None,
            "run": run,
            **(presented(run) if run else {}),
            "recomputations": review.opinion.assignment.recomputations.select_related("recorded_by"),
            "actions": selectors.acts_now(request.actor, review),
            "history": selectors.history_of_review(review),
        },
    )


def _typed_quantity(request: HttpRequest) -> int | None:
    text = "".join(request.POST.get("quantity", "").split())
    if not text:
        return None
    if not text.isdecimal():
        raise InvalidInput(
            "QUANTITY_UNREADABLE", _("“%(text)s” is not a whole number of tonnes. Type digits only."), text=text
        )
    return int(text)


def _prepare(request: HttpRequest, review: Review) -> None:
    services.prepare(actor=request.actor, review=review, confirmed_quantity=_typed_quantity(request))


def _approve(request: HttpRequest, review: Review) -> None:
    services.approve(actor=request.actor, review=review, confirmed_quantity=_typed_quantity(request))


def _send_back(request: HttpRequest, review: Review) -> None:
    services.send_back(actor=request.actor, review=review, reason=request.POST.get("reason", ""))


def _return(request: HttpRequest, review: Review) -> None:
    services.return_to_verification(actor=request.actor, review=review, reason=request.POST.get("reason", ""))


def _refuse(request: HttpRequest, review: Review) -> None:
    services.refuse(actor=request.actor, review=review, reason=request.POST.get("reason", ""))


ACTS: dict[str, Callable[[HttpRequest, Review], None]] = {
    "prepare": _prepare,
    "approve": _approve,
    "send_back": _send_back,
    "return": _return,
    "refuse": _refuse,
}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    review = selectors.review_for(request.actor, pk)
    if action not in ACTS:
        raise Http404
    ACTS[action](request, review)
    messages.success(request, _("Done. The history below has the new entry."))
    return redirect("decisions:case", pk=pk)
