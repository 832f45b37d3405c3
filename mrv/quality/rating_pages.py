"""What the page of the rating shows: the chosen version with band and residuals, what holds when, shifts, shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calculations.hydrology.kept_relation import deviations_pct, kept_relation
from mrv.methodologies.selectors import methodology_of, read_version
from mrv.quality import charts
from mrv.quality.derived_pages import beyond_of_last_year
from mrv.quality.models import RatingCurve, RatingShift
from mrv.quality.presentation import span_asked
from mrv.quality.ratings import FORM_NAMES, SpanRating, form_name, rating_of, standing_shifts
from mrv.quality.selectors import messages_of
from mrv.quality.shares import highest_stage_m
from mrv.stations.models import Station
from mrv.uploads.selectors import load_records
from registry.core.charts import Chart, Dot, Line, polyline
from registry.core.errors import Refusal

Record = dict[str, Any]


@dataclass(frozen=True)
class Formula:
    """One power law for a person: Q = a (h - h0)^b between two stages, None where open."""

    a: float
    b: float
    h0_m: float
    from_m: float | None = None
    to_m: float | None = None

    @property
    def sign(self) -> str:
        """Before the zero's distance: a zero below the datum is added."""
        return "−" if self.h0_m >= 0.0 else "+"

    @property
    def distance_m(self) -> float:
        return abs(self.h0_m)


def rating(station: Station, asked: str = "") -> Record:
    """The version asked for (by default the newest) and everything that is known about the station's rating."""
    versions = list(
        RatingCurve.objects.filter(station=station).select_related("upload", "made_by").order_by("-version")
    )
    if not versions:
        return {"curve": None}
    curve = next((made for made in versions if asked.isdecimal() and made.version == int(asked)), versions[0])
    gaugings = gaugings_of(curve)
    shares, highest = beyond_of_last_year(station)
    span = span_asked(station, "", "")
    now = rating_of(station, *span) if span else None
    return {
        "curve": curve,
        "chart": charts.rating_chart(curve.record, gaugings, highest),
        "residuals": residual_chart(curve.record, gaugings) if gaugings else None,
        "versions": versions,
        "beyond": shares,
        "remarks": [str(message) for message in messages_of(curve) if message.code != "OUTLIER_GAUGING"],
        "left_out": [
            item for item in curve.record.get("exclusions", ()) if item.get("code") == "GAUGING_OF_ANOTHER_TIME"
        ],
        "shifts": shift_rows(curve),
        "pieces": now.pieces if now else (),
        "span": span,
        "holes": [(first or span[0], last or span[1]) for first, last in now.holes] if now and span else [],
        "not_allowed": _not_allowed(station, now),
        **described(curve.record),
    }


def gaugings_of(curve: RatingCurve) -> list[Record]:
    """The rows of the file behind a version; none of a weir that nobody gauged."""
    return load_records(curve.upload) if curve.upload is not None else []


def described(record: Record) -> Record:
    """The formula in parts, what kind it is, and the stage up to which it is more than an extrapolation."""
    form = form_name(record)
    parts: list[Formula] = []
    if form == "power_law":
        parts = [Formula(record["a"], record["b"], record["h0_m"])]
    elif form == "segments":
        parts = [Formula(p["a"], p["b"], p["h0_m"], p["from_m"], p["to_m"]) for p in record["segments"]]
    return {
        "form": form,
        "form_name": FORM_NAMES[form],
        "formulas": parts,
        "weir": {name: value for name, value in record.items() if name != "exclusions"} if form == "weir" else None,
        "highest_m": highest_stage_m(record),
        "used": record.get("n"),
    }


def shift_rows(curve: RatingCurve) -> list[tuple[RatingShift, bool]]:
    """Every shift of a curve with whether it stands, in order of time; takings back are not rows of their own."""
    standing = {shift.pk for shift in standing_shifts([curve.pk]).get(curve.pk, ())}
    rows = RatingShift.objects.filter(curve=curve, undoes=None).select_related("made_by").order_by("at", "id")
    return [(shift, shift.pk in standing) for shift in rows]


def _not_allowed(station: Station, now: SpanRating | None) -> str:
    """What the project's methodology version does not compute with, in words; empty where it takes it all."""
    if now is None:
        return ""
    try:
        version = read_version(methodology_of(station.project))
    except Refusal:
        return ""
    refused = sorted(now.forms - set(version.rating_forms))
    if not refused:
        return ""
    return _("%(methodology)s computes with one power law only, and the rating of this period has: %(forms)s.") % {
        "methodology": f"{version.id} {version.version}",
        "forms": ", ".join(str(FORM_NAMES[form]) for form in refused),
    }


def residual_chart(record: Record, gaugings: Sequence[Record]) -> Chart:
    """Gauged discharge over the curve's, in percent, against stage."""
    excluded = {int(item["row"]) for item in record.get("exclusions", ())}
    relation = kept_relation(record, gaugings)
    found = zip(gaugings, deviations_pct(relation, gaugings), strict=True)
    points = [(float(g["stage_m"]), value, int(g["row"])) for g, value in found if value == value]  # noqa: PLR0124
    chart = Chart(
        x_label=_("Stage (m)"),
        y_label=_("Gauged less curve (%)"),
        summary=_("Residuals of %(n)s gaugings about the curve.") % {"n": len(points)},
        height=220.0,
    )
    if not points:
        return chart
    kept = [abs(p[1]) for p in points if p[2] not in excluded] or [1.0]
    limit = max(1.25 * max(kept), 5.0)
    lows, highs = min(p[0] for p in points) - 0.05, max(p[0] for p in points) + 0.05
    to_x, to_y = chart.scales((lows, highs), (-limit, limit))
    chart.lines.append(Line(polyline([to_x(lows), to_x(highs)], [to_y(0.0)] * 2), "mark"))
    for stage, residual, row in points:
        shown = min(max(residual, -limit), limit)
        title = _("Row %(row)s: %(residual)s %%") % {"row": row, "residual": f"{residual:+.1f}"}
        chart.dots.append(Dot(to_x(stage), to_y(shown), title, "outlier" if row in excluded else "plain"))
    return chart
