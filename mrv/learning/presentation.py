"""The storm as a page shows it: scenes in words, five panels as paths, the account in tonnes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calculations.masses import HCO3
from mrv.learning.story import INTERVAL_S, Storm
from registry.core.charts import WaterfallRow, polyline, waterfall
from registry.core.templatetags.kcr import number

QUARTERS_PER_HOUR = 3600 // INTERVAL_S
HEIGHT = 100.0
"""Height of a panel's drawing; its width is one unit a reading, stretched to the page."""
TABLE_EVERY = 3 * QUARTERS_PER_HOUR
KG_PER_T = 1000


@dataclass(frozen=True)
class Scene:
    """A step of the story: where it stops, and what is seen there."""

    name: str
    title: Any
    text: str
    at: int


@dataclass(frozen=True)
class Panel:
    """One curve: SVG path over [0, n] x [0, 100], ends of its scale, and values for the reader's cursor."""

    name: str
    label: Any
    unit: str
    decimals: int
    low: str
    high: str
    path: str
    values: list[float]
    filled: bool = False


@dataclass(frozen=True)
class Line:
    time: str
    rain_mm: float
    stage_m: float
    discharge_m3_s: float
    ec25_us_cm: float
    alkalinity_mg_l: float
    flux_kg_s: float
    gross_t_co2: float


def hours(slots: int) -> str:
    return number(slots / QUARTERS_PER_HOUR, 1).removesuffix(".0")


def scenes(storm: Storm) -> list[Scene]:
    """Rain, stage, dip, flux, tonnes: every number in them comes from the readings."""
    top, dip, last = storm.stage_peak, storm.dip, storm.last
    rainy = [i for i, rain in enumerate(storm.rain_mm) if rain > 0]
    words = {
        "rain_mm": number(float(storm.rain_mm.sum()), 1),
        "rain_hours": hours(rainy[-1] - rainy[0] + 1),
        "stage_before": number(storm.before(storm.stage_m), 2),
        "stage_top": number(float(storm.stage_m[top]), 2),
        "after": hours(top - storm.rain_peak),
        "discharge_before": number(storm.before(storm.discharge_m3_s), 2),
        "discharge_top": number(float(storm.discharge_m3_s[top]), 2),
        "ec_top": number(float(storm.ec25_us_cm[:dip].max()), 0),
        "ec_dip": number(float(storm.ec25_us_cm[dip]), 0),
        "dip_after": hours(dip - top),
        "litre_top": number(float(storm.alkalinity_mg_l[:dip].max()), 0),
        "litre_dip": number(float(storm.alkalinity_mg_l[dip]), 0),
        "flux_before": number(storm.before(storm.flux_kg_s) * KG_PER_T, 0),
        "flux_top": number(float(storm.flux_kg_s[storm.flux_peak]) * KG_PER_T, 0),
        "times": number(float(storm.flux_kg_s[storm.flux_peak]) / storm.before(storm.flux_kg_s), 0),
        "span": hours(last + 1),
        "carried": number(storm.carried.alkalinity_mol * HCO3 * 1e-6, 1),
        "gross": number(float(storm.gross_t_co2[last]), 1),
        "without": number(storm.gross_without_storm_t_co2, 1),
    }
    told = (
        (
            "rain",
            _("Rain"),
            _(
                "%(rain_mm)s mm fall in %(rain_hours)s hours. The rain seeps through the soil, whose air holds far "
                "more CO₂ than the air above, and becomes a weak acid that dissolves limestone."
            ),
            storm.rain_peak,
        ),
        (
            "stage",
            _("The water rises"),
            _(
                "%(after)s hours after the heaviest rain the stage has risen from %(stage_before)s to %(stage_top)s m. "
                "By the rating curve that is %(discharge_top)s m³/s instead of %(discharge_before)s."
            ),
            top,
        ),
        (
            "flux",
            _("The flux peaks with the water"),
            _(
                "%(flux_top)s g of bicarbonate pass each second, %(times)s times as much as before the rain: the storm "
                "first pushes out the old water, which is still rich."
            ),
            storm.flux_peak,
        ),
        (
            "dip",
            _("The conductivity dips"),
            _(
                "Then the young rain water arrives: %(dip_after)s hours after the peak the conductivity has fallen "
                "from %(ec_top)s to %(ec_dip)s µS/cm. A litre now holds %(litre_dip)s mg of bicarbonate instead of "
                "%(litre_top)s."
            ),
            dip,
        ),
        (
            "tonnes",
            _("Tonnes"),
            _(
                "In %(span)s hours the water carried %(carried)s t of bicarbonate past the station and took up "
                "%(gross)s t of CO₂. At the rate before the rain it would have been %(without)s t."
            ),
            last,
        ),
    )
    return [Scene(name, title, str(text) % words, at) for name, title, text, at in sorted(told, key=lambda s: s[3])]


