"""The board's price history as geometry: volume as bars, the mean price as a line with its range, references beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from registry.core.charts import Chart, Dot, Line, Tick, polyline
from registry.credits.models import ReferencePrice
from registry.credits.selectors.board import Month

BAR_SHARE_OF_HEIGHT = 0.35


def price_chart(months: Sequence[Month], references: Sequence[ReferencePrice], currency: str) -> Chart | None:
    """None when there is nothing to draw."""
    if not months and not references:
        return None
    days = [month.first_day for month in months] + [price.on for price in references]
    first, last = min(days), max(days)
    spots = _month_ticks(first, last)
    low, high = float(spots[0].toordinal()), float(max(last.toordinal(), spots[-1].toordinal()) + 31)
    top = max([float(m.highest) for m in months] + [float(p.price) for p in references]) * 1.1
    chart = Chart(
        x_label=_("Month"),
        y_label=_("Price of one credit (%(currency)s)") % {"currency": currency},
        summary=_("Settled prices by month: %(months)s months, %(tonnes)s t; %(references)s reference prices.")
        % {"months": len(months), "tonnes": sum(m.quantity_t for m in months), "references": len(references)},
    )
    to_x, to_y = chart.scales((low, high), (0.0, top))
    chart.x_ticks = [Tick(to_x(float(day.toordinal())), f"{day:%Y-%m}") for day in spots]
    most = max([m.quantity_t for m in months], default=1)
    for month in months:
        left, right = to_x(month.first_day.toordinal() + 3.0), to_x(month.first_day.toordinal() + 27.0)
        height = (chart.plot_bottom - chart.plot_top) * BAR_SHARE_OF_HEIGHT * month.quantity_t / most
        chart.bars.append((left, chart.plot_bottom - height, right - left, height, "volume"))
    middles = [to_x(month.first_day.toordinal() + 15.0) for month in months]
    if len(months) > 1:
        chart.lines.append(Line(polyline(middles, [to_y(float(m.mean_price)) for m in months]), "fit"))
    for middle, month in zip(middles, months, strict=True):
        chart.lines.append(Line(polyline([middle] * 2, [to_y(float(month.lowest)), to_y(float(month.highest))]), "fit"))
        title = f"{month.first_day:%Y-%m}: {month.mean_price} {currency}, {month.quantity_t} t"
        chart.dots.append(Dot(middle, to_y(float(month.mean_price)), title, "plain"))
    if references:
        xs = [to_x(float(price.on.toordinal())) for price in references]
        ys = [to_y(float(price.price)) for price in references]
        if len(references) > 1:
            chart.lines.append(Line(polyline(xs, ys), "mark"))
        for x, y, price in zip(xs, ys, references, strict=True):
            chart.dots.append(Dot(x, y, f"{price.on}: {price.price} {currency}, {price.source}", "outlier"))
    return chart


def _month_ticks(first: date, last: date, most: int = 8) -> list[date]:
    """First days of months, evenly spaced, at most ``most`` of them."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    step = max(1, -(-(end - begin + 1) // most))
    return [date(number // 12, number % 12 + 1, 1) for number in range(begin, end + 1, step)]
