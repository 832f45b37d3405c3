"""What several series tell together, and what people measured beside the logger."""

import numpy as np
import pytest

from calculations.quality.channels import Check
from calculations.quality.parameters import EC25, PH, RAIN, RAW_CONDUCTIVITY, STAGE, TEMPERATURE
from calculations.quality.ranges import FAIL, SUSPECT
from calculations.quality.screening import screen
from tests.calculations.quality.test_point_tests import found
from tests.calculations.quality.water import DAY, START_S, channels, quiet, storm, with_change


def at(slot, parameter, value, **options):
    return Check(START_S + 900 * slot + 60, parameter, value, **options)


def test_a_sonde_in_the_air_is_flagged_in_all_its_parameters():
    air = quiet()
    for parameter, value in ((EC25, 3.0), (STAGE, 0.0), (TEMPERATURE, 24.0)):
        series = air.values[parameter].copy()
        series[300:310] = value
        air = channels({**air.values, parameter: series})
    assert {(code, name, first, last) for code, name, first, last in found(air)} == {
        ("OUT_OF_WATER", name, 300, 309) for name in (EC25, STAGE, TEMPERATURE, PH)
    }


def test_low_conductivity_under_a_standing_stage_is_out_of_range_and_not_out_of_water():
    thin = quiet()
    series = thin.values[EC25].copy()
    series[300:310] = 3.0
    assert [code for code, *_ in found(channels({**thin.values, EC25: series}))] == ["GROSS_RANGE"]


@pytest.mark.parametrize("height", [0.25, 0.08, -0.12])
def test_a_level_shift_lasts_until_it_is_taken_back(height):
    assert found(with_change(quiet(12), STAGE, 400, 800, height)) == [("LEVEL_SHIFT", STAGE, 400, 800)]
    (event,) = screen(with_change(quiet(12), STAGE, 400, 12 * DAY, height))
    assert event.end_s == START_S + 12 * DAY * 900
    assert event.facts["step"] == pytest.approx(height, abs=0.01)
    assert event.flag == SUSPECT


def test_a_level_shift_in_a_recession_is_seen():
    flood = storm(rise_slots=12, rise_m=1.4, dilution=0.4, days=12)
    assert found(with_change(flood, STAGE, 5 * DAY, 12 * DAY, 0.25)) == [("LEVEL_SHIFT", STAGE, 5 * DAY, 12 * DAY - 1)]


def test_conductivity_that_loses_its_compensation():
    calm = quiet(12)
    lost = calm.values[EC25].copy()
    span = slice(300, 700)
    lost[span] *= 1 + 0.0191 * (calm.values[TEMPERATURE][span] - 25)
    assert found(channels({**calm.values, EC25: lost})) == [("EC_T_CONSISTENCY", EC25, 300, 699)]


def test_two_conductivities_must_agree_through_temperature():
    calm = quiet()
    raw = calm.values[EC25] * (1 + 0.0191 * (calm.values[TEMPERATURE] - 25))
    both = {**calm.values, RAW_CONDUCTIVITY: np.round(raw, 1)}
    assert found(channels(both)) == []
    wrong = calm.values[EC25].copy()
    wrong[200:260] *= 1.06
    assert ("EC_T_CONSISTENCY", EC25, 200, 259) in found(channels({**both, EC25: wrong}))


def drifting(size, n=20 * DAY):
    """Fouling that takes away a share of the conductivity by the end of the record."""
    calm = quiet(20)
    grown = np.linspace(0, size, n)
    return calm, channels({**calm.values, EC25: calm.values[EC25] * (1 + grown)})


def test_drift_is_measured_by_the_visit_that_ends_it():
    calm, fouled = drifting(-0.14)
    truth = float(calm.values[EC25][-4:].mean())
    (event,) = screen(fouled, checks=[at(20 * DAY - 1, EC25, truth)])
    assert (event.code, event.flag) == ("DRIFT", SUSPECT)
    assert event.facts["start_error"] == 0.0
    assert event.facts["end_error"] == pytest.approx(0.14 * truth, rel=0.03)


def test_beyond_thirty_per_cent_no_correction_helps():
    calm, fouled = drifting(-0.45)
    (event,) = screen(fouled, checks=[at(20 * DAY - 1, EC25, float(calm.values[EC25][-4:].mean()))])
    assert event.flag == FAIL


