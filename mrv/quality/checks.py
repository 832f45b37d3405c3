"""What a span of readings holds: slots, ranges, gaps and flags, as one record. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from calculations.evidence import Evidence, Series
from calculations.quality.grid import GridReport, grid_report, iso_utc, runs
from calculations.quality.ranges import DEFAULT_RANGES, gross_range_flags, out_of_range
from calculations.quality.slots import prepare
from mrv.quality.verdicts import Review, flag_records
from mrv.uploads.selectors import MergedSeries
from mrv.uploads.series import ReadingSeries

DEFAULT_INTERVAL_S = 900
"""Only where a span holds fewer than two readings, so that no interval can be seen."""


@dataclass(frozen=True)
class SpanCheck:
    """The readings of a span judged: ``record`` is what a quality report keeps."""

    interval_s: int
    grid: GridReport
    by_parameter: dict[str, GridReport]
    flags: list[dict[str, Any]]
    record: dict[str, Any]


def interval_s_of(readings: ReadingSeries) -> int:
    """The step between readings that occurs most often, in seconds (1 s to 1 day)."""
    if len(readings) < 2:
        return DEFAULT_INTERVAL_S
    steps, counts = np.unique(np.diff(readings.epoch_s), return_counts=True)
    return int(np.clip(steps[np.argmax(counts)], 1, 86_400))


def check_span(merged: MergedSeries, start: datetime, end: datetime, review: Review | None = None) -> SpanCheck:
    """Judge the readings of ``[start, end)`` on the regular grid of their own interval.

    ``review``: the station's flags and what people decided about them; without it the range test speaks alone.
    """
    readings = merged.readings
    span = {"start_s": int(start.timestamp()), "end_s": int(end.timestamp()), "interval_s": interval_s_of(readings)}
    grid = grid_report(readings.epoch_s, **span)
    by_parameter = {
        series.parameter: grid_report(readings.epoch_s[series.present()], **span) for series in readings.series
    }
    flags = flags_of(readings, start, end, span["interval_s"])
    if review is not None:
        flags = flag_records(review.judged, review.acts, flags, start, end)
    record = {
        "start": iso_utc(span["start_s"]),
        "end": iso_utc(span["end_s"]),
        "interval_s": span["interval_s"],
        "files": [{"file": upload.file_name, "sha256": upload.sha256} for upload in merged.uploads],
        "slots": grid.record(),
        "parameters": {series.parameter: _facts(series, by_parameter[series.parameter]) for series in readings.series},
        "flags": flags,
    }
    return SpanCheck(span["interval_s"], grid, by_parameter, flags, record)


def flags_of(readings: ReadingSeries, start: datetime, end: datetime, interval_s: int) -> list[dict[str, Any]]:
    """QARTOD flags of the gross-range test, as evidence holds them."""
    return gross_range_flags(bare_evidence(readings, start, end, interval_s))


def bare_evidence(
    readings: ReadingSeries, start: datetime, end: datetime, interval_s: int, flags: list[dict[str, Any]] | None = None
) -> Evidence:
    """The readings alone as evidence, for the science's tests of readings."""
    return Evidence(
        period={
            "start": iso_utc(int(start.timestamp())),
            "end": iso_utc(int(end.timestamp())),
            "zone": "UTC",
            "utc_offset_s": 0,
            "interval_s": interval_s,
        },
        station={},
        epoch_s=readings.epoch_s,
        series=readings.series,
        flags=flags or [],
        samples=[],
        gaugings=[],
        curve={},
        regressions={},
        baseline=None,
    )


def _facts(series: Series, grid: GridReport) -> dict[str, Any]:
    """Count, range and gaps of one parameter; numbers as decimal strings with the file's decimals."""
    present = series.values[series.present()]
    facts: dict[str, Any] = {
        "unit": series.unit,
        "readings": int(present.size),
        "missing_slots": grid.missing_slots,
        "completeness_pct": round(grid.completeness_pct, 4),
        "out_of_range": int(np.count_nonzero(out_of_range(series))),
        "gaps": len(grid.gaps),
    }
    if present.size:
        facts |= {
            "minimum": _text(int(present.min()), series.decimals),
            "maximum": _text(int(present.max()), series.decimals),
            "mean": f"{present.mean(dtype=np.float64) / 10**series.decimals:.{series.decimals + 2}f}",
        }
    return facts


def _text(value: int, decimals: int) -> str:
    return f"{value / 10**decimals:.{decimals}f}"


@dataclass(frozen=True)
class Completeness:
    """Slots in which all of several quantities were measured and accepted, and the longest gaps between them."""

    slots: int
    measured: int
    gaps: list[tuple[datetime, datetime, int]]
    """(from, to, slots), longest first."""

    @property
    def pct(self) -> float:
        return 100.0 * self.measured / self.slots if self.slots else 0.0


def completeness_of(
    merged: MergedSeries,
    check: SpanCheck,
    start: datetime,
    end: datetime,
    parameters: tuple[str, ...],
    *,
    gaps: int = 3,
) -> Completeness:
    """By the engine's own rule: a reading that is flagged as failed does not count, a filled one neither."""
    evidence = bare_evidence(merged.readings, start, end, check.interval_s, check.flags)
    inputs = prepare(evidence, ranges=DEFAULT_RANGES, gap_limit_h=0.0, required=())
    mask = inputs.has_measured(*parameters)
    longest = sorted(runs(~mask), key=lambda run: run[1], reverse=True)[:gaps]

    def at(slot: int) -> datetime:
        return datetime.fromtimestamp(inputs.start_s + slot * inputs.interval_s, UTC)

    return Completeness(
        slots=inputs.slots,
        measured=int(mask.sum()),
        gaps=[(at(first), at(first + length), length) for first, length in longest],
    )
