"""Net enhancement over a baseline at the central parameters, and the cap on extrapolated discharge."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calculations.flux.accounting import Accounting, Settings
from calculations.flux.baseline import Baseline
from calculations.flux.uptake import Loads, loads
from calculations.hydrology.dated_curves import Curve, DatedCurves
from calculations.portable import exact_sum

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Extrapolation:
    """Water beyond the line of extrapolation, `ratio` times the highest gauged discharge."""

    line_m3_s: float
    line_stage_m: float
    volume_share: float
    """Share of the volume that ran while discharge was above the line."""
    of_curves: tuple[tuple[float, float], ...] = ()
    """Of several curves in time each one's (discharge, stage) of the line; the figures above are the lowest one's."""

    def line_of(self, accounting: Accounting) -> FloatArray | float:
        """The line [m3/s] that holds for each counted reading."""
        return self._each(accounting, 0) if self.of_curves else self.line_m3_s

    def line_stage_of(self, accounting: Accounting) -> FloatArray | float:
        """The stage [m] of that line, as curves are entered."""
        return self._each(accounting, 1) if self.of_curves else self.line_stage_m

    def _each(self, accounting: Accounting, which: int) -> FloatArray:
        assert accounting.curve_index is not None
        return np.array([line[which] for line in self.of_curves])[accounting.curve_index]


@dataclass(frozen=True)
class Enhancement:
    """All in t CO2 at the central parameters; net = retained - allogenic - baseline, never clipped."""

    baseline: float
    net: float
    extrapolation_deduction: float
    leakage: float
    after_deductions: float
    capped: bool
    allogenic: float = 0.0
    """What allogenic water that was led in had taken up before it came."""


def extrapolation(accounting: Accounting, curve: Curve, ratio: float) -> Extrapolation:
    """Where the line lies and how much of the volume ran above it."""
    if isinstance(curve, DatedCurves):
        of_curves = tuple(entry.line(ratio) for entry in curve.entries)
        found = Extrapolation(*min(of_curves), 0.0, of_curves)
    else:
        line = ratio * curve.highest_gauged_discharge_m3_s
        found = Extrapolation(line, curve.stage_m_at(line), 0.0)
    total = accounting.total_discharge_m3_s
    above = exact_sum(accounting.discharge_m3_s[accounting.discharge_m3_s > found.line_of(accounting)])
    return replace(found, volume_share=above / total if total > 0.0 else 0.0)


def held_loads(accounting: Accounting, beyond: Extrapolation, most_extrapolated: float) -> Loads:
    """Loads with discharge above the line counted as the line, where more than the share allowed ran above it."""
    if beyond.volume_share <= most_extrapolated:
        return accounting.loads
    held = np.minimum(accounting.discharge_m3_s, beyond.line_of(accounting))
    return loads(held, accounting.water, accounting.interval_s)


def enhance(
    accounting: Accounting,
    baseline: Baseline,
    settings: Settings,
    *,
    beyond: Extrapolation,
    most_extrapolated: float,
    area_km2: float,
    years: float,
) -> Enhancement:
    """Retained less the baseline's load on the same water.

    Where more than the share `most_extrapolated` of the volume ran above the line, discharge above it counts as
    the line on both sides of the difference; the cap only ever lowers the figure.
    """
    water = accounting.loads.water_m3
    retained = accounting.loads.uptake_t_co2(settings.kappa, settings.rain_mmol_l)
    load = baseline.load_t_co2(settings.kappa, water, area_km2, years)
    net = retained - load
    capped_net = net
    if beyond.volume_share > most_extrapolated:
        held = np.minimum(accounting.discharge_m3_s, beyond.line_of(accounting))
        capped = loads(held, accounting.water, accounting.interval_s)
        capped_load = baseline.load_t_co2(settings.kappa, capped.water_m3, area_km2, years)
        capped_net = capped.uptake_t_co2(settings.kappa, settings.rain_mmol_l) - capped_load
    deduction = max(0.0, net - capped_net)
    leakage = baseline.project_emissions_t_co2 + baseline.leakage_t_co2
    return Enhancement(
        baseline=load,
        net=net,
        extrapolation_deduction=deduction,
        leakage=leakage,
        after_deductions=net - deduction - leakage,
        capped=deduction > 0.0,
    )
