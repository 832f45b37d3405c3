"""Demonstration areas: the list, each one's carbon budget, and the authority's naming and ending."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mrv.periods.states import PERIOD
from mrv.province import budget, services
from mrv.province.pages import TABS
from mrv.province.reads import area_for, areas_to_name, live_areas, past_areas
from registry.core.actors import PUBLIC
from registry.core.permissions import may
from registry.projects.selectors import project_for
from registry.projects.states import PROJECT
from registry.public.caching import EVERYTHING, kept_page


@require_safe
@kept_page(*EVERYTHING)
def areas(request: HttpRequest) -> HttpResponse:
    names = may(request.actor, "province.name_area")
    return render(
        request,
        "province/areas.html",
        {
            "tabs": TABS,
            "areas": live_areas(),
            "past": past_areas(),
            "machine": PROJECT,
            "may_name": names,
            "candidates": areas_to_name() if names else (),
        },
    )


@require_safe
@kept_page(*EVERYTHING)
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area: what it is to show, and the budget of each published period."""
    found = area_for(request.actor, code)
    shown = budget.budgets(found.project)
    return render(
        request,
        "province/area.html",
        {
            "tabs": TABS,
            "area": found,
            "project": found.project,
            "machine": PROJECT,
            "period_machine": PERIOD,
            "budgets": shown,
            "chart": budget.chart(shown),
            "may_end": found.ended_at is None and may(request.actor, "province.name_area", found),
        },
    )


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    project = project_for(request.actor if not request.actor.is_anonymous else PUBLIC, request.POST.get("project", ""))
    named = services.name_area(
        actor=request.actor,
        project=project,
        note_zh=request.POST.get("note_zh", ""),
        note_en=request.POST.get("note_en", ""),
    )
    messages.success(request, _("The project is a demonstration area."))
    return redirect("province:area", code=named.project.code)


@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    services.end_area(actor=request.actor, area=area_for(request.actor, code), reason=request.POST.get("reason", ""))
    messages.success(request, _("The project is no longer a demonstration area."))
    return redirect("province:areas")
