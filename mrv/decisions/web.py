"""The authority's docket and the case page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.decisions import casework, panels, returning, seen, selectors, services, states
from mrv.decisions.docket import Asked, counties, limits
from mrv.decisions.models import Review
from mrv.decisions.workbook import MEDIA_TYPE, workbook_of
from mrv.periods.selectors import period_for
from mrv.periods.states import PERIOD
from mrv.runs.presentation import presented
from registry.core import clock
from registry.core.errors import InvalidInput
from registry.core.permissions import may, require
from registry.core.web import take_act
from registry.projects.drawing import as_svg_path
from registry.projects.models import Project


def docket(request: HttpRequest) -> HttpResponse:
    require(request.actor, "decisions.view_docket")
    asked = _asked(request)
    return render(
        request,
        "decisions/docket.html",
        {
            "lines": selectors.docket(request.actor, asked),
            "machine": PERIOD,
            "review_machine": states.REVIEW,
            "hold_machine": states.HOLD,
            "can_begin": may(request.actor, "decisions.begin_review"),
            "asked": asked,
            "counties": counties(request.actor),
            "kinds": Project.Kind.choices,
            "stages": states.STAGES,
            "limits": [(stage, name, limits()[stage]) for stage, name in states.STAGES],
            "can_set": may(request.actor, "decisions.set_limit"),
            "query": request.GET.urlencode(),
        },
    )


def docket_workbook(request: HttpRequest) -> HttpResponse:
    """The same lines as the page shows, as XLSX."""
    require(request.actor, "decisions.view_docket")
    lines = selectors.docket(request.actor, _asked(request))
    answer = HttpResponse(workbook_of(lines), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="docket-{clock.now():%Y-%m-%d}.xlsx"'
    return answer


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    return Asked(
        county=given.get("county", "")[:6],
        kind=given.get("kind", ""),
        stage=given.get("stage", ""),
        only_overdue=given.get("overdue", "") == "yes",
    )


@require_POST
def set_limit(request: HttpRequest) -> HttpResponse:
    stage, text = request.POST.get("stage", ""), request.POST.get("working_days", "")
    days = int(text) if text.isdecimal() and len(text) < 6 else 0
    casework.set_limit(actor=request.actor, stage=stage, working_days=days)
    messages.success(request, _("The limit counts from now on."))
    return redirect("decisions:docket")


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    period = period_for(request.actor, pk)
    review = services.begin_review(actor=request.actor, period=period, note=request.POST.get("note", ""))
    return redirect("decisions:case", pk=review.pk)


def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case on one page: what is asked, what it rests on, and the decision."""
    review = selectors.review_for(request.actor, pk)
    actor, run = request.actor, review.period.official_run
    open_now = review.state in states.OPEN
    actions = selectors.acts_now(actor, review)
    lights, kept = seen.lights_for(review)
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
            "lights": lights,
            "seen": kept,
            "boundary_path": as_svg_path(review.period.project.boundary),
            "hold": selectors.hold_on(review),
            "notes": selectors.notes_of(actor, review),
            "returned": panels.shown_items(actor, review.period),
            "choices": returning.choices(review) if "return" in actions else [],
            "actions": actions,
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
    services.prepare(
        actor=request.actor,
        review=review,
        confirmed_quantity=_typed_quantity(request),
        note=request.POST.get("note", ""),
    )


def _approve(request: HttpRequest, review: Review) -> None:
    services.approve(
        actor=request.actor,
        review=review,
        confirmed_quantity=_typed_quantity(request),
        note=request.POST.get("note", ""),
    )


def _send_back(request: HttpRequest, review: Review) -> None:
    services.send_back(actor=request.actor, review=review, reason=request.POST.get("reason", ""))


ITEM = "item-"
"""The names of the fields in which a return gives its reasons: ``item-light:findings``."""


def _return(request: HttpRequest, review: Review) -> None:
    given = {name.removeprefix(ITEM): text for name, text in request.POST.items() if name.startswith(ITEM)}
    services.return_to_verification(
        actor=request.actor,
        review=review,
        reason=request.POST.get("reason", ""),
        items={item: text for item, text in given.items() if text.strip()},
    )


def _hold(request: HttpRequest, review: Review) -> None:
    casework.hold(actor=request.actor, review=review, reason=request.POST.get("reason", ""))


def _lift(request: HttpRequest, review: Review) -> None:
    casework.lift(actor=request.actor, review=review)


def _refuse(request: HttpRequest, review: Review) -> None:
    services.refuse(actor=request.actor, review=review, reason=request.POST.get("reason", ""))


ACTS: dict[str, Callable[[HttpRequest, Review], None]] = {
    "prepare": _prepare,
    "approve": _approve,
    "send_back": _send_back,
    "return": _return,
    "refuse": _refuse,
    "hold": _hold,
    "lift": _lift,
}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    review = selectors.review_for(request.actor, pk)
    take_act(request, ACTS, action, review)
    return redirect("decisions:case", pk=pk)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The verifier or the proponent answers one reason of a return, from the period's or the task's page."""
    item = returning.item_for(request.actor, pk)
    returning.answer_item(actor=request.actor, item=item, text=request.POST.get("text", ""))
    messages.success(request, _("The answer is kept; the authority sees it with the next submission."))
    return redirect("periods:detail", pk=item.review.period_id)
