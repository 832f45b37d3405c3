"""Flags, acts and totals as the review page shows them: words, letters, local times, and the series for the panels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculations.evidence import EvidenceError, Series
from calculations.quality import events as codes
from calculations.quality.corrections import corrected
from calculations.quality.ranges import FAIL, MISSING_FLAG, OUT_OF_RANGE, SUSPECT, flagged
from calculations.records import number_in
from mrv.quality.checks import SpanCheck, check_span, interval_s_of
from mrv.quality.models import Flag, IonModels, ReviewAct
from mrv.quality.plotted import on_grid, shown, slots_asked
from mrv.quality.provisional import provisional_ions, provisional_rating
from mrv.quality.ratings import SpanRating, rating_of
from mrv.quality.selectors import acts_of_station, flags_of_station, record_bounds, standing_ions, standing_visits
from mrv.quality.shares import Totals, Weighing, totals
from mrv.quality.verdicts import CORRECTABLE, MANUAL, JudgedFlag, Review, correction_records, review_of
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import MergedSeries, load_records, logger_uploads, merged_series
from registry.core.errors import InvalidInput, Refusal

LONGEST_SPAN_D = 400
DEFAULT_SPAN_D = 366
PANELS = (
    ("rainfall", gettext_lazy("Rain"), "mm", "#0072b2"),
    ("stage", gettext_lazy("Stage"), "m", "#005f86"),
    ("water_temperature", gettext_lazy("Water temperature"), "°C", "#b34700"),
    ("ph", gettext_lazy("pH"), "", "#00735c"),
    ("specific_conductance_25c", gettext_lazy("Conductivity at 25 °C"), "µS/cm", "#9b4f86"),
    ("conductivity_raw", gettext_lazy("Conductivity, not compensated"), "µS/cm", "#7a5c00"),
)
NAMES: Mapping[str, Any] = {parameter: name for parameter, name, _unit, _colour in PANELS}
UNITS: Mapping[str, str] = {parameter: unit for parameter, _name, unit, _colour in PANELS}
CODE_NAMES: Mapping[str, Any] = {
    OUT_OF_RANGE: gettext_lazy("beyond the credible range"),
    codes.OUT_OF_WATER: gettext_lazy("out of the water"),
    codes.SENSOR_RANGE: gettext_lazy("beyond the sensor's range"),
    codes.SENSOR_RAIL: gettext_lazy("at the end of the sensor's span"),
    codes.SPIKE: gettext_lazy("spike"),
    codes.RATE: gettext_lazy("jump without rain or stage"),
    codes.FLAT_LINE: gettext_lazy("flat line"),
    codes.LEVEL_SHIFT: gettext_lazy("level shift"),
    codes.COMPENSATION: gettext_lazy("conductivity against temperature"),
    codes.DRIFT: gettext_lazy("drift between field checks"),
    codes.FIELD_CHECK: gettext_lazy("field check contradicts"),
    codes.LAB_CHECK: gettext_lazy("laboratory value contradicts"),
    MANUAL: gettext_lazy("excluded by hand"),
}
STATES: Mapping[str, tuple[Any, str, str]] = {
    "open": (gettext_lazy("open"), "○", "text-bg-warning"),
    "accepted": (gettext_lazy("accepted"), "✔", "text-bg-secondary"),
    "rejected": (gettext_lazy("rejected"), "✖", "text-bg-secondary"),
    "corrected": (gettext_lazy("corrected"), "±", "text-bg-secondary"),
}
SAMPLE_FIELDS = {
    "specific_conductance_25c": "specific_conductance_25c_us_cm",
    "ph": "ph",
    "water_temperature": "water_temperature_c",
}


VISIT_FIELDS = {
    "stage": "staff_gauge_m",
    "specific_conductance_25c": "ec25_us_cm",
    "ph": "ph",
    "water_temperature": "water_temperature_c",
}


@dataclass(frozen=True)
class ReviewedSpan:
    """Everything that the review page knows about ``[start, end)`` of a station."""

    station: Station
    start: datetime
    end: datetime
    merged: MergedSeries
    review: Review
    acts: list[ReviewAct]
    check: SpanCheck
    curve: SpanRating | None
    ions: IonModels | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.station.zone)

    @property
    def is_provisional(self) -> bool:
        """Whether volume and flux rest on a curve or models that nobody has fitted yet."""
        curve = self.curve.newest if self.curve is not None else None
        return any(made is not None and made.pk is None for made in (curve, self.ions))

    def totals(self) -> Totals | None:
        if not len(self.merged.readings):
            return None
        weighing = Weighing(self.station, self.merged, self.check, self.review, self.curve, self.ions)
        try:
            return totals(weighing, self.start, self.end)
        except Refusal:
            return None


def span_asked(station: Station, first: str, last: str) -> tuple[datetime, datetime] | None:
    """``[start, end)`` of two station days; by default the last year of readings; None for a station without any."""
    bounds = record_bounds(station)
    if bounds is None:
        return None
    zone = ZoneInfo(station.zone)
    newest = (bounds.end - timedelta(days=1)).astimezone(zone).date()
    last_day = _day(last) or newest
    first_day = _day(first) or max(bounds.start.astimezone(zone).date(), last_day - timedelta(days=DEFAULT_SPAN_D - 1))
    if not first_day <= last_day < first_day + timedelta(days=LONGEST_SPAN_D):
        raise InvalidInput(
            "SPAN_TOO_LONG", _("Choose a span of 1 to %(days)s days, the first day first."), days=LONGEST_SPAN_D
        )
    return datetime.combine(first_day, time.min, zone), datetime.combine(last_day + timedelta(days=1), time.min, zone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(
            "DATE_UNREADABLE", _("“%(text)s” is not a date. Write it as 2021-05-01."), text=text
        ) from error


def reviewed_span(station: Station, start: datetime, end: datetime) -> ReviewedSpan:
    merged = merged_series(logger_uploads(station, start, end), start, end)
    acts = acts_of_station(station)
    review = review_of(flags_of_station(station, start, end), acts)
    return ReviewedSpan(
        station=station,
        start=start,
        end=end,
        merged=merged,
        review=review,
        acts=acts,
        check=check_span(merged, start, end, review),
        curve=rating_of(station, start, end) or provisional_rating(station),
        ions=standing_ions(station).order_by("-version").first() or provisional_ions(station, start, end),
    )


# ---- the list of flags and the list of acts


def flag_rows(span: ReviewedSpan) -> list[dict[str, Any]]:
    """The flags in order of time; what nobody has decided stands where it is, the list only marks it."""
    return [_flag_row(item, span.zone) for item in span.review.judged]


def _flag_row(item: JudgedFlag, zone: ZoneInfo) -> dict[str, Any]:
    flag = item.flag
    word, icon, badge = STATES[item.state]
    return {
        "id": flag.pk,
        "letter": codes.LETTER_OF.get(flag.code, "?"),
        "name": CODE_NAMES.get(flag.code, flag.code),
        "code": flag.code,
        "parameter": flag.parameter,
        "parameter_name": NAMES.get(flag.parameter, flag.parameter),
        "from": _local(flag.start, zone),
        "to": _local(flag.end, zone),
        "from_input": _for_input(flag.start, zone),
        "to_input": _for_input(flag.end, zone),
        "flag": flag.flag,
        "severity": _("fail") if flag.flag == FAIL else _("suspect"),
        "facts": _facts(flag),
        "state": item.state,
        "state_word": word,
        "state_icon": icon,
        "badge": badge,
        "suggested": _suggestion(flag),
        "correctable": flag.code in CORRECTABLE,
    }


def _facts(flag: Flag) -> str:
    """What the test saw, in words."""
    facts, unit = flag.facts, UNITS.get(flag.parameter, "")
    if "reference" in facts:
        return _("reference %(reference)s, %(error)s away from the logger") % {
            "reference": _amount(facts["reference"], unit),
            "error": _amount(facts["error"], unit, sign=True),
        }
    if "end_error" in facts:
        text = _("error grew from %(start)s to %(end)s")
        return text % {
            "start": _amount(facts["start_error"], unit, sign=True),
            "end": _amount(facts["end_error"], unit, sign=True),
        }
    if "step" in facts or "change" in facts:
        return _("step of %(step)s") % {"step": _amount(facts.get("step", facts.get("change")), unit, sign=True)}
    return _amount(facts["value"], unit) if "value" in facts else ""


def _amount(value: float, unit: str, *, sign: bool = False) -> str:
    text = f"{value:+.4g}" if sign else f"{value:.4g}"
    return f"{text} {unit}".strip().replace("-", "−")


def _suggestion(flag: Flag) -> dict[str, str]:
    """The correction that a flag suggests: kind, start, end."""
    facts = flag.facts
    if flag.code == codes.LEVEL_SHIFT and "step" in facts:
        return {"kind": "offset", "start": f"{-facts['step']:.3f}", "end": ""}
    if flag.code == codes.DRIFT:
        return {"kind": "drift", "start": f"{facts['start_error']:.3f}", "end": f"{facts['end_error']:.3f}"}
    return {}


def act_rows(span: ReviewedSpan) -> list[dict[str, Any]]:
    """The acts that touch the span, newest first, with what was taken back struck out."""
    standing = {act.pk for act in span.review.acts}
    rows = []
    for act in reversed(span.acts):
        if act.end <= span.start or act.start >= span.end:
            continue
        rows.append(
            {
                "act": act,
                "kind": act.get_kind_display(),
                "parameter_name": NAMES.get(act.parameter, act.parameter),
                "code_name": CODE_NAMES.get(act.code, act.code) if act.code else "",
                "from": _local(act.start, span.zone),
                "to": _local(act.end, span.zone),
                "at": _local(act.made_at, span.zone),
                "amount": _act_amount(act),
                "standing": act.pk in standing,
                "taken_back": act.pk not in standing and act.kind != ReviewAct.Kind.UNDO,
            }
        )
    return rows


def _act_amount(act: ReviewAct) -> str:
    if not act.start_value:
        return ""
    unit = "" if act.relative else UNITS.get(act.parameter, "")
    ends = [act.start_value] if act.kind == ReviewAct.Kind.OFFSET else [act.start_value, act.end_value]
    if act.relative:
        ends = [f"{100 * float(value):g} %" for value in ends]
    return " → ".join(f"{value} {unit}".strip() for value in ends).replace("-", "−")


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _for_input(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"


# ---- the panels


def series(span: ReviewedSpan, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the panels draw: values on one regular grid (None is a gap), flags, and what people measured.

    ``asked`` may name a part of the span, ``from`` and ``to`` in epoch seconds (``mrv.quality.plotted``).
    """
    readings = span.merged.readings
    interval_s = interval_s_of(readings)
    first = int(readings.epoch_s[0]) if len(readings) else int(span.start.timestamp())
    slots = int((readings.epoch_s[-1] - first) // interval_s) + 1 if len(readings) else 0
    places = (readings.epoch_s - first) // interval_s
    by_parameter = readings.by_parameter()
    corrections = correction_records(span.review.acts, span.start, span.end)
    offset = span.start.astimezone(span.zone).utcoffset() or timedelta()
    start, stop = slots_asked(asked, first_s=first, step_s=interval_s, slots=slots)
    return {
        "t0": first,
        "dt": interval_s,
        "n": slots,
        "start": start,
        "zone": span.station.zone,
        "offsetSeconds": int(offset.total_seconds()),
        "timeLabel": _("Time"),
        "correctedLabel": _("corrected"),
        "panels": [
            {
                "parameter": parameter,
                "label": str(name),
                "unit": unit,
                "colour": colour,
                "inverted": parameter == "rainfall",
                "step": parameter == "rainfall",
                **shown(_lines(span, by_parameter[parameter], places, slots, corrections), start, stop),
            }
            for parameter, name, unit, colour in PANELS
            if parameter in by_parameter
        ],
        "flags": [_drawn(item) for item in span.review.judged],
        "marks": _marks(span),
    }


def _lines(
    span: ReviewedSpan, item: Series, places: np.ndarray, slots: int, corrections: list[dict[str, Any]]
) -> dict[str, tuple[np.ndarray, int]]:
    """``raw``, and ``used`` where it differs: values on the grid with their decimals."""
    epoch_s = span.merged.readings.epoch_s
    raw = item.to_float()
    used, _touched = corrected(epoch_s, raw, corrections, item.parameter)
    out = flagged(epoch_s, span.check.flags, item.parameter, (FAIL, MISSING_FLAG))
    used = np.where(out, np.nan, used)
    lines = {"raw": (on_grid(raw, places, slots), item.decimals)}
    if not np.array_equal(used, raw, equal_nan=True):
        lines["used"] = (on_grid(used, places, slots), item.decimals + 1)
    return lines


def _drawn(item: JudgedFlag) -> dict[str, Any]:
    flag = item.flag
    return {
        "id": flag.pk,
        "parameter": flag.parameter,
        "letter": codes.LETTER_OF.get(flag.code, "?"),
        "from": int(flag.start.timestamp()),
        "to": int(flag.end.timestamp()),
        "tone": "settled" if item.state != "open" else ("suspect" if flag.flag == SUSPECT else "fail"),
    }


def _marks(span: ReviewedSpan) -> list[dict[str, Any]]:
    """Field visits and laboratory samples at their time and value."""
    found = []
    for visit in standing_visits(span.station):
        if span.start <= visit.visited_at < span.end:
            for parameter, field in VISIT_FIELDS.items():
                value = getattr(visit, field)
                if value is not None:
                    at_s = int(visit.visited_at.timestamp())
                    found.append({"parameter": parameter, "t": at_s, "v": float(value), "kind": "visit"})
    for record in sample_records(span.station):
        at = _time_of(record)
        if at is None or not span.start <= at < span.end:
            continue
        for parameter, field in SAMPLE_FIELDS.items():
            value = _number(record, field)
            if value is not None:
                found.append({"parameter": parameter, "t": int(at.timestamp()), "v": value, "kind": "sample"})
    return found


def sample_records(station: Station) -> Iterable[dict[str, Any]]:
    """The samples of all accepted sheets, in the order of the files."""
    for upload in Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES, state="accepted").order_by("id"):
        yield from load_records(upload)


def _time_of(record: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(record["timestamp"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None


def _number(record: dict[str, Any], field: str) -> float | None:
    try:
        value, below = number_in(record, field)
    except EvidenceError:
        return None
    return None if below else value
