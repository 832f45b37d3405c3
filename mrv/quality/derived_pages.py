"""What the page of the ion models shows, from the stored records and the readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from calculations.messages import CalculationError
from calculations.regression.prediction import calibrate
from calculations.regression.reference_sets import REFERENCE_SET_NAMES, ReferenceSet, reference_set
from mrv.quality import charts
from mrv.quality.charts import EC25, ION_NAMES
from mrv.quality.models import IonModels
from mrv.quality.presentation import reviewed_span, span_asked
from mrv.quality.selectors import samples_of_models
from mrv.quality.shares import Beyond, Weighing, beyond
from mrv.stations.models import Station
from registry.core.charts import Chart, Dot, Line, band, polyline
from registry.core.errors import Refusal

STEPS = 40
CONFIDENCE = 0.95


def ions(station: Station, reference: str) -> dict[str, Any]:
    """Every ion's samples with line, prediction interval and range; a published set as a line to compare with."""
    versions = list(IonModels.objects.filter(station=station).select_related("upload", "made_by").order_by("-version"))
    chosen = reference_set(reference) if reference in REFERENCE_SET_NAMES else None
    if not versions:
        return {"models": None}
    models = versions[0]
    samples = samples_of_models(models)
    return {
        "models": models,
        "charts": ion_charts(models.record, samples, chosen),
        "rows": [(ION_NAMES.get(ion, ion), row) for ion, row in sorted(models.record["models"].items())],
        "versions": versions,
        "beyond": beyond_of_last_year(station)[0],
    }


def ion_charts(
    record: dict[str, Any], samples: Sequence[dict[str, Any]], reference: ReferenceSet | None
) -> list[tuple[str, Chart]]:
    excluded = {int(item["row"]) for item in record.get("exclusions", ())}
    found = []
    for ion, model in sorted(record["models"].items()):
        points = [
            (float(s[EC25]), float(s[ion]), s)
            for s in samples
            if charts.is_number(s.get(EC25)) and charts.is_number(s.get(ion))
        ]
        if model["kind"] == "slope" and len(points) > 2:
            found.append((ION_NAMES.get(ion, ion), _ion_chart(ion, model, record, points, excluded, reference)))
    return found


def _ion_chart(
    ion: str,
    model: dict[str, Any],
    record: dict[str, Any],
    points: list[tuple[float, float, dict[str, Any]]],
    excluded: set[int],
    reference: ReferenceSet | None,
) -> Chart:
    low, high = record["ec25_min_us_cm"], record["ec25_max_us_cm"]
    room = 0.35 * (high - low) or 10.0
    grid = np.linspace(max(low - room, 0.0), high + room, STEPS)
    line = [model["intercept_mg_l"] + model["slope"] * x for x in grid]
    name = ION_NAMES.get(ion, ion)
    chart = Chart(
        x_label=_("EC25 (µS/cm)"),
        y_label=f"{name} (mg/L)",
        summary=_("%(ion)s against EC25: %(n)s samples, r² %(r2)s, calibrated from %(low)s to %(high)s µS/cm.")
        % {"ion": name, "n": model["n"], "r2": f"{model['r_squared']:.3f}", "low": f"{low:.0f}", "high": f"{high:.0f}"},
        width=420.0,
        height=290.0,
    )
    used = [point for point in points if int(point[2]["row"]) not in excluded]
    interval = _interval(used, grid)
    values = [p[1] for p in points] + line + ([] if interval is None else [*interval[0], *interval[1]])
    published = _published_line(reference, ion, grid)
    span = (min(values), max(values))
    room_y = 0.08 * (span[1] - span[0]) or 1.0
    to_x, to_y = chart.scales((float(grid[0]), float(grid[-1])), (span[0] - room_y, span[1] + room_y))
    xs = [to_x(x) for x in grid]
    if interval is not None:
        chart.bands.append(band(xs, [to_y(v) for v in interval[0]], [to_y(v) for v in interval[1]]))
    inside = [n for n, x in enumerate(grid) if low <= x <= high]
    ys = [to_y(v) for v in line]
    chart.lines.append(Line(polyline(xs, ys), "extrapolated"))
    if inside:
        first, last = inside[0], inside[-1] + 1
        chart.lines.append(Line(polyline(xs[first:last], ys[first:last]), "fit"))
    for edge in (low, high):
        chart.lines.append(Line(polyline([to_x(edge)] * 2, [chart.plot_top, chart.plot_bottom]), "range"))
    if published:
        inside_plot = ((x, to_y(v)) for x, v in zip(xs, published, strict=True))
        shown = [(x, y) for x, y in inside_plot if chart.plot_top <= y <= chart.plot_bottom]
        if len(shown) > 1:
            chart.lines.append(Line(polyline([x for x, _y in shown], [y for _x, y in shown]), "reference"))
    for ec, value, sample in points:
        storm = "storm" if sample.get("purpose") == "storm" else "plain"
        kind = "outlier" if int(sample["row"]) in excluded else storm
        chart.dots.append(Dot(to_x(ec), to_y(value), f"{sample.get('sample_id', '')}: {ec:g}, {value:g}", kind))
    return chart


def _interval(
    points: list[tuple[float, float, dict[str, Any]]], grid: np.ndarray
) -> tuple[list[float], list[float]] | None:
    """The 95 % prediction interval of a single new sample along the grid."""
    try:
        line = calibrate(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
        found = line.predict(grid, confidence=CONFIDENCE, outside="extrapolate")
    except CalculationError:
        return None
    return found.low.tolist(), found.high.tolist()


def _published_line(reference: ReferenceSet | None, ion: str, grid: np.ndarray) -> list[float]:
    if reference is None or ion not in reference.ions:
        return []
    try:
        return [reference.ions[ion].at(float(x)) for x in grid]
    except ValueError:
        return []  # a misprint has no line


def beyond_of_last_year(station: Station) -> tuple[Beyond | None, float | None]:
    """Shares of the last year of readings, and its highest stage."""
    asked = span_asked(station, "", "")
    if asked is None:
        return None, None
    span = reviewed_span(station, *asked)
    stage = span.merged.readings.by_parameter().get("stage")
    highest = float(np.nanmax(stage.to_float())) if stage is not None and stage.present().any() else None
    try:
        weighing = Weighing(station, span.merged, span.check, span.review, span.curve, span.ions)
        return beyond(weighing, *asked), highest
    except Refusal:
        return None, highest
