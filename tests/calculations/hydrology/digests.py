"""python -m tests.calculations.hydrology.digests: digests of what hydrology, regressions and flux give, as JSON."""

import hashlib
import json
import sys

import numpy as np

from calculations.flux.cations import check_by_cations
from calculations.flux.lines import AllogenicWater, flux_lines_mmol_l, sum_flux
from calculations.flux.stations import carbon_load, reach_balance
from calculations.flux.statistics import summarise
from calculations.flux.uptake import Composition
from calculations.hydrology.gap_filling import fill_conditionally
from calculations.hydrology.history import RatingHistory, Shift, ValidCurve, beyond_gaugings, check_shift
from calculations.hydrology.load_estimators import SampledFlow, by_beale, by_interpolation, by_log_log
from calculations.hydrology.recession import find_recessions, master_recession, slow_flow_m3_s
from calculations.hydrology.segment_fitting import fit_segments
from calculations.hydrology.weirs import RectangularWeir, VNotchWeir
from calculations.portable import exp, normal_quantile
from calculations.regression.prediction import calibrate
from calculations.regression.reference_sets import REFERENCE_SET_NAMES, reference_set
from calculations.uncertainty.draws import uniforms


def noise(name, count):
    return normal_quantile(uniforms("hydrology", name, count))


def calculated():
    """Name -> arrays or JSON values, from inputs that are the same on every machine."""
    stage = 0.3 + 1.7 * np.arange(24) / 23
    raised = 2.0 * (stage - 0.2) * (stage - 0.2) + np.where(stage > 0.9, 6.0 * (stage - 0.9), 0.0)
    curve = fit_segments(stage, raised * exp(0.02 * noise("gaugings", 24)), np.full(24, 0.03))
    readings = 0.1 + 2.2 * uniforms("hydrology", "stage", 3000)
    discharge = curve.discharge_m3_s_at(readings)
    weir, flat = VNotchWeir(53.13, crest_stage_m=0.2), RectangularWeir(1.2, crest_stage_m=0.2)
    history = RatingHistory((ValidCurve(curve, 0, 1500, (Shift(0, 0.0), Shift(900, 0.03))), ValidCurve(weir, 1500)))
    series = history.at(np.arange(3000), readings)
    ec = 300.0 - 40.0 * readings + 5.0 * noise("ec", 3000)
    broken = ec.copy()
    broken[(np.arange(3000) % 300) > 250] = np.nan
    filled = fill_conditionally(broken, readings, (np.arange(3000) > 1500).astype(np.int64), interval_s=900)
    at = np.arange(10, 3000, 97)
    flow = SampledFlow(discharge + 0.01, 900, at, ec[at])
    falling = 3.0 * exp(-0.04 * (np.arange(200) % 40)) * exp(0.001 * noise("recession", 200))
    master = master_recession(falling, 86400, find_recessions(falling, 86400))
    line = calibrate(ec[at], discharge[at])
    predicted = line.predict(ec)
    water = Composition(ec / 100.0, discharge, 0.1 * discharge, np.full(3000, 0.2))
    allogenic = AllogenicWater(0.3, Composition(*(np.full(3000, 0.4) for _ in range(4))))
    lines = flux_lines_mmol_l(water, 0.86, allogenic=allogenic)
    months = np.arange(3000) // 500
    sums = sum_flux(discharge, water, interval_s=900, kappa=0.86, area_km2=28.0, allogenic=allogenic, labels=months)
    load = carbon_load(discharge, water.alkalinity_meq_l, ec / 90.0, 900)
    reach = reach_balance(load, load, organic_made_mol=1e3)
    return {
        "segments": curve.record(),
        "discharge": discharge,
        "curve sd": curve.relative_sd_at(readings),
        "weirs": [weir.at(readings, readings - 0.2).discharge_m3_s, flat.at(readings).relative_sd],
        "history": [series.discharge_m3_s, series.relative_sd],
        "shift": vars(check_shift(curve, stage[5:9], 1.1 * raised[5:9], np.full(4, 0.05))),
        "beyond": beyond_gaugings(discharge, 3.0).cut_share,
        "filled": [filled.values, filled.standard_uncertainty],
        "loads": [by(flow).record() for by in (by_beale, by_interpolation, by_log_log)],
        "recession": [master.record(), slow_flow_m3_s(falling, 86400, master.k_per_day).tolist()],
        "line": line.record(),
        "predicted": [predicted.value, predicted.low, predicted.high],
        "published": [reference_set(name).record() for name in REFERENCE_SET_NAMES],
        "lines": [lines.total, lines.autochthonous],
        "sums": [vars(item) for item in sums],
        "cations": vars(
            check_by_cations(discharge, water, ec / 5.0, ec / 99.0, interval_s=900, kappa=0.9, mean_ec25_us_cm=300.0)
        ),
        "reach": {"of": [reach.kappa, reach.degassed_t_co2, reach.precipitated_mol]},
        "table": summarise(ec, discharge).record(),
    }


def digest(value) -> str:
    if isinstance(value, np.ndarray):
        return hashlib.sha256(np.ascontiguousarray(value, dtype="<f8").tobytes()).hexdigest()
    if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
        return hashlib.sha256("".join(map(digest, value)).encode()).hexdigest()
    # repr of a double is exact, so JSON text tells two doubles apart
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    json.dump({name: digest(value) for name, value in calculated().items()}, sys.stdout)
