from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from mrv.methodologies.selectors import methodology_for
from mrv.periods.selectors import period_for
from mrv.runs import selectors, services, states
from mrv.runs.models import Run
from mrv.runs.presentation import presented
from mrv.spoken import Spoken

PHASES = {
    "load": _("Loading the evidence"),
    "qc": _("Quality control"),
    "gap_fill": _("Filling gaps"),
    "discharge": _("Discharge"),
    "ions": _("Ions"),
    "speciation": _("Carbonate equilibrium"),
    "flux": _("Flux"),
    "uncertainty": _("Monte Carlo"),
    "report": _("Report"),
}
"""The phases that the engine names, in words."""


def _progress(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "machine": states.RUN,
        "phase_name": PHASES.get(run.phase, run.phase),
        "percent": int(100 * run.done / run.total) if run.total else 0,
        "failure": Spoken.read(run.error) if run.error else "",
    }


def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    run = selectors.run_for(request.actor, pk)
    result = presented(run) if run.state == "succeeded" else {}
    return render(request, "runs/detail.html", {**_progress(run), **result})


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The fragment that the page asks for every second until the run is finished."""
    run = selectors.run_for(request.actor, pk)
    return render(request, "runs/_progress.html", {**_progress(run), "finished_now": run.is_finished})


@require_POST
def request_run(request: HttpRequest, pk: int) -> HttpResponse:
    period = period_for(request.actor, pk)
    run = services.request_run(actor=request.actor, period=period, kind=Run.Kind.OFFICIAL)
    return redirect("runs:detail", pk=run.pk)


@require_POST
def request_beside(request: HttpRequest, pk: int) -> HttpResponse:
    """A reporting line, a pilot or a screening of the same evidence, as a preview."""
    period = period_for(request.actor, pk)
    identifier, _slash, version = request.POST.get("methodology", "").partition(" ")
    run = services.request_run(
        actor=request.actor,
        period=period,
        kind=Run.Kind.PREVIEW,
        methodology=methodology_for(request.actor, identifier, version),
    )
    return redirect("runs:detail", pk=run.pk)
