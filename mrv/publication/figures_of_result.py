"""Plots of the result: by month, summed up, and what its uncertainty comes from. Nothing is computed again."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _

from calculations.commands.mc import GROUP_NAMES
from mrv.periods.models import MonitoringPeriod
from mrv.publication.daily import Grid
from mrv.publication.figure import Cell, Figure, Result, Table
from mrv.publication.panels_by_day import month_starts
from registry.core.charts import Chart, Dot, Line, Tick, polyline
from registry.core.languages import is_chinese

UPTAKE = "gross_uptake_kg"
KG_PER_T = 1000.0
ROW = 26.0
LABELS, VALUES = 190.0, 80.0
LARGEST_SHARE = 0.1


def monthly(result: Result) -> Figure | None:
    """Gross uptake and what of it is retained, month by month, with the period's own spread laid on each month."""
    months = result["monthly"]
    if not months:
        return None
    gross = [float(month["gross_t_co2"]) for month in months]
    kept = [float(month["retained_t_co2"]) for month in months]
    spread = _spread(result)
    highest = max([*gross, *(value * spread[1] for value in gross), 0.001])
    chart = Chart(
        x_label=_("Month"),
        y_label="t CO₂",
        summary=_("%(n)s months; the largest gross uptake is %(top)s t CO₂ in %(month)s.")
        % {"n": len(months), "top": f"{max(gross):.1f}", "month": months[gross.index(max(gross))]["month"]},
        width=760.0,
        height=280.0,
    )
    _to_x, to_y = chart.scales((0.0, float(len(months))), (min(0.0, *kept), highest))
    chart.x_ticks = []
    step = (chart.plot_right - chart.plot_left) / len(months)
    for number, month in enumerate(months):
        left = chart.plot_left + number * step
        chart.x_ticks.append(Tick(left + step / 2, month["month"] if len(months) <= 12 else month["month"][2:]))
        for place, value, kind in ((0.12, gross[number], "gross"), (0.5, kept[number], "retained")):
            top, bottom = sorted((to_y(value), to_y(0.0)))
            chart.bars.append((left + place * step, top, 0.38 * step, bottom - top, kind))
        low, high = (to_y(gross[number] * share) for share in spread)
        x, arm = left + 0.31 * step, 0.06 * step
        chart.lines.append(
            Line(polyline([x - arm, x + arm, x, x, x - arm, x + arm], [low, low, low, high, high, high]), "bracket")
        )
    rows = tuple(
        (
            month["month"],
            month["gross_t_co2"],
            f"{gross[number] * spread[0]:.3f}",
            f"{gross[number] * spread[1]:.3f}",
            month["retained_t_co2"],
        )
        for number, month in enumerate(months)
    )
    headers = (_("Month"), _("Gross (t)"), _("Gross, P5 (t)"), _("Gross, P95 (t)"), _("Retained (t)"))
    return Figure(
        "monthly",
        _("Uptake by month"),
        (chart,),
        Table(headers, rows),
        _(
            "Pale: gross; dark: retained. The bracket is the whole period's P5 to P95 in proportion to the month:"
            " months are not simulated one by one."
        ),
    )


def _spread(result: Result) -> tuple[float, float]:
    """P5 and P95 of the gross uptake as shares of its median; (1, 1) without a simulation."""
    levels = (result.get("uncertainty") or {}).get("distributions_t_co2", {}).get("gross")
    if not levels or not levels["p50"]:
        return 1.0, 1.0
    return levels["p5"] / levels["p50"], levels["p95"] / levels["p50"]


def cumulative(period: MonitoringPeriod, daily: Grid) -> Figure | None:
    """The gross uptake summed up day by day: storms are its steps."""
    if UPTAKE not in daily.values or not daily.steps:
        return None
    days = daily.days(period.utc_offset_s)
    of_day = np.array([value or 0.0 for value in daily.values[UPTAKE]]) / KG_PER_T
    total = np.cumsum(of_day)
    if not total[-1] > 0:
        return None
    largest = np.sort(of_day)[::-1][: max(1, round(LARGEST_SHARE * of_day.size))].sum() / total[-1]
    chart = Chart(
        x_label=_("Day"),
        y_label="t CO₂",
        summary=_("%(total)s t CO₂ in %(days)s days; the tenth of the days with the most uptake brought %(share)s %%.")
        % {"total": f"{total[-1]:.1f}", "days": len(days), "share": f"{100 * largest:.0f}"},
        width=760.0,
        height=260.0,
    )
    first, end = float(days[0].toordinal()), float(days[-1].toordinal() + 1)
    to_x, to_y = chart.scales((first, end), (0.0, float(total[-1]) * 1.03))
    chart.x_ticks = [Tick(to_x(float(day.toordinal())), f"{day:%Y-%m}") for day in month_starts(days)]
    xs = [to_x(first), *(to_x(day.toordinal() + 1.0) for day in days)]
    chart.lines.append(Line(polyline(xs, [to_y(0.0), *(to_y(value) for value in total.tolist())]), "fit"))
    rows = tuple(
        (f"{day}", round(one, 5), round(up_to, 5))
        for day, one, up_to in zip(days, of_day.tolist(), total.tolist(), strict=True)
    )
    return Figure(
        "cumulative",
        _("Gross uptake summed up"),
        (chart,),
        Table((_("Day"), _("Of the day (t)"), _("Up to the day (t)")), rows),
        _("Steep where the water is high: storms carry the flux."),
    )


def tornado(result: Result) -> Figure | None:
    """The shares of the variance by where it comes from, the largest first."""
    shares = (result.get("uncertainty") or {}).get("tornado_shares")
    if not shares:
        return None
    language = 0 if is_chinese() else 1
    ordered = sorted(
        ((GROUP_NAMES.get(name, (name, name))[language], float(share)) for name, share in shares.items()),
        key=lambda row: -row[1],
    )
    top_name, top_share = ordered[0]
    chart = Chart(
        x_label=_("Share of the variance (%)"),
        y_label="",
        summary=_("Most of the variance comes from %(name)s: %(share)s %%.")
        % {"name": top_name, "share": f"{100 * top_share:.1f}"},
        width=760.0,
        height=ROW * len(ordered) + 44.0,
    )
    width = chart.width - LABELS - VALUES
    longest = max(top_share, 1e-9)
    for number, (name, share) in enumerate(ordered):
        top = 6.0 + number * ROW
        chart.dots.append(Dot(4.0, top + 13, name, "label"))
        chart.bars.append((LABELS, top, max(share / longest * width, 0.5), 18.0, "share"))
        chart.dots.append(
            Dot(LABELS + max(share / longest, 0.0) * width + 4, top + 13, f"{100 * share:.1f} %", "label")
        )
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, f"{Decimal(str(share)) * 100:f}") for name, share in ordered)
    return Figure(
        "tornado",
        _("Where the uncertainty comes from"),
        (chart,),
        Table((_("Source"), _("Share of the variance (%)")), rows),
        _("First-order shares of the simulated variance, as the official run stored them."),
    )
