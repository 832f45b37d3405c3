"""What stops issuance, and what a person should be warned about."""

from __future__ import annotations

import math

import numpy as np

from calculations.calculation import Calculation
from calculations.chemistry import Waters, load_constants, speciate
from calculations.flux.accounting import retained_by_cations_t_co2
from calculations.hydrology.dated_curves import exclusions_of
from calculations.masses import CHARGE_AND_MASS
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.portable import exact_sum
from calculations.quality.charge_balance import gate_pct
from calculations.quality.slots import EC25, STAGE
from calculations.records import number_in, place
from calculations.regression.reference_models import reference_messages
from calculations.regression.reference_sets import reference_set
from calculations.site import Site

AIR_PCO2_PA = 42.0
"""CO2 pressure of air; a spring below it is suspect."""
CONDUCTANCE_RATIO = (0.90, 1.10)
"""Modelled over measured specific conductance of a sound sample."""
_WORTH_A_WARNING_PCT = 5.0


def standing_gates(methodology: Methodology) -> list[Message]:
    """Why nothing of this is ever issuable, whatever the evidence: a what-if, or a kind of outcome that is no claim."""
    if methodology.what_if:
        changed = ", ".join(f"{symbol} = {after:g}" for symbol, (_, after) in sorted(methodology.what_if.items()))
        return [Message("WHAT_IF", {"changed": changed}, "error")]
    code = {"reporting": "REPORTING_ONLY", "pilot": "PILOT_NOT_OPEN", "screening": "SCREENING_ONLY"}
    if methodology.outcome in code:
        return [Message(code[methodology.outcome], {"methodology": f"{methodology.id} {methodology.version}"}, "info")]
    return []


def gates_of(calculation: Calculation) -> list[Message]:
    """Gates of the version that this period does not pass; empty where it may be issued."""
    methodology = calculation.methodology
    reasons = [*standing_gates(methodology), *site_gates(calculation.site, methodology)]
    if any(reason.code == "NO_FLOW" for reason in reasons):
        return reasons
    enhancement, net = calculation.enhancement, calculation.simulation.net
    if enhancement is not None and net is not None and enhancement.after_deductions > 0.0:
        half_width_pct = 100.0 * net.half_width_90() / enhancement.after_deductions
        most = methodology.value("half_width_max_pct")
        if half_width_pct > most:
            reasons.append(Message("TOO_UNCERTAIN", {"found": half_width_pct, "most": most}, "error"))
    return reasons


def site_gates(site: Site, methodology: Methodology) -> list[Message]:
    """Gates that one station's readings do not pass."""
    accounting = site.accounting
    measured = site.inputs.has_measured(STAGE, EC25)
    counted = accounting.counted
    reasons: list[Message] = []

    time_pct = 100.0 * int(measured.sum()) / site.inputs.slots
    least = methodology.value("completeness_time_min_pct")
    if time_pct < least:
        reasons.append(Message("TIME_INCOMPLETE", {"found": time_pct, "least": least}, "error"))
    total = accounting.total_discharge_m3_s
    if total <= 0.0:
        reasons.append(Message("NO_FLOW", {}, "error"))
        return reasons
    published = site.evidence.regressions.get("reference")
    if published and methodology.earns_credits:
        reasons.append(Message("REFERENCE_SET_NOT_FOR_CREDITS", {"name": published["name"]}, "error"))
    volume_pct = 100.0 * accounting.discharge_under_m3_s(measured[counted]) / total
    least = methodology.value("completeness_volume_min_pct")
    if volume_pct < least:
        reasons.append(Message("VOLUME_FILLED", {"found": volume_pct, "least": least}, "error"))
    return reasons


