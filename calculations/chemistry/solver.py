"""Speciation of many waters at once: secant steps on the ionic strength around the distribution of species.

One pass takes the activity coefficients at an ionic strength I, moves the distribution of species towards its
balances, and gives the strength g(I) of the result. The root of g(I) - I is found by the secant rule, for each water
alone: g hardly depends on I, so every pass gains about as many digits as the two before it together.

The number of passes is fixed: all waters get the first of PASSES. Those that have not settled are solved again from
the beginning with the next number, and so on; what has not settled with the last is reported as such. That is judged by
each water's own values, so no result depends on the water's company.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.activity import NEARBY_STRENGTH, ActivityModel
from calculations.chemistry.equilibrium import AtProton, Distribution, Ratios, Totals, conditional_ratios
from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray, exp

PASSES = (3, 6, 12, 60)
STRENGTH_TOLERANCE = 1e-8  # relative, between the strength that coefficients were taken at and that of the result
ANION_TOLERANCE = 3e-9  # relative, what the balances of CO3-2 and SO4-2 miss
WATER_TOLERANCE = 1e-8
NEARBY = 1e-4  # relative, how far the strength may go from where coefficients were computed whole

CLOSED_PASSES = (5, 8, 20, 80)
CLOSED_STRENGTH_TOLERANCE = 1e-9  # relative
CLOSED_TOLERANCE = 1e-7  # relative, on alkalinity


@dataclass(frozen=True)
class Solution:
    """Distribution of species in n waters; `converged` says which may be used.

    `factor` is gamma of the master species and 1 / gamma of the complexes; `molality` and `gamma` are by species name.
    """

    distribution: Distribution
    factor: dict[str, FloatArray]
    ionic_strength: FloatArray
    water_activity: FloatArray
    h_activity: FloatArray
    converged: NDArray[np.bool_]

    @cached_property
    def molality(self) -> dict[str, FloatArray]:
        """Molalities [mol/kgw]."""
        return self.distribution.molalities()

    @cached_property
    def gamma(self) -> dict[str, FloatArray]:
        """Activity coefficients."""
        return ActivityModel.as_coefficients(self.factor)


def solve_at_ph(
    totals: Totals,
    thermal: Thermal,
    h_activity: FloatArray,
    model: ActivityModel,
    carbon: FloatArray | None = None,
) -> Solution:
    """The species at a given proton activity and the temperature of `thermal`.

    With the alkalinity in `totals`, or, where `carbon` is given, with that total dissolved carbon [mol/kgw].
    """
    solution = _at_ph(totals, thermal, h_activity, model, carbon, PASSES[0])
    for passes in PASSES[1:]:
        again = ~solution.converged
        if not again.any():
            break
        part = None if carbon is None else carbon[again]
        better = _at_ph(totals.rows(again), thermal.rows(again), h_activity[again], model, part, passes)
        solution = _replaced(solution, again, better)
    return solution


def _at_ph(
    totals: Totals,
    thermal: Thermal,
    h_activity: FloatArray,
    model: ActivityModel,
    carbon: FloatArray | None,
    passes: int,
) -> Solution:
    """All waters with so many passes; with the first of PASSES the coefficients are taken by shorter ways."""
    short = passes == PASSES[0]
    fixed = AtProton(thermal, h_activity)
    strength, water_activity, sulfate, complexes = _first_guess(totals)
    earlier: tuple[FloatArray, FloatArray] | None = None
    carbonate = step = np.ones_like(strength)
    settled = np.ones(strength.shape, dtype=bool)
    for number in range(passes):
        if not short:
            factors = model.factors_anywhere(strength, thermal)
        elif number < passes - 1:
            factors = model.factors(strength, thermal, rough=number == 0)
        else:
            settled &= np.abs(strength - factors.strength) <= NEARBY * strength
            settled &= strength <= NEARBY_STRENGTH
            factors = factors.moved(strength)
        factor = factors.by_species()
        ratios = conditional_ratios(fixed, thermal, factor, water_activity)
        if number == 0:
            carbonate = _first_carbonate(totals, ratios, carbon, complexes)
        distribution = Distribution(totals, ratios, carbonate, sulfate, carbon)
        distribution.improve()
        carbonate, sulfate = distribution.carbonate, distribution.sulfate
        previous_activity = water_activity
        result, water_activity = distribution.strength_and_water_activity()
        step = result - strength
        following = secant(strength, step, earlier)
        earlier, strength = (strength, step), following
    settled &= np.abs(step) <= STRENGTH_TOLERANCE * result
    settled &= distribution.missing() <= ANION_TOLERANCE
    settled &= np.abs(water_activity - previous_activity) <= WATER_TOLERANCE
    return Solution(distribution, factor, result, water_activity, h_activity, settled)


def _has_settled(step: FloatArray, before: FloatArray, tolerance: FloatArray | float) -> NDArray[np.bool_]:
    """Whether what this step leaves is within the tolerance: steps shrink about as they did between the last two."""
    left = step * step
    size = np.abs(before)
    size += tolerance
    size *= tolerance
    return np.asarray(left <= size)


def _first_guess(totals: Totals) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Ionic strength, water activity, free sulfate and complexes with bicarbonate to a few per cent.

    The metals are taken as one divalent ion that pairs with sulfate (K about 200) and bicarbonate (about 12), with
    coefficients near those of Debye and Hueckel. Only how fast the passes settle depends on it.
    """
    metals, sulfate, bicarbonate = totals.calcium + totals.magnesium, totals.sulfate, totals.alkalinity
    monovalent = totals.sodium + totals.potassium + totals.chloride + totals.nitrate + bicarbonate
    strength = 2.0 * (metals + sulfate) + 0.5 * monovalent
    root = np.sqrt(strength)
    gamma_squared = 1.0 / (1.0 + 9.2 * root + 29.0 * strength)
    with_sulfate = (200.0 * sulfate) * gamma_squared
    pairs = with_sulfate * metals / (1.0 + with_sulfate + (200.0 * metals) * gamma_squared)
    with_bicarbonate = (12.0 * bicarbonate) * np.sqrt(gamma_squared)
    complexes = with_bicarbonate * (metals - pairs) / (1.0 + with_bicarbonate)
    strength -= 4.0 * pairs
    strength -= 2.0 * complexes
    water_activity = 1.0 - 0.017 * (metals + sulfate + monovalent)
    return np.maximum(strength, 0.0), water_activity, sulfate - pairs, complexes


