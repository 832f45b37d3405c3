"""The small figures that a certificate draws: the way from gross to creditable, a few numbers, daily series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import override
from numpy.typing import NDArray

from calculations.figures import FIGURES
from calculations.methodologies import Methodology
from mrv.periods.models import MonitoringPeriod
from mrv.runs.models import Run
from mrv.runs.presentation import typeset
from mrv.runs.selectors import plot_series
from mrv.verification.models import Opinion

Words = dict[str, str]
Floats = NDArray[np.float64]

ANNEX = (
    "readings",
    "time_measured_pct",
    "runoff_mm",
    "flow_weighted_hco3_mg_l",
    "gross_t_co2_km2_a",
    "mean_pco2_pa",
    "mean_si_calcite",
)
"""Figures of the result that the second page lists besides the quantities."""

CHANGES = {
    "retained": ("下游返还", "Returned downstream"),
    "allogenic_water": ("外源水自带", "Brought by allogenic water"),
    "net": ("基线负荷", "Baseline load"),
    "extrapolation": ("外延扣减", "Deduction for extrapolation"),
    "leakage": ("项目排放与泄漏", "Project emissions and leakage"),
    "p10": ("不确定度扣减（至 P10）", "Deduction for uncertainty (to P10)"),
    "gate": ("未达到签发条件", "A condition of issuance is not met"),
}
LEVELS = {
    "gross": ("泉口总通量 F(1)", "Gross flux at the spring, F(1)"),
    "retained": ("留存通量 F(κ)", "Retained flux F(κ)"),
    "net": ("净增量", "Net enhancement"),
}
CREDITABLE = ("可计入量", "Creditable")
MILLITONNE = Decimal("0.001")
KG_PER_TONNE = 1000.0
MOST_DAYS = 800
"""Longer periods are drawn by month."""


def certificate_figures(
    *,
    period: MonitoringPeriod,
    run: Run,
    result: dict[str, Any],
    methodology: Methodology,
    assurance: str,
    creditable_t: Decimal,
    reason: Words | None,
) -> dict[str, Any]:
    """JSON values in the shape that ``registry.certificates`` draws."""
    figures: dict[str, Any] = {
        "methodology_title": {"zh": methodology.title("zh"), "en": methodology.title("en")},
        "assurance": _in_both(Opinion.Assurance(assurance).label),
        "figures": list(_annex(result)),
        "series": _series(period, run),
    }
    if methodology.earns_credits:
        figures["waterfall"] = list(_waterfall(result["waterfall"], creditable_t))
    if reason is not None:
        figures["reason"] = reason
    return figures


def _in_both(label: Any) -> Words:
    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        return {"zh": zh, "en": str(label)}


def _annex(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ANNEX:
        value, figure = result["figures"][name]["value"], FIGURES[name]
        if value is not None:
            yield {
                "key": name,
                "label": {"zh": typeset(figure.zh), "en": typeset(figure.en[0].upper() + figure.en[1:])},
                "value": value,
                "unit": "" if figure.unit == "1" else typeset(figure.unit),
                "front": False,
            }


def _waterfall(rows: Iterable[dict[str, str]], creditable_t: Decimal) -> Iterator[dict[str, Any]]:
    """From gross to creditable in three decimals; each change is the difference of two rounded levels."""
    level: Decimal | None = None
    for row in rows:
        step, after = row["step"], Decimal(row["after_t_co2"]).quantize(MILLITONNE)
        if step == "gross":
            level = after
            yield _step(LEVELS[step], after, total=True)
        if level is None or step not in CHANGES:
            continue
        if after != level:
            yield _step(CHANGES[step], after - level, total=False)
        level = after
        if step in LEVELS:
            yield _step(LEVELS[step], after, total=True)
    yield _step(CREDITABLE, creditable_t.quantize(MILLITONNE), total=True)


def _step(label: tuple[str, str], value: Decimal, *, total: bool) -> dict[str, Any]:
    return {"label": {"zh": label[0], "en": label[1]}, "value": f"{value.normalize():f}", "total": total}


def _series(period: MonitoringPeriod, run: Run) -> dict[str, Any]:
    """Rain, discharge and uptake by day of the station's offset (by month where the period is long)."""
    plot = plot_series(run)
    by_month = period.days > MOST_DAYS
    local_s = plot["t0"] + period.utc_offset_s + plot["dt"] * np.arange(plot["n"], dtype=np.int64)
    days = local_s // 86_400
    spans = np.array(days, "datetime64[D]").astype("datetime64[M]").astype(np.int64) if by_month else days
    first_of_span, span_of_slot = np.unique(spans, return_inverse=True)

    def column(name: str) -> Floats:
        values = plot["columns"].get(name, {}).get("values", ())
        return np.array([np.nan if value is None else value for value in values], np.float64)

    return {
        "interval": "month" if by_month else "day",
        "dates": np.datetime_as_string(first_of_span.astype(f"datetime64[{'M' if by_month else 'D'}]"), "D").tolist(),
        "rain_mm": _by_span(column("rainfall"), span_of_slot),
        "discharge_m3_s": _by_span(column("discharge"), span_of_slot, mean=True),
        "flux_t_co2": _by_span(column("gross_uptake") / KG_PER_TONNE, span_of_slot),
    }


def _by_span(values: Floats, span_of_slot: NDArray[np.int64], *, mean: bool = False) -> list[float | None]:
    """Sums (or means) of the present values of each span, None where there is none; empty without the column."""
    if not values.size:
        return []
    present = ~np.isnan(values)
    spans = int(span_of_slot.max()) + 1
    counts = np.bincount(span_of_slot[present], minlength=spans)
    sums = np.bincount(span_of_slot[present], weights=values[present], minlength=spans)
    shown = sums / np.maximum(counts, 1) if mean else sums
    return [round(value, 5) if count else None for value, count in zip(shown.tolist(), counts.tolist(), strict=True)]
