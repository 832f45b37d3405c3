"""Trends by calendar year: verified flux from the months of the stored results, credits from the ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from mrv.province.verified import NONE, Verified
from registry.core import store
from registry.core.actors import PUBLIC
from registry.core.charts import Chart, Dot, Line, Tick, polyline
from registry.core.clock import PROGRAMME_ZONE
from registry.core.templatetags.kcr import number
from registry.credits.models import Allotment, Holding
from registry.credits.selectors.holdings import LENGTH
from registry.projects.selectors import visible_projects
from registry.public.caching import kept_sealed

BAR = 0.6
"""Share of a year's width that its bar takes."""


@dataclass(frozen=True)
class Year:
    """One calendar year of the stations' own zones; credits by vintage, retirements by the day they were made."""

    year: int
    stations: int
    gross_t: Decimal
    retained_t: Decimal
    km2_years: Decimal
    registered: int
    issued_t: int
    retired_t: int

    @property
    def rate(self) -> Decimal | None:
        """Retained uptake in t CO2 km-2 a-1."""
        return self.retained_t / self.km2_years if self.km2_years else None


@dataclass(frozen=True)
class Month:
    year: int
    gross_t: Decimal
    retained_t: Decimal
    share: Decimal
    """Of the whole period's time."""


def months_of(result_sha256: str) -> list[Month]:
    """The months of a stored result; none where its methodology has no flux. Kept by the result's digest."""
    return kept_sealed("province-months", result_sha256, make=lambda: _months(result_sha256))


def _months(result_sha256: str) -> list[Month]:
    result = json.loads(store.read(result_sha256))
    months = [each for each in result.get("monthly") or () if each.get("retained_t_co2")]
    slots = sum(each["slots"] for each in months)
    return [
        Month(
            year=int(each["month"][:4]),
            gross_t=Decimal(each["gross_t_co2"]),
            retained_t=Decimal(each["retained_t_co2"]),
            share=Decimal(each["slots"]) / slots,
        )
        for each in months
    ]


def years(rows: Iterable[Verified], code: str = "") -> list[Year]:
    """Every year with anything in it, of the province or of one county, in order. Three queries."""
    gross: dict[int, Decimal] = defaultdict(Decimal)
    retained: dict[int, Decimal] = defaultdict(Decimal)
    km2_years: dict[int, Decimal] = defaultdict(Decimal)
    stations: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if code and row.county != code:
            continue
        for month in months_of(row.result_sha256):
            gross[month.year] += month.gross_t
            retained[month.year] += month.retained_t
            km2_years[month.year] += row.km2_years * month.share
            stations[month.year].add(row.station_id)
    issued, retired, registered = _issued(code), _retired(code), _registered(code)
    found = {*gross, *issued, *retired, *registered}
    return [
        Year(
            year=year,
            stations=len(stations.get(year, ())),
            gross_t=gross.get(year, NONE),
            retained_t=retained.get(year, NONE),
            km2_years=km2_years.get(year, NONE),
            registered=registered.get(year, 0),
            issued_t=issued.get(year, 0),
            retired_t=retired.get(year, 0),
        )
        for year in sorted(found)
    ]


def _issued(code: str) -> dict[int, int]:
    rows = Allotment.objects.order_by()
    if code:
        rows = rows.filter(issuance__project__division_code=code)
    return dict(rows.values("vintage").annotate(t=Sum(LENGTH)).values_list("vintage", "t"))


def _retired(code: str) -> dict[int, int]:
    """By the programme's year of the act: retired holdings stay open for ever, and know out of which issuance."""
    rows = Holding.objects.filter(closed_by__isnull=True, status=Holding.Status.RETIRED).order_by()
    if code:
        rows = rows.filter(issuance__project__division_code=code)
    found = rows.annotate(in_year=ExtractYear("opened_by__at", tzinfo=PROGRAMME_ZONE)).values("in_year")
    return dict(found.annotate(t=Sum(LENGTH)).values_list("in_year", "t"))


def _registered(code: str) -> dict[int, int]:
    projects = visible_projects(PUBLIC).filter(registered_at__isnull=False).order_by()
    if code:
        projects = projects.filter(division_code=code)
    found = projects.annotate(in_year=ExtractYear("registered_at", tzinfo=PROGRAMME_ZONE)).values("in_year")
    return dict(found.annotate(n=Count("pk")).values_list("in_year", "n"))


def flux_chart(shown: Sequence[Year]) -> Chart | None:
    """Bars of the retained uptake by year, each with its own scale of tonnes; None where nothing is verified."""
    shown = [year for year in shown if year.stations]
    if not shown:
        return None
    chart = Chart(
        x_label=_("Year"),
        y_label=_("Verified uptake (t CO₂)"),
        summary=_("Verified retained uptake by year: %(years)s.")
        % {"years": "; ".join(f"{year.year} {number(year.retained_t, 1)} t CO₂" for year in shown)},
    )
    _bars(chart, shown, [float(year.retained_t) for year in shown], "total")
    return chart


def credits_chart(shown: Sequence[Year]) -> Chart | None:
    """Bars of the credits by vintage, and a line of what was retired in the year; None where nothing was issued."""
    shown = [year for year in shown if year.issued_t or year.retired_t]
    if not shown:
        return None
    chart = Chart(
        x_label=_("Year"),
        y_label=_("Credits (t CO₂)"),
        summary=_("Credits by vintage and retired in the year: %(years)s.")
        % {"years": "; ".join(f"{year.year} {number(year.issued_t)} t, {number(year.retired_t)} t" for year in shown)},
    )
    retired = [float(year.retired_t) for year in shown]
    to_x, to_y = _bars(chart, shown, [float(year.issued_t) for year in shown], "volume", also=retired)
    middles, heights = [to_x(float(year.year)) for year in shown], [to_y(value) for value in retired]
    if len(shown) > 1:
        chart.lines.append(Line(polyline(middles, heights), "mark"))
    for year, x, y in zip(shown, middles, heights, strict=True):
        chart.dots.append(
            Dot(x, y, _("%(year)s: %(t)s t retired") % {"year": year.year, "t": year.retired_t}, "outlier")
        )
    return chart


def _bars(
    chart: Chart, shown: Sequence[Year], values: Sequence[float], kind: str, also: Sequence[float] = ()
) -> tuple[Callable[[float], float], Callable[[float], float]]:
    low, high = min(0.0, *values), max(0.0, *values, *also)
    to_x, to_y = chart.scales((shown[0].year - 0.7, shown[-1].year + 0.7), (low * 1.1, high * 1.1 or 1.0))
    chart.x_ticks = [Tick(to_x(float(year.year)), str(year.year)) for year in shown]
    for year, value in zip(shown, values, strict=True):
        left, right = to_x(year.year - BAR / 2), to_x(year.year + BAR / 2)
        top, bottom = to_y(max(value, 0.0)), to_y(min(value, 0.0))
        chart.bars.append((left, top, right - left, bottom - top, kind))
    return to_x, to_y