def _first_carbonate(totals: Totals, ratios: Ratios, carbon: FloatArray | None, complexes: FloatArray) -> FloatArray:
    """Free CO3-2 beside so many complexes of metals with bicarbonate."""
    if carbon is not None:
        return carbon / (1.0 + ratios.hco3 + ratios.co2)
    carbonate = totals.alkalinity - (ratios.oh - ratios.h)
    carbonate -= complexes
    return np.maximum(carbonate, 1e-3 * totals.alkalinity + 1e-12) / (2.0 + ratios.hco3)


def secant(strength: FloatArray, step: FloatArray, earlier: tuple[FloatArray, FloatArray] | None) -> FloatArray:
    """The next ionic strength, where `step` is g(I) - I at `strength` and `earlier` such a pair before it."""
    if earlier is None:
        return strength + step
    earlier_strength, earlier_step = earlier
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (step - earlier_step) / (strength - earlier_strength)
    # g' is small, so the slope of g(I) - I is near -1; anything else is rounding noise of a converged row
    slope = np.fmin(np.fmax(slope, -2.0), -0.4)
    return np.asarray(np.maximum(strength - step / slope, 0.0))


def solve_closed(
    totals: Totals, carbon: FloatArray, thermal: Thermal, start: Solution, start_thermal: Thermal, model: ActivityModel
) -> Solution:
    """The species of the same closed waters at another temperature: alkalinity and total carbon stay.

    The pH follows. `carbon` is the total [mol/kgw], `start` the solution at the temperature of `start_thermal`.
    """
    # where bicarbonate prevails, a(H+) follows the first constant of carbonic acid, and CO3-2 the second
    second = thermal.k["HCO3-"] / start_thermal.k["HCO3-"]
    first = second * start_thermal.k["CO2"] / thermal.k["CO2"]
    h_activity = start.h_activity * first
    guess = (
        h_activity,
        start.ionic_strength,
        start.water_activity,
        start.distribution.carbonate / (first * second),
        start.distribution.sulfate,
    )
    return _at_carbon(totals, carbon, thermal, guess, model)


