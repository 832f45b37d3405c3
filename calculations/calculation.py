"""The calculation itself, phase by phase, before anything is rounded or written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.bundle import Bundle
from calculations.chemistry import ConstantsTable, Waters, load_constants, speciate
from calculations.evidence import Evidence, period_bounds_s
from calculations.flux.accounting import Accounting, Settings, account, concentrations_of
from calculations.flux.baseline import Baseline, read_baseline, years_of
from calculations.flux.enhancement import Enhancement, Extrapolation, enhance, extrapolation
from calculations.hydrology.rating import RatingCurve
from calculations.messages import CalculationError, Message
from calculations.methodologies import Methodology
from calculations.quality.slots import EC25, PH, TEMPERATURE, Inputs, prepare
from calculations.records import number_in
from calculations.regression.models import IonModels
from calculations.regression.samples import UsableSample
from calculations.sealed import sealed_curve, sealed_ions
from calculations.uncertainty.draws import seed_of
from calculations.uncertainty.problem import error_model, readings_for_check
from calculations.uncertainty.simulate import Simulation, simulate

FloatArray = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
_SPECIATION_BLOCK = 8192


class EngineError(CalculationError):
    """The evidence lacks what the methodology needs."""


@dataclass(frozen=True)
class SpeciatedReadings:
    """Saturation index of calcite and CO2 pressure [Pa] per slot, NaN where not all inputs are there."""

    si_calcite: FloatArray
    pco2_pa: FloatArray


@dataclass(frozen=True)
class Calculation:
    """All that was calculated, before it is written as a result."""

    bundle: Bundle
    methodology: Methodology
    inputs: Inputs
    curve: RatingCurve
    models: IonModels
    samples: tuple[UsableSample, ...]
    settings: Settings
    area_km2: float
    years: float
    accounting: Accounting
    speciated: SpeciatedReadings
    beyond: Extrapolation
    baseline: Baseline | None
    enhancement: Enhancement | None
    allogenic: tuple[float, float]
    simulation: Simulation
    seed: str
    warnings: tuple[Message, ...]


def calculate(bundle: Bundle, methodology: Methodology, tell: Progress) -> Calculation:
    """Everything but the writing; see `calculations.engine.compute`."""
    evidence = bundle.evidence
    tell("load", 0, 1)
    constants = methodology.content["constants"]
    table = load_constants(constants["name"], constants["sha256"])
    area_km2 = _positive_number(evidence, "catchment_area_km2")
    if methodology.earns_credits and evidence.baseline is None:
        raise EngineError("BASELINE_MISSING")
    settings = _settings(methodology)
    years = years_of(*period_bounds_s(evidence.period), int(evidence.period["utc_offset_s"]))
    tell("load", 1, 1)

    tell("qc", 0, 1)
    inputs = prepare(evidence, ranges=methodology.ranges, gap_limit_h=methodology.value("gap_limit_h"))
    tell("qc", 1, 1)
    tell("gap_fill", 1, 1)

    tell("discharge", 0, 1)
    validity_years = methodology.whole("validity_years")
    curve = sealed_curve(
        evidence, minimum_gaugings=methodology.whole("minimum_gaugings"), validity_years=validity_years
    )
    tell("discharge", 1, 1)

    tell("ions", 0, 1)
    models, samples, sample_messages = sealed_ions(
        evidence,
        readings_ec25_us_cm=inputs.filled[EC25],
        minimum_samples=methodology.whole("minimum_samples"),
        validity_years=validity_years,
    )
    accounting = account(inputs, curve, models, settings)
    tell("ions", 1, 1)

    speciated = _speciate_readings(inputs, models, settings, table, tell)

    tell("flux", 0, 1)
    beyond = extrapolation(accounting, curve, methodology.value("extrapolation_ratio"))
    baseline = _baseline(evidence, methodology, models, settings)
    enhancement = None
    if baseline is not None:
        enhancement = enhance(
            accounting,
            baseline,
            settings,
            beyond=beyond,
            most_extrapolated=methodology.value("extrapolation_share_max_pct") / 100.0,
            area_km2=area_km2,
            years=years,
        )
    tell("flux", 1, 1)

    seed = seed_of(bundle.digest, methodology.digest)
    simulation = simulate(
        error_model(
            methodology=methodology,
            inputs=inputs,
            curve=curve,
            models=models,
            accounting=accounting,
            settings=settings,
            beyond=beyond,
            baseline=baseline,
            capped=enhancement is not None and enhancement.capped,
            area_km2=area_km2,
            years=years,
        ),
        readings_for_check(accounting, models),
        seed=seed,
        draws=methodology.whole("draws"),
        progress=lambda done, total: tell("uncertainty", done, total),
    )
    return Calculation(
        bundle=bundle,
        methodology=methodology,
        inputs=inputs,
        curve=curve,
        models=models,
        samples=samples,
        settings=settings,
        area_km2=area_km2,
        years=years,
        accounting=accounting,
        speciated=speciated,
        beyond=beyond,
        baseline=baseline,
        enhancement=enhancement,
        allogenic=_allogenic(evidence, methodology),
        simulation=simulation,
        seed=seed,
        warnings=(*inputs.messages, *sample_messages, *(baseline.messages if baseline else ())),
    )


def _settings(methodology: Methodology) -> Settings:
    return Settings(
        kappa=methodology.value("kappa_ref"),
        neutral_sulfate_mg_l=methodology.value("neutral_sulfate_mg_l"),
        silicate_ca_mg_meq_l=methodology.value("silicate_ca_mg_meq_l"),
        rain_mmol_l=methodology.value("rain_mmol_l"),
        nitrate_default_mg_l=methodology.value("nitrate_default_mg_l"),
    )


def _positive_number(evidence: Evidence, field: str) -> float:
    value, _ = number_in(evidence.station, field)
    if value is None or not 0.0 < value < 1e7:
        raise EngineError("AREA_NOT_POSITIVE", value=str(evidence.station.get(field, "")))
    return value


def _baseline(evidence: Evidence, methodology: Methodology, models: IonModels, settings: Settings) -> Baseline | None:
    """The baseline of a version that earns credits; an inventory looks at none."""
    if not methodology.earns_credits or evidence.baseline is None:
        return None
    project = dict.fromkeys(models.not_analysed, 0.0) | {"nitrate_mg_l": settings.nitrate_default_mg_l}
    project |= {ion: model.mean_mg_l for ion, model in models.models.items()}
    return read_baseline(
        evidence.baseline,
        project_mg_l=project,
        default_relative_sd=methodology.value("u_baseline_alkalinity"),
        neutral_sulfate_mg_l=settings.neutral_sulfate_mg_l,
        silicate_ca_mg_meq_l=settings.silicate_ca_mg_meq_l,
        rain_mmol_l=settings.rain_mmol_l,
    )


def _allogenic(evidence: Evidence, methodology: Methodology) -> tuple[float, float]:
    """(share of discharge, concentration ratio): as registered for the station, else the version's defaults."""
    values = []
    for field, high in (("allogenic_share", 0.95), ("allogenic_concentration_ratio", 2.0)):
        value, _ = number_in(evidence.station, field)
        if value is None:
            value = methodology.value(field)
        if not 0.0 <= value <= high:
            raise EngineError("STATION_FIELD_OUT_OF_RANGE", field=field, value=value, low=0.0, high=high)
        values.append(value)
    return values[0], values[1]


def _speciate_readings(
    inputs: Inputs, models: IonModels, settings: Settings, table: ConstantsTable, tell: Progress
) -> SpeciatedReadings:
    """Speciation of every slot with temperature, pH and EC25, in blocks that report their progress."""
    wanted = np.flatnonzero(inputs.has(EC25, TEMPERATURE, PH))
    si_calcite, pco2_pa = np.full(inputs.slots, np.nan), np.full(inputs.slots, np.nan)
    tell("speciation", 0, int(wanted.size))
    for start in range(0, int(wanted.size), _SPECIATION_BLOCK):
        block = wanted[start : start + _SPECIATION_BLOCK]
        ions = concentrations_of(models, inputs.filled[EC25][block], settings.nitrate_default_mg_l)
        found = speciate(
            Waters(temperature_c=inputs.filled[TEMPERATURE][block], ph=inputs.filled[PH][block], **ions),
            table,
            with_sc25=False,
        )
        si_calcite[block], pco2_pa[block] = found.si_calcite, found.pco2_pa
        tell("speciation", min(start + _SPECIATION_BLOCK, int(wanted.size)), int(wanted.size))
    return SpeciatedReadings(si_calcite, pco2_pa)
