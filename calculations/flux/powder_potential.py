"""What carbonate powder could take up where there is no carbonate rock: a table by region, with its conditions.

All the water surplus of a region passes powder that never runs out and leaves in equilibrium with calcite and the
soil's CO2: D = (P - E) [Ca]eq(T, soil pCO2), as in `calculations.flux.dissolution`. Each t of CaCO3 so dissolved takes
up at most 0.4397 t CO2 at the spring (kappa 1) and 0.4397 (2 kappa - 1) at the reference point; strong acids in the
soil and the life cycle of the powder come off. It is a ceiling: neither kinetics, nor the share of the surplus that
meets powder, nor whether anybody could spread so much, is in it.

The review that this registry began with cites 38.59 million t a year for non-karst areas, without area, climate, soil
CO2 or kappa. `area_behind_km2` says which area of given conditions such a figure needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.chemistry.calcite_equilibrium import equilibrium_calcium
from calculations.chemistry.constants import ConstantsTable
from calculations.flux.errors import in_range
from calculations.flux.powder import ceiling_t_co2, uptake_t_co2

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """Conditions of one row; `acid_keq_km2`: strong acid that meets the powder in a year."""

    name: str
    non_karst_area_km2: float
    surplus_mm: float
    """Precipitation less evaporation of a year."""
    temperature_c: float
    log10_soil_pco2_atm: float
    acid_keq_km2: float = 0.0


@dataclass(frozen=True)
class Potential:
    """One row of the table, a year's figures."""

    region: Region
    calcium_mmol_l: float
    powder_t: float
    """CaCO3 that dissolves."""
    ceiling_t_co2: float
    """At kappa 1, before acids: what a published potential usually means."""
    kept_t_co2: float
    """At the reference point, less what strong acids take."""
    net_t_co2: float
    """Less the life cycle of the powder."""

    @property
    def ceiling_t_co2_km2(self) -> float:
        """Ceiling per km2."""
        return self.ceiling_t_co2 / self.region.non_karst_area_km2


def potential_table(
    regions: Sequence[Region],
    *,
    kappa: float,
    emissions_t_co2_per_t: float,
    constants: ConstantsTable | None = None,
) -> list[Potential]:
    """A row for each region, in order. FluxError FLUX_OUT_OF_RANGE names the condition that cannot be.

    `emissions_t_co2_per_t`: grinding, transport and spreading of a t of CaCO3.
    """
    for item in regions:
        in_range("non_karst_area_km2", item.non_karst_area_km2, 1e-6, 1e7)
        in_range("surplus_mm", item.surplus_mm, 0.0, 1e4)
        in_range("temperature_c", item.temperature_c, 0.0, 40.0)
        in_range("log10_soil_pco2_atm", item.log10_soil_pco2_atm, -4.0, 0.0)
        in_range("acid_keq_km2", item.acid_keq_km2, 0.0, 1e6)
    in_range("kappa", kappa, 0.5, 1.0)
    in_range("emissions_t_co2_per_t", emissions_t_co2_per_t, 0.0, 10.0)
    temperature = np.array([item.temperature_c for item in regions])
    pressure = np.array([item.log10_soil_pco2_atm for item in regions])
    calcium = equilibrium_calcium(temperature, pressure, constants).calcium_mol_kgw.tolist()
    rows = []
    for item, mol_kgw in zip(regions, calcium, strict=True):
        # mm over km2 are 1,000 m3, so 1e6 kg of water; mol -> t of CaCO3 by 1e-6 of the molar mass
        powder_t = item.surplus_mm * item.non_karst_area_km2 * mol_kgw * masses.CACO3
        acid_keq = item.acid_keq_km2 * item.non_karst_area_km2
        kept = float(uptake_t_co2(powder_t, acid_keq, kappa))
        rows.append(
            Potential(
                region=item,
                calcium_mmol_l=1000.0 * mol_kgw,
                powder_t=powder_t,
                ceiling_t_co2=ceiling_t_co2(powder_t, 1.0),
                kept_t_co2=kept,
                net_t_co2=kept - emissions_t_co2_per_t * powder_t,
            )
        )
    return rows


def area_behind_km2(figure_t_co2: float, row: Potential) -> float:
    """Area of a row's conditions whose ceiling is a published figure [t CO2 a year]."""
    return in_range("figure_t_co2", figure_t_co2, 0.0, 1e12) / row.ceiling_t_co2_km2
