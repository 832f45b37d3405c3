"""The counterfactual of an enhancement: what the catchment took up before the project, on this period's water.

    load = max(C_b Q_p, C_b Q_b)        C_b = baseline F(kappa), Q_p the period's runoff, Q_b the baseline's

so runoff alone earns nothing. Q_b is scaled to the period's share of a year, by days: the baseline states no
seasonality of its own, and the project's must not be lent to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from calculations import masses
from calculations.evidence import Record
from calculations.flux.uptake import composition
from calculations.messages import CalculationError, Message
from calculations.records import number_in

_SHARED_ERRORS = ("rating", "area", "kappa", "lab")
_OF_SILICATE = ("sodium_mg_l", "potassium_mg_l", "chloride_mg_l")
_IONS = {
    "sulfate_mg_l": "so4_mg_l",
    "nitrate_mg_l": "no3_mg_l",
    "sodium_mg_l": "na_mg_l",
    "potassium_mg_l": "k_mg_l",
    "chloride_mg_l": "cl_mg_l",
}


class BaselineError(CalculationError):
    """The baseline record cannot be used; `params["field"]` names the field."""


@dataclass(frozen=True)
class Baseline:
    """Baseline water [meq/L], runoff of its mean year [mm], and which errors it shares with the project."""

    runoff_mm_per_year: float
    alkalinity_meq_l: float
    acid_meq_l: float
    silicate_meq_l: float
    silicate_is_projects: bool
    rain_mmol_l: float
    relative_sd_of_alkalinity: float
    shared: frozenset[str]
    project_emissions_t_co2: float
    leakage_t_co2: float
    messages: tuple[Message, ...]

    def uptake_mmol_l(self, kappa: float) -> float:
        """C_b: baseline F(kappa) in mmol CO2 per litre."""
        from_rock_and_acids = 0.5 * (self.silicate_meq_l - self.acid_meq_l)
        return (kappa - 0.5) * self.alkalinity_meq_l + from_rock_and_acids - self.rain_mmol_l

    def water_m3(self, area_km2: float, years: float) -> float:
        """Q_b: the baseline's runoff over the period's share of years, m3 (1 mm on 1 km2 is 1,000 m3)."""
        return self.runoff_mm_per_year * area_km2 * 1000.0 * years

    def load_t_co2(self, kappa: float, project_water_m3: float, area_km2: float, years: float) -> float:
        """max(C_b Q_p, C_b Q_b) in t CO2."""
        per_m3 = self.uptake_mmol_l(kappa) * masses.T_CO2_PER_MMOL_L_M3
        return max(per_m3 * project_water_m3, per_m3 * self.water_m3(area_km2, years))


def read_baseline(
    record: Record,
    *,
    project_mg_l: Mapping[str, float],
    default_relative_sd: float,
    neutral_sulfate_mg_l: float = 0.0,
    silicate_ca_mg_meq_l: float = 0.0,
    rain_mmol_l: float = 0.0,
) -> Baseline:
    """Baseline from its record; what it did not analyse is the project's (`project_mg_l`, mean mg/L).

    Without all of Na, K and Cl it takes all three, hence S, from the project. The other arguments are those
    that the project's own water is counted with (see `calculations.flux.uptake.composition`). Raises
    BaselineError (BASELINE_FIELD_INVALID) naming the field.
    """
    concentrations, messages = _concentrations(record, project_mg_l)
    alkalinity = _required(record, "flow_weighted_alkalinity_mg_l_hco3", 0.0, 5000.0)
    water = composition(
        {"alkalinity_hco3_mg_l": np.array([alkalinity])}
        | {ion: np.array([value]) for ion, value in concentrations.items()},
        neutral_sulfate_mg_l=neutral_sulfate_mg_l,
        silicate_ca_mg_meq_l=silicate_ca_mg_meq_l,
    )
    sd = _number(record, "relative_standard_uncertainty_of_alkalinity", 0.0, 1.0, optional=True)
    return Baseline(
        runoff_mm_per_year=_required(record, "runoff_mm_per_year", 0.0, 20_000.0),
        alkalinity_meq_l=float(water.alkalinity_meq_l[0]),
        acid_meq_l=float(water.sulfuric_meq_l[0] + water.nitric_meq_l[0]),
        silicate_meq_l=float(water.silicate_meq_l[0]),
        silicate_is_projects=any(record.get(_IONS[ion]) is None for ion in _OF_SILICATE),
        rain_mmol_l=rain_mmol_l,
        relative_sd_of_alkalinity=default_relative_sd if sd is None else sd,
        shared=_shared(record),
        project_emissions_t_co2=_number(record, "project_emissions_t_co2", 0.0, 1e9, optional=True) or 0.0,
        leakage_t_co2=_number(record, "leakage_t_co2", 0.0, 1e9, optional=True) or 0.0,
        messages=tuple(messages),
    )


def _concentrations(record: Record, project_mg_l: Mapping[str, float]) -> tuple[dict[str, float], list[Message]]:
    stated = {ion: _number(record, field, 0.0, 100_000.0, optional=True) for ion, field in _IONS.items()}
    if any(stated[ion] is None for ion in _OF_SILICATE):
        stated |= dict.fromkeys(_OF_SILICATE)
    taken = sorted(ion for ion, value in stated.items() if value is None)
    messages = [Message("BASELINE_USES_PROJECT_ION", {"ion": ion}, "info") for ion in taken]
    return {ion: project_mg_l[ion] if value is None else value for ion, value in stated.items()}, messages


def _shared(record: Record) -> frozenset[str]:
    stated = record.get("errors_shared_with_project", [])
    if not isinstance(stated, list) or not set(map(str, stated)) <= set(_SHARED_ERRORS):
        expected = ", ".join(_SHARED_ERRORS)
        field = "errors_shared_with_project"
        raise BaselineError("BASELINE_FIELD_INVALID", field=field, value=str(stated), expected=expected)
    return frozenset(map(str, stated))


def years_of(start_s: int, end_s: int, utc_offset_s: int) -> float:
    """Length of [start, end) in years of the station's calendar: whole anniversaries count 1 each.

    The rest is its days over the days of the year it lies in, so a calendar year is exactly 1, leap or not.
    """
    start = datetime.fromtimestamp(start_s + utc_offset_s, UTC)
    end = datetime.fromtimestamp(end_s + utc_offset_s, UTC)
    whole = end.year - start.year
    if _anniversary(start, whole) > end:
        whole -= 1
    begun, ends = _anniversary(start, whole), _anniversary(start, whole + 1)
    return whole + (end - begun).total_seconds() / (ends - begun).total_seconds()


def _anniversary(start: datetime, years: int) -> datetime:
    if start.month == 2 and start.day == 29:
        return start.replace(month=3, day=1, year=start.year + years)
    return start.replace(year=start.year + years)


def _required(record: Record, field: str, low: float, high: float) -> float:
    value = _number(record, field, low, high, optional=False)
    assert value is not None
    return value


def _number(record: Record, field: str, low: float, high: float, *, optional: bool) -> float | None:
    if optional and record.get(field) is None:
        return None
    expected = f"{low:g} to {high:g}"
    facts: dict[str, Any] = {"field": field, "value": str(record.get(field, "")), "expected": expected}
    try:
        value, censored = number_in(record, field)
    except CalculationError as error:
        raise BaselineError("BASELINE_FIELD_INVALID", **facts) from error
    if value is None or censored or not low <= value <= high:
        raise BaselineError("BASELINE_FIELD_INVALID", **facts)
    return value
