"""The carbon budget of a demonstration area: before, after and against the control, from its published periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mrv.periods.models import MonitoringPeriod
from mrv.province.verified import published
from registry.core.charts import Chart, Dot, Tick
from registry.core.templatetags.kcr import number
from registry.projects.models import Project

BAR = 0.34
"""Share of a period's width that one of its two bars takes."""


@dataclass(frozen=True)
class Budget:
    """One period's stored figures, t CO2 on the project's area; None where its methodology or evidence has none."""

    period: MonitoringPeriod
    project_before: Decimal | None
    project_after: Decimal | None
    control_before: Decimal | None
    control_after: Decimal | None
    by_baseline: Decimal | None
    by_control: Decimal | None
    net: Decimal | None
    """The lower design counts."""
    p10: Decimal | None
    creditable: Decimal | None
    detectable_pct: Decimal | None

    @property
    def project_change(self) -> Decimal | None:
        return _difference(self.project_after, self.project_before)

    @property
    def control_change(self) -> Decimal | None:
        return _difference(self.control_after, self.control_before)

    @property
    def has_control(self) -> bool:
        return self.by_control is not None


def _difference(after: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if after is None or before is None else after - before


def budgets(project: Project) -> list[Budget]:
    """The budgets of the project's published periods, in order. One query."""
    found = published().filter(project=project).select_related("official_run__methodology", "station", "project")
    return [_budget(period) for period in found]


def _budget(period: MonitoringPeriod) -> Budget:
    assert period.official_run is not None
    figures: dict[str, Any] = period.official_run.figures or {}

    def figure(*names: str) -> Decimal | None:
        """The first of these that the result has: older procedures call the baseline otherwise."""
        return next((Decimal(figures[name]) for name in names if figures.get(name) is not None), None)

    return Budget(
        period=period,
        project_before=figure("project_before_t_co2", "baseline_t_co2"),
        project_after=figure("retained_t_co2"),
        control_before=figure("control_before_t_co2"),
        control_after=figure("control_after_t_co2"),
        by_baseline=figure("net_by_baseline_t_co2", "net_t_co2"),
        by_control=figure("net_by_control_t_co2"),
        net=figure("net_t_co2"),
        p10=figure("net_p10_t_co2"),
        creditable=figure("creditable_t"),
        detectable_pct=figure("minimum_detectable_pct"),
    )


def chart(shown: Sequence[Budget]) -> Chart | None:
    """Two bars a period, before and after, and dots for the control's; None where no period has both."""
    shown = [each for each in shown if each.project_change is not None]
    if not shown:
        return None
    values = [
        float(value)
        for each in shown
        for value in (each.project_before, each.project_after, each.control_before, each.control_after)
        if value is not None
    ]
    made = Chart(
        x_label=_("Monitoring period"),
        y_label=_("Retained uptake (t CO₂)"),
        summary=" ".join(_said(each) for each in shown),
    )
    to_x, to_y = made.scales((0.4, len(shown) + 0.6), (min(0.0, *values) * 1.1, max(0.0, *values) * 1.1 or 1.0))
    made.x_ticks = [Tick(to_x(float(place)), str(each.period.number)) for place, each in enumerate(shown, start=1)]
    for place, each in enumerate(shown, start=1):
        pairs = (
            (each.project_before, each.control_before, "volume", -BAR),
            (each.project_after, each.control_after, "total", 0.0),
        )
        for value, control, kind, shift in pairs:
            left, right = to_x(place + shift + 0.02), to_x(place + shift + BAR)
            top, bottom = to_y(max(float(value or 0), 0.0)), to_y(min(float(value or 0), 0.0))
            made.bars.append((left, top, right - left, bottom - top, kind))
            if control is not None:
                title = _("control %(t)s t CO₂") % {"t": number(control, 1)}
                made.dots.append(Dot((left + right) / 2, to_y(float(control)), title, "outlier"))
    return made


def _said(each: Budget) -> str:
    told = _("Period %(number)s: before %(before)s, after %(after)s t CO₂.") % {
        "number": each.period.number,
        "before": number(each.project_before, 1),
        "after": number(each.project_after, 1),
    }
    if not each.has_control:
        return told
    return f"{told} " + _("Control: before %(before)s, after %(after)s t CO₂.") % {
        "before": number(each.control_before, 1),
        "after": number(each.control_after, 1),
    }
