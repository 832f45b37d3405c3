"""What the review costs: left out, missing, filled and dropped, each as a share of time, of volume and of flux.

Storms carry the flux, so that a hundredth of the time may be a tenth of the flux. For what is not there the flux is
estimated from the readings on both sides, only to weigh it here; the calculation itself follows its own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Evidence
from calculations.flux.accounting import Accounting, Settings, account
from calculations.hydrology.dated_curves import FORMS, greatest_head_m, weir_of
from calculations.messages import CalculationError
from calculations.methodologies import Methodology
from calculations.quality.grid import runs
from calculations.quality.slots import EC25, STAGE, Inputs, prepare
from calculations.sealed import sealed_curve, sealed_ions
from mrv.methodologies.selectors import methodology_of, read_version
from mrv.quality.checks import SpanCheck, bare_evidence
from mrv.quality.models import IonModels
from mrv.quality.ratings import SpanRating
from mrv.quality.selectors import guarded_record, samples_of_models
from mrv.quality.verdicts import Review, correction_records
from mrv.stations.models import Station
from mrv.uploads.selectors import MergedSeries
from registry.core.errors import Refusal

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
_EVERY_GAP_H = 1e6


@dataclass(frozen=True)
class Share:
    """Percent of the span; volume and flux are None where no curve or no ion models are there."""

    time_pct: float
    volume_pct: float | None
    flux_pct: float | None


@dataclass(frozen=True)
class Gap:
    """A stretch without an accepted reading of stage and EC25, and what becomes of it."""

    start_s: int
    end_s: int
    filled: bool
    share: Share


@dataclass(frozen=True)
class Totals:
    """Shares of a span; `why_no_flux` says what stands in the way of the flux."""

    excluded: Share
    missing: Share
    filled: Share
    dropped: Share
    gaps: list[Gap]
    measured: BoolArray
    start_s: int
    interval_s: int
    why_no_flux: str


@dataclass(frozen=True)
class Weighing:
    """The readings of a span with what turns them into flux."""

    station: Station
    merged: MergedSeries
    check: SpanCheck
    review: Review
    curve: SpanRating | None
    ions: IonModels | None


def totals(weighing: Weighing, start: datetime, end: datetime) -> Totals | None:
    """The shares of ``[start, end)``; None where the station has no readings of stage and EC25 there."""
    methodology = _methodology(weighing.station)
    evidence = _evidence(weighing, start, end)
    ranges, limit_h = methodology.ranges, methodology.value("gap_limit_h")
    try:
        by_rule = prepare(evidence, ranges=ranges, gap_limit_h=limit_h)
        unbroken = prepare(evidence, ranges=ranges, gap_limit_h=_EVERY_GAP_H)
        read = prepare(replace(evidence, flags=[], records={}), ranges={}, gap_limit_h=0.0)
    except CalculationError:
        return None
    volume, flux, why = _weights(evidence, unbroken, methodology)
    present = read.has_measured(STAGE, EC25)
    measured = by_rule.has_measured(STAGE, EC25)
    has = by_rule.has(STAGE, EC25)

    def share(mask: BoolArray) -> Share:
        return Share(100.0 * float(mask.mean()), _share(volume, mask), _share(flux, mask))

    def at(slot: int) -> int:
        return by_rule.start_s + slot * by_rule.interval_s

    gaps = []
    for first, length in runs(~measured):
        mask = np.zeros(measured.shape, dtype=bool)
        mask[first : first + length] = True
        gaps.append(Gap(at(first), at(first + length), bool(has[mask].all()), share(mask)))
    return Totals(
        excluded=share(present & ~measured),
        missing=share(~present),
        filled=share(has & ~measured),
        dropped=share(~has),
        gaps=gaps,
        measured=measured,
        start_s=by_rule.start_s,
        interval_s=by_rule.interval_s,
        why_no_flux=why,
    )


@dataclass(frozen=True)
class Beyond:
    """What runs beyond what was measured by hand: above the highest gauging, outside the calibrated EC25."""

    above_gauging: Share
    outside_ec25: Share


def beyond(weighing: Weighing, start: datetime, end: datetime) -> Beyond | None:
    """Shares of the counted readings of ``[start, end)``; None without a curve and ion models that fit them."""
    methodology = _methodology(weighing.station)
    evidence = _evidence(weighing, start, end)
    if not evidence.curve or not evidence.regressions:
        return None
    try:
        inputs = prepare(evidence, ranges=methodology.ranges, gap_limit_h=methodology.value("gap_limit_h"))
        found = _account(evidence, inputs, methodology)
    except (CalculationError, Refusal):
        return None
    low, high = evidence.regressions["ec25_min_us_cm"], evidence.regressions["ec25_max_us_cm"]

    def share(mask: BoolArray) -> Share:
        return Share(100.0 * float(mask.mean()), _share(found.discharge_m3_s, mask), _share(found.gross_t_co2, mask))

    return Beyond(
        above_gauging=share(np.asarray(found.stage_m > _highest_stage_m(evidence, found))),
        outside_ec25=share(np.asarray((found.ec25_us_cm < low) | (found.ec25_us_cm > high))),
    )


def _highest_stage_m(evidence: Evidence, found: Accounting) -> FloatArray | float:
    """The stage up to which each counted reading's curve is more than an extrapolation."""
    if found.curve_index is None:
        return float(evidence.curve["highest_gauged_stage_m"])
    return np.array([highest_stage_m(entry["relation"]) for entry in evidence.curve["curves"]])[found.curve_index]


