"""A picture of what a version changes: for each past period the quantity then and now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from mrv.methodologies.impact import Row
from mrv.methodologies.models import MethodologyVersion
from registry.core.charts import Chart, Dot

LABELS, VALUES, ROW, BAR = 230.0, 170.0, 44.0, 15.0
MOST = 40


def rows_shown(record: MethodologyVersion, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows of the test under way, else those that were recorded; only what both versions compute."""
    found = [row.kept() for row in rows] if rows else list((record.impact or {}).get("periods", []))
    return [row for row in found if row["before_t"] and row["after_t"]]


def impact_chart(record: MethodologyVersion, rows: Sequence[dict[str, Any]]) -> Chart | None:
    """Two bars per period, the largest difference first; the table beside it has every row."""
    if not rows:
        return None
    ordered = sorted(rows, key=lambda row: -abs(float(row["difference_t"])))[:MOST]
    largest = max(float(row[name]) for row in ordered for name in ("before_t", "after_t")) or 1.0
    total = sum(float(row["difference_t"]) for row in rows)
    chart = Chart(
        x_label="t CO₂",
        y_label="",
        summary=_("%(version)s against the versions followed then: %(n)s periods, together %(total)s t CO₂.")
        % {"version": f"{record.identifier} {record.version}", "n": len(rows), "total": f"{total:+.3f}"},
        width=760.0,
        height=ROW * len(ordered) + 44.0,
    )
    width = chart.width - LABELS - VALUES
    for number, row in enumerate(ordered):
        top = 6.0 + number * ROW
        chart.dots.append(Dot(4.0, top + 12, str(row["name"])[:34], "label"))
        chart.dots.append(Dot(4.0, top + 28, f"{row['followed']} → {record.version}"[:34], "label"))
        for place, name, kind in ((0.0, "before_t", "gross"), (BAR + 2, "after_t", "retained")):
            share = max(float(row[name]), 0.0) / largest
            chart.bars.append((LABELS, top + place, max(share * width, 0.5), BAR, kind))
        chart.dots.append(Dot(LABELS + width + 8, top + 20, f"{float(row['difference_t']):+.3f} t", "label"))
    return chart


def table_of(rows: Sequence[dict[str, Any]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headers and rows of the file behind the picture."""
    headers = (_("Period"), _("Followed"), _("Then (t CO₂)"), _("Now (t CO₂)"), _("Difference (t CO₂)"))
    names = ("name", "followed", "before_t", "after_t", "difference_t")
    return headers, [tuple(str(row[name]) for name in names) for row in rows]
