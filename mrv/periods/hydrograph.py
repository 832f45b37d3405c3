"""The measured series of a period for its page: five panels on one regular grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculations.evidence import Series
from mrv.periods.models import MonitoringPeriod
from mrv.quality.plotted import on_grid, shown, slots_asked
from mrv.uploads.selectors import logger_uploads, merged_series

PANELS = (
    ("rainfall", gettext_lazy("Rain"), "mm", "#0072b2", {"inverted": True, "step": True}),
    ("stage", gettext_lazy("Stage"), "m", "#005f86", {}),
    ("water_temperature", gettext_lazy("Water temperature"), "°C", "#b34700", {}),
    ("ph", gettext_lazy("pH"), "", "#00735c", {}),
    ("specific_conductance_25c", gettext_lazy("Conductivity at 25 °C"), "µS/cm", "#9b4f86", {}),
)
"""Parameter, name, unit, colour (after Okabe and Ito, darkened for contrast), drawing."""


@dataclass(frozen=True)
class Span:
    readings: int
    first: str
    last: str


def span_of(period: MonitoringPeriod) -> Span | None:
    uploads = logger_uploads(period.station, period.start, period.end)
    if not uploads:
        return None
    first = max(period.start, uploads[0].first_at or period.start)
    last = min(period.end, max(upload.last_at or period.start for upload in uploads))
    zone = ZoneInfo(period.zone)
    return Span(
        sum(upload.rows for upload in uploads),
        f"{first.astimezone(zone):%Y-%m-%d}",
        f"{last.astimezone(zone):%Y-%m-%d}",
    )


def summary(span: Span | None) -> str:
    if span is None:
        return ""
    return _("Rain, stage, water temperature, pH and conductivity from %(first)s to %(last)s.") % {
        "first": span.first,
        "last": span.last,
    }


def panels(period: MonitoringPeriod, asked: Mapping[str, str]) -> dict[str, Any]:
    """``{t0, dt, n, start, zone, offset, panels}``; values are numbers with the file's decimals, None where missing.

    ``asked`` may name a part of the period, ``from`` and ``to`` in epoch seconds (``mrv.quality.plotted``).
    """
    uploads = logger_uploads(period.station, period.start, period.end)
    readings = merged_series(uploads, period.start, period.end).readings
    return panels_of(period, readings.epoch_s, readings.by_parameter(), asked)


def panels_of(
    period: MonitoringPeriod, times: np.ndarray, by_parameter: Mapping[str, Series], asked: Mapping[str, str]
) -> dict[str, Any]:
    """The same of given readings: ``times`` in seconds since 1970 (n,), series of the same length."""
    interval_s = int(np.median(np.diff(times))) if times.size > 1 else 900
    first = int(times[0]) if times.size else int(period.start.timestamp())
    slots = int((times[-1] - first) // interval_s) + 1 if times.size else 0
    places = (times - first) // interval_s
    start, stop = slots_asked(asked, first_s=first, step_s=interval_s, slots=slots)
    return {
        "t0": first,
        "dt": interval_s,
        "n": slots,
        "start": start,
        "zone": period.zone,
        "offsetSeconds": period.utc_offset_s,
        "offset": _offset_text(timedelta(seconds=period.utc_offset_s)),
        "timeLabel": _("Time"),
        "panels": [
            {
                "name": name,
                "label": str(label),
                "unit": unit,
                "colour": colour,
                "inverted": drawing.get("inverted", False),
                "step": drawing.get("step", False),
                **shown({"values": (on_grid(series.to_float(), places, slots), series.decimals)}, start, stop),
            }
            for name, label, unit, colour, drawing in PANELS
            if (series := by_parameter.get(name)) is not None
        ],
    }


def _offset_text(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
