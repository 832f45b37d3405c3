"""Between two stations: degassing, calcite that fell out, organic carbon made, and the kappa that is left (KCS-NET).

Carbon of a reach, in mol (or t CO2) over the same span:

    DIC in = DIC out + degassed + precipitated + organic carbon made
    precipitated = 1/2 (alkalinity in - alkalinity out)          a mol of CaCO3 takes two of alkalinity and one of DIC

What enters between the stations (lateral inflow) is part of "in". Methodology, section 5, writes the balance without
the calcite; in a supersaturated river that would call tufa "degassing". Both figures are given: with calcite apart
the gas alone, and together everything that left the water. Nothing is clipped: a reach that takes up CO2 (algae at
noon, cooling water) has negative degassing.

What is still in the water at the lower station and did not come from rock, with D = (Alk - S + A)/2 the rock:

    kappa_d = min(1, DIC_down / Alk_down)                     CO2 gas above the alkalinity will leave the water
    F_down  = (kappa_d - 1/2) Alk_down + (S_down - A_down)/2
    kappa   = 1/2 + (F_down - (kappa_d - 1/2) Alk_lateral - (S_up - A_up)/2) / Alk_up

so that F(kappa) on the spring's own alkalinity gives what is still there downstream, tufa included. Where the water
between is the spring's alone and nothing falls out, kappa = kappa_d.

The biological pump (Liu et al. 2011): autochthonous organic carbon = share x TOC flux. It was made from DIC of the
reach, so it is a reporting line; counted towards retained carbon together with kappa it would count twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.flux.errors import FluxError, finite, in_range
from calculations.portable import exact_sum

FloatArray = NDArray[np.float64]

CARBON_G_MOL = 12.0107
T_CO2_PER_T_C = masses.CO2 / CARBON_G_MOL


@dataclass(frozen=True)
class CarbonLoad:
    """What passes a station (or enters beside the river) over the span: water [m3], alkalinity and DIC [mol].

    `silicate_less_acids_half_mol` is (S - A)/2 in mol; without it kappa to the spring counts carbonic acid alone.
    """

    water_m3: float = 0.0
    alkalinity_mol: float = 0.0
    dic_mol: float = 0.0
    silicate_less_acids_half_mol: float = 0.0

    def __add__(self, other: CarbonLoad) -> CarbonLoad:
        """Two inflows together."""
        return CarbonLoad(
            self.water_m3 + other.water_m3,
            self.alkalinity_mol + other.alkalinity_mol,
            self.dic_mol + other.dic_mol,
            self.silicate_less_acids_half_mol + other.silicate_less_acids_half_mol,
        )


@dataclass(frozen=True)
class ReachBalance:
    """Carbon of a reach; DIC in = DIC out + degassed + precipitated + organic."""

    upper: CarbonLoad
    lateral: CarbonLoad
    lower: CarbonLoad
    organic_mol: float

    @property
    def inflow(self) -> CarbonLoad:
        """What enters: from above and beside."""
        return self.upper + self.lateral

    @property
    def precipitated_mol(self) -> float:
        """Calcite laid down as tufa; negative: dissolved on the way."""
        return 0.5 * (self.inflow.alkalinity_mol - self.lower.alkalinity_mol)

    @property
    def degassed_mol(self) -> float:
        """CO2 that left as gas."""
        return self.inflow.dic_mol - self.lower.dic_mol - self.organic_mol - self.precipitated_mol

    @property
    def dic_in_t_co2(self) -> float:
        """DIC that entered."""
        return self.inflow.dic_mol * masses.T_CO2_PER_MMOL_L_M3

    @property
    def dic_out_t_co2(self) -> float:
        """DIC that left past the lower station."""
        return self.lower.dic_mol * masses.T_CO2_PER_MMOL_L_M3

    @property
    def precipitated_t_co2(self) -> float:
        """Calcite as CO2."""
        return self.precipitated_mol * masses.T_CO2_PER_MMOL_L_M3

    @property
    def organic_t_co2(self) -> float:
        """Organic carbon made, as CO2."""
        return self.organic_mol * masses.T_CO2_PER_MMOL_L_M3

    @property
    def degassed_t_co2(self) -> float:
        """Gas."""
        return self.degassed_mol * masses.T_CO2_PER_MMOL_L_M3

    @property
    def left_the_water_t_co2(self) -> float:
        """Degassed and precipitated together: DIC in - DIC out - organic carbon made."""
        return self.degassed_t_co2 + self.precipitated_t_co2

    @property
    def water_gain_share(self) -> float:
        """(water out - water in) / water in: beyond some 5 % an inflow is missing from the balance."""
        return (self.lower.water_m3 - self.inflow.water_m3) / self.inflow.water_m3

    @property
    def water_balance(self) -> float:
        """The same of the spring's water alone: (down - up - lateral) / up."""
        return (self.lower.water_m3 - self.upper.water_m3 - self.lateral.water_m3) / self.upper.water_m3

    @property
    def kappa_out(self) -> float | None:
        """DIC over alkalinity at the lower station; above 1 where CO2 gas is still leaving."""
        return self.lower.dic_mol / self.lower.alkalinity_mol if self.lower.alkalinity_mol > 0.0 else None

    @property
    def kappa_of_spring(self) -> float | None:
        """DIC out over alkalinity in: what is left of the spring's alkalinity, calcite that fell out included."""
        return self.lower.dic_mol / self.inflow.alkalinity_mol if self.inflow.alkalinity_mol > 0.0 else None

    @property
    def kappa(self) -> float | None:
        """To the spring's own alkalinity, silicate and acids counted (see above); not held to any range."""
        if self.kappa_out is None or self.upper.alkalinity_mol <= 0.0:
            return None
        at_end = min(1.0, self.kappa_out)
        still_there = (at_end - 0.5) * self.lower.alkalinity_mol + self.lower.silicate_less_acids_half_mol
        springs = still_there - (at_end - 0.5) * self.lateral.alkalinity_mol
        return 0.5 + (springs - self.upper.silicate_less_acids_half_mol) / self.upper.alkalinity_mol


