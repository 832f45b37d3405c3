"""From gauging records to a curve with as many segments as they speak for, and back from what was sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Record
from calculations.hydrology.gaugings import VALIDITY_YEARS, refit_sealed, usable_gaugings
from calculations.hydrology.rating import MINIMUM_GAUGINGS, RatingCurve
from calculations.hydrology.segment_fitting import choose_curve, fit_segments
from calculations.hydrology.segments import SegmentedCurve
from calculations.messages import Message

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class GaugedRelation:
    """A curve of one or more segments, the record that may be sealed, and what a person should be told about it."""

    curve: RatingCurve | SegmentedCurve
    record: Record
    messages: tuple[Message, ...]


def fit_gauged_segments(
    gaugings: Sequence[Record],
    *,
    period_s: tuple[int, int] | None = None,
    exclusions: Sequence[Record] = (),
    most_segments: int = 2,
    minimum_gaugings: int = MINIMUM_GAUGINGS,
    validity_years: int = VALIDITY_YEARS,
) -> GaugedRelation:
    """As `gaugings.fit_gaugings`, with up to `most_segments` segments; one segment gives that function's record."""
    usable = usable_gaugings(gaugings, period_s=period_s, exclusions=exclusions, validity_years=validity_years)
    curve = choose_curve(
        usable.stage_m,
        usable.discharge_m3_s,
        usable.relative_uncertainty,
        most_segments=most_segments,
        minimum_gaugings=minimum_gaugings,
    )
    left_out, messages = usable.with_outliers(curve.rejected)
    if isinstance(curve, RatingCurve) and curve.offset_at_edge:
        messages.append(Message("RATING_OFFSET_UNDETERMINED", {"h0_m": curve.h0_m}))
    return GaugedRelation(curve, curve.record() | {"exclusions": left_out}, tuple(messages))


def refit_sealed_relation(gaugings: Sequence[Record], sealed: Record) -> RatingCurve | SegmentedCurve:
    """The curve that the sealed gaugings give with the sealed exclusions and number of segments; no rule is applied."""
    if "segments" not in sealed:
        return refit_sealed(gaugings, sealed)
    usable = usable_gaugings(gaugings, period_s=None, exclusions=sealed.get("exclusions", ()))
    return fit_segments(
        usable.stage_m,
        usable.discharge_m3_s,
        usable.relative_uncertainty,
        segments=len(sealed["segments"]),
        reject_outliers=False,
    )


def deviations_pct(curve: RatingCurve | SegmentedCurve) -> FloatArray:
    """100 (gauged - curve) / curve of the gaugings used, shape (n,): the table and the plot of residuals."""
    modelled = curve.discharge_m3_s_at(curve.stage_m)
    return 100.0 * (curve.discharge_m3_s - modelled) / modelled
