"""What a reach between two stations keeps of the spring's carbon: degassing, tufa, organic carbon, and kappa.

Loads over the time that both stations cover, in mol: Alk, DIC (all inorganic carbon), D = (Alk - S + A)/2 (rock).

    calcite   = (Alk_up + Alk_lateral - Alk_down) / 2           laid down as tufa; negative: dissolved on the way
    degassed  = DIC_up + DIC_lateral - DIC_down - organic - calcite
    kappa_d   = min(1, DIC_down / Alk_down)                     CO2 gas above the alkalinity will leave the water
    F_down    = kappa_d Alk_down - D_down                       what did not come from rock and is still there
    kappa     = 1/2 + (F_down - F_lateral - (S_up - A_up)/2) / Alk_up

so that F(kappa) on the spring's own alkalinity gives what is still in the water downstream, tufa included. Where the
water between is the spring's alone and nothing falls out, kappa = kappa_d.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StationLoads:
    """Loads past one station: water [m3], alkalinity [mol of charge], DIC [mol], (S - A)/2 [mol]."""

    water_m3: float
    alkalinity_mol: float
    dic_mol: float
    silicate_less_acids_half_mol: float


@dataclass(frozen=True)
class Lateral:
    """Water that joins between the stations: m3, alkalinity and DIC in mol (none: zeros)."""

    water_m3: float = 0.0
    alkalinity_mol: float = 0.0
    dic_mol: float = 0.0


@dataclass(frozen=True)
class Retention:
    """Carbon of a reach in mol, and kappa at its end and to the spring's alkalinity."""

    calcite_mol: float
    organic_mol: float
    degassed_mol: float
    dic_over_alkalinity: float
    """As found downstream; above 1 where CO2 gas is still leaving."""
    kappa: float
    """To the spring's alkalinity; not held to any range."""
    water_balance: float
    """(down - up - lateral) / up."""


def retention(up: StationLoads, down: StationLoads, lateral: Lateral, organic_mol: float) -> Retention:
    """Balance of a reach; water and alkalinity of both stations must be above zero.

    >>> up = StationLoads(1e6, 4.0e6, 4.3e6, -0.2e6)
    >>> found = retention(up, StationLoads(1e6, 3.9e6, 3.783e6, -0.2e6), Lateral(), 0.0)
    >>> print(f"{found.calcite_mol:.0f} {found.degassed_mol:.0f} {found.kappa:.4f}")
    50000 467000 0.9583
    """
    calcite = 0.5 * (up.alkalinity_mol + lateral.alkalinity_mol - down.alkalinity_mol)
    degassed = up.dic_mol + lateral.dic_mol - down.dic_mol - organic_mol - calcite
    ratio = down.dic_mol / down.alkalinity_mol
    at_end = min(1.0, ratio)
    still_there = (at_end - 0.5) * down.alkalinity_mol + down.silicate_less_acids_half_mol
    springs = still_there - (at_end - 0.5) * lateral.alkalinity_mol
    return Retention(
        calcite_mol=calcite,
        organic_mol=organic_mol,
        degassed_mol=degassed,
        dic_over_alkalinity=ratio,
        kappa=0.5 + (springs - up.silicate_less_acids_half_mol) / up.alkalinity_mol,
        water_balance=(down.water_m3 - up.water_m3 - lateral.water_m3) / up.water_m3,
    )
