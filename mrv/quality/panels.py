from __future__ import annotations

from typing import Any

from mrv.quality import charts, rating_pages, screening  # noqa: F401  screening registers what follows an upload
from mrv.quality.models import IonModels, RatingCurve, Screening
from mrv.quality.presentation import reviewed_span
from mrv.quality.selectors import record_bounds, samples_of_models, station_review
from mrv.quality.titrations import samples_panel
from mrv.stations.models import Station
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may


def derived_panel(actor: Actor, station: Station) -> dict[str, Any] | None:
    """The newest rating curve and ion models of a station, drawn with the points they rest on."""
    curve = RatingCurve.objects.filter(station=station).select_related("upload").order_by("-version").first()
    models = IonModels.objects.filter(station=station).select_related("upload").order_by("-version").first()
    shown = curve or models or RatingCurve(station=station)
    if not may(actor, "quality.view", shown):
        return None
    return {
        "curve": curve,
        "curve_chart": charts.rating_chart(curve.record, rating_pages.gaugings_of(curve)) if curve else None,
        **(rating_pages.described(curve.record) if curve else {}),
        "models": models,
        "model_rows": [(charts.ION_NAMES.get(ion, ion), row) for ion, row in sorted(models.record["models"].items())]
        if models
        else [],
        "ion_charts": charts.ion_charts(models.record, samples_of_models(models)) if models else [],
    }


def review_panel(actor: Actor, station: Station) -> dict[str, Any] | None:
    """The way to the review, and how many flags wait for a decision."""
    if not may(actor, "quality.view", Screening(station=station)):
        return None
    bounds = record_bounds(station)
    review = station_review(station, bounds.start, bounds.end) if bounds else None
    return {
        "station": station,
        "has_readings": bounds is not None,
        "flags": len(review.judged) if review else 0,
        "undecided": len(review.undecided) if review else 0,
    }


def review_of_period(actor: Actor, period: Any) -> dict[str, Any] | None:
    """The same for the days of a period; later rooms hand in whatever has a station and days."""
    if not may(actor, "quality.view", Screening(station=period.station)):
        return None
    span = reviewed_span(period.station, period.start, period.end)
    return {
        "station": period.station,
        "period": period,
        "span": span,
        "totals": span.totals(),
        "flags": len(span.review.judged),
        "undecided": len(span.review.undecided),
    }


panels.register("station", "quality/_review_of_station.html", review_panel, order=15)
panels.register("station", "quality/_of_station.html", derived_panel, order=20)
panels.register("water_samples", "quality/_titrations.html", samples_panel)
panels.register("period_side", "quality/_review_of_period.html", review_of_period, order=5)
