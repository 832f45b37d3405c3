"""EC25 -> ion concentrations of a station, and the record of them that is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Record
from calculations.hydrology.gaugings import VALIDITY_YEARS
from calculations.masses import CHARGE_AND_MASS
from calculations.messages import CalculationError, Message
from calculations.regression.least_squares import StraightLine, fit_line, mean_and_sd
from calculations.regression.samples import Selection, UsableSample, select_samples

FloatArray = NDArray[np.float64]

MINIMUM_SAMPLES = 6
ALWAYS_SLOPE = ("calcium_mg_l", "magnesium_mg_l", "alkalinity_hco3_mg_l")
SLOPE_IF_SIGNIFICANT = ("sulfate_mg_l",)
SIGNIFICANCE = 0.95


class RegressionError(CalculationError):
    """No EC-ion model can be made of these samples."""


@dataclass(frozen=True)
class IonModel:
    """One ion: a line in EC25, or the mean of the samples; concentrations in mg/L."""

    ion: str
    line: StraightLine | None
    mean_mg_l: float
    mean_sd_mg_l: float
    """Standard error of the mean (or of the line at the mean EC)."""
    residual_sd_mg_l: float
    n: int

    def at(self, ec25_us_cm: FloatArray) -> FloatArray:
        """Concentration [mg/L] at EC25 already held to the calibrated range; never negative; NaN stays."""
        if self.line is None:
            return np.where(np.isnan(ec25_us_cm), np.nan, self.mean_mg_l)
        return np.maximum(self.line.slope * ec25_us_cm + self.line.intercept, 0.0)

    def record(self) -> dict[str, Any]:
        """JSON form."""
        record: dict[str, Any] = {
            "kind": "mean" if self.line is None else "slope",
            "n": self.n,
            "mean_mg_l": self.mean_mg_l,
            "mean_sd_mg_l": self.mean_sd_mg_l,
            "residual_sd_mg_l": self.residual_sd_mg_l,
        }
        if self.line is not None:
            record |= {
                "slope": self.line.slope,
                "intercept_mg_l": self.line.intercept,
                "slope_sd": self.line.slope_sd,
                "ec25_mean_us_cm": self.line.mean_x,
                "sxx": self.line.sxx,
                "r_squared": self.line.r_squared,
            }
        return record


@dataclass(frozen=True)
class IonModels:
    """All ions of a station with the EC25 range that the samples calibrate."""

    models: dict[str, IonModel]
    ec25_min_us_cm: float
    ec25_max_us_cm: float
    n: int
    not_analysed: tuple[str, ...]
    """Ions that no sample reports; the engine decides by the methodology what they count as."""

    def held(self, ec25_us_cm: FloatArray) -> FloatArray:
        """EC25 held to the edge of the calibrated range, so that no ion is extrapolated; NaN stays."""
        return np.clip(ec25_us_cm, self.ec25_min_us_cm, self.ec25_max_us_cm)

    def outside(self, ec25_us_cm: FloatArray) -> NDArray[np.bool_]:
        """True where EC25 lies outside the calibrated range."""
        return np.asarray((ec25_us_cm < self.ec25_min_us_cm) | (ec25_us_cm > self.ec25_max_us_cm))

    def concentrations_mg_l(self, ec25_us_cm: FloatArray) -> dict[str, FloatArray]:
        """Ion -> concentration [mg/L], shape of `ec25_us_cm`, held at the range's edge."""
        held = self.held(ec25_us_cm)
        return {ion: model.at(held) for ion, model in self.models.items()}

    def record(self) -> dict[str, Any]:
        """JSON form of the models (the sealed record adds exclusions and the samples used)."""
        return {
            "method": "ordinary least squares on EC25, closed form, exact sums; held at the range's edge",
            "n": self.n,
            "ec25_min_us_cm": self.ec25_min_us_cm,
            "ec25_max_us_cm": self.ec25_max_us_cm,
            "not_analysed": list(self.not_analysed),
            "models": {ion: model.record() for ion, model in sorted(self.models.items())},
        }


