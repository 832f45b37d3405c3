"""The rating of a period as it is sealed where one power law is not all of it: segments, a weir, versions and shifts.

A record `{"form": "curves in time", "curves": [...]}`; each entry has

- `from`, `to`: ISO 8601 UTC, or null for an open end; entries in order of time, never two at once;
- `relation`: record of a `RatingCurve`, a `SegmentedCurve` or a weir;
- `file`: the file of gaugings that the relation was fitted to (of a weir: that it was checked with, or null);
- `exclusions`: rows of that file that were left out;
- `shifts`: list of `{"at", "shift_m", "sd_m"}`, the last two decimal strings.

A shift is entered rounded to the millimetre, the resolution of a stage. Where no entry holds, there is no discharge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import EvidenceError, Record, parse_utc_s
from calculations.hydrology.gauged_segments import refit_sealed_relation
from calculations.hydrology.history import RatingHistory, Shift, ValidCurve
from calculations.hydrology.rating import RatingCurve
from calculations.hydrology.segment_fitting import MOST_SEGMENTS
from calculations.hydrology.segments import SegmentedCurve
from calculations.hydrology.weirs import RectangularWeir, VNotchWeir, Weir
from calculations.portable import exact_sum
from calculations.records import number_within, place

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

FORM = "curves in time"
POWER_LAW, SEGMENTS, WEIR, IN_TIME = "power_law", "segments", "weir", "in_time"
FORMS = (POWER_LAW, SEGMENTS, WEIR, IN_TIME)
"""What a methodology version may allow; `in_time` stands for several curves, shifts, or a curve with an end."""
LARGEST_SHIFT_M = 2.0
DEFAULT_SHIFT_SD_M = 0.005
_ALWAYS_S = 2**60
_KINDS: dict[str, type[VNotchWeir] | type[RectangularWeir]] = {"v_notch": VNotchWeir, "rectangular": RectangularWeir}


@dataclass(frozen=True)
class DatedRelation:
    """One entry: a relation with its validity and shifts; times in seconds since 1970, None where open."""

    relation: RatingCurve | SegmentedCurve | Weir
    from_s: int | None
    to_s: int | None
    shifts: tuple[tuple[int, float, float], ...]
    """(time, shift [m], standard uncertainty [m]) in order of time."""
    file: str | None
    entry: Record

    @property
    def valid(self) -> ValidCurve:
        """The same for `RatingHistory`."""
        shifts = tuple(Shift(at, by) for at, by, _ in self.shifts)
        return ValidCurve(self.relation, -_ALWAYS_S if self.from_s is None else self.from_s, self.to_s, shifts)

    @property
    def shift_sd_m(self) -> float:
        """Standard uncertainty of the stage's shift [m]: the largest stated; all of a curve's shifts err together."""
        return max((sd for _, _, sd in self.shifts), default=0.0)

    def line(self, ratio: float) -> tuple[float, float]:
        """(discharge [m3/s], stage [m]) above which it is an extrapolation.

        `ratio` times the highest gauging; of a weir the greatest head for which its coefficient holds.
        """
        if isinstance(self.relation, VNotchWeir | RectangularWeir):
            stage = self.relation.h0_m + greatest_head_m(self.relation)
            return float(self.relation.discharge_m3_s_at(np.array([stage]))[0]), stage
        line = ratio * self.relation.highest_gauged_discharge_m3_s
        return line, self.relation.stage_m_at(line)

    def slope_per_m(self, stage_m: FloatArray) -> FloatArray:
        """d ln Q / d h [1/m] at effective stages, shape of them; depths below a millimetre count as one."""
        relation = self.relation
        if isinstance(relation, SegmentedCurve):
            slope = np.zeros_like(stage_m)
            for part in relation.segments:
                inside = (stage_m > part.from_m) & (stage_m <= part.to_m)
                slope[inside] = part.b / np.maximum(stage_m[inside] - part.h0_m, 1e-3)
            return slope
        exponent = relation.b if isinstance(relation, RatingCurve) else _exponent(relation)
        return exponent / np.maximum(stage_m - relation.h0_m, 1e-3)

    @property
    def scatter(self) -> float:
        """Relative scatter of discharge about the relation beyond what the gaugings' own uncertainty explains."""
        relation = self.relation
        if isinstance(relation, RatingCurve):
            return unexplained(relation.residual_sd, relation.relative_uncertainty)
        if isinstance(relation, SegmentedCurve):
            stated = _mean_square(relation.relative_uncertainty)
            return math.sqrt(max(0.0, (relation.reduced_chi_square - 1.0) * stated))
        return 0.0


