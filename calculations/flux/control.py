"""Before-after-control-impact: what the project's catchment gained beyond what the control catchment did.

    net = (P_after - P_before) - (C_after - C_before)

P is the project's retained uptake in the period and in the baseline's mean year (its months of the period), C the
control's per km2 on the project's area. No maximum rule is needed: a wetter year moves the control as well. Where the
design over baseline years gives less, that counts (methodology, section 6).
"""

from __future__ import annotations

from dataclasses import dataclass

from calculations import masses
from calculations.flux.baseline import Baseline


@dataclass(frozen=True)
class BeforeAfterControl:
    """The four terms in t CO2 on the project's area."""

    project_after: float
    project_before: float
    control_after: float
    control_before: float

    @property
    def net(self) -> float:
        """(P_after - P_before) - (C_after - C_before)."""
        return (self.project_after - self.project_before) - (self.control_after - self.control_before)


def before_t_co2(baseline: Baseline, kappa: float, area_km2: float, years: float) -> float:
    """C_b Q_b: the baseline years' own uptake on their own water over the period's share of years, t CO2."""
    return baseline.uptake_mmol_l(kappa) * masses.T_CO2_PER_MMOL_L_M3 * baseline.water_m3(area_km2, years)


def control_after_t_co2(
    retained_t_co2: float, *, counted_share: float, control_area_km2: float, project_area_km2: float
) -> float:
    """The control's retained uptake on the project's area.

    Time without readings in the control is filled at its mean rate: left out it would only raise the project's net.
    """
    return retained_t_co2 / counted_share * (project_area_km2 / control_area_km2)