@dataclass(frozen=True)
class FittedIons:
    """Models, the record that is sealed, the sorted samples, and what a person should be told."""

    models: IonModels
    record: Record
    selection: Selection
    messages: tuple[Message, ...]


def fit_ions(
    samples: Sequence[Record],
    *,
    period_s: tuple[int, int],
    readings_ec25_us_cm: FloatArray | None = None,
    exclusions: Sequence[Record] = (),
    minimum_samples: int = MINIMUM_SAMPLES,
    validity_years: int = VALIDITY_YEARS,
) -> FittedIons:
    """Fit all ions to the usable ones of the sample records.

    `readings_ec25_us_cm`: the period's readings; where not one lies in the calibrated range the samples are
    of another water. Raises RegressionError: NO_USABLE_SAMPLE (no sample is usable, or none speaks about
    these readings), REGRESSION_TOO_FEW_SAMPLES, REGRESSION_ONE_EC.
    """
    selection = select_samples(samples, period_s=period_s, exclusions=exclusions, validity_years=validity_years)
    usable = selection.usable
    if not usable:
        reasons = sorted({str(item["code"]) for item in selection.exclusions}) or ["NO_SAMPLE"]
        raise RegressionError("NO_USABLE_SAMPLE", count=len(samples), reasons=reasons)
    if len(usable) < minimum_samples:
        raise RegressionError("REGRESSION_TOO_FEW_SAMPLES", count=len(usable), minimum=minimum_samples)
    models = fit_models(usable)
    if readings_ec25_us_cm is not None and not _speaks_about(models, readings_ec25_us_cm):
        raise RegressionError(
            "NO_USABLE_SAMPLE_FOR_RANGE",
            count=len(usable),
            low=models.ec25_min_us_cm,
            high=models.ec25_max_us_cm,
        )
    messages = list(selection.messages)
    messages += [Message("ION_NOT_ANALYSED", {"ion": ion}) for ion in models.not_analysed]
    record = models.record() | {
        "used": [
            {
                "file": str(sample.record.get("file", "")),
                "row": int(sample.record.get("row", 0)),
                "ec25_us_cm": sample.ec25_us_cm,
                "charge_balance_pct": sample.charge_balance_pct,
            }
            for sample in usable
        ],
        "exclusions": sorted(selection.exclusions, key=lambda item: (item["file"], item["row"])),
    }
    return FittedIons(models, record, selection, tuple(messages))


def fit_models(usable: Sequence[UsableSample]) -> IonModels:
    """Models of samples already found usable; RegressionError REGRESSION_ONE_EC where EC never changes."""
    ec25 = np.array([sample.ec25_us_cm for sample in usable])
    if float(ec25.max()) == float(ec25.min()):
        raise RegressionError("REGRESSION_ONE_EC", count=len(usable), ec25_us_cm=float(ec25[0]))
    models: dict[str, IonModel] = {}
    missing: list[str] = []
    for ion in CHARGE_AND_MASS:
        having = [sample for sample in usable if ion in sample.concentrations_mg_l]
        if not having:
            missing.append(ion)
            continue
        x = np.array([sample.ec25_us_cm for sample in having])
        y = np.array([sample.concentrations_mg_l[ion] for sample in having])
        models[ion] = _model(ion, x, y)
    return IonModels(models, float(ec25.min()), float(ec25.max()), len(usable), tuple(missing))


def _model(ion: str, x: FloatArray, y: FloatArray) -> IonModel:
    may_slope = ion in ALWAYS_SLOPE or ion in SLOPE_IF_SIGNIFICANT
    if may_slope and x.size >= 3:
        line = fit_line(x, y)
        if ion in ALWAYS_SLOPE or line.slope_is_significant(SIGNIFICANCE):
            return IonModel(ion, line, line.mean_y, line.mean_sd, line.residual_sd, line.n)
    mean, sd = mean_and_sd(y)
    return IonModel(ion, None, mean, sd / float(np.sqrt(y.size)), sd, int(y.size))


def _speaks_about(models: IonModels, readings: FloatArray) -> bool:
    inside = (readings >= models.ec25_min_us_cm) & (readings <= models.ec25_max_us_cm)
    return bool(inside.any())