def panels(storm: Storm) -> list[Panel]:
    """Rain hangs from the top, as hydrologists draw it; the others stand."""
    return [
        _rain(storm),
        _curve("stage", _("Stage"), "m", 2, storm.stage_m.tolist()),
        _curve("ec", _("Conductivity at 25 °C"), "µS/cm", 0, storm.ec25_us_cm.tolist()),
        _curve("flux", _("Bicarbonate flux"), "g/s", 0, (storm.flux_kg_s * KG_PER_T).tolist(), from_zero=True),
        _curve("tonnes", _("CO₂ taken up so far"), "t CO₂", 2, storm.gross_t_co2.tolist(), from_zero=True),
    ]


def _rain(storm: Storm) -> Panel:
    highest = float(storm.rain_mm.max())
    bars = "".join(
        f"M{i},0V{rain / highest * HEIGHT:.1f}H{i + 1}V0Z" for i, rain in enumerate(storm.rain_mm) if rain > 0
    )
    name = _("Rain in a quarter of an hour")
    return Panel("rain", name, "mm", 1, "0", number(highest, 1), bars, storm.rain_mm.tolist(), filled=True)


def _curve(
    name: str, label: Any, unit: str, decimals: int, values: Sequence[float], *, from_zero: bool = False
) -> Panel:
    low, high = (0.0 if from_zero else min(values)), max(values)
    ys = [HEIGHT - (value - low) / (high - low) * HEIGHT for value in values]
    path = polyline([i + 0.5 for i in range(len(values))], ys)
    rounded = [round(value, decimals) for value in values]
    return Panel(name, label, unit, decimals, number(low, decimals), number(high, decimals), path, rounded)


def days(storm: Storm) -> list[tuple[str, float]]:
    """Midnights with their place in percent of the width."""
    n = len(storm.times)
    return [
        (f"{time:%m-%d}", 100.0 * i / n)
        for i, time in enumerate(storm.times)
        if (time.hour, time.minute) == (0, 0) and 0 < i < n
    ]


def playing(storm: Storm, shown: Sequence[Panel], told: Sequence[Scene]) -> dict[str, Any]:
    """What the animation needs: times as shown, values by panel, and where the scenes stop."""
    return {
        "times": [f"{time:%m-%d %H:%M}" for time in storm.times],
        "panels": {panel.name: panel.values for panel in shown},
        "decimals": {panel.name: panel.decimals for panel in shown},
        "scenes": [scene.at for scene in told],
    }


def table(storm: Storm) -> list[Line]:
    """Every third hour: the readings at that time, the rain since the line before."""
    return [
        Line(
            time=f"{storm.times[i]:%Y-%m-%d %H:%M}",
            rain_mm=float(storm.rain_mm[max(0, i - TABLE_EVERY + 1) : i + 1].sum()),
            stage_m=float(storm.stage_m[i]),
            discharge_m3_s=float(storm.discharge_m3_s[i]),
            ec25_us_cm=float(storm.ec25_us_cm[i]),
            alkalinity_mg_l=float(storm.alkalinity_mg_l[i]),
            flux_kg_s=float(storm.flux_kg_s[i]) * KG_PER_T,
            gross_t_co2=float(storm.gross_t_co2[i]),
        )
        for i in range(0, len(storm.times), TABLE_EVERY)
    ]


def account(storm: Storm) -> list[WaterfallRow]:
    """From the carbon in the bicarbonate to what stays dissolved on the way to the sea."""
    terms = storm.carried.terms_t_co2()
    retained = float(storm.retained_t_co2[storm.last])
    gross = float(storm.gross_t_co2[storm.last])
    kappa = number(storm.kappa, 2)
    steps = [
        (_("All carbon of the bicarbonate, as CO₂"), 2 * terms["simple"], "total"),
        (_("Half of it came out of the rock"), -terms["simple"], "change"),
        (_("Dissolved by sulfuric acid, not by CO₂"), terms["sulfuric"], "change"),
        (_("Dissolved by nitric acid, not by CO₂"), terms["nitric"], "change"),
        (_("From silicate rock, all of it from CO₂"), terms["silicate"], "change"),
        (_("Taken up at the spring (gross)"), gross, "total"),
        (gettext("Given back on the way to the sea (κ = %(kappa)s)") % {"kappa": kappa}, retained - gross, "change"),
        (_("Still dissolved (retained)"), retained, "total"),
    ]
    return waterfall([step for step in steps if step[1] != 0])
