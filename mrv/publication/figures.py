"""The plots of the evidence page: each with its words, its table, and the same picture as a file.

Everything is drawn from what was sealed and from the official run's result; nothing is computed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from calculations.evidence import Evidence
from mrv.periods.models import MonitoringPeriod
from mrv.publication import figures_of_result as of_result
from mrv.publication import figures_of_water as of_water
from mrv.publication.daily import DAY_S, EPOCH, Grid
from mrv.publication.figure import Figure, Result, Table
from mrv.publication.panels_by_day import of_days
from mrv.quality.charts import EC25, ION_NAMES, is_number, rating_chart
from mrv.quality.derived_pages import ion_charts
from mrv.quality.rating_pages import described
from mrv.runs.presentation import waterfall_rows
from mrv.verification.evidence_view import pieces_of
from registry.core.charts import Chart, Dot, histogram

CELL, ROW_GAP = 15.0, 3.0
SHARES = ((0.0, "none"), (0.5, "little"), (0.9, "some"), (0.9999, "most"), (1.01, "all"))
"""Share of a day measured up to which it is drawn so."""
BOTH = ("stage", "specific_conductance_25c")
CREDITED, QUANTILES = "p10", ("p5", "p10", "p50", "p90", "p95")


def figures_of(
    period: MonitoringPeriod, evidence: Evidence, result: Result, daily: Grid, chemistry: Grid
) -> list[Figure]:
    """Every plot that this evidence has, in the order of the page; ``daily`` and ``chemistry`` have a step per day."""
    found = [hydrograph(period, daily), completeness(period, evidence), *ratings(period, evidence), *ions(evidence)]
    found += [
        *of_water.diagrams(evidence),
        of_water.chemistry(period, chemistry),
        of_water.hysteresis(period, evidence),
    ]
    found += [of_result.cumulative(period, daily), of_result.monthly(result), waterfall(result), distribution(result)]
    found += [of_result.tornado(result)]
    return [figure for figure in found if figure is not None]


# --- the series -----------------------------------------------------------------------------------------


def hydrograph(period: MonitoringPeriod, daily: Grid) -> Figure | None:
    """One panel per quantity by day; the page draws the same with a zoom."""
    return of_days(
        "hydrograph",
        _("Hydrograph by day"),
        period,
        daily,
        _("Rain and uptake are sums of a day, all else are means; days are the station's."),
    )


# --- completeness ---------------------------------------------------------------------------------------


def completeness(period: MonitoringPeriod, evidence: Evidence) -> Figure | None:
    """Day by day how much of stage and conductivity was measured, as sealed: a row per month, a cell per day."""
    shares = _day_shares(period, evidence)
    if not shares:
        return None
    months = sorted({(day.year, day.month) for day in shares})
    height = len(months) * (CELL + ROW_GAP) + 50.0
    whole = sum(1 for share in shares.values() if share >= SHARES[3][0])
    chart = Chart(
        x_label=_("Day of the month"),
        y_label="",
        summary=_("%(whole)s of %(days)s days have all readings of stage and conductivity, %(none)s have none.")
        % {"whole": whole, "days": len(shares), "none": sum(1 for share in shares.values() if share == 0)},
        width=760.0,
        height=height,
    )
    step = (chart.plot_right - chart.plot_left) / 31
    for row, (year, month) in enumerate(months):
        top = chart.plot_top + row * (CELL + ROW_GAP)
        chart.dots.append(Dot(0.0, top + 12, f"{year}-{month:02d}", "label"))
        for day in [each for each in shares if (each.year, each.month) == (year, month)]:
            kind = next(name for limit, name in SHARES if shares[day] <= limit)
            left = chart.plot_left + (day.day - 1) * step
            chart.bars.append((left, top, step - 2, CELL, f"day-{kind}"))
            if kind in ("little", "some", "most"):
                chart.dots.append(Dot(left + step / 2 - 7, top + 12, str(min(int(10 * shares[day]), 9)), "label"))
    for number in (1, 5, 10, 15, 20, 25, 30):
        chart.dots.append(
            Dot(chart.plot_left + (number - 1) * step, chart.plot_top + len(months) * 18 + 12, str(number), "label")
        )
    rows = tuple((f"{day}", round(100 * share, 1)) for day, share in shares.items())
    return Figure(
        "completeness",
        _("Completeness calendar"),
        (chart,),
        Table((_("Day"), _("Measured (%)")), rows),
        _("Stage and conductivity together, as sealed; the figure in a cell is the tenths measured."),
        {"legend": True},
    )


def _day_shares(period: MonitoringPeriod, evidence: Evidence) -> dict[date, float]:
    series = evidence.series_by_parameter()
    measured = [series[name] for name in BOTH if name in series]
    if not measured:
        return {}
    present = np.ones(evidence.epoch_s.shape, dtype=bool)
    for each in measured:
        present &= each.present()
    step_s, offset_s = int(evidence.period["interval_s"]), period.utc_offset_s
    first = (int(period.start.timestamp()) + offset_s) // DAY_S
    counts = np.bincount(
        ((evidence.epoch_s[present] + offset_s) // DAY_S - first).astype(np.int64), minlength=period.days
    )
    expected = max(1, DAY_S // step_s)
    return {
        EPOCH + timedelta(days=first + n): min(1.0, float(count) / expected)
        for n, count in enumerate(counts[: period.days].tolist())
    }


# --- what the samples and gaugings gave -----------------------------------------------------------------


def ratings(period: MonitoringPeriod, evidence: Evidence) -> Iterator[Figure]:
    zone = ZoneInfo(period.zone)
    stage = evidence.series_by_parameter().get("stage")
    highest = float(np.nanmax(stage.to_float())) if stage is not None and stage.present().any() else None
    pieces = pieces_of(evidence)
    for number, piece in enumerate(pieces, start=1):
        record = {**piece["relation"], "exclusions": piece["exclusions"]}
        gaugings = [each for each in evidence.gaugings if piece["file"] in (None, each["file"])]
        left_out = {int(item["row"]) for item in piece["exclusions"]}
        span = " – ".join(_day_of(piece[end], zone) for end in ("from", "to")) if piece["from"] or piece["to"] else ""
        title = _("Rating curve with gaugings")
        yield Figure(
            "rating" if len(pieces) == 1 else f"rating-{number}",
            f"{title} · {span}" if span else title,
            (rating_chart(record, gaugings, highest),),
            Table(
                (_("Row"), _("Time"), _("Stage (m)"), _("Discharge (m³/s)"), _("Used")),
                tuple(
                    (
                        int(each["row"]),
                        str(each.get("timestamp", "")),
                        str(each["stage_m"]),
                        str(each["discharge_m3_s"]),
                        _("no") if int(each["row"]) in left_out else _("yes"),
                    )
                    for each in gaugings
                ),
            ),
            _("The dashed part lies above the highest gauging; hollow gaugings were left out as outliers."),
            {"rating": described(record)},
        )


def _day_of(text: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else ""


def ions(evidence: Evidence) -> Iterator[Figure]:
    """A plot per ion that follows conductivity: samples, line, interval, calibrated range."""
    if not evidence.regressions:
        return
    charts = dict(ion_charts(evidence.regressions, evidence.samples, None))
    left_out = {int(item["row"]) for item in evidence.regressions.get("exclusions", ())}
    for ion, model in sorted(evidence.regressions["models"].items()):
        chart = charts.get(ION_NAMES.get(ion, ion))
        if chart is None:
            continue
        rows = tuple(
            (
                str(sample.get("sample_id", "")),
                str(sample.get("timestamp", "")),
                str(sample[EC25]),
                str(sample[ion]),
                _("no") if int(sample["row"]) in left_out else _("yes"),
            )
            for sample in evidence.samples
            if is_number(sample.get(EC25)) and is_number(sample.get(ion))
        )
        name = ION_NAMES.get(ion, ion)
        yield Figure(
            "ion-" + re.sub(r"[^a-z0-9]+", "-", ion.lower()),
            _("%(ion)s against conductivity") % {"ion": name},
            (chart,),
            Table((_("Sample"), _("Time"), _("EC25 (µS/cm)"), f"{name} (mg/L)", _("Used")), rows),
            facts={"model": model},
        )


# --- the result -----------------------------------------------------------------------------------------


def waterfall(result: Result) -> Figure | None:
    """From the gross flux step by step to what is creditable (or retained)."""
    rows = waterfall_rows(result)
    if not rows:
        return None
    total = [row for row in rows if row.kind == "total"]
    chart = Chart(
        x_label="t CO₂",
        y_label="",
        summary=_("%(steps)s steps from %(first)s t to %(last)s t CO₂.")
        % {"steps": len(rows), "first": f"{Decimal(total[0].value):.1f}", "last": f"{Decimal(total[-1].value):.1f}"},
        width=760.0,
        height=len(rows) * 26.0 + 24.0,
    )
    left, width = 230.0, 760.0 - 230.0 - 90.0
    for number, row in enumerate(rows):
        top = number * 26.0 + 4
        chart.dots.append(Dot(4.0, top + 13, str(row.label), "label"))
        chart.bars.append((left + row.left / 100 * width, top, row.span / 100 * width, 18.0, row.kind))
        chart.dots.append(Dot(left + width + 8, top + 13, f"{Decimal(row.value):.1f}", "label"))
    steps = tuple((str(row.label), f"{Decimal(row.value):f}") for row in rows)
    earns = result["outcome"] == "credits"
    return Figure(
        "waterfall",
        _("From gross flux to the creditable quantity") if earns else _("From gross flux to the retained quantity"),
        (chart,),
        Table((_("Step"), "t CO₂"), steps),
        facts={"rows": rows},
    )


def distribution(result: Result) -> Figure | None:
    """The simulated distribution with P5, P50 and P95, and the percentile that is credited."""
    uncertainty = result.get("uncertainty")
    if not uncertainty:
        return None
    shown = uncertainty["histogram_t_co2"]
    levels = uncertainty["distributions_t_co2"][uncertainty["histogram_of"]]
    earns = result["outcome"] == "credits"
    names = ("p5", CREDITED, "p50", "p95") if earns else ("p5", "p50", "p95")
    chart = histogram(
        shown["counts"],
        shown["edges"],
        [(levels[name], name.upper()) for name in names],
        x_label="t CO₂",
        summary=_("Distribution of %(n)s draws: P5 %(p5)s, P50 %(p50)s, P95 %(p95)s t CO₂.")
        % {"n": uncertainty["draws"], **{key: f"{levels[key]:.1f}" for key in ("p5", "p50", "p95")}},
    )
    _spread_labels(chart)
    quantiles = tuple((name.upper(), levels[name]) for name in QUANTILES if name in levels)
    bins = zip(shown["edges"], shown["edges"][1:], shown["counts"], strict=False)
    rows = (*quantiles, *((f"{low:g}–{high:g}", count) for low, high, count in bins))
    rule = (
        _("Credited is P10: the quantity that is exceeded with 90 %% probability. A quantile is the %(rule)s.")
        if earns
        else _(
            "An inventory earns no credits: the retained quantity is stated with its range. A quantile is the %(rule)s."
        )
    )
    return Figure(
        "distribution",
        _("Monte Carlo distribution"),
        (chart,),
        Table((_("Quantile or range (t CO₂)"), _("t CO₂, or number of draws")), rows),
        rule % {"rule": _rule_said(uncertainty.get("quantile_rule", ""))},
        {"seed": uncertainty.get("seed", ""), "draws": uncertainty["draws"]},
    )


def _rule_said(rule: str) -> str:
    known = {"value of rank ceil(p n) of the sorted draws": _("value of rank ⌈p·n⌉ of the sorted draws")}
    return known.get(rule, rule)


def _spread_labels(chart: Chart) -> None:
    """Neighbouring marks have their names at different heights."""
    labels = [n for n, dot in enumerate(chart.dots) if dot.kind == "label"]
    for turn, place in enumerate(labels):
        dot = chart.dots[place]
        chart.dots[place] = Dot(dot.x, dot.y + 14.0 * (turn % 3), dot.title, dot.kind)
