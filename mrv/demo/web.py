"""The demonstration's clock as a page: waiting periods pass on it, they are never skipped."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mrv.demo import tour
from registry.audit.services import record_clock_set
from registry.core import clock, workdays
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import NotAllowed

CHOICES = (1, 5, 6, 20, 21)
"""Working days that one click may pass; 21 and 6 step over the comment period and the public notice."""


def clock_page(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    now = clock.now()
    return render(
        request,
        "demo/clock.html",
        {"now": now, "ahead": clock.offset(), "choices": CHOICES, "year_is_known": workdays.year_is_known(now.year)},
    )


@require_POST
def advance(request: HttpRequest) -> HttpResponse:
    """Let working days pass, for whoever is signed in; every event from then on says that the clock was set."""
    if not settings.DEMO:
        raise Http404
    if request.actor.is_anonymous:
        raise NotAllowed("SIGN_IN_FIRST", _("Sign in with a demonstration account to let days pass."))
    days = int(request.POST.get("days") or 0)
    if days not in CHOICES:
        raise Http404
    today = clock.today()
    target = datetime.combine(workdays.add_working_days(today, days), time(8), PROGRAMME_ZONE)
    clock.advance_to(max(target, clock.now() + timedelta(seconds=1)))
    record_clock_set(request.actor, target)
    messages.success(request, _("The demonstration's clock now reads %(day)s.") % {"day": f"{target:%Y-%m-%d}"})
    return redirect("demo:clock")


@require_safe
def tour_page(request: HttpRequest) -> HttpResponse:
    """The six cards by themselves; the start page shows them too."""
    if not settings.DEMO:
        raise Http404
    return render(request, "demo/tour.html", {"cards": tour.cards(request.session.get(tour.VISITED, ()))})


@require_safe
def tour_stop(request: HttpRequest, number: int) -> HttpResponse:
    """Lead to what the card is about, and remember in the visitor's session that it was opened."""
    seen = tour.seen() if settings.DEMO else None
    if seen is None or not 1 <= number <= len(tour.STOPS):
        raise Http404
    visited = set(request.session.get(tour.VISITED, ()))
    request.session[tour.VISITED] = sorted(visited | {number})
    return redirect(tour.STOPS[number - 1].leads_to(seen))
