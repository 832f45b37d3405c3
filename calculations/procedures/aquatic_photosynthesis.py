"""aquatic-photosynthesis-1: organic carbon made by water plants, a reporting line beside the sink.

Discharge as everywhere; total organic carbon from samples, weighted by the discharge then; the share that water
plants made, from C/N or as stated with its evidence (`calculations.flux.organic_carbon`). The figure is never added to
a flux: kappa already says what inorganic carbon stays, and this carbon was taken out of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.bundle import Bundle
from calculations.evidence import Record, period_bounds_s
from calculations.flux.baseline import years_of
from calculations.flux.organic_carbon import autochthonous_share, flow_weighted
from calculations.gates import standing_gates
from calculations.hydrology.dated_curves import DatedCurves
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.portable import exact_sum
from calculations.procedures.asked import RecordError, record_list
from calculations.procedures.plain import plain_result
from calculations.quality.slots import STAGE, Inputs, prepare
from calculations.records import number_in, number_within, place, time_in
from calculations.result import Result
from calculations.sealed import sealed_curve
from calculations.site import Progress, positive_area_km2

FloatArray = NDArray[np.float64]
_CARBON = 12.011
_Z90 = 1.6448536269514722


@dataclass(frozen=True)
class CarbonSamples:
    """Usable samples in order: TOC [mg/L], discharge at their time [m3/s], autochthonous share (NaN unknown)."""

    toc_mg_l: FloatArray
    discharge_m3_s: FloatArray
    share: FloatArray
    messages: tuple[Message, ...]


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-AQUA. Raises RecordError RECORD_MISSING, RECORD_TOO_FEW or NO_CARBON_SHARE, and what the steps raise."""
    evidence = bundle.evidence
    tell("load", 0, 1)
    area_km2 = positive_area_km2(evidence)
    years = years_of(*period_bounds_s(evidence.period), int(evidence.period["utc_offset_s"]))
    tell("load", 1, 1)
    inputs = prepare(
        evidence, ranges=methodology.ranges, gap_limit_h=methodology.value("gap_limit_h"), required=(STAGE,)
    )
    tell("qc", 1, 1)
    curve = sealed_curve(
        evidence,
        minimum_gaugings=methodology.whole("minimum_gaugings"),
        validity_years=methodology.whole("validity_years"),
        forms=methodology.rating_forms,
    )
    stage = inputs.filled[STAGE]
    if isinstance(curve, DatedCurves):
        discharge = curve.rated(inputs.epoch_s, stage).discharge_m3_s
    else:
        discharge = curve.discharge_m3_s_at(stage)
    counted = ~np.isnan(discharge)
    tell("discharge", 1, 1)

    tell("flux", 0, 1)
    samples = _samples(record_list(bundle, methodology, "organic_carbon"), methodology, inputs, discharge)
    toc = flow_weighted(samples.toc_mg_l, samples.discharge_m3_s)
    known = ~np.isnan(samples.share)
    carbon = samples.toc_mg_l[known] * samples.discharge_m3_s[known]
    share = exact_sum(samples.share[known] * carbon) / exact_sum(carbon)
    water_m3 = exact_sum(discharge[counted]) * inputs.interval_s
    load_t_c = toc.mean * water_m3 * 1e-6
    made_t_c = share * load_t_c
    made_t_co2 = made_t_c * masses.CO2 / _CARBON
    u_share = methodology.value("u_autochthonous_share") / share if share > 0.0 else 0.0
    bias = methodology.value("u_gauging_bias")
    relative = math.sqrt(toc.relative_sd * toc.relative_sd + u_share * u_share + bias * bias)
    tell("flux", 1, 1)
    tell("report", 0, 1)
    counted_pct = 100.0 * int(counted.sum()) / inputs.slots
    warnings = [*inputs.messages, *samples.messages]
    least = methodology.value("completeness_time_min_pct")
    if counted_pct < least:
        warnings.append(Message("TIME_INCOMPLETE", {"found": counted_pct, "least": least}))
    result = plain_result(
        bundle,
        methodology,
        figures={
            "water_m3": water_m3,
            "time_counted_pct": counted_pct,
            "catchment_area_km2": area_km2,
            "carbon_samples": float(samples.toc_mg_l.size),
            "flow_weighted_toc_mg_l": toc.mean,
            "toc_load_t_c": load_t_c,
            "aquatic_share": share,
            "aquatic_carbon_t_c": made_t_c,
            "aquatic_carbon_t_co2": made_t_co2,
            "aquatic_carbon_t_co2_km2_a": made_t_co2 / area_km2 / years,
            "half_width_90_pct": 100.0 * _Z90 * relative,
        },
        reasons=standing_gates(methodology),
        warnings=warnings,
        arrays={"discharge_m3_s": discharge[counted], "toc_mg_l": samples.toc_mg_l, "share": samples.share},
    )
    tell("report", 1, 1)
    return result


def _samples(rows: list[Record], methodology: Methodology, inputs: Inputs, discharge: FloatArray) -> CarbonSamples:
    water, land = (methodology.value(f"carbon_nitrogen_{kind}") for kind in ("aquatic", "terrestrial"))
    usable: list[tuple[float, float, float]] = []
    messages: list[Message] = []
    for row in rows:
        toc = number_within(row, "toc_mg_l", 0.0, 1000.0)
        at = time_in(row)
        slot = -1 if at is None else (at - inputs.start_s) // inputs.interval_s
        flow = float(discharge[slot]) if 0 <= slot < inputs.slots else math.nan
        if math.isnan(flow) or flow <= 0.0:
            messages.append(Message("CARBON_SAMPLE_OUTSIDE", place(row)))
            continue
        share = math.nan
        ratio, _ = number_in(row, "carbon_nitrogen_molar")
        if ratio is not None:
            share = autochthonous_share(number_within(row, "carbon_nitrogen_molar", 1.0, 500.0), water, land)
        elif number_in(row, "autochthonous_share")[0] is not None:
            if str(row.get("share_evidence", "")).strip():
                share = number_within(row, "autochthonous_share", 0.0, 1.0)
            else:
                messages.append(Message("SHARE_WITHOUT_EVIDENCE", place(row)))
        usable.append((toc, flow, share))
    minimum = methodology.whole("minimum_carbon_samples")
    if len(usable) < minimum:
        raise RecordError("RECORD_TOO_FEW", record="organic_carbon", count=len(usable), minimum=minimum)
    table = np.array(usable)
    shares = table[~np.isnan(table[:, 2])]
    if exact_sum(shares[:, 0] * shares[:, 1]) <= 0.0:
        raise RecordError("NO_CARBON_SHARE")
    return CarbonSamples(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy(), tuple(messages))
