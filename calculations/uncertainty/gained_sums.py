"""How an error of the conductivity's gain reaches W1 = sum Q EC* dt, where readings cross the calibrated range.

EC* = EC (1 + gain) is held to the calibrated range after the gain, so W1 bends wherever a reading meets an edge. At
one central curve the sum is followed exactly: between two bends it is a straight line in the gain. What remains,
the ratio of a drawn curve's sum to the central curve's at the same gain, bends far less; its logarithm is a
`SumSurface` at each of a few gains, and between these a Chebyshev polynomial in the gain's deviate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calculations.chebyshev import chebyshev, chebyshev_nodes
from calculations.distinct import Distinct
from calculations.portable import exp, log
from calculations.sums import row_sums
from calculations.uncertainty.rating_draws import (
    REACH,
    RatingPosterior,
    SumSurface,
    Terms,
    small_to_zero,
    sum_surfaces_held,
)

FloatArray = NDArray[np.float64]

_GAIN_NODES = 5
_LEAST_FACTOR = 1e-6


@dataclass(frozen=True)
class Gain:
    """Relative standard uncertainty of the conductivity's gain, and the range [uS/cm] its readings are held to."""

    relative_sd: float
    low_us_cm: float
    high_us_cm: float

    def factor(self, z: FloatArray) -> FloatArray:
        """Factor on all readings for deviates of the gain; a factor below zero holds all at the lower edge, too."""
        return np.maximum(1.0 + self.relative_sd * z, _LEAST_FACTOR)

    def held(self, ec25_us_cm: FloatArray, z: float) -> FloatArray:
        """Readings with one gain, held to the range."""
        factor = float(self.factor(np.array([z]))[0])
        return np.clip(ec25_us_cm * factor, self.low_us_cm, self.high_us_cm)


@dataclass(frozen=True)
class CentralSum:
    """sum w held(EC (1 + gain)) at fixed weights: distinct EC (n,), and sums of w and w EC below each, (n + 1,)."""

    gain: Gain
    ec25_us_cm: FloatArray
    weight_below: FloatArray
    weighted_ec_below: FloatArray

    def at(self, z: FloatArray) -> FloatArray:
        """The sum for deviates of the gain, exact, any shape."""
        factor = self.gain.factor(z)
        first = np.searchsorted(self.ec25_us_cm, self.gain.low_us_cm / factor)
        last = np.searchsorted(self.ec25_us_cm, self.gain.high_us_cm / factor)
        inside = factor * (self.weighted_ec_below[last] - self.weighted_ec_below[first])
        below, above = self.weight_below[first], self.weight_below[-1] - self.weight_below[last]
        total: FloatArray = self.gain.low_us_cm * below + inside + self.gain.high_us_cm * above
        return total


def central_sum(gain: Gain, ec25_us_cm: Distinct, weight: FloatArray) -> CentralSum:
    """The sum over readings as a function of the gain. Sums in order of conductivity: the same on every machine."""
    weights = ec25_us_cm.summed(weight)
    below = np.concatenate(([0.0], np.cumsum(weights)))
    return CentralSum(gain, ec25_us_cm.values, below, np.concatenate(([0.0], np.cumsum(weights * ec25_us_cm.values))))


@dataclass(frozen=True)
class GainedSum:
    """W1 over (ln distance, slope deviate, gain deviate), without the curve's level."""

    central: CentralSum
    by_gain: tuple[SumSurface, ...]
    """Coefficients of the Chebyshev polynomials in the gain: ln of W1 over its central sum."""

    @property
    def gain(self) -> Gain:
        """What was assumed of the gain."""
        return self.central.gain

    def at(self, log_distance: FloatArray, z_slope: FloatArray, z_gain: FloatArray) -> FloatArray:
        """The sum [m3 uS/cm] at the central level, shape of the arguments (one block of draws)."""
        return self.of(self.by_gain[0].terms(log_distance, z_slope), z_gain)

    def of(self, terms: Terms, z_gain: FloatArray) -> FloatArray:
        """The same for draws whose terms in distance and slope are given."""
        log_ratio = np.zeros_like(z_gain)
        for polynomial, surface in zip(chebyshev(z_gain / REACH, len(self.by_gain)), self.by_gain, strict=True):
            log_ratio += polynomial * surface.of(terms)
        return self.central.at(z_gain) * exp(log_ratio)


def water_and_gained_sum(
    posterior: RatingPosterior,
    *,
    stage_m: Distinct,
    ec25_us_cm: Distinct,
    interval_s: float,
    gain: Gain,
    highest_stage_m: float | None = None,
) -> tuple[tuple[SumSurface, GainedSum], tuple[SumSurface, GainedSum]]:
    """W0 = sum Q dt and W1 = sum Q EC* dt of readings with these stages and conductivities, both shape (n,).

    Once with all stages as they are, once with those above the highest counting as it (None: the same again). All
    readings of one stage share their discharge, so their seconds and seconds x EC* are summed first.
    """
    nodes = chebyshev_nodes(_GAIN_NODES)
    weights = [ec25_us_cm.of_each(gain.held(ec25_us_cm.values, REACH * node)) for node in nodes]
    seconds = [interval_s * stage_m.summed(weight) for weight in (np.ones(stage_m.index.size), *weights)]
    surfaces, held = sum_surfaces_held(posterior, stage_m.values, seconds, highest_stage_m)
    median = float(posterior.log_distance_at(np.array([0.5]))[0])

    def both(surfaces: list[SumSurface], stages: FloatArray) -> tuple[SumSurface, GainedSum]:
        discharge = posterior.discharge_m3_s(stages, median, 0.0, 0.0)
        central = central_sum(gain, ec25_us_cm, stage_m.of_each(discharge) * interval_s)
        logs = log(central.at(REACH * np.array(nodes)))
        ratios = [_less(surface, constant) for surface, constant in zip(surfaces[1:], logs.tolist(), strict=True)]
        return surfaces[0], GainedSum(central, _across(ratios, nodes))

    measured = both(surfaces, stage_m.values)
    if held is None or highest_stage_m is None:
        return measured, measured
    return measured, both(held, np.minimum(stage_m.values, highest_stage_m))


def _less(surface: SumSurface, constant: float) -> SumSurface:
    (first, *others), *rows = surface.coefficients
    return replace(surface, coefficients=((first - constant, *others), *rows))


def _across(surfaces: Sequence[SumSurface], nodes: Sequence[float]) -> tuple[SumSurface, ...]:
    """Chebyshev coefficients in the gain, each a surface, of surfaces at its nodes."""
    at_each_node = np.array([surface.coefficients for surface in surfaces]).transpose(1, 2, 0)
    coefficients = []
    for k, term in enumerate(chebyshev(np.array(nodes), len(nodes))):
        norm = (1.0 if k == 0 else 2.0) / len(nodes)
        rows = small_to_zero(norm * row_sums(at_each_node * term)).tolist()
        coefficients.append(replace(surfaces[0], coefficients=tuple(tuple(row) for row in rows)))
    return tuple(coefficients)
