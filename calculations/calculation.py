"""The flux calculation itself, phase by phase, before anything is rounded or written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations.bundle import Bundle
from calculations.evidence import Evidence
from calculations.flux.accounting import Accounting, Settings
from calculations.flux.baseline import Baseline, read_baseline
from calculations.flux.enhancement import Enhancement, Extrapolation, enhance, extrapolation
from calculations.hydrology.dated_curves import Curve
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.quality.slots import Inputs
from calculations.records import number_in
from calculations.regression.models import IonModels
from calculations.regression.samples import UsableSample
from calculations.site import EngineError, Progress, Site, SpeciatedReadings, measure_site
from calculations.uncertainty.draws import seed_of
from calculations.uncertainty.model import ErrorModel
from calculations.uncertainty.problem import error_model, readings_for_check
from calculations.uncertainty.simulate import Simulation, simulate
from calculations.uncertainty.sobol import sampler_of

__all__ = ["Calculation", "EngineError", "Progress", "calculate"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Calculation:
    """All that was calculated of a flux, before it is written as a result."""

    bundle: Bundle
    methodology: Methodology
    site: Site
    beyond: Extrapolation
    baseline: Baseline | None
    enhancement: Enhancement | None
    allogenic: tuple[float, float]
    simulation: Simulation
    seed: str
    warnings: tuple[Message, ...]
    error_model: ErrorModel | None = None
    """What the simulation drew from, for procedures that draw more."""

    @property
    def inputs(self) -> Inputs:
        """Readings on the grid."""
        return self.site.inputs

    @property
    def curve(self) -> Curve:
        """The rating curve, or the curves in time."""
        return self.site.curve

    @property
    def models(self) -> IonModels:
        """EC25 -> ions."""
        return self.site.models

    @property
    def samples(self) -> tuple[UsableSample, ...]:
        """Water samples used."""
        return self.site.samples

    @property
    def settings(self) -> Settings:
        """What the version sets."""
        return self.site.settings

    @property
    def area_km2(self) -> float:
        """Catchment area."""
        return self.site.area_km2

    @property
    def years(self) -> float:
        """Length of the period."""
        return self.site.years

    @property
    def accounting(self) -> Accounting:
        """Uptake of the counted slots."""
        return self.site.accounting

    @property
    def speciated(self) -> SpeciatedReadings:
        """Saturation and CO2 pressure per slot."""
        return self.site.speciated


def calculate(bundle: Bundle, methodology: Methodology, tell: Progress) -> Calculation:
    """The procedure karst-flux-1 but for the writing: an inventory, or an enhancement over pre-project years."""
    evidence = bundle.evidence
    if methodology.earns_credits and evidence.baseline is None:
        raise EngineError("BASELINE_MISSING")
    site = measure_site(evidence, methodology, tell)

    tell("flux", 0, 1)
    beyond = extrapolation(site.accounting, site.curve, methodology.value("extrapolation_ratio"))
    baseline, enhancement = None, None
    if methodology.earns_credits and evidence.baseline is not None:
        baseline = baseline_of(evidence.baseline, methodology, site)
        enhancement = enhance(
            site.accounting,
            baseline,
            site.settings,
            beyond=beyond,
            most_extrapolated=methodology.value("extrapolation_share_max_pct") / 100.0,
            area_km2=site.area_km2,
            years=site.years,
        )
    tell("flux", 1, 1)

    seed = seed_of(bundle.digest, methodology.digest)
    capped = enhancement is not None and enhancement.capped
    model = model_of(site, methodology, beyond=beyond, baseline=baseline, capped=capped)
    simulation = simulate(
        model,
        readings_for_check(site.accounting, site.models),
        seed=seed,
        draws=methodology.whole("draws"),
        progress=lambda done, total: tell("uncertainty", done, total),
        sample=sampler_of(methodology.parameters),
    )
    return Calculation(
        bundle=bundle,
        methodology=methodology,
        site=site,
        beyond=beyond,
        baseline=baseline,
        enhancement=enhancement,
        allogenic=allogenic_member(evidence, methodology),
        simulation=simulation,
        seed=seed,
        warnings=(*site.messages, *(baseline.messages if baseline else ())),
        error_model=model,
    )


def model_of(
    site: Site,
    methodology: Methodology,
    *,
    beyond: Extrapolation,
    baseline: Baseline | None,
    capped: bool,
) -> ErrorModel:
    """The error model of a site's period."""
    return error_model(
        methodology=methodology,
        inputs=site.inputs,
        curve=site.curve,
        models=site.models,
        accounting=site.accounting,
        settings=site.settings,
        beyond=beyond,
        baseline=baseline,
        capped=capped,
        area_km2=site.area_km2,
        years=site.years,
    )


def baseline_of(record: dict[str, object], methodology: Methodology, site: Site) -> Baseline:
    """A baseline record read with the site's settings; what it did not analyse is the site's mean."""
    settings, models = site.settings, site.models
    means = dict.fromkeys(models.not_analysed, 0.0) | {"nitrate_mg_l": settings.nitrate_default_mg_l}
    means |= {ion: model.mean_mg_l for ion, model in models.models.items()}
    return read_baseline(
        record,
        project_mg_l=means,
        default_relative_sd=methodology.value("u_baseline_alkalinity"),
        neutral_sulfate_mg_l=settings.neutral_sulfate_mg_l,
        silicate_ca_mg_meq_l=settings.silicate_ca_mg_meq_l,
        rain_mmol_l=settings.rain_mmol_l,
    )


def allogenic_member(evidence: Evidence, methodology: Methodology) -> tuple[float, float]:
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
