"""The curve and the regressions are fitted again from what was sealed with them, and must come out the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calculations.compare import first_difference
from calculations.evidence import Evidence, Record, period_bounds_s
from calculations.hydrology.dated_curves import POWER_LAW, WEIR, Curve, dated_curves, form_of, gaugings_of, is_dated
from calculations.hydrology.gaugings import refit_sealed, within_validity
from calculations.hydrology.rating import RatingError
from calculations.messages import CalculationError, Message
from calculations.records import place, time_in
from calculations.regression.models import IonModels, RegressionError, fit_models
from calculations.regression.reference_models import sealed_reference
from calculations.regression.reference_sets import reference_set
from calculations.regression.samples import UsableSample, select_samples

FloatArray = NDArray[np.float64]

RELATIVE_TOLERANCE = 1e-9
"""Far above the last bits that may change between versions of this program, far below anything that matters."""


class SealedError(CalculationError):
    """What is sealed does not follow from the gaugings or samples sealed beside it."""


def sealed_curve(
    evidence: Evidence, *, minimum_gaugings: int, validity_years: int, forms: tuple[str, ...] = (POWER_LAW,)
) -> Curve:
    """The rating curve, or the dated curves, from the sealed gaugings with the sealed exclusions.

    Raises SealedError CURVE_DISAGREES naming the first figure, CURVE_FORM_NOT_ALLOWED where the curve needs a form
    that the version does not have in `forms`; RatingError where a curve has too few gaugings within the validity
    window of the period (a weir needs none).
    """
    curve: Curve
    if is_dated(evidence.curve):
        curve = dated_curves(evidence.curve, evidence.gaugings)
        refused = sorted(curve.forms - set(forms))
        if refused:
            raise SealedError("CURVE_FORM_NOT_ALLOWED", found=", ".join(refused), allowed=", ".join(forms))
        fitted = [
            (entry.entry, gaugings_of(entry.entry, evidence.gaugings))
            for entry in curve.entries
            if form_of(entry.relation) != WEIR
        ]
    else:
        curve = refit_sealed(evidence.gaugings, evidence.curve)
        fitted = [(evidence.curve, evidence.gaugings)]
    differing = _difference(evidence.curve, curve.record())
    if differing is not None:
        raise SealedError("CURVE_DISAGREES", figure=differing[0], sealed=differing[1], found=differing[2])
    bounds = period_bounds_s(evidence.period)
    for record, gaugings in fitted:
        excluded = {tuple(place(item).values()) for item in record.get("exclusions", ())}
        used = [item for item in gaugings if tuple(place(item).values()) not in excluded]
        valid = [item for item in used if within_validity(time_in(item), bounds, validity_years)]
        if len(valid) < minimum_gaugings:
            raise RatingError(
                "RATING_OUTSIDE_VALIDITY", count=len(valid), minimum=minimum_gaugings, years=validity_years
            )
    return curve


def sealed_ions(
    evidence: Evidence, *, readings_ec25_us_cm: FloatArray, minimum_samples: int, validity_years: int
) -> tuple[IonModels, tuple[UsableSample, ...], tuple[Message, ...]]:
    """Ion models from the sealed samples with the sealed exclusions, the samples used, and messages about them.

    Where a published set was sealed instead, it is taken from the shipped ones and needs no sample.

    Raises SealedError SAMPLES_DISAGREE (the rules refuse a sample that was sealed as used) or REGRESSION_DISAGREES,
    RegressionError NO_USABLE_SAMPLE, NO_USABLE_SAMPLE_FOR_RANGE or REGRESSION_TOO_FEW_SAMPLES.
    """
    published = sealed_reference(evidence.regressions)
    if published is not None:
        return _published(evidence, published), (), ()
    sealed = evidence.regressions.get("exclusions", [])
    bounds = period_bounds_s(evidence.period)
    selection = select_samples(evidence.samples, period_s=bounds, exclusions=sealed, validity_years=validity_years)
    if not selection.usable:
        reasons = sorted({str(item.get("code", "")) for item in selection.exclusions}) or ["NO_SAMPLE"]
        raise RegressionError("NO_USABLE_SAMPLE", count=len(evidence.samples), reasons=reasons)
    known = {tuple(place(item).values()) for item in sealed}
    for item in selection.exclusions:
        if tuple(place(item).values()) not in known:
            raise SealedError("SAMPLES_DISAGREE", reason=str(item["code"]), **place(item))
    if len(selection.usable) < minimum_samples:
        raise RegressionError("REGRESSION_TOO_FEW_SAMPLES", count=len(selection.usable), minimum=minimum_samples)
    models = fit_models(selection.usable)
    differing = _difference(evidence.regressions, models.record())
    if differing is not None:
        raise SealedError("REGRESSION_DISAGREES", figure=differing[0], sealed=differing[1], found=differing[2])
    if not (~np.isnan(readings_ec25_us_cm) & ~models.outside(readings_ec25_us_cm)).any():
        raise RegressionError(
            "NO_USABLE_SAMPLE_FOR_RANGE",
            count=models.n,
            low=models.ec25_min_us_cm,
            high=models.ec25_max_us_cm,
        )
    return models, selection.usable, selection.messages


def _published(evidence: Evidence, models: IonModels) -> IonModels:
    found = {key: value for key, value in models.record().items() if key != "method"}
    found["reference"] = reference_set(str(evidence.regressions["reference"]["name"])).record()
    differing = _difference(evidence.regressions, found)
    if differing is not None:
        raise SealedError("REGRESSION_DISAGREES", figure=differing[0], sealed=differing[1], found=differing[2])
    return models


def _difference(sealed: Record, found: Record) -> tuple[str, str, str] | None:
    """Entries that only the sealed record has (exclusions, rows used, a person's notes) are not compared."""
    return first_difference(sealed, found, relative=RELATIVE_TOLERANCE, only_in_found=True)


def minimum_record(record: Record) -> Record:
    """A sealed record without its lists of rows, as a result repeats it."""
    return {key: value for key, value in record.items() if key not in {"used", "exclusions"}}
