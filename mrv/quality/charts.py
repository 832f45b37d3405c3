"""The rating curve and the EC-ion models as charts, drawn from the stored records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from calculations.hydrology.kept_relation import kept_relation
from mrv.quality import shares
from registry.core.charts import Chart, Dot, Line, band, polyline

Record = dict[str, Any]
STEPS = 80
EC25 = "specific_conductance_25c_us_cm"
T_90 = 1.645
ION_NAMES = {
    "calcium_mg_l": "Ca²⁺",
    "magnesium_mg_l": "Mg²⁺",
    "alkalinity_hco3_mg_l": "HCO₃⁻",
    "sulfate_mg_l": "SO₄²⁻",
    "nitrate_mg_l": "NO₃⁻",
    "chloride_mg_l": "Cl⁻",
    "sodium_mg_l": "Na⁺",
    "potassium_mg_l": "K⁺",
}


def rating_chart(record: Record, gaugings: Sequence[Record], highest_stage_m: float | None = None) -> Chart:
    """Gaugings, curve and its 90 % band; dashed beyond what was gauged, excluded gaugings as hollow rings."""
    relation = kept_relation(record, gaugings)
    points = [(float(g["stage_m"]), float(g["discharge_m3_s"]), int(g["row"])) for g in gaugings]
    excluded = {int(item["row"]) for item in record.get("exclusions", ())}
    known = shares.highest_stage_m(record)
    top = max([p[0] for p in points] + [highest_stage_m or 0.0, known])
    bottom = max(relation.h0_m + 0.02, min([p[0] for p in points] or [relation.h0_m]) - 0.05)
    stages = bottom + (top - bottom) * np.arange(STEPS + 1) / STEPS
    flows = relation.discharge_m3_s_at(stages).tolist()
    spreads = (T_90 * relation.relative_sd_at(stages)).tolist()
    chart = Chart(
        x_label=_("Stage (m)"),
        y_label=_("Discharge (m³/s)"),
        summary=_("Rating curve through %(n)s gaugings; %(out)s excluded as outliers.")
        % {"n": len(points) - len(excluded), "out": len(excluded)},
    )
    lows = [q / (1 + s) for q, s in zip(flows, spreads, strict=True)]
    highs = [q * (1 + s) for q, s in zip(flows, spreads, strict=True)]
    to_x, to_y = chart.scales(
        (bottom, top),
        (min([*lows, *(p[1] for p in points)]) * 0.8, max([*highs, *(p[1] for p in points)]) * 1.2),
        log_y=True,
    )
    xs = [to_x(h) for h in stages.tolist()]
    chart.bands.append(band(xs, [to_y(q) for q in lows], [to_y(q) for q in highs]))
    gauged = max(1, sum(1 for h in stages if h <= known))
    ys = [to_y(q) for q in flows]
    chart.lines.append(Line(polyline(xs[:gauged], ys[:gauged]), "fit"))
    if gauged < len(xs):
        chart.lines.append(Line(polyline(xs[gauged - 1 :], ys[gauged - 1 :]), "extrapolated"))
    for at in [part["from_m"] for part in record.get("segments", ())[1:]]:
        if bottom < at < top:
            chart.lines.append(Line(polyline([to_x(at)] * 2, [chart.plot_top, chart.plot_bottom]), "range"))
    for stage, flow, row in points:
        kind = "outlier" if row in excluded else "plain"
        title = _("Row %(row)s: %(h)s m, %(q)s m³/s") % {"row": row, "h": stage, "q": flow}
        chart.dots.append(Dot(to_x(stage), to_y(flow), title, kind))
    return chart


def ion_charts(models: Record, samples: Sequence[Record]) -> list[tuple[str, Chart]]:
    """One scatter per ion that follows conductivity."""
    excluded = {int(item["row"]) for item in models.get("exclusions", ())}
    charts = []
    for ion, model in models["models"].items():
        if model["kind"] != "slope":
            continue
        points = [
            (float(s[EC25]), float(s[ion]), s) for s in samples if is_number(s.get(EC25)) and is_number(s.get(ion))
        ]
        if points:
            charts.append((ION_NAMES.get(ion, ion), _ion_chart(ion, model, points, excluded)))
    return charts


def is_number(text: Any) -> bool:
    try:
        float(text)
    except (TypeError, ValueError):
        return False
    return True


def _ion_chart(ion: str, model: Record, points: list[tuple[float, float, Record]], excluded: set[int]) -> Chart:
    low, high = min(p[0] for p in points), max(p[0] for p in points)
    margin = (high - low) * 0.06 or 1.0
    ends = [low, high]
    fit = [model["intercept_mg_l"] + model["slope"] * ec for ec in ends]
    values = [p[1] for p in points] + fit
    chart = Chart(
        x_label=_("EC25 (µS/cm)"),
        y_label=f"{ION_NAMES.get(ion, ion)} (mg/L)",
        summary=_("%(ion)s against EC25: %(n)s samples, r² %(r2)s.")
        % {"ion": ION_NAMES.get(ion, ion), "n": model["n"], "r2": f"{model['r_squared']:.3f}"},
        width=420.0,
        height=260.0,
    )
    spread = (max(values) - min(values)) * 0.08 or 1.0
    to_x, to_y = chart.scales((low - margin, high + margin), (min(values) - spread, max(values) + spread))
    chart.lines.append(Line(polyline([to_x(e) for e in ends], [to_y(v) for v in fit]), "fit"))
    for ec, value, sample in points:
        storm = "storm" if sample.get("purpose") == "storm" else "plain"
        kind = "outlier" if int(sample["row"]) in excluded else storm
        chart.dots.append(Dot(to_x(ec), to_y(value), f"{sample.get('sample_id', '')}: {ec:g}, {value:g}", kind))
    return chart
