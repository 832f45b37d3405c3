"""One station's period, from its evidence to readings with discharge, ions and uptake: what every flux begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry import ConstantsTable, load_constants
from calculations.chemistry.series import Series, speciate_series
from calculations.distinct import Distinct
from calculations.evidence import Evidence, period_bounds_s
from calculations.flux.accounting import Accounting, Settings, account, concentrations_of
from calculations.flux.baseline import years_of
from calculations.hydrology.dated_curves import Curve, DatedCurves
from calculations.messages import CalculationError, Message
from calculations.methodologies import Methodology
from calculations.quality.filling import filling_rule
from calculations.quality.slots import EC25, PH, STAGE, TEMPERATURE, Inputs, prepare
from calculations.records import number_in
from calculations.regression.models import IonModels
from calculations.regression.samples import UsableSample
from calculations.sealed import sealed_curve, sealed_ions

FloatArray = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


class EngineError(CalculationError):
    """The evidence lacks what the methodology needs."""


@dataclass(frozen=True)
class SpeciatedReadings:
    """Per slot, NaN where not all inputs are there: saturation index of calcite, CO2 pressure [Pa], DIC [mol/kgw]."""

    si_calcite: FloatArray
    pco2_pa: FloatArray
    dic: Callable[[], FloatArray]

    @cached_property
    def dic_mol_kgw(self) -> FloatArray:
        """Calculated when it is asked for: few procedures need it."""
        return self.dic()


@dataclass(frozen=True)
class Site:
    """A station's period on its grid: readings, rating curve, ion models, accounting, speciation."""

    evidence: Evidence
    inputs: Inputs
    curve: Curve
    models: IonModels
    samples: tuple[UsableSample, ...]
    settings: Settings
    area_km2: float
    years: float
    accounting: Accounting
    speciated: SpeciatedReadings
    messages: tuple[Message, ...]


def measure_site(evidence: Evidence, methodology: Methodology, tell: Progress) -> Site:
    """Everything up to the uptake of each reading; raises CalculationError where the evidence does not give it."""
    tell("load", 0, 1)
    constants = methodology.content["constants"]
    table = load_constants(constants["name"], constants["sha256"])
    area_km2 = positive_area_km2(evidence)
    settings = settings_of(methodology)
    years = years_of(*period_bounds_s(evidence.period), int(evidence.period["utc_offset_s"]))
    tell("load", 1, 1)

    tell("qc", 0, 1)
    inputs = prepare(
        evidence,
        ranges=methodology.ranges,
        gap_limit_h=methodology.value("gap_limit_h"),
        filling=filling_rule(methodology),
    )
    tell("qc", 1, 1)
    tell("gap_fill", 1, 1)

    tell("discharge", 0, 1)
    validity_years = methodology.whole("validity_years")
    curve = sealed_curve(
        evidence,
        minimum_gaugings=methodology.whole("minimum_gaugings"),
        validity_years=validity_years,
        forms=methodology.rating_forms,
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
    return Site(
        evidence=evidence,
        inputs=inputs,
        curve=curve,
        models=models,
        samples=samples,
        settings=settings,
        area_km2=area_km2,
        years=years,
        accounting=accounting,
        speciated=_speciate_readings(inputs, models, settings, table, tell),
        messages=(*inputs.messages, *_curve_messages(curve, inputs), *sample_messages),
    )


def _curve_messages(curve: Curve, inputs: Inputs) -> tuple[Message, ...]:
    """What a person should know of several curves in time; nothing of one power law."""
    if not isinstance(curve, DatedCurves):
        return ()
    found = []
    shifts = sum(len(entry.shifts) for entry in curve.entries)
    if len(curve.entries) > 1 or shifts:
        found.append(Message("CURVES_IN_TIME", {"curves": len(curve.entries), "shifts": shifts}, "info"))
    without = inputs.has(STAGE, EC25) & ~curve.rated(inputs.epoch_s, inputs.filled[STAGE]).covered
    if without.any():
        slots = int(without.sum())
        hours = round(slots * inputs.interval_s / 3600.0, 2)
        found.append(Message("CURVE_NOT_VALID", {"slots": slots, "hours": hours}))
    return tuple(found)


def settings_of(methodology: Methodology) -> Settings:
    """What the version sets for the uptake."""
    return Settings(
        kappa=methodology.value("kappa_ref"),
        neutral_sulfate_mg_l=methodology.value("neutral_sulfate_mg_l"),
        silicate_ca_mg_meq_l=methodology.value("silicate_ca_mg_meq_l"),
        rain_mmol_l=methodology.value("rain_mmol_l"),
        nitrate_default_mg_l=methodology.value("nitrate_default_mg_l"),
    )


def positive_area_km2(evidence: Evidence) -> float:
    """The catchment's area; EngineError AREA_NOT_POSITIVE."""
    value, _ = number_in(evidence.station, "catchment_area_km2")
    if value is None or not 0.0 < value < 1e7:
        raise EngineError("AREA_NOT_POSITIVE", value=str(evidence.station.get("catchment_area_km2", "")))
    return value


def _speciate_readings(
    inputs: Inputs, models: IonModels, settings: Settings, table: ConstantsTable, tell: Progress
) -> SpeciatedReadings:
    """Speciation of every slot with temperature, pH and EC25, in blocks that report their progress."""
    wanted = np.flatnonzero(inputs.has(EC25, TEMPERATURE, PH))

    def over_slots(values: FloatArray) -> FloatArray:
        spread = np.full(inputs.slots, np.nan)
        spread[wanted] = values
        return spread

    tell("speciation", 0, int(wanted.size))
    if not wanted.size:
        nothing = np.empty(0)
        return SpeciatedReadings(over_slots(nothing), over_slots(nothing), lambda: over_slots(nothing))
    series = Series(
        Distinct.of(models.held(inputs.filled[EC25][wanted])),
        inputs.filled[TEMPERATURE][wanted],
        inputs.filled[PH][wanted],
    )
    found = speciate_series(
        series,
        lambda ec25_us_cm: concentrations_of(models, ec25_us_cm, settings.nitrate_default_mg_l),
        table,
        lambda done, total: tell("speciation", done, total),
    )
    return SpeciatedReadings(
        over_slots(found.si_calcite), over_slots(found.pco2_pa), lambda: over_slots(found.dic_mol_kgw)
    )