def test_a_drift_begins_at_the_visit_before():
    calm, _ = drifting(0.0)
    series = calm.values[EC25].copy()
    series[10 * DAY : 15 * DAY] *= 1 - np.linspace(0, 0.2, 5 * DAY)
    visits = [
        at(day * DAY, EC25, float(np.median(calm.values[EC25][day * DAY - 3 : day * DAY]))) for day in (5, 10, 15)
    ]
    assert found(channels({**calm.values, EC25: series}), checks=visits) == [("DRIFT", EC25, 10 * DAY, 15 * DAY - 1)]


@pytest.mark.parametrize("size", [0.12, 0.2, 0.29])
def test_the_step_by_which_a_visit_puts_the_sensor_right_is_told_once(size):
    calm, fouled = drifting(-size)
    end = 15 * DAY
    series = np.concatenate((fouled.values[EC25][:end], calm.values[EC25][end:]))
    visit = at(end, EC25, float(calm.values[EC25][end]))
    events = found(channels({**calm.values, EC25: series}), checks=[visit])
    assert events == [("DRIFT", EC25, 0, end - 1)]


def test_a_visit_during_a_flood_compares_with_nothing():
    flood = storm(rise_slots=3, rise_m=1.0, dilution=0.5)
    assert found(flood, checks=[at(2 * DAY + 1, EC25, 320.0), at(2 * DAY + 1, EC25, 320.0, source="lab")]) == []


def test_field_and_laboratory_values_that_the_logger_contradicts():
    wrong = [at(200, PH, 7.9), at(300, EC25, 380.0, source="lab", cleaned=False)]
    events = screen(quiet(), checks=[at(100, PH, 7.42), *wrong])
    assert [(event.code, event.parameter) for event in events] == [("DRIFT", PH), ("LAB_CHECK", EC25)]
    assert events[1].facts["reference"] == 380.0
    assert events[1].facts["error"] == pytest.approx(57, abs=2)
    assert found(quiet(), checks=[at(300, EC25, 326.0, source="lab")]) == []


def test_a_check_when_no_logger_was_there_says_nothing():
    assert found(quiet(), checks=[at(-500, EC25, 999.0), at(9 * DAY, EC25, 999.0, source="lab")]) == []


def test_rain_alone_explains_a_dilution():
    flood = storm(rise_slots=1, rise_m=0.0, dilution=0.5)
    assert found(flood) == []
    dry = channels({**flood.values, RAIN: np.zeros(flood.slots)})
    assert [code for code, *_ in found(dry)] == ["RATE_OF_CHANGE"]


def test_a_bottle_of_other_water_is_found_at_the_visit_that_ends_a_drift():
    calm, fouled = drifting(-0.14)
    end = 15 * DAY
    series = np.concatenate((fouled.values[EC25][:end], calm.values[EC25][end:]))
    record = channels({**calm.values, EC25: series})
    truth = float(calm.values[EC25][end])
    visit = at(end, EC25, truth)
    right = at(end, EC25, truth * 1.01, source="lab", cleaned=False)
    wrong = at(end, EC25, truth * 1.15, source="lab", cleaned=False)
    between = at(end, EC25, truth * 0.93, source="lab", cleaned=False)
    assert [code for code, *_ in found(record, checks=[visit, right])] == ["DRIFT"]
    for bottle in (wrong, between):
        assert [code for code, *_ in found(record, checks=[visit, bottle])] == ["DRIFT", "LAB_CHECK"]


def test_a_bottle_taken_in_a_flood_is_held_against_the_meter_of_the_same_visit():
    flood = storm(rise_slots=3, rise_m=1.0, dilution=0.5)
    visit = at(2 * DAY + 1, EC25, 320.0)
    assert found(flood, checks=[visit, at(2 * DAY + 1, EC25, 323.0, source="lab")]) == []
    events = found(flood, checks=[visit, at(2 * DAY + 1, EC25, 240.0, source="lab")])
    assert [code for code, *_ in events] == ["LAB_CHECK"]


def test_a_steady_trend_at_a_visit_is_no_drift():
    calm = quiet(20)
    series = calm.values[EC25].copy()
    series[10 * DAY - 8 : 10 * DAY + 8] += np.linspace(-32, 32, 16)
    visit = at(10 * DAY, EC25, float(series[10 * DAY]))
    assert found(channels({**calm.values, EC25: series}), checks=[visit]) == []
