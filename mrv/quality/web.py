"""The review of a station's readings: panels, flags, decisions; every write is one service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.quality import presentation, reviewing, screening, selectors
from mrv.quality.models import Flag, ReviewAct, Screening
from mrv.stations.models import Station
from mrv.stations.selectors import station_for
from registry.core.errors import InvalidInput, NotVisible
from registry.core.permissions import may, require


def visible_station(request: HttpRequest, pk: int) -> Station:
    station = station_for(request.actor, pk)
    if not may(request.actor, "quality.view", Screening(station=station)):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return station


def _span(request: HttpRequest, station: Station) -> presentation.ReviewedSpan | None:
    given = request.GET if request.method == "GET" else request.POST
    asked = presentation.span_asked(station, given.get("first_day", ""), given.get("last_day", ""))
    return presentation.reviewed_span(station, *asked) if asked else None


def review(request: HttpRequest, pk: int) -> HttpResponse:
    station = visible_station(request, pk)
    span = _span(request, station)
    return render(request, "quality/review.html", {"station": station} | _context(request, station, span))


def _context(request: HttpRequest, station: Station, span: presentation.ReviewedSpan | None) -> dict[str, Any]:
    if span is None:
        return {"span": None}
    days = {"first_day": f"{span.start:%Y-%m-%d}", "last_day": f"{_last_day(span):%Y-%m-%d}"}
    flags = presentation.flag_rows(span)
    newest = selectors.newest_screening(station)
    return {
        "station": station,
        "span": span,
        **days,
        "query": urlencode(days),
        "series_url": reverse("quality:series", args=[station.pk]) + "?" + urlencode(days),
        "flags": flags,
        "open_flags": sum(1 for flag in flags if flag["state"] == "open"),
        "acts": presentation.act_rows(span),
        "totals": span.totals(),
        "screening": newest,
        "is_screened": selectors.is_screened(station) and not selectors.visits_unseen(station, newest),
        "parameters": [
            (name, label)
            for name, label, _unit, _colour in presentation.PANELS
            if name in span.merged.readings.by_parameter()
        ],
        "can_review": may(request.actor, "quality.review", ReviewAct(station=station)),
        "can_screen": may(request.actor, "quality.screen", Screening(station=station)),
    }


def _last_day(span: presentation.ReviewedSpan) -> datetime:
    return datetime.fromtimestamp(span.end.timestamp() - 1, span.zone)


def series(request: HttpRequest, pk: int) -> JsonResponse:
    """The readings of the span, or of the part asked for, with flags and marks, for the panels."""
    span = _span(request, visible_station(request, pk))
    answer = JsonResponse(presentation.series(span, request.GET) if span else {"n": 0, "panels": []})
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision; answered by the page anew, or by its changing part where the page asks for that."""
    station = visible_station(request, pk)
    require(request.actor, "quality.review", ReviewAct(station=station))
    given = request.POST
    flag = Flag.objects.filter(pk=given.get("flag") or 0, screening__station=station).first()
    reviewing.record_act(
        actor=request.actor,
        station=station,
        kind=given.get("kind", ""),
        parameter=given.get("parameter", ""),
        start=flag.start if flag else _moment(given.get("from", ""), station),
        end=flag.end if flag else _moment(given.get("to", ""), station),
        code=flag.code if flag else "",
        start_value=given.get("start_value", ""),
        end_value=given.get("end_value", ""),
        relative=given.get("relative") == "1",
        reason=given.get("reason", ""),
    )
    return _after(request, station)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    made = selectors.act_for(request.actor, pk)
    reviewing.undo_act(actor=request.actor, act=made, reason=request.POST.get("reason", ""))
    return _after(request, made.station)


@require_POST
def run_tests(request: HttpRequest, pk: int) -> HttpResponse:
    station = visible_station(request, pk)
    made = screening.screen_station(actor=request.actor, station=station)
    messages.success(request, _("The tests have run: %(count)s flags.") % {"count": made.flags.count()})
    return redirect("quality:review", pk=pk)


def _after(request: HttpRequest, station: Station) -> HttpResponse:
    if request.headers.get("X-Part") == "review":
        return render(request, "quality/_review_state.html", _context(request, station, _span(request, station)))
    days = {name: request.POST[name] for name in ("first_day", "last_day") if request.POST.get(name)}
    return redirect(reverse("quality:review", args=[station.pk]) + (f"?{urlencode(days)}" if days else ""))


def _moment(text: str, station: Station) -> datetime:
    """What a field "date and time" holds, in the station's zone."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(station.zone))
    except ValueError as error:
        raise InvalidInput(
            "TIME_UNREADABLE", _("“%(text)s” is not a time. Write it as 2021-05-01T12:00."), text=text
        ) from error