@dataclass(frozen=True)
class BiologicalPump:
    """Autochthonous organic carbon of a span: a reporting line, never added to what kappa already holds."""

    toc_t_c: float
    share: float
    autochthonous_t_c: float

    @property
    def autochthonous_t_co2(self) -> float:
        """The same as CO2."""
        return self.autochthonous_t_c * T_CO2_PER_T_C

    @property
    def mol(self) -> float:
        """The same in mol of carbon, as `reach_balance` takes it."""
        return self.autochthonous_t_c * 1e6 / CARBON_G_MOL


def carbon_load(
    discharge_m3_s: FloatArray,
    alkalinity_meq_l: FloatArray,
    dic_mmol_l: FloatArray,
    interval_s: float,
    *,
    silicate_less_acids_meq_l: FloatArray | None = None,
) -> CarbonLoad:
    """Loads of counted readings (n,), exact sums; FluxError FLUX_NOT_FINITE, FLUX_SHAPE, FLUX_NOTHING_COUNTED."""
    shape = np.shape(discharge_m3_s)
    volume = finite("discharge_m3_s", discharge_m3_s, shape) * in_range("interval_s", interval_s, 1.0, 1e8)
    if not volume.size:
        raise FluxError("FLUX_NOTHING_COUNTED", expected=0)
    alkalinity, dic = finite("alkalinity_meq_l", alkalinity_meq_l, shape), finite("dic_mmol_l", dic_mmol_l, shape)
    half = 0.0
    if silicate_less_acids_meq_l is not None:
        half = exact_sum(volume * (0.5 * finite("silicate_less_acids_meq_l", silicate_less_acids_meq_l, shape)))
    return CarbonLoad(exact_sum(volume), exact_sum(volume * alkalinity), exact_sum(volume * dic), half)


def reach_balance(
    upper: CarbonLoad, lower: CarbonLoad, *, lateral: CarbonLoad | None = None, organic_made_mol: float = 0.0
) -> ReachBalance:
    """The balance of the reach between two stations; loads over the same span.

    `organic_made_mol`: autochthonous organic carbon made in the reach and carried or buried (`BiologicalPump.mol`).
    Raises FluxError FLUX_OUT_OF_RANGE where a load is no number or the inflow has no water.

    >>> up, down = CarbonLoad(1e6, 4.0e6, 4.3e6, -0.2e6), CarbonLoad(1e6, 3.9e6, 3.783e6, -0.2e6)
    >>> found = reach_balance(up, down)
    >>> print(f"{found.precipitated_mol:.0f} {found.degassed_mol:.0f} {found.kappa:.4f}")
    50000 467000 0.9583
    """
    found = ReachBalance(upper, lateral or CarbonLoad(), lower, organic_made_mol)
    inflow = found.inflow
    for whose, load in (("upper", inflow), ("lower", lower)):
        in_range(f"{whose} water_m3", load.water_m3, 0.0, 1e15)
        in_range(f"{whose} dic_mol", load.dic_mol, 0.0, 1e15)
        in_range(f"{whose} alkalinity_mol", load.alkalinity_mol, -1e15, 1e15)
    in_range("upper water_m3", inflow.water_m3, 1e-9, 1e15)
    in_range("organic_made_mol", organic_made_mol, 0.0, 1e15)
    return found


def biological_pump(
    discharge_m3_s: FloatArray, toc_mg_l: FloatArray, *, interval_s: float, autochthonous_share: float
) -> BiologicalPump:
    """Share x TOC flux over counted readings (n,): concentrations as mg C per litre, the share 0 to 1.

    Raises FluxError FLUX_NOT_FINITE, FLUX_SHAPE, FLUX_NOTHING_COUNTED, FLUX_OUT_OF_RANGE.
    """
    shape = np.shape(discharge_m3_s)
    volume = finite("discharge_m3_s", discharge_m3_s, shape) * in_range("interval_s", interval_s, 1.0, 1e8)
    if not volume.size:
        raise FluxError("FLUX_NOTHING_COUNTED", expected=0)
    toc = finite("toc_mg_l", toc_mg_l, shape)
    if (toc < 0.0).any():
        raise FluxError("FLUX_OUT_OF_RANGE", quantity="toc_mg_l", value=float(toc.min()), low=0.0, high=1e4)
    share = in_range("autochthonous_share", autochthonous_share, 0.0, 1.0)
    tonnes = exact_sum(volume * toc) * 1e-6
    return BiologicalPump(tonnes, share, share * tonnes)


def autochthonous_share_by_cn(measured: float, terrestrial: float, aquatic: float) -> float:
    """Share of organic carbon that was made in the water, from molar C/N of the sample and of the two sources.

    Carbon mixes in proportion to N/C, not to C/N: share = (1/m - 1/t) / (1/a - 1/t) (Perdue & Koprivnjak 2007,
    equation 5). Raises FluxError where the sample does not lie between its sources, or they are the same.
    """
    in_range("aquatic C/N", aquatic, 3.0, 20.0)
    in_range("terrestrial C/N", terrestrial, aquatic * 1.2, 200.0)
    in_range("measured C/N", measured, aquatic, terrestrial)
    return (1.0 / measured - 1.0 / terrestrial) / (1.0 / aquatic - 1.0 / terrestrial)
