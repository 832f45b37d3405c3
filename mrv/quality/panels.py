from __future__ import annotations

from typing import Any

from mrv.quality import charts
from mrv.quality.models import IonModels, RatingCurve
from mrv.stations.models import Station
from mrv.uploads.selectors import load_records
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
        "curve_chart": charts.rating_chart(curve.record, load_records(curve.upload)) if curve else None,
        "models": models,
        "model_rows": [(charts.ION_NAMES.get(ion, ion), row) for ion, row in sorted(models.record["models"].items())]
        if models
        else [],
        "ion_charts": charts.ion_charts(models.record, load_records(models.upload)) if models else [],
    }


panels.register("station", "quality/_of_station.html", derived_panel, order=20)