@dataclass(frozen=True)
class Rated:
    """Discharge of readings, all arrays of their shape."""

    discharge_m3_s: FloatArray
    """NaN where no curve holds or no stage is known."""
    stage_m: FloatArray
    """The stage with its shift, as the curve was entered."""
    curve_index: IntArray
    """Which entry was used, -1 for none."""

    @property
    def covered(self) -> BoolArray:
        """Where a curve holds."""
        return np.asarray(self.curve_index >= 0)


@dataclass(frozen=True)
class DatedCurves:
    """The entries in order of time."""

    entries: tuple[DatedRelation, ...]

    def __post_init__(self) -> None:
        RatingHistory(tuple(entry.valid for entry in self.entries))  # refuses what overlaps or runs backwards

    @property
    def offset_at_edge(self) -> bool:
        """Whether the gaugings of one of its power laws do not determine the zero."""
        return any(isinstance(item.relation, RatingCurve) and item.relation.offset_at_edge for item in self.entries)

    @property
    def h0_m(self) -> float:
        """The lowest stage of zero flow [m]."""
        return min(entry.relation.h0_m for entry in self.entries)

    @property
    def forms(self) -> frozenset[str]:
        """What of FORMS it needs."""
        found = {form_of(entry.relation) for entry in self.entries}
        first = self.entries[0]
        alone = len(self.entries) == 1 and first.from_s is None and first.to_s is None and not first.shifts
        return frozenset(found if alone else found | {IN_TIME})

    def rated(self, epoch_s: IntArray, stage_m: FloatArray) -> Rated:
        """Discharge of stages [m] read at times [s since 1970], both (n,)."""
        discharge, effective = np.full(stage_m.shape, np.nan), stage_m.copy()
        index = np.full(stage_m.shape, -1, dtype=np.int64)
        for number, entry in enumerate(self.entries):
            inside = entry.valid.covers(epoch_s)
            index[inside] = number
            inside = inside & ~np.isnan(stage_m)
            if inside.any():
                shift = np.rint(1000.0 * entry.valid.shift_m_at(epoch_s[inside])) / 1000.0
                # rounded again, so that a stage and its shift add up to one of few numbers
                effective[inside] = np.rint(1e6 * (stage_m[inside] + shift)) / 1e6
                discharge[inside] = entry.relation.discharge_m3_s_at(effective[inside])
        return Rated(discharge, effective, index)

    def record(self) -> dict[str, Any]:
        """JSON form, as sealed."""
        return {"form": FORM, "curves": [entry.entry | {"relation": entry.relation.record()} for entry in self.entries]}


Curve = RatingCurve | DatedCurves


def is_dated(record: Record) -> bool:
    """Whether a curve's record has this form (else it is one power law)."""
    return record.get("form") == FORM


def exclusions_of(record: Record) -> list[Record]:
    """Rows left out of a sealed curve of any form, in order."""
    if not is_dated(record):
        return list(record.get("exclusions", ()))
    return [item for entry in record.get("curves", ()) for item in entry.get("exclusions", ())]


def dated_curves(record: Record, gaugings: Sequence[Record]) -> DatedCurves:
    """The curves that the gaugings give with exactly what the record says (no rule is applied).

    Raises EvidenceError EVIDENCE_INVALID, RatingError or WeirError.
    """
    entries = record.get("curves")
    if not isinstance(entries, list) or not entries or not all(isinstance(item, dict) for item in entries):
        raise EvidenceError("EVIDENCE_INVALID", part="curve", reason="curves is not a list of entries")
    return DatedCurves(tuple(_entry(item, gaugings) for item in entries))


