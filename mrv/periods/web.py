"""The period's workspace: open, seal, submit; the readings behind it as a hydrograph."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.periods import further, hydrograph, selectors, services, states
from mrv.periods.preparation import prepare_evidence
from mrv.stations.selectors import station_for
from registry.audit.selectors import history_of
from registry.core.errors import InvalidInput
from registry.core.permissions import may
from registry.projects.selectors import project_for


def period_page(request: HttpRequest, pk: int) -> HttpResponse:
    actor = request.actor
    period = selectors.period_for(actor, pk)
    open_to_work = period.state in ("open", "sealed") and may(actor, "periods.seal", period)
    span = hydrograph.span_of(period)
    revisions = selectors.revisions_of(actor, period)
    return render(
        request,
        "periods/detail.html",
        {
            "period": period,
            "machine": states.PERIOD,
            "actions": [line.action for line in states.PERIOD.actions_of(actor, period)],
            "readiness": services.readiness(actor=actor, period=period) if open_to_work else [],
            "is_public": period.state in states.PUBLIC,
            "revisions": revisions,
            "newest": revisions[-1] if revisions and revisions[-1].revision > period.revision else None,
            "has_series": span is not None,
            "hydrograph_summary": hydrograph.summary(span),
            "history": history_of(period),
        },
    )


def series(request: HttpRequest, pk: int) -> JsonResponse:
    """The five measured series of the period, or of the span asked for, on one regular grid; null is a gap."""
    period = selectors.period_for(request.actor, pk)
    answer = JsonResponse(hydrograph.panels(period, request.GET))
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_POST
def open_period(request: HttpRequest, code: str) -> HttpResponse:
    project = project_for(request.actor, code)
    station = station_for(request.actor, int(request.POST.get("station") or 0))
    period = services.open_period(
        actor=request.actor,
        project=project,
        station=station,
        first_day=_day(request.POST.get("first_day", "")),
        last_day=_day(request.POST.get("last_day", "")),
    )
    messages.success(request, _("The period is open. The list below says what still blocks its sealing."))
    return redirect("periods:detail", pk=period.pk)


@require_POST
def name_station(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    """Name the posted station in a role, or take the role's station off where none is posted."""
    period = selectors.period_for(request.actor, pk)
    chosen = request.POST.get("station", "")
    if chosen:
        station = station_for(request.actor, int(chosen) if chosen.isdecimal() else 0)
        named = further.name_station(actor=request.actor, period=period, role=role, station=station)
        said = _("%(station)s is named. The readiness list says what it still lacks.") % {"station": named}
    else:
        further.drop_station(actor=request.actor, period=period, role=role)
        said = _("The station is taken off this period.")
    messages.success(request, said)
    return redirect("periods:detail", pk=pk)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "DATE_UNREADABLE", _("“%(text)s” is not a date. Write it as 2021-05-01."), text=text
        ) from error


ACTS: dict[str, Callable[..., Any]] = {
    "prepare": prepare_evidence,
    "seal": services.seal_period,
    "submit": services.submit_period,
    "reopen": services.reopen_period,
}
WITH_REASON = ("reopen",)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    period = selectors.period_for(request.actor, pk)
    if action not in ACTS:
        raise Http404
    more = {"reason": request.POST.get("reason", "")} if action in WITH_REASON else {}
    ACTS[action](actor=request.actor, period=period, **more)
    messages.success(request, _("Done. The history below has the new entry."))
    return redirect("periods:detail", pk=pk)
