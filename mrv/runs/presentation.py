"""A result as its page shows it: headline figures, remarks, waterfall, distribution, months."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculations.further_figures import ALL
from calculations.messages import text
from mrv.runs.models import Run
from mrv.runs.selectors import result_of
from registry.core.charts import Chart, WaterfallRow, histogram, waterfall
from registry.core.languages import is_chinese

HEADLINE = (
    ("creditable_t", 0),
    ("net_p10_t_co2", 1),
    ("net_t_co2", 1),
    ("retained_t_co2", 1),
    ("gross_t_co2", 1),
    ("gross_t_co2_km2_a", 2),
    ("half_width_90_pct", 1),
    ("runoff_mm", 1),
    ("flow_weighted_hco3_mg_l", 1),
    ("mean_si_calcite", 2),
    ("mean_pco2_pa", 0),
    ("time_measured_pct", 2),
)
"""Figures shown large, with their decimals; those that a methodology does not have are left out."""

STEPS = {
    "simple": gettext_lazy("Half of the alkalinity"),
    "sulfuric": gettext_lazy("Sulfuric acid"),
    "nitric": gettext_lazy("Nitric acid"),
    "silicate": gettext_lazy("Silicate weathering"),
    "rain": gettext_lazy("Brought by rain"),
    "gross": gettext_lazy("Gross at the spring, F(1)"),
    "retained": gettext_lazy("Retained, F(κ)"),
    "allogenic_water": gettext_lazy("Brought by allogenic water"),
    "net": gettext_lazy("Net of the baseline"),
    "extrapolation": gettext_lazy("Cap above the gauged range"),
    "leakage": gettext_lazy("Leakage and project emissions"),
    "ceiling": gettext_lazy("All of the dissolved powder"),
    "soil_acid": gettext_lazy("Dissolved by strong acid"),
    "life_cycle": gettext_lazy("Emissions of the project's work"),
    "p10": gettext_lazy("P10 of the net enhancement"),
    "gate": gettext_lazy("Not issuable"),
    "whole_tonnes": gettext_lazy("Whole tonnes"),
    "buffer": gettext_lazy("To the buffer pool"),
}
FEWEST_KNOWN = 4
TOTALS = {"ceiling", "simple", "gross", "retained", "net", "p10", "gate", "whole_tonnes"}
MONTH_COLUMNS = (
    ("runoff_mm", gettext_lazy("Runoff (mm)")),
    ("gross_t_co2", gettext_lazy("Gross (t)")),
    ("retained_t_co2", gettext_lazy("Retained (t)")),
    ("mean_pco2_pa", gettext_lazy("pCO₂ (Pa)")),
)


def presented(run: Run) -> dict[str, Any]:
    """The context of ``runs/_result.html`` for a finished run."""
    if run.state != "succeeded":
        return {}
    result = result_of(run)
    return {
        "result": result,
        "headline": headline(result),
        "quantity": _figure(result, "net_p10_t_co2") or _figure(result, "retained_t_co2"),
        "earns_credits": result["outcome"] == "credits",
        "reasons": remarks(result),
        "waterfall": waterfall_rows(result),
        "distribution": distribution(result),
        "months": [
            {"name": month["month"], "figures": [month[key] for key, _name in MONTH_COLUMNS]}
            for month in result["monthly"]
        ],
        "counties": counties(result),
        "month_columns": [name for _key, name in MONTH_COLUMNS],
    }


def remarks(result: dict[str, Any]) -> list[str]:
    """What the calculation had to say, in the reader's language."""
    return [_said(message) for message in (*result["reasons"], *result["warnings"])]


def counties(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of counties of a calculation over a grid, the largest potential first; empty where there is none."""
    rows = result.get("counties") or []
    return sorted(rows, key=lambda row: -Decimal(row["potential_t_co2_a"]))


def _language() -> str:
    return "zh" if is_chinese() else "en"


def _said(message: dict[str, Any]) -> str:
    return typeset(text(message["code"], _language(), **message["params"]))


def typeset(plain: str) -> str:
    """Formulas and units in the words of the science as they are printed: ``CO₂``, ``km²``, ``km⁻² a⁻¹``."""
    for written, printed in PRINTED:
        plain = plain.replace(written, printed)
    return plain


def _figure(result: dict[str, Any], name: str) -> str | None:
    """A figure's decimal string; None where the methodology has none."""
    value: str | None = result["figures"].get(name, {}).get("value")
    return value


def headline(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures shown large; all of them where the methodology has a list of its own (tablets, a grid)."""
    own = result["figures"]
    known = [pair for pair in HEADLINE if pair[0] in own]
    if len(known) < FEWEST_KNOWN:
        known = [(name, _decimals(figure["value"])) for name, figure in own.items()]
    rows = []
    for name, decimals in known:
        figure = result["figures"].get(name)
        if figure is not None and figure["value"] is not None:
            label = typeset(getattr(ALL[name], _language()))
            unit = UNITS.get(figure["unit"], typeset(figure["unit"]))
            rows.append(
                {"name": name, "label": label, "value": Decimal(figure["value"]), "unit": unit, "decimals": decimals}
            )
    return rows


def _decimals(value: str | None) -> int:
    """As many as the result states, at most three."""
    _whole, _point, fraction = (value or "").partition(".")
    return min(3, len(fraction.rstrip("0")))


PRINTED = (
    ("/km2/a", " km⁻² a⁻¹"),
    ("/cm2/a", " cm⁻² a⁻¹"),
    ("HCO3", "HCO₃"),
    ("CO2", "CO₂"),
    ("km2", "km²"),
    ("m3", "m³"),
    ("F(kappa)", "F(κ)"),
)
UNITS = {"1": "", "mg/L": "mg/L HCO₃⁻", "t/a": "t a⁻¹", "t CO2/a": "t CO₂ a⁻¹"}


def waterfall_rows(result: dict[str, Any]) -> list[WaterfallRow]:
    """Totals stand on zero, changes on the level before; steps of nothing are left out."""
    steps = []
    for row in result["waterfall"]:
        is_total = row["step"] in TOTALS
        amount = Decimal(row["after_t_co2"] if is_total else row["amount_t_co2"])
        if is_total or amount:
            steps.append((STEPS.get(row["step"], row["step"]), amount, "total" if is_total else "change"))
    return waterfall(steps)


def distribution(result: dict[str, Any]) -> Chart | None:
    uncertainty = result.get("uncertainty")
    if not uncertainty:
        return None
    shown = uncertainty["histogram_t_co2"]
    levels = uncertainty["distributions_t_co2"][uncertainty["histogram_of"]]
    marks = [(levels["p10"], "P10"), (levels["p50"], "P50"), (levels["p90"], "P90")]
    return histogram(
        shown["counts"],
        shown["edges"],
        marks,
        x_label=_("t CO₂"),
        summary=_("Distribution of %(n)s draws: P10 %(p10)s, P50 %(p50)s, P90 %(p90)s t CO₂.")
        % {"n": uncertainty["draws"], **{key: f"{levels[key]:.1f}" for key in ("p10", "p50", "p90")}},
    )
