"""Thin-plate weirs: discharge from the head over a V-notch or a rectangular notch, with its uncertainty.

    V-notch       Q = (8/15) Cd sqrt(2 g) tan(theta/2) (h + kh)^2.5
    rectangular   Q = (2/3)  Cd sqrt(2 g) (b + kb) (h + kh)^1.5

h is the head: stage less the stage of the crest. kh and kb are the corrections of an effective head and width
(Kindsvater & Carter 1957; ISO 1438:2017 clauses 9 and 10); with both at zero these are the plain formulas. Water
that stands above the crest downstream reduces the flow by (1 - (h2/h1)^n)^0.385, n = 2.5 or 1.5 (Villemonte 1947).

Limits are those of practice (U.S. Bureau of Reclamation, Water Measurement Manual, chapter 7; Bos 1989, section 5):
outside them the figure is still given, and said to be outside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.messages import CalculationError
from calculations.portable import log, power

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

GRAVITY_M_S2 = 9.80665
"""Standard gravity; in Guizhou it is 0.2 % less, far below what is known of any coefficient."""
DEGREE = math.pi / 180.0
HALVINGS = 6
_TANGENT_SERIES = (1.0, 1.0 / 3.0, 2.0 / 15.0, 17.0 / 315.0, 62.0 / 2835.0)
_VILLEMONTE_EXPONENT = 0.385


class WeirError(CalculationError):
    """A weir whose dimensions cannot be, or a series that says nothing about it."""


@dataclass(frozen=True)
class WeirDischarge:
    """What a weir says about a series of stages; all arrays have the shape of the stage."""

    discharge_m3_s: FloatArray
    """Zero where the water stands at or below the crest, NaN where the stage is missing."""
    relative_sd: FloatArray
    """Relative standard uncertainty; NaN where nothing flows or the stage is missing."""
    below_crest: BoolArray
    """No flow: counted, not an error."""
    outside_limits: BoolArray
    """Flowing, but at a head for which the coefficient was not determined."""
    drowned: BoolArray
    """The water below stands above the crest."""


@dataclass(frozen=True)
class VNotchWeir:
    """A triangular notch; all lengths in m, the angle in degrees.

    `discharge_coefficient` 0.578 is that of a fully contracted 90 degree notch, whose `head_correction_m` is
    0.00085 (ISO 1438). `notch_above_bed_m` is the height of the vertex above the bed of the approach, if known.
    """

    angle_deg: float
    crest_stage_m: float = 0.0
    discharge_coefficient: float = 0.578
    head_correction_m: float = 0.0
    notch_above_bed_m: float | None = None
    relative_sd_of_coefficient: float = 0.01
    sd_of_stage_m: float = 0.003
    sd_of_angle_deg: float = 0.5

    LEAST_HEAD_M = 0.06
    MOST_HEAD_M = 0.38
    MOST_HEAD_OVER_BED = 0.4

    def __post_init__(self) -> None:
        _check(self, "angle_deg", self.angle_deg, 20.0, 100.0)
        _check_common(self)

    @property
    def h0_m(self) -> float:
        """The stage of zero flow."""
        return self.crest_stage_m

    def at(self, stage_m: FloatArray, downstream_stage_m: FloatArray | None = None) -> WeirDischarge:
        """Discharge and its uncertainty at stages [m], any shape; WeirError where no stage is a number."""
        factor, exponent, geometry = geometry_of(self)
        return _over_weir(self, stage_m, downstream_stage_m, factor=factor, exponent=exponent, geometry_sd=geometry)

    def discharge_m3_s_at(self, stage_m: FloatArray) -> FloatArray:
        """Discharge [m3/s], shape of `stage_m` [m], as a rating curve gives it."""
        return self.at(stage_m).discharge_m3_s

    def relative_sd_at(self, stage_m: FloatArray) -> FloatArray:
        """Relative standard uncertainty, shape of `stage_m` [m]; NaN at and below the crest."""
        return self.at(stage_m).relative_sd

    def record(self) -> dict[str, Any]:
        """JSON form: the formula and its parameters."""
        return {"form": "Q = 8/15 Cd sqrt(2g) tan(theta/2) (h + kh)^2.5", "kind": "v_notch"} | _parameters(self)


@dataclass(frozen=True)
class RectangularWeir:
    """A rectangular notch of `width_m`; all lengths in m.

    `discharge_coefficient` 0.602 is that of a full-width weir at small heads (it grows by 0.075 h/p, ISO 1438);
    0.59 belongs to a narrow, fully contracted one. `head_correction_m` is 0.001 in ISO 1438.
    """

    width_m: float
    crest_stage_m: float = 0.0
    discharge_coefficient: float = 0.602
    head_correction_m: float = 0.0
    width_correction_m: float = 0.0
    notch_above_bed_m: float | None = None
    relative_sd_of_coefficient: float = 0.015
    sd_of_stage_m: float = 0.003
    sd_of_width_m: float = 0.005

    LEAST_HEAD_M = 0.03
    MOST_HEAD_M = math.inf
    MOST_HEAD_OVER_BED = 2.5

    def __post_init__(self) -> None:
        _check(self, "width_m", self.width_m, 0.15, 200.0)
        _check_common(self)

    @property
    def h0_m(self) -> float:
        """The stage of zero flow."""
        return self.crest_stage_m

    def at(self, stage_m: FloatArray, downstream_stage_m: FloatArray | None = None) -> WeirDischarge:
        """Discharge and its uncertainty at stages [m], any shape; WeirError where no stage is a number."""
        factor, exponent, geometry = geometry_of(self)
        return _over_weir(self, stage_m, downstream_stage_m, factor=factor, exponent=exponent, geometry_sd=geometry)

    def discharge_m3_s_at(self, stage_m: FloatArray) -> FloatArray:
        """Discharge [m3/s], shape of `stage_m` [m], as a rating curve gives it."""
        return self.at(stage_m).discharge_m3_s

    def relative_sd_at(self, stage_m: FloatArray) -> FloatArray:
        """Relative standard uncertainty, shape of `stage_m` [m]; NaN at and below the crest."""
        return self.at(stage_m).relative_sd

    def record(self) -> dict[str, Any]:
        """JSON form: the formula and its parameters."""
        return {"form": "Q = 2/3 Cd sqrt(2g) (b + kb) (h + kh)^1.5", "kind": "rectangular"} | _parameters(self)


Weir = VNotchWeir | RectangularWeir


def geometry_of(weir: Weir) -> tuple[float, float, float]:
    """(factor, exponent, relative standard uncertainty of the opening) of Q = factor Cd sqrt(2g) (h + kh)^exponent."""
    if isinstance(weir, RectangularWeir):
        return (2.0 / 3.0) * (weir.width_m + weir.width_correction_m), 1.5, weir.sd_of_width_m / weir.width_m
    # d ln tan(x) = dx / (sin x cos x) = dx (1 + t^2) / t
    t = tangent(0.5 * weir.angle_deg * DEGREE)
    return (8.0 / 15.0) * t, 2.5, 0.5 * weir.sd_of_angle_deg * DEGREE * (1.0 + t * t) / t


def tangent(angle_rad: float) -> float:
    """tan of an angle between 0 and 1 rad from + - * / only, so that it is the same on every machine.

    The series of tan at the angle / 2^6, then tan 2x = 2 tan x / (1 - tan^2 x). Relative error below 1e-14.
    """
    x = angle_rad / 2.0**HALVINGS
    square = x * x
    value = 0.0
    for coefficient in reversed(_TANGENT_SERIES):
        value = coefficient + square * value
    value *= x
    for _ in range(HALVINGS):
        value = 2.0 * value / (1.0 - value * value)
    return value


def _over_weir(
    weir: Weir,
    stage_m: FloatArray,
    downstream_stage_m: FloatArray | None,
    *,
    factor: float,
    exponent: float,
    geometry_sd: float,
) -> WeirDischarge:
    stage = np.asarray(stage_m, dtype=np.float64)
    if not np.isfinite(stage).any():
        raise WeirError("WEIR_NO_STAGE", count=int(stage.size))
    head = stage - weir.crest_stage_m
    flowing = (head > 0.0) & np.isfinite(stage)
    safe = np.where(flowing, head, 1.0)
    scale = factor * weir.discharge_coefficient * math.sqrt(2.0 * GRAVITY_M_S2)
    discharge = scale * power(safe + weir.head_correction_m, exponent)
    drowned = np.zeros(stage.shape, dtype=bool)
    if downstream_stage_m is not None:
        below = np.asarray(downstream_stage_m, dtype=np.float64) - weir.crest_stage_m
        drowned = flowing & (below > 0.0)
        ratio = np.where(drowned, np.minimum(below / safe, 1.0), 0.0)
        discharge = discharge * power(1.0 - power(ratio, exponent), _VILLEMONTE_EXPONENT)
    of_head = exponent * weir.sd_of_stage_m / (safe + weir.head_correction_m)
    of_coefficient = weir.relative_sd_of_coefficient
    variance = of_coefficient * of_coefficient + geometry_sd * geometry_sd + of_head * of_head
    most = weir.MOST_HEAD_M
    if weir.notch_above_bed_m is not None:
        most = min(most, weir.MOST_HEAD_OVER_BED * weir.notch_above_bed_m)
    missing = ~np.isfinite(stage)
    return WeirDischarge(
        discharge_m3_s=np.where(missing, np.nan, np.where(flowing, discharge, 0.0)),
        relative_sd=np.where(flowing, np.sqrt(variance), np.nan),
        below_crest=~flowing & ~missing,
        outside_limits=flowing & ((head < weir.LEAST_HEAD_M) | (head > most)),
        drowned=drowned,
    )


def check_gaugings(weir: Weir, stage_m: FloatArray, discharge_m3_s: FloatArray) -> float:
    """Mean of ln(gauged / weir) over gaugings (n,) at which it flows: what the coefficient misses by.

    A weir that nobody ever gauged is a formula; beyond some 5 % the plate leaks, is drowned or is not level.
    Raises WeirError WEIR_NO_GAUGING where no gauging speaks about it.
    """
    by_weir = weir.discharge_m3_s_at(np.asarray(stage_m, dtype=np.float64))
    usable = (by_weir > 0.0) & (np.asarray(discharge_m3_s) > 0.0)
    if not usable.any():
        raise WeirError("WEIR_NO_GAUGING", count=int(usable.size))
    ratios = log(np.asarray(discharge_m3_s, dtype=np.float64)[usable]) - log(by_weir[usable])
    return math.fsum(ratios.tolist()) / int(usable.sum())


def _check_common(weir: Weir) -> None:
    _check(weir, "discharge_coefficient", weir.discharge_coefficient, 0.4, 0.8)
    _check(weir, "crest_stage_m", weir.crest_stage_m, -100.0, 9000.0)
    _check(weir, "head_correction_m", weir.head_correction_m, -0.01, 0.01)
    _check(weir, "relative_sd_of_coefficient", weir.relative_sd_of_coefficient, 0.0, 0.5)
    _check(weir, "sd_of_stage_m", weir.sd_of_stage_m, 0.0, 0.5)
    if weir.notch_above_bed_m is not None:
        _check(weir, "notch_above_bed_m", weir.notch_above_bed_m, 0.05, 50.0)


def _check(weir: Weir, field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise WeirError("WEIR_OUT_OF_RANGE", field=field, value=value, low=low, high=high)


def _parameters(weir: Weir) -> dict[str, Any]:
    return {name: getattr(weir, name) for name in type(weir).__dataclass_fields__}