def warnings_of(calculation: Calculation) -> list[Message]:
    """Everything a verifier should look at, in a fixed order."""
    evidence, accounting = calculation.bundle.evidence, calculation.accounting
    warnings = list(calculation.warnings)
    warnings += [
        Message("OUTLIER_GAUGING", {key: item[key] for key in item if key != "code"})
        for item in exclusions_of(evidence.curve)
        if item.get("code") == "OUTLIER_GAUGING"
    ]
    if calculation.curve.offset_at_edge:
        warnings.append(Message("RATING_OFFSET_UNDETERMINED", {"h0_m": calculation.curve.h0_m}))
    if evidence.regressions.get("reference"):
        chosen = reference_set(str(evidence.regressions["reference"]["name"]))
        warnings += reference_messages(chosen, accounting.ec25_us_cm)
    warnings += [Message("ION_NOT_ANALYSED", {"ion": ion}) for ion in calculation.models.not_analysed]
    if "nitrate_mg_l" in calculation.models.not_analysed:
        default = {"value": calculation.settings.nitrate_default_mg_l}
        warnings.append(Message("NITRATE_DEFAULT_USED", default))
    missing_slots = calculation.inputs.slots - int(accounting.counted.sum())
    if missing_slots:
        hours = missing_slots * calculation.inputs.interval_s / 3600.0
        warnings.append(Message("TIME_EARNS_NOTHING", {"slots": missing_slots, "hours": round(hours, 2)}))
    most_pct = calculation.methodology.value("extrapolation_share_max_pct")
    beyond_pct = 100.0 * calculation.beyond.volume_share
    if beyond_pct > most_pct:
        facts = {"found": beyond_pct, "most": most_pct, "line_m3_s": calculation.beyond.line_m3_s}
        warnings.append(Message("MUCH_EXTRAPOLATED", facts))
    outside_pct = 100.0 * (accounting.share_of_gross(calculation.models.outside(accounting.ec25_us_cm)) or 0.0)
    if outside_pct > _WORTH_A_WARNING_PCT:
        warnings.append(Message("OUTSIDE_CALIBRATION", {"found": outside_pct}))
    zero = int((accounting.discharge_m3_s == 0.0).sum())
    if zero:
        warnings.append(Message("ZERO_FLOW", {"slots": zero}, "info"))
    warnings += _resolution_warnings(calculation)
    pco2 = calculation.speciated.pco2_pa
    if np.isnan(pco2).all():
        warnings.append(Message("NOTHING_SPECIATED"))
    below = int((pco2 < AIR_PCO2_PA).sum())
    if below:
        warnings.append(Message("PCO2_BELOW_AIR", {"slots": below, "air_pa": AIR_PCO2_PA}))
    warnings += _cation_warning(calculation)
    warnings += _conductance_warnings(calculation)
    return warnings


def _resolution_warnings(calculation: Calculation) -> list[Message]:
    """Variables that the version wants measured more often than this period's interval."""
    interval_s = calculation.inputs.interval_s
    return [
        Message("INTERVAL_TOO_LONG", {"parameter": item["parameter"], "found_s": interval_s, "most_s": longest_s})
        for item in calculation.methodology.content["variables"]
        if item["parameter"] in calculation.inputs.measured
        and isinstance(longest_s := item.get("longest_interval_s"), int)
        and interval_s > longest_s
    ]


def _cation_warning(calculation: Calculation) -> list[Message]:
    accounting, settings = calculation.accounting, calculation.settings
    retained = accounting.loads.uptake_t_co2(settings.kappa, settings.rain_mmol_l)
    by_cations = retained_by_cations_t_co2(accounting, settings)
    total = accounting.total_discharge_m3_s
    mean_ec25 = exact_sum(accounting.discharge_m3_s * accounting.ec25_us_cm) / total if total > 0.0 else 0.0
    gate = gate_pct(mean_ec25)
    if abs(by_cations - retained) * 100.0 <= gate * abs(retained):
        return []
    return [Message("CATIONS_DISAGREE", {"retained": retained, "by_cations": by_cations, "gate_pct": gate})]


def _conductance_warnings(calculation: Calculation) -> list[Message]:
    """Samples whose modelled conductance does not fit the measured one."""
    rows = []
    for sample in calculation.samples:
        temperature, _ = number_in(sample.record, "water_temperature_c")
        ph, _ = number_in(sample.record, "ph")
        if temperature is not None and ph is not None and 0.0 <= temperature <= 40.0 and 4.0 <= ph <= 11.0:
            rows.append((sample, temperature, ph))
    if not rows:
        return []
    constants = calculation.methodology.content["constants"]
    ions = {ion: np.array([row[0].concentrations_mg_l.get(ion, 0.0) for row in rows]) for ion in CHARGE_AND_MASS}
    waters = Waters(temperature_c=np.array([row[1] for row in rows]), ph=np.array([row[2] for row in rows]), **ions)
    found = speciate(waters, load_constants(constants["name"], constants["sha256"]), with_sc25=True)
    warnings = []
    for (sample, _, _), modelled in zip(rows, found.sc25_us_cm.tolist(), strict=True):
        ratio = modelled / sample.ec25_us_cm
        if not CONDUCTANCE_RATIO[0] <= ratio <= CONDUCTANCE_RATIO[1]:
            facts = place(sample.record) | {"ratio": None if math.isnan(ratio) else round(ratio, 3)}
            warnings.append(Message("SAMPLE_CONDUCTANCE", facts))
    return warnings
