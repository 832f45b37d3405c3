from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.methodologies.models import MethodologyVersion
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import visible_periods
from mrv.runs import plot
from mrv.runs.models import Run
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import NotVisible, Refusal
from registry.core.permissions import may

_RELATED = ("period__project__proponent", "period__station", "methodology", "requested_by")


def run_for(actor: Actor, pk: int) -> Run:
    run = Run.objects.select_related(*_RELATED).filter(pk=pk).first()
    if run is None or not may(actor, "runs.view", run):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return run


def runs_of(actor: Actor, period: MonitoringPeriod) -> QuerySet[Run]:
    """The period's runs that this actor may see, newest first; previews are the proponent's alone."""
    runs = Run.objects.filter(period=period).select_related("methodology", "requested_by")
    if not may(actor, "runs.view", Run(period=period, kind=Run.Kind.OFFICIAL)):
        runs = runs.exclude(kind__in=(Run.Kind.OFFICIAL, Run.Kind.VERIFIER))
    if not may(actor, "runs.view", Run(period=period, kind=Run.Kind.PREVIEW)):
        runs = runs.exclude(kind=Run.Kind.PREVIEW)
    if not may(actor, "runs.view", Run(period=period, kind=Run.Kind.IMPACT)):
        runs = runs.exclude(kind=Run.Kind.IMPACT)
    return runs


def official_with(actor: Actor, version: MethodologyVersion) -> QuerySet[MonitoringPeriod]:
    """The periods that this actor may see whose official result was computed with this version."""
    return (
        visible_periods(actor)
        .filter(official_run__methodology=version)
        .select_related("project", "station", "official_run")
        .order_by("project__code", "number", "revision")
    )


def newest_official(period: MonitoringPeriod) -> Run | None:
    """The newest official run of the evidence that is sealed now."""
    if not period.bundle_digest:
        return None
    return (
        Run.objects.filter(period=period, kind=Run.Kind.OFFICIAL, bundle_digest=period.bundle_digest)
        .select_related("methodology")
        .order_by("-id")
        .first()
    )


def result_of(run: Run) -> dict[str, Any]:
    """The canonical result of a finished run, from the store."""
    _require_result(run)
    return dict(json.loads(store.read(run.result_sha256)))


def plot_series(run: Run) -> dict[str, Any]:
    """Measured and computed series of a finished run on the period's regular grid, every slot of it.

    ``{"t0": first slot in epoch seconds, "dt": seconds, "n": slots, "columns": {name: {"unit": ..., "values":
    [number or None, ...]}}}``. Names are those of the readings (rainfall, stage, water_temperature, ph,
    specific_conductance_25c) and of the engine's plots (discharge, alkalinity, pco2, si_calcite, gross_uptake,
    retained_uptake).
    """
    _require_result(run)
    return plot.unpack(store.read(run.plot_sha256))


def _require_result(run: Run) -> None:
    if run.state != "succeeded":
        raise Refusal("RUN_NOT_FINISHED", _("This calculation has no result yet."))
