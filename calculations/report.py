"""From a calculation to its result: figures rounded once, waterfall, monthly sums, gates, and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.calculation import Calculation
from calculations.canonical import sha256_hex
from calculations.crediting import Credited, credit
from calculations.evidence import Series, period_bounds_s
from calculations.figures import FIGURES, TONNES, rounded, tonnes
from calculations.flux.accounting import local_year, month_label, month_numbers, retained_by_cations_t_co2
from calculations.flux.uptake import allogenic_fraction
from calculations.further_figures import ALL
from calculations.gates import gates_of, warnings_of
from calculations.hydrology.dated_curves import exclusions_of
from calculations.masses import T_CO2_PER_MMOL_L_M3
from calculations.messages import Message
from calculations.portable import exact_sum
from calculations.quality.slots import EC25, STAGE
from calculations.result import FORMAT, FORMAT_VERSION, Result, plot_bytes, plot_series
from calculations.sealed import minimum_record
from calculations.sums import exact_group_sums

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Additions:
    """What a procedure adds to a flux result: figures (doubles, named in `further_figures.ALL`), messages, sections."""

    figures: Mapping[str, float | None] = field(default_factory=dict)
    reasons: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    sections: Mapping[str, Any] = field(default_factory=dict)


def write_result(calculation: Calculation, additions: Additions | None = None) -> Result:
    """The result of a flux calculation; everything in it follows from the calculation and what is added."""
    more = additions or Additions()
    values = _values(calculation)
    net = _net_levels(values, calculation)
    reasons = [*gates_of(calculation), *more.reasons]
    credited = credit(calculation, net, bool(reasons))
    figures = _figures(values, net, credited) | figures_of(more.figures)
    plots = _plots(calculation)
    month_of_slot = month_numbers(calculation.inputs, int(calculation.bundle.evidence.period["utc_offset_s"]))
    accounting, settings, methodology = calculation.accounting, calculation.settings, calculation.methodology
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "bundle_digest": calculation.bundle.digest,
        "methodology": methodology.record(),
        "outcome": methodology.outcome,
        "period": calculation.bundle.evidence.period,
        "station": calculation.bundle.evidence.station,
        "figures": figures,
        "issuable": not reasons,
        "reasons": [message.record() for message in (*reasons, *credited.reasons)],
        "warnings": [message.record() for message in (*warnings_of(calculation), *more.warnings)],
        "waterfall": credited.waterfall,
        "lines_t_co2": {
            "gross": _tonnes_of(accounting.loads.lines_t_co2(1.0, settings.rain_mmol_l)),
            "retained": _tonnes_of(accounting.loads.lines_t_co2(settings.kappa, settings.rain_mmol_l)),
        },
        "monthly": _monthly(calculation, month_of_slot),
        "vintages": _vintages(calculation, month_of_slot),
        "uncertainty": calculation.simulation.record() | {"seed": calculation.seed},
        "quality": calculation.inputs.grid.record() | {"rejected_readings": dict(calculation.inputs.rejected)},
        "parameters": {
            symbol: {"value": parameter.value, "unit": parameter.unit}
            for symbol, parameter in sorted(methodology.parameters.items())
        },
        "constants": dict(methodology.content["constants"]),
        "curve": calculation.curve.record() | {"exclusions": exclusions_of(calculation.bundle.evidence.curve)},
        "regressions": minimum_record(calculation.models.record()),
        "extrapolation": {
            "line_m3_s": rounded(calculation.beyond.line_m3_s, 6).__str__(),
            "line_stage_m": rounded(calculation.beyond.line_stage_m, 6).__str__(),
            "capped": calculation.enhancement is not None and calculation.enhancement.capped,
        },
        "plots": {
            "grid": {
                "start_s": calculation.inputs.start_s,
                "interval_s": calculation.inputs.interval_s,
                "slots": calculation.inputs.slots,
            },
            "series": {
                name: {"unit": s.unit, "decimals": s.decimals, "sha256": sha256_hex(plot_bytes(s))}
                for name, s in plots.items()
            },
        },
        "intermediate_sha256": _intermediate(calculation),
    }
    return Result(content | dict(more.sections), plots)


def _values(calculation: Calculation) -> dict[str, float | None]:
    """Every figure that is a double; None where it does not apply."""
    inputs, accounting, settings = calculation.inputs, calculation.accounting, calculation.settings
    slots = inputs.slots
    measured = inputs.has_measured(STAGE, EC25)[accounting.counted]
    water = accounting.loads.water_m3
    measured_water = accounting.discharge_under_m3_s(measured) * accounting.interval_s
    gross = accounting.loads.uptake_t_co2(1.0, settings.rain_mmol_l)
    retained = accounting.loads.uptake_t_co2(settings.kappa, settings.rain_mmol_l)
    outside = accounting.share_of_gross(calculation.models.outside(accounting.ec25_us_cm))
    allogenic = gross * allogenic_fraction(*calculation.allogenic)
    area, years = calculation.area_km2, calculation.years
    simulation = calculation.simulation
    values: dict[str, float | None] = {
        "readings": inputs.readings,
        "expected_slots": slots,
        "missing_slots": inputs.grid.missing_slots,
        "filled_slots": int((~measured).sum()),
        "time_measured_pct": 100.0 * int(measured.sum()) / slots,
        "time_counted_pct": 100.0 * int(accounting.counted.sum()) / slots,
        "volume_measured_pct": 100.0 * measured_water / water if water > 0.0 else None,
        "zero_flow_slots": int((accounting.discharge_m3_s == 0.0).sum()),
        "period_years": years,
        "catchment_area_km2": area,
        "water_m3": water,
        "runoff_mm": water / (1000.0 * area),
        "mean_discharge_m3_s": water / (accounting.interval_s * accounting.discharge_m3_s.size),
        "flow_weighted_hco3_mg_l": accounting.flow_weighted_mg_l("alkalinity_hco3_mg_l"),
        "flow_weighted_so4_mg_l": accounting.flow_weighted_mg_l("sulfate_mg_l"),
        "flow_weighted_no3_mg_l": accounting.flow_weighted_mg_l("nitrate_mg_l"),
        "speciated_readings": int((~np.isnan(calculation.speciated.pco2_pa)).sum()),
        "mean_si_calcite": _mean(calculation.speciated.si_calcite),
        "mean_pco2_pa": _mean(calculation.speciated.pco2_pa),
        "outside_calibration_pct": None if outside is None else 100.0 * outside,
        "extrapolated_volume_pct": 100.0 * calculation.beyond.volume_share,
        "simple_t_co2": 0.5 * accounting.loads.alkalinity_mol * T_CO2_PER_MMOL_L_M3,
        "gross_t_co2": gross,
        "gross_t_co2_km2_a": gross / area / years,
        "retained_t_co2": retained,
        "retained_t_co2_km2_a": retained / area / years,
        "allogenic_t_co2": allogenic,
        "autochthonous_t_co2": gross - allogenic,
        "cation_check_t_co2": retained_by_cations_t_co2(accounting, settings),
        "half_width_90_pct": None,
    }
    enhancement = calculation.enhancement
    central = retained if enhancement is None else enhancement.after_deductions
    spread = simulation.retained if simulation.net is None else simulation.net
    if central > 0.0:
        values["half_width_90_pct"] = 100.0 * spread.half_width_90() / central
    if enhancement is not None and simulation.net is not None:
        values |= {
            "baseline_t_co2": enhancement.baseline,
            "extrapolation_deduction_t_co2": enhancement.extrapolation_deduction,
            "leakage_t_co2": enhancement.leakage,
            "net_p10_t_co2": max(0.0, simulation.net.quantile(calculation.methodology.value("p_level"))),
        }
    return values


def figures_of(values: Mapping[str, float | None]) -> dict[str, dict[str, str | None]]:
    """Name -> {"value", "unit"} of doubles, rounded once each; null where None."""
    return {
        name: {
            "value": None if value is None else f"{rounded(value, ALL[name].decimals):f}",
            "unit": ALL[name].unit,
        }
        for name, value in values.items()
    }


def _net_levels(values: Mapping[str, float | None], calculation: Calculation) -> dict[str, Decimal]:
    """Quantities in tonnes as Decimals, so that each step's difference is exact (net = retained - baseline)."""
    levels = {
        name: tonnes(value)
        for name, value in values.items()
        if value is not None and name in FIGURES and FIGURES[name].unit == "t CO2"
    }
    if "baseline_t_co2" in levels:
        levels["allogenic_water_t_co2"] = tonnes(calculation.enhancement.allogenic if calculation.enhancement else 0.0)
        levels["net_t_co2"] = levels["retained_t_co2"] - levels["allogenic_water_t_co2"] - levels["baseline_t_co2"]
        levels["net_after_deductions_t_co2"] = (
            levels["net_t_co2"] - levels["extrapolation_deduction_t_co2"] - levels["leakage_t_co2"]
        )
    return levels