def highest_stage_m(record: dict[str, Any]) -> float:
    """The highest gauged stage of a kept curve; of a weir the stage up to which its coefficient holds."""
    if "kind" not in record:
        return float(record["highest_gauged_stage_m"])
    weir = weir_of({name: value for name, value in record.items() if name != "exclusions"})
    return weir.h0_m + greatest_head_m(weir)


def _methodology(station: Station) -> Methodology:
    return read_version(methodology_of(station.project))


def _evidence(weighing: Weighing, start: datetime, end: datetime) -> Evidence:
    check = weighing.check
    evidence = bare_evidence(weighing.merged.readings, start, end, check.interval_s, check.flags)
    corrections = correction_records(weighing.review.acts, start, end)
    return replace(
        evidence,
        samples=samples_of_models(weighing.ions),
        gaugings=weighing.curve.gaugings() if weighing.curve else [],
        curve=weighing.curve.record() if weighing.curve else {},
        regressions=guarded_record(weighing.ions) if weighing.ions else {},
        records={"corrections": corrections} if corrections else {},
    )


def _weights(
    evidence: Evidence, inputs: Inputs, methodology: Methodology
) -> tuple[FloatArray | None, FloatArray | None, str]:
    """(volume, flux) per slot, the missing ones estimated, and why there is none."""
    if not evidence.curve or not evidence.regressions:
        return None, None, "NO_CURVE" if not evidence.curve else "NO_ION_MODELS"
    try:
        found = _account(evidence, inputs, methodology)
    except (CalculationError, Refusal) as error:
        return None, None, error.code
    return found.over_slots(found.discharge_m3_s), found.over_slots(found.gross_t_co2), ""


def _account(evidence: Evidence, inputs: Inputs, methodology: Methodology) -> Accounting:
    years = methodology.whole("validity_years")
    curve = sealed_curve(
        evidence, minimum_gaugings=methodology.whole("minimum_gaugings"), validity_years=years, forms=FORMS
    )
    models, _samples, _messages = sealed_ions(
        evidence,
        readings_ec25_us_cm=inputs.filled[EC25],
        minimum_samples=methodology.whole("minimum_samples"),
        validity_years=years,
    )
    settings = Settings(
        kappa=methodology.value("kappa_ref"),
        neutral_sulfate_mg_l=methodology.value("neutral_sulfate_mg_l"),
        silicate_ca_mg_meq_l=methodology.value("silicate_ca_mg_meq_l"),
        rain_mmol_l=methodology.value("rain_mmol_l"),
        nitrate_default_mg_l=methodology.value("nitrate_default_mg_l"),
    )
    return account(inputs, curve, models, settings)


def _share(weight: FloatArray | None, mask: BoolArray) -> float | None:
    if weight is None:
        return None
    total = float(np.nansum(weight))
    return 100.0 * float(np.nansum(weight[mask])) / total if total > 0.0 else None


def day_shares(totals: Totals, offset_s: int) -> dict[Any, float]:
    """Station day (numpy date) -> share of its slots measured, 0 to 1."""
    seconds = totals.start_s + offset_s + totals.interval_s * np.arange(totals.measured.size, dtype=np.int64)
    days = seconds.astype("datetime64[s]").astype("datetime64[D]")
    names, first, counts = np.unique(days, return_index=True, return_counts=True)
    sums = np.add.reduceat(totals.measured.astype(np.int64), first)
    return {day: float(total / count) for day, total, count in zip(names.tolist(), sums, counts, strict=True)}
