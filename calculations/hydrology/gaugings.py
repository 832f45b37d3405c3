"""From gauging records to a curve record and back: what is sealed, and what the engine fits again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Record
from calculations.hydrology.rating import MINIMUM_GAUGINGS, RatingCurve, RatingError, Rejection, fit_rating
from calculations.messages import Message
from calculations.records import number_in, place, required_number, time_in

FloatArray = NDArray[np.float64]

DEFAULT_RELATIVE_UNCERTAINTY = 0.05
"""Standard uncertainty of a gauging that states none (our choice: the usual figure for wading)."""
LEAST_RELATIVE_UNCERTAINTY = 0.01
VALIDITY_YEARS = 10
"""Gaugings and samples count within this many years before or after the period (our own choice)."""
YEAR_S = 31_557_600

OUTLIER = "OUTLIER_GAUGING"
OUTSIDE_VALIDITY = "GAUGING_OUTSIDE_VALIDITY"


@dataclass(frozen=True)
class GaugedCurve:
    """A curve, the record that is sealed, and what a person should be told about it."""

    curve: RatingCurve
    record: Record
    messages: tuple[Message, ...]


def fit_gaugings(
    gaugings: Sequence[Record],
    *,
    period_s: tuple[int, int] | None = None,
    exclusions: Sequence[Record] = (),
    reject_outliers: bool = True,
    minimum_gaugings: int = MINIMUM_GAUGINGS,
    validity_years: int = VALIDITY_YEARS,
) -> GaugedCurve:
    """Fit the curve to gauging records (fields: see `calculations.evidence`).

    `exclusions` are rows a person took out ({"file", "row", "code", "reason", ...}); they stay out. With
    `reject_outliers` the outlier rule adds its own. `period_s` = (start, end) sets the validity window.
    Raises RatingError, or EvidenceError naming file, row and column.
    """
    usable = usable_gaugings(gaugings, period_s=period_s, exclusions=exclusions, validity_years=validity_years)
    curve = fit_rating(
        usable.stage_m,
        usable.discharge_m3_s,
        usable.relative_uncertainty,
        reject_outliers=reject_outliers,
        minimum_gaugings=minimum_gaugings,
    )
    left_out, messages = usable.with_outliers(curve.rejected)
    if curve.offset_at_edge:
        messages.append(Message("RATING_OFFSET_UNDETERMINED", {"h0_m": curve.h0_m}))
    return GaugedCurve(curve, curve.record() | {"exclusions": left_out}, tuple(messages))


@dataclass(frozen=True)
class UsableGaugings:
    """Gaugings that may be fitted, as records and as arrays (n,), the rows left out so far, and messages about them."""

    kept: tuple[Record, ...]
    stage_m: FloatArray
    discharge_m3_s: FloatArray
    relative_uncertainty: FloatArray
    excluded: tuple[Record, ...]
    messages: tuple[Message, ...]

    def with_outliers(self, rejected: Sequence[Rejection]) -> tuple[list[Record], list[Message]]:
        """(all rows left out in order of file and row, messages), the outliers of a fit to these gaugings included."""
        excluded = {_key(item): item for item in self.excluded}
        messages = list(self.messages)
        for rejection in rejected:
            gauging = self.kept[rejection.index]
            facts = place(gauging) | {
                "code": OUTLIER,
                "stage_m": str(gauging["stage_m"]),
                "discharge_m3_s": str(gauging["discharge_m3_s"]),
                "expected_discharge_m3_s": rejection.expected_discharge_m3_s,
                "studentised_residual": rejection.studentised_residual,
            }
            excluded[_key(gauging)] = facts
            messages.append(Message(OUTLIER, facts))
        return [excluded[key] for key in sorted(excluded)], messages


def usable_gaugings(
    gaugings: Sequence[Record],
    *,
    period_s: tuple[int, int] | None,
    exclusions: Sequence[Record],
    validity_years: int = VALIDITY_YEARS,
) -> UsableGaugings:
    """Gaugings that no person took out and that lie in the validity window; raises as `fit_gaugings` does."""
    excluded = {_key(item): dict(item) for item in exclusions}
    messages: list[Message] = []
    kept: list[Record] = []
    for gauging in gaugings:
        if _key(gauging) in excluded:
            continue
        if period_s is not None and not within_validity(time_in(gauging), period_s, validity_years):
            excluded[_key(gauging)] = place(gauging) | {"code": OUTSIDE_VALIDITY}
            messages.append(Message(OUTSIDE_VALIDITY, place(gauging) | {"years": validity_years}))
            continue
        kept.append(gauging)
    if gaugings and not kept:
        raise RatingError("RATING_NO_USABLE_GAUGING", count=len(gaugings))
    stage = np.array([required_number(item, "stage_m") for item in kept])
    discharge = np.array([required_number(item, "discharge_m3_s") for item in kept])
    for gauging, value in zip(kept, discharge.tolist(), strict=True):
        if value <= 0.0:
            raise RatingError("GAUGING_NOT_POSITIVE", value=value, **place(gauging))
    uncertainty = np.array([_relative_uncertainty(item) for item in kept])
    return UsableGaugings(tuple(kept), stage, discharge, uncertainty, tuple(excluded.values()), tuple(messages))


def refit_sealed(gaugings: Sequence[Record], sealed: Record) -> RatingCurve:
    """The curve that the sealed gaugings give with exactly the sealed exclusions (no rule is applied)."""
    fitted = fit_gaugings(gaugings, exclusions=sealed.get("exclusions", ()), reject_outliers=False)
    return fitted.curve


def within_validity(epoch_s: int | None, period_s: tuple[int, int], years: int) -> bool:
    """True where a time lies in [start - years, end + years], or is not known."""
    if epoch_s is None:
        return True
    return period_s[0] - years * YEAR_S <= epoch_s <= period_s[1] + years * YEAR_S


def _key(record: Record) -> tuple[str, int]:
    where = place(record)
    return where["file"], where["row"]


def _relative_uncertainty(gauging: Record) -> float:
    percent, _ = number_in(gauging, "uncertainty_pct")
    if percent is None:
        return DEFAULT_RELATIVE_UNCERTAINTY
    if not 0.0 < percent < 100.0:
        facts: dict[str, Any] = place(gauging)
        raise RatingError("GAUGING_UNCERTAINTY_OUT_OF_RANGE", value=percent, **facts)
    return max(LEAST_RELATIVE_UNCERTAINTY, percent / 100.0)
