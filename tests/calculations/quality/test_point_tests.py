"""Each test of one series: what it finds, where exactly, and what it must let pass."""

import dataclasses

import numpy as np
import pytest

from calculations.quality.parameters import EC25, PH, STAGE, TEMPERATURE, QualitySet, quality_set
from calculations.quality.screening import screen
from tests.calculations.quality.water import DAY, channels, quiet, storm, with_change, with_value


def found(channels, **options):
    """(code, parameter, first slot, last slot) of every event."""
    return [
        (
            event.code,
            event.parameter,
            int((event.start_s - channels.start_s) // channels.interval_s),
            int((event.end_s - channels.start_s) // channels.interval_s) - 1,
        )
        for event in screen(channels, **options)
    ]


def test_quiet_days_have_no_flags():
    assert found(quiet()) == []


@pytest.mark.parametrize("rise_slots", [1, 2, 4, 12, 40])
@pytest.mark.parametrize(("rise_m", "dilution"), [(0.2, 0.1), (1.2, 0.4), (2.5, 0.65)])
def test_a_storm_is_never_taken_for_a_fault(rise_slots, rise_m, dilution):
    assert found(storm(rise_slots=rise_slots, rise_m=rise_m, dilution=dilution)) == []


def test_a_storm_without_a_rain_gauge_is_explained_by_its_stage():
    assert found(storm(rise_slots=4, rise_m=0.9, dilution=0.5, with_rain=False)) == []


@pytest.mark.parametrize(
    ("parameter", "change"), [(EC25, 40.0), (EC25, -40.0), (PH, 0.4), (TEMPERATURE, -1.0), (STAGE, -0.2)]
)
@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_spike_is_found_reading_by_reading(parameter, change, length):
    first, last = 200, 200 + length - 1
    assert found(with_change(quiet(), parameter, first, last, change)) == [("SPIKE", parameter, first, last)]


def test_a_spike_within_a_storm_is_found_and_the_storm_is_kept():
    flood = storm(rise_slots=12, rise_m=1.0, dilution=0.4)
    assert found(with_change(flood, EC25, 2 * DAY + 30, 2 * DAY + 30, -90.0)) == [
        ("SPIKE", EC25, 2 * DAY + 30, 2 * DAY + 30)
    ]


def test_a_dilution_that_lasts_an_hour_is_no_spike():
    assert found(with_change(quiet(), EC25, 200, 203, -40.0)) == []


def test_values_beyond_the_gross_range_are_failed():
    assert found(with_value(quiet(), PH, 100, 102, 14.0)) == [("GROSS_RANGE", PH, 100, 102)]
    limits = QualitySet(ranges={PH: (7.0, 7.42)}, spike={}, rate={})
    assert {code for code, *_ in found(quiet(), limits=limits)} == {"GROSS_RANGE"}


def test_a_row_at_the_sensors_full_scale():
    assert found(with_value(quiet(), EC25, 100, 107, 1000.0)) == [("SENSOR_RAIL", EC25, 100, 107)]


def test_a_known_span_needs_no_jump():
    limits = QualitySet(spans={EC25: (0.0, 324.0)})
    at_the_end = quiet().values[EC25].clip(max=324.0)
    events = found(quiet(**{EC25: at_the_end}), limits=limits)
    assert events
    assert {code for code, *_ in events} <= {"SENSOR_RAIL", "FLAT_LINE"}


def test_a_jump_and_its_way_back_are_one_event():
    assert found(with_change(quiet(), TEMPERATURE, 150, 190, 3.5)) == [("RATE_OF_CHANGE", TEMPERATURE, 150, 190)]
    assert found(with_change(quiet(), PH, 150, 190, -0.7)) == [("RATE_OF_CHANGE", PH, 150, 190)]
    assert found(with_change(quiet(), EC25, 150, 190, 200.0)) == [("RATE_OF_CHANGE", EC25, 150, 190)]


def test_a_flat_line_must_be_longer_than_the_record_has_anyway():
    assert found(with_value(quiet(), PH, 100, 130, 7.435)) == [("FLAT_LINE", PH, 100, 130)]
    assert found(with_value(quiet(), PH, 100, 120, 7.435)) == []
    coarse = np.round(quiet(30).values[PH] + np.linspace(0, 0.6, 30 * DAY), 1)
    assert found(quiet(30, **{PH: coarse})) == []


def test_gaps_are_no_fault_and_part_nothing_that_belongs_together():
    flat = with_value(quiet(), PH, 100, 140, 7.435)
    values = flat.values[PH].copy()
    values[118:120] = np.nan
    assert found(quiet(**{PH: values})) == [("FLAT_LINE", PH, 100, 140)]
    gap = quiet().values[STAGE].copy()
    gap[150:300] = np.nan
    assert found(quiet(**{STAGE: gap})) == []


def test_a_record_of_hours_is_judged_by_hours():
    hourly = quiet(24)
    hourly = dataclasses.replace(
        hourly, interval_s=3600, times_s=hourly.start_s + 3600 * np.arange(hourly.slots, dtype=np.int64)
    )
    assert found(hourly) == []
    assert found(with_change(hourly, EC25, 900, 900, 60.0)) == [("SPIKE", EC25, 900, 900)]
    assert found(with_change(hourly, EC25, 900, 901, 60.0)) == []


def test_a_methodology_sets_the_numbers():
    assert quality_set({"name": "gross-range-1", "ranges": {PH: [5, 10]}}).ranges[PH] == (5.0, 10.0)
    assert quality_set({"rate": {TEMPERATURE: [9, 0]}}).limit({TEMPERATURE: (9.0, 0.0)}, TEMPERATURE, 17) == 9.0
    with pytest.raises(ValueError, match="rates"):
        quality_set({"rates": {}})


def test_nothing_at_all_has_no_events():
    assert screen(quiet(days=0)) == []
    nothing = {name: np.full(50, np.nan) for name in (EC25, STAGE, PH)}
    from tests.calculations.quality.water import channels

    assert screen(channels(nothing)) == []


def test_a_knocked_sensor_is_told_in_a_storm_and_its_cold_flood_is_not():
    flood = storm(rise_slots=2, rise_m=0.8, dilution=0.4)
    first = 2 * DAY
    knocked = with_change(flood, TEMPERATURE, first + 20, first + 60, -3.3)
    assert found(knocked) == [("RATE_OF_CHANGE", TEMPERATURE, first + 20, first + 60)]
    cold = np.where(np.arange(flood.slots) < first, 0.0, -3.2 * np.exp(-(np.arange(flood.slots) - first) / 6.0))
    assert found(channels({**flood.values, TEMPERATURE: np.round(flood.values[TEMPERATURE] + cold, 2)})) == []


def test_a_jump_is_paired_with_the_way_back_that_cancels_it():
    """A sensor put right on an earlier day is a step as well, and +40 % comes back as -29 %."""
    calm = quiet(12)
    right = with_change(calm, PH, 0, 3 * DAY, 0.7)
    jump = with_change(right, PH, 6 * DAY, 6 * DAY + 50, 1.1)
    assert ("RATE_OF_CHANGE", PH, 6 * DAY, 6 * DAY + 50) in found(jump)
    level = calm.values[EC25][6 * DAY : 6 * DAY + 60]
    risen = with_change(calm, EC25, 6 * DAY, 6 * DAY + 59, 0.4 * level)
    assert found(risen) == [("RATE_OF_CHANGE", EC25, 6 * DAY, 6 * DAY + 59)]
