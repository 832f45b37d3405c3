"""Speciation of many waters at once: secant steps on the ionic strength around the distribution of species.

One pass takes the activity coefficients at an ionic strength I, distributes the species, and gives the
strength g(I) of the result. The root of g(I) - I is found by the secant rule, for each water alone: g hardly
depends on I, so every pass gains about as many digits as the two before it together.

The number of passes is fixed: all waters get the first of PASSES. Those whose last change exceeds TOLERANCE
are solved again from the beginning with the second number, then with the third; what has not settled then is
reported as such. That is judged by each water's own values, so no result depends on the water's company.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.activity import ActivityModel
from calculations.chemistry.equilibrium import (
    Ratios,
    Totals,
    add_up,
    all_molalities,
    conditional_ratios,
    dissolved_carbon,
    free_anions,
    free_metals,
    strength_and_water_activity,
)
from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray, exp

PASSES = (4, 7, 60)
INNER_PASSES = 3
TOLERANCE = 1e-9  # relative, on ionic strength and free carbonate: some 1e-10 in log10 units

CLOSED_PASSES = (6, 12, 80)
CLOSED_TOLERANCE = 1e-7  # relative, on ionic strength, and on carbon beside carbon and alkalinity


@dataclass(frozen=True)
class Solution:
    """Distribution of species in n waters; `converged` says which may be used."""

    molality: dict[str, FloatArray]
    gamma: dict[str, FloatArray]
    ionic_strength: FloatArray
    water_activity: FloatArray
    h_activity: FloatArray
    converged: NDArray[np.bool_]


def solve_at_ph(totals: Totals, thermal: Thermal, h_activity: FloatArray, model: ActivityModel) -> Solution:
    """The species at a given proton activity, the temperature of `thermal` and the alkalinity in `totals`."""
    solution = _at_ph(totals, thermal, h_activity, model, PASSES[0])
    for passes in PASSES[1:]:
        again = ~solution.converged
        if not again.any():
            break
        better = _at_ph(totals.rows(again), thermal.rows(again), h_activity[again], model, passes)
        solution = _replaced(solution, again, better)
    return solution


def _at_ph(totals: Totals, thermal: Thermal, h_activity: FloatArray, model: ActivityModel, passes: int) -> Solution:
    strength, water_activity = _first_guess(totals)
    carbonate, sulfate = np.zeros_like(strength), totals.sulfate
    earlier: tuple[FloatArray, FloatArray] | None = None
    for number in range(passes):
        gamma = model.coefficients(strength, thermal)
        ratios = conditional_ratios(thermal, gamma, h_activity, water_activity)
        if number == 0:
            carbonate = np.maximum(totals.alkalinity - (ratios.oh - ratios.h), 0.0) / (2.0 + ratios.hco3)
        carbonate, sulfate, settled, molality = _distribute(totals, ratios, carbonate, sulfate)
        previous_activity = water_activity
        result, water_activity = strength_and_water_activity(molality)
        step = result - strength
        following = secant(strength, step, earlier)
        earlier, strength = (strength, step), following
    settled &= np.abs(step) <= TOLERANCE * result
    settled &= np.abs(water_activity - previous_activity) <= TOLERANCE
    return Solution(molality, gamma, result, water_activity, h_activity, settled)


def _first_guess(totals: Totals) -> tuple[FloatArray, FloatArray]:
    """Ionic strength and water activity as if nothing were complexed."""
    divalent = totals.calcium + totals.magnesium + totals.sulfate
    monovalent = totals.sodium + totals.potassium + totals.chloride + totals.nitrate + totals.alkalinity
    return 2.0 * divalent + 0.5 * monovalent, 1.0 - 0.017 * (divalent + monovalent)


def _distribute(
    totals: Totals, ratios: Ratios, carbonate: FloatArray, sulfate: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_], dict[str, FloatArray]]:
    """Free carbonate and sulfate, whether they have settled, and all species.

    Metals and anions in turn: each round leaves about a tenth of the error.
    """
    for _ in range(INNER_PASSES):
        free = free_metals(totals, ratios, carbonate, sulfate)
        previous = carbonate
        carbonate, sulfate = free_anions(totals, ratios, free)
        carbonate = np.maximum(carbonate, 0.0)
    settled = np.abs(carbonate - previous) <= TOLERANCE * carbonate
    return carbonate, sulfate, settled, all_molalities(totals, ratios, free, carbonate, sulfate)


def secant(strength: FloatArray, step: FloatArray, earlier: tuple[FloatArray, FloatArray] | None) -> FloatArray:
    """The next ionic strength, where `step` is g(I) - I at `strength` and `earlier` such a pair before it."""
    if earlier is None:
        return strength + step
    earlier_strength, earlier_step = earlier
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (step - earlier_step) / (strength - earlier_strength)
    # g' is small, so the slope of g(I) - I is near -1; anything else is rounding noise of a converged row
    slope[~((slope > -2.0) & (slope < -0.4))] = -1.0
    return np.maximum(strength - step / slope, 0.0)


def solve_closed(
    totals: Totals, carbon: FloatArray, thermal: Thermal, start: Solution, model: ActivityModel
) -> Solution:
    """The species of the same closed waters at another temperature: alkalinity and total carbon stay.

    The pH follows. `carbon` is the total [mol/kgw], `start` the solution at the first temperature.
    """
    solution = _closed(totals, carbon, thermal, start, model, CLOSED_PASSES[0])
    for passes in CLOSED_PASSES[1:]:
        again = ~solution.converged
        if not again.any():
            break
        parts = totals.rows(again), carbon[again], thermal.rows(again), _rows(start, again)
        solution = _replaced(solution, again, _closed(*parts, model, passes))
    return solution


def _closed(
    totals: Totals, carbon: FloatArray, thermal: Thermal, start: Solution, model: ActivityModel, passes: int
) -> Solution:
    h_activity, strength, water_activity = start.h_activity, start.ionic_strength, start.water_activity
    carbonate, sulfate = start.molality["CO3-2"], start.molality["SO4-2"]
    for _ in range(passes):
        gamma = model.coefficients(strength, thermal)
        ratios = conditional_ratios(thermal, gamma, h_activity, water_activity)
        carbonate, sulfate, _, molality = _distribute(totals, ratios, carbonate, sulfate)
        result, water_activity = strength_and_water_activity(molality)
        step, strength = result - strength, result
        ln_h_step, excess = _proton_step(molality, carbon)
        h_used, h_activity = h_activity, h_activity * exp(ln_h_step)
    close = CLOSED_TOLERANCE * (carbon + totals.alkalinity)
    settled = (np.abs(step) <= CLOSED_TOLERANCE * strength) & (np.abs(excess) <= close)
    return Solution(molality, gamma, strength, water_activity, h_used, settled)


def _proton_step(molality: dict[str, FloatArray], carbon: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Newton step in ln a(H+) that brings total carbon to `carbon` at constant alkalinity, and its excess."""
    c = dissolved_carbon(molality)
    excess = c.total - carbon
    acid_base = add_up(molality, ("H+", "OH-", "CaOH+", "MgOH+"))  # change of alkalinity with ln a(H+)
    with np.errstate(divide="ignore", invalid="ignore"):
        ln_carbonate = -(c.with_one - acid_base) / (c.with_one + 2.0 * c.with_none)
        slope = 2.0 * c.with_two_protons + c.with_one + c.total * ln_carbonate
        step = -excess / slope
    # without any carbonate left, hydroxide exceeds the alkalinity: the water is more acid than that
    return np.clip(np.where(np.isfinite(step), step, 0.5), -1.0, 1.0), excess


def _rows(solution: Solution, chosen: NDArray[np.bool_]) -> Solution:
    return Solution(
        molality={name: values[chosen] for name, values in solution.molality.items()},
        gamma={name: values[chosen] for name, values in solution.gamma.items()},
        ionic_strength=solution.ionic_strength[chosen],
        water_activity=solution.water_activity[chosen],
        h_activity=solution.h_activity[chosen],
        converged=solution.converged[chosen],
    )


def _replaced(solution: Solution, chosen: NDArray[np.bool_], better: Solution) -> Solution:
    def put(values: FloatArray, new: FloatArray) -> FloatArray:
        result = values.copy()
        result[chosen] = new
        return result

    converged = solution.converged.copy()
    converged[chosen] = better.converged
    return Solution(
        molality={name: put(values, better.molality[name]) for name, values in solution.molality.items()},
        gamma={name: put(values, better.gamma[name]) for name, values in solution.gamma.items()},
        ionic_strength=put(solution.ionic_strength, better.ionic_strength),
        water_activity=put(solution.water_activity, better.water_activity),
        h_activity=put(solution.h_activity, better.h_activity),
        converged=converged,
    )