def solve_at_carbon(totals: Totals, carbon: FloatArray, thermal: Thermal, model: ActivityModel) -> Solution:
    """The species and the pH of waters of which alkalinity (in `totals`) and total carbon [mol/kgw] are known."""
    strength, water_activity, sulfate, _ = _first_guess(totals)
    alkalinity = totals.alkalinity
    first, second = thermal.k["HCO3-"] / thermal.k["CO2"], 1.0 / thermal.k["HCO3-"]
    little = 0.01 * carbon
    with_co2 = first * np.maximum(carbon - alkalinity, little) / np.maximum(alkalinity, little)
    with_co3 = second * np.maximum(2.0 * carbon - alkalinity, little) / np.maximum(alkalinity - carbon, little)
    h_activity = np.where(alkalinity < carbon, with_co2, with_co3)
    bicarbonate = np.clip(np.minimum(alkalinity, 2.0 * carbon - alkalinity), little, carbon)
    guess = (h_activity, strength, water_activity, second * bicarbonate / h_activity, sulfate)
    return _at_carbon(totals, carbon, thermal, guess, model)


def _at_carbon(
    totals: Totals, carbon: FloatArray, thermal: Thermal, guess: tuple[FloatArray, ...], model: ActivityModel
) -> Solution:
    solution = _closed(totals, carbon, thermal, guess, model, CLOSED_PASSES[0])
    for passes in CLOSED_PASSES[1:]:
        again = ~solution.converged
        if not again.any():
            break
        rest = tuple(values[again] for values in guess)
        better = _closed(totals.rows(again), carbon[again], thermal.rows(again), rest, model, passes)
        solution = _replaced(solution, again, better)
    return solution


def _closed(
    totals: Totals,
    carbon: FloatArray,
    thermal: Thermal,
    guess: tuple[FloatArray, ...],
    model: ActivityModel,
    passes: int,
) -> Solution:
    h_activity, strength, water_activity, carbonate, sulfate = guess
    cautious = passes == CLOSED_PASSES[-1]  # brines swing, as their metals' complexes follow the pH
    step = np.ones_like(strength)
    earlier: tuple[FloatArray, FloatArray] | None = None
    for _ in range(passes):
        factor = model.factors_anywhere(strength, thermal).by_species()
        ratios = conditional_ratios(AtProton(thermal, h_activity), thermal, factor, water_activity)
        distribution = Distribution(totals, ratios, carbonate, sulfate, carbon)
        distribution.improve()
        carbonate, sulfate = distribution.carbonate, distribution.sulfate
        result, water_activity = distribution.strength_and_water_activity()
        previous_step, step = step, result - strength
        following = secant(strength, step, earlier)
        earlier, strength = (None if cautious else (strength, step)), following
        excess = distribution.alkalinity - totals.alkalinity
        h_used = h_activity
        # more alkalinity than there is means too little acid
        h_step = np.clip(excess / distribution.buffer(), -1.5, 1.5)
        h_activity = h_activity * exp(0.5 * h_step if cautious else h_step)
    settled = _has_settled(step, previous_step, CLOSED_STRENGTH_TOLERANCE * result)
    settled &= distribution.missing() <= ANION_TOLERANCE
    settled &= np.abs(excess) <= CLOSED_TOLERANCE * (carbon + np.abs(totals.alkalinity))
    return Solution(distribution, factor, result, water_activity, h_used, settled)


def _replaced(solution: Solution, chosen: NDArray[np.bool_], better: Solution) -> Solution:
    def put(values: FloatArray, new: FloatArray) -> FloatArray:
        result = values.copy()
        result[chosen] = new
        return result

    old, new = solution.distribution, better.distribution
    ratios = {
        field.name: put(getattr(old.ratios, field.name), getattr(new.ratios, field.name)) for field in fields(Ratios)
    }
    converged = solution.converged.copy()
    converged[chosen] = better.converged
    return Solution(
        distribution=Distribution(
            totals=old.totals,
            ratios=Ratios(**ratios),
            carbonate=put(old.carbonate, new.carbonate),
            sulfate=put(old.sulfate, new.sulfate),
        ),
        factor={name: put(values, better.factor[name]) for name, values in solution.factor.items()},
        ionic_strength=put(solution.ionic_strength, better.ionic_strength),
        water_activity=put(solution.water_activity, better.water_activity),
        h_activity=put(solution.h_activity, better.h_activity),
        converged=converged,
    )