def weir_of(record: Record) -> Weir:
    """The weir of a record; EvidenceError where a field is unknown or no number, WeirError where it cannot be."""
    kind = _KINDS.get(str(record.get("kind")))
    values = {name: value for name, value in record.items() if name not in {"form", "kind"}}
    numbers = all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        for name, value in values.items()
        if name != "notch_above_bed_m" or value is not None
    )
    if kind is None or not numbers or not set(values) <= set(kind.__dataclass_fields__):
        raise EvidenceError("EVIDENCE_INVALID", part="curve", reason="the weir has unknown fields or values")
    needed = "angle_deg" if kind is VNotchWeir else "width_m"
    if needed not in values:
        raise EvidenceError("EVIDENCE_INVALID", part="curve", reason=f"the weir has no {needed}")
    made = kind(**values)
    greatest_head_m(made)
    return made


def greatest_head_m(weir: Weir) -> float:
    """The greatest head for which the coefficient holds; EvidenceError where the weir states too little to know it."""
    most = weir.MOST_HEAD_M
    if weir.notch_above_bed_m is not None:
        most = min(most, weir.MOST_HEAD_OVER_BED * weir.notch_above_bed_m)
    if not math.isfinite(most):
        raise EvidenceError("EVIDENCE_INVALID", part="curve", reason="a rectangular weir needs notch_above_bed_m")
    return most


def form_of(relation: RatingCurve | SegmentedCurve | Weir) -> str:
    """POWER_LAW, SEGMENTS or WEIR."""
    if isinstance(relation, RatingCurve):
        return POWER_LAW
    return SEGMENTS if isinstance(relation, SegmentedCurve) else WEIR


def gaugings_of(entry: Record, gaugings: Sequence[Record]) -> list[Record]:
    """Gaugings of the entry's own file."""
    return [item for item in gaugings if place(item)["file"] == entry.get("file")]


def unexplained(residual_sd: float, relative_uncertainty: FloatArray) -> float:
    """Scatter about a curve that the gaugings' stated uncertainties do not explain."""
    return math.sqrt(max(0.0, residual_sd * residual_sd - _mean_square(relative_uncertainty)))


def _mean_square(values: FloatArray) -> float:
    return exact_sum(values * values) / values.size


def _exponent(weir: Weir) -> float:
    return 2.5 if isinstance(weir, VNotchWeir) else 1.5


def _entry(entry: Record, gaugings: Sequence[Record]) -> DatedRelation:
    relation = entry.get("relation")
    rows, shifts = entry.get("exclusions", []), entry.get("shifts", [])
    lists = all(isinstance(items, list) and all(isinstance(item, dict) for item in items) for items in (rows, shifts))
    if not isinstance(relation, dict) or not lists:
        raise EvidenceError("EVIDENCE_INVALID", part="curve", reason="an entry lacks its relation, or its lists")
    made: RatingCurve | SegmentedCurve | Weir
    if "kind" in relation:
        made = weir_of(relation)
    else:
        sealed = {"exclusions": rows} | ({"segments": relation["segments"]} if "segments" in relation else {})
        parts = sealed.get("segments", [None, None])
        if not isinstance(parts, list) or not 2 <= len(parts) <= MOST_SEGMENTS:
            raise EvidenceError("EVIDENCE_INVALID", part="curve", reason=f"segments is no list of 2 to {MOST_SEGMENTS}")
        made = refit_sealed_relation(gaugings_of(entry, gaugings), sealed)
    return DatedRelation(
        relation=made,
        from_s=_time(entry.get("from")),
        to_s=_time(entry.get("to")),
        shifts=tuple(
            (
                parse_utc_s(str(item.get("at")), part="curve"),
                number_within(item, "shift_m", -LARGEST_SHIFT_M, LARGEST_SHIFT_M),
                number_within(item, "sd_m", 0.0, LARGEST_SHIFT_M, default=DEFAULT_SHIFT_SD_M),
            )
            for item in shifts
        ),
        file=entry.get("file"),
        entry=entry,
    )


def _time(value: Any) -> int | None:
    return None if value is None else parse_utc_s(str(value), part="curve")