def _figures(
    values: Mapping[str, float | None], levels: Mapping[str, Decimal], credited: Credited
) -> dict[str, dict[str, str | None]]:
    """Name -> {"value": decimal string or null, "unit"} for every figure of the table."""
    known: dict[str, Decimal | None] = {
        name: None if value is None else rounded(value, FIGURES[name].decimals) for name, value in values.items()
    }
    known |= levels
    known |= credited.figures
    return {
        name: {"value": None if known.get(name) is None else f"{known[name]:f}", "unit": figure.unit}
        for name, figure in FIGURES.items()
    }


def _tonnes_of(lines: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{tonnes(value):f}" for name, value in lines.items()}


def _mean(values: FloatArray) -> float | None:
    present = values[~np.isnan(values)]
    return exact_sum(present) / present.size if present.size else None


def _monthly(calculation: Calculation, month_of_slot: IntArray) -> list[dict[str, Any]]:
    """Sums and means by calendar month of the station's offset."""
    accounting, speciated = calculation.accounting, calculation.speciated
    numbers = np.arange(month_of_slot[0], month_of_slot[-1] + 1)
    slots, counted = _groups(month_of_slot, numbers), _groups(month_of_slot[accounting.counted], numbers)
    columns = zip(
        numbers.tolist(),
        slots.sizes,
        counted.sizes,
        counted.sums(accounting.discharge_m3_s),
        counted.sums(accounting.gross_t_co2),
        counted.sums(accounting.retained_t_co2),
        slots.means(speciated.si_calcite),
        slots.means(speciated.pco2_pa),
        strict=True,
    )
    rows = []
    for number, size, counted_size, discharge, gross, retained, si_calcite, pco2_pa in columns:
        water = discharge * accounting.interval_s
        rows.append(
            {
                "month": month_label(number),
                "slots": size,
                "counted_slots": counted_size,
                "water_m3": f"{rounded(water, 1):f}",
                "runoff_mm": f"{rounded(water / (1000.0 * calculation.area_km2), 3):f}",
                "gross_t_co2": f"{tonnes(gross):f}",
                "retained_t_co2": f"{tonnes(retained):f}",
                "mean_si_calcite": _text(si_calcite, 4),
                "mean_pco2_pa": _text(pco2_pa, 2),
            }
        )
    return rows


@dataclass(frozen=True)
class _Groups:
    """Neighbouring elements that belong together: from where to where each group reaches."""

    starts: list[int]
    ends: list[int]

    @property
    def sizes(self) -> list[int]:
        return [end - start for start, end in zip(self.starts, self.ends, strict=True)]

    def sums(self, values: FloatArray) -> list[float]:
        """Exact sum of each group."""
        return exact_group_sums(values, self.starts, self.ends)

    def means(self, values: FloatArray) -> list[float | None]:
        """Mean of what is not NaN in each group; None where there is nothing."""
        missing = np.isnan(values)
        gone = np.concatenate(([0], np.cumsum(missing)))
        present = [
            end - start - int(gone[end] - gone[start]) for start, end in zip(self.starts, self.ends, strict=True)
        ]
        sums = self.sums(np.where(missing, 0.0, values))
        return [total / count if count else None for total, count in zip(sums, present, strict=True)]


def _groups(ascending: IntArray, numbers: IntArray) -> _Groups:
    starts, ends = (np.searchsorted(ascending, numbers, side) for side in ("left", "right"))
    return _Groups(starts.tolist(), ends.tolist())


def _text(value: float | None, decimals: int) -> str | None:
    return None if value is None else f"{rounded(value, decimals):f}"


def _vintages(calculation: Calculation, month_of_slot: IntArray) -> list[dict[str, Any]]:
    """Retained flux by calendar year; credits of a period over two years are shared out in its proportion."""
    offset_s = int(calculation.bundle.evidence.period["utc_offset_s"])
    year_of_counted = 1970 + month_of_slot[calculation.accounting.counted] // 12
    start_s, end_s = period_bounds_s(calculation.bundle.evidence.period)
    total = exact_sum(np.maximum(calculation.accounting.retained_t_co2, 0.0))
    rows = []
    for year in range(local_year(start_s, offset_s), local_year(end_s - 1, offset_s) + 1):
        flux = calculation.accounting.retained_t_co2[year_of_counted == year]
        share = exact_sum(np.maximum(flux, 0.0)) / total if total > 0.0 else 0.0
        rows.append(
            {
                "year": year,
                "retained_t_co2": f"{tonnes(exact_sum(flux)):f}",
                "share": f"{rounded(share, TONNES):f}",
            }
        )
    return rows


def _plots(calculation: Calculation) -> dict[str, Series]:
    accounting, speciated = calculation.accounting, calculation.speciated
    rows = (
        ("discharge", "m3/s", 4, accounting.over_slots(accounting.discharge_m3_s)),
        ("alkalinity", "mg/L HCO3", 2, accounting.over_slots(accounting.concentrations_mg_l["alkalinity_hco3_mg_l"])),
        ("pco2", "Pa", 2, speciated.pco2_pa),
        ("si_calcite", "1", 4, speciated.si_calcite),
        ("gross_uptake", "kg CO2 per reading", 4, accounting.over_slots(1000.0 * accounting.gross_t_co2)),
        ("retained_uptake", "kg CO2 per reading", 4, accounting.over_slots(1000.0 * accounting.retained_t_co2)),
    )
    return {name: plot_series(name, unit, decimals, values) for name, unit, decimals, values in rows}


def _intermediate(calculation: Calculation) -> dict[str, str]:
    """SHA-256 of the full doubles (little-endian, counted slots or all slots) behind the sums."""
    accounting, speciated = calculation.accounting, calculation.speciated
    arrays = {
        "discharge_m3_s": accounting.discharge_m3_s,
        "alkalinity_meq_l": accounting.water.alkalinity_meq_l,
        "gross_t_co2": accounting.gross_t_co2,
        "retained_t_co2": accounting.retained_t_co2,
        "si_calcite": speciated.si_calcite[~np.isnan(speciated.si_calcite)],
        "pco2_pa": speciated.pco2_pa[~np.isnan(speciated.pco2_pa)],
    }
    return {name: sha256_hex(values.astype("<f8").tobytes()) for name, values in arrays.items()}
