"""Small relations between published figures: what a simple figure implies, what it forgets, and by how much.

They are used by the pages that set a published number beside our own, and by the tests that hold the review this
registry began with against its own tables.
"""

from __future__ import annotations

from calculations import masses
from calculations.flux.errors import FluxError, in_range
from calculations.flux.uptake import Composition, uptake_mmol_l

SIMPLE_T_PER_MG_L_MM = 0.5 * masses.CO2 / masses.HCO3 * 1e-3
"""t CO2 km-2 per (mg/L HCO3 x mm of runoff): 3.60634e-4."""


def simple_t_km2(hco3_mg_l: float, runoff_mm: float) -> float:
    """The simple half-bicarbonate figure, t CO2 km-2 over the span of the runoff [mm]."""
    return SIMPLE_T_PER_MG_L_MM * in_range("hco3_mg_l", hco3_mg_l, 0.0, 1e5) * in_range("runoff_mm", runoff_mm, 0, 1e5)


def runoff_behind_mm(figure_t_km2: float, hco3_mg_l: float) -> float:
    """The runoff [mm] that gives a simple figure at a bicarbonate: the (runoff, HCO3) line of a published number."""
    return figure_t_km2 / (SIMPLE_T_PER_MG_L_MM * in_range("hco3_mg_l", hco3_mg_l, 1e-6, 1e5))


def hco3_behind_mg_l(figure_t_km2: float, runoff_mm: float) -> float:
    """The flow-weighted bicarbonate [mg/L] that gives a simple figure at a runoff."""
    return figure_t_km2 / (SIMPLE_T_PER_MG_L_MM * in_range("runoff_mm", runoff_mm, 1e-6, 1e5))


def share_left_by_acids(water: Composition) -> float:
    """Flux at the spring over the simple figure for one mean water: 1 - A/Alk at S = 0; may be negative.

    A function of means is not the mean of the function: this is for published means, never for readings.
    """
    alkalinity = float(water.alkalinity_meq_l[0])
    if not alkalinity > 0.0:
        raise FluxError("FLUX_OUT_OF_RANGE", quantity="alkalinity_meq_l", value=alkalinity, low=0.0, high=1e3)
    return float(uptake_mmol_l(water, 1.0)[0]) / (0.5 * alkalinity)


def over_credit_of_flat_factor(water: Composition, factor: float, kappa: float) -> float:
    """By what share `factor` x F(1) exceeds F(kappa) for one mean water (0.62 = 62 % too much).

    A flat factor discounts the acids too, but what they take is taken at once and in full. FluxError where F(kappa)
    is not positive: then any credit at all is too much.
    """
    retained = float(uptake_mmol_l(water, in_range("kappa", kappa, 0.5, 1.0))[0])
    if not retained > 0.0:
        raise FluxError("FLUX_OUT_OF_RANGE", quantity="F(kappa)", value=retained, low=0.0, high=1e3)
    return factor * float(uptake_mmol_l(water, 1.0)[0]) / retained - 1.0


def raised_by_allogenic(share_of_discharge: float, concentration_ratio: float) -> float:
    """By what share allogenic water raises the flux of the rest: f r / (1 - f), r = c_allo / c_auto."""
    share = in_range("share_of_discharge", share_of_discharge, 0.0, 0.95)
    return share * concentration_ratio / (1.0 - share)


def allogenic_ratio_behind(share_of_discharge: float, raised_by: float) -> float:
    """The ratio c_allo / c_auto that a published rise of the sink implies."""
    share = in_range("share_of_discharge", share_of_discharge, 1e-9, 0.95)
    return raised_by * (1.0 - share) / share
