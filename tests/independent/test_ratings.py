"""A year by segments, a shift and a weir, worked out a second time in plain numpy from the equations alone."""

import numpy as np
import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.evidence import parse_utc_s
from calculations.hydrology.rating_choice import Choice, Piece, sealed_record
from calculations.masses import T_CO2_PER_MMOL_L_M3
from tests.calculations import jiangkou
from tests.calculations.hydrology.test_dated_curves import FLOOD, FORMS, WEIR, gaugings, given_with, piece, year


def by_hand(result):
    """(water, gross) from the readings, the result's own list of power laws, and the ion lines of the result."""
    evidence = year()
    series = {item.parameter: item.to_float() for item in evidence.series}
    stage, ec = series["stage"], series["specific_conductance_25c"]
    entry, weir = result.content["curve"]["curves"]
    at = [(parse_utc_s(s["at"]), float(s["shift_m"])) for s in entry["shifts"]]
    before = evidence.epoch_s < parse_utc_s(FLOOD)
    shift = np.interp(evidence.epoch_s, [t for t, _ in at], [by for _, by in at]).round(3)
    moved = stage + shift
    discharge = np.zeros_like(stage)
    for part in entry["relation"]["segments"]:
        low = -np.inf if part["from_m"] is None else part["from_m"]
        high = np.inf if part["to_m"] is None else part["to_m"]
        inside = before & (moved > max(low, part["h0_m"])) & (moved <= high)
        discharge[inside] = part["a"] * (moved[inside] - part["h0_m"]) ** part["b"]
    head = np.maximum(stage - weir["relation"]["crest_stage_m"], 0.0)
    over = 2 / 3 * weir["relation"]["discharge_coefficient"] * weir["relation"]["width_m"] * np.sqrt(2 * 9.80665)
    discharge[~before] = over * head[~before] ** 1.5
    models = result.content["regressions"]["models"]
    low, high = result.content["regressions"]["ec25_min_us_cm"], result.content["regressions"]["ec25_max_us_cm"]
    held = np.clip(ec, low, high)

    def ion(name, mass):
        model = models[name]
        value = model["intercept_mg_l"] + model["slope"] * held if model["kind"] == "slope" else model["mean_mg_l"]
        return np.maximum(value, 0.0) / mass * np.ones_like(held)

    alkalinity = ion("alkalinity_hco3_mg_l", 61.0168)
    acids = 2.0 * ion("sulfate_mg_l", 96.06) + ion("nitrate_mg_l", 62.005)
    alkali = ion("sodium_mg_l", 22.98977) + ion("potassium_mg_l", 39.0983) - ion("chloride_mg_l", 35.453)
    uptake = 0.5 * alkalinity + 0.5 * (np.maximum(alkali, 0.0) - acids)
    seconds = evidence.period["interval_s"]
    return (discharge * seconds).sum(), (discharge * uptake).sum() * seconds * T_CO2_PER_MMOL_L_M3


def test_a_year_of_segments_with_a_shift_and_then_a_weir():
    rows = gaugings()
    shifts = (
        {"at": "2021-05-15T00:00:00Z", "shift_m": "0.000", "sd_m": "0.003"},
        {"at": "2021-07-15T00:00:00Z", "shift_m": "0.050", "sd_m": "0.003"},
    )
    first = piece(Choice(segments=2), rows, valid_to=FLOOD)
    second = Piece({"form": "weir"} | WEIR | {"discharge_coefficient": 0.6}, None, FLOOD, None)
    curve = sealed_record([Piece(first.record, first.file, None, FLOOD, shifts), second])
    evidence = given_with(_whole(curve), rows)
    result = compute(Bundle.of(evidence), jiangkou.quick_methodology("KCS-INV", FORMS))
    water, gross = by_hand(result)
    assert float(result.figure("water_m3")) == pytest.approx(water, rel=1e-9)
    assert float(result.figure("gross_t_co2")) == pytest.approx(gross, rel=1e-4)


def _whole(curve):
    """The weir's record as the science writes it."""
    from calculations.hydrology.dated_curves import weir_of

    entry = curve["curves"][1]
    entry["relation"] = weir_of({name: v for name, v in entry["relation"].items() if name != "form"}).record()
    return curve
