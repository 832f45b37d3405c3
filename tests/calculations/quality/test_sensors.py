"""The sensor's own range: readings that it cannot give, and readings held at its end, while it hung there."""

import numpy as np
import pytest

from calculations.quality.channels import Channels
from calculations.quality.parameters import EC25, PH, RAIN, STAGE, QualitySet
from calculations.quality.screening import screen
from calculations.quality.sensors import SensorSpan, sensor_rail_events, sensor_range_events

START_S, STEP_S = 1_619_798_400, 900


def channels(**values):
    slots = len(next(iter(values.values())))
    times = START_S + STEP_S * np.arange(slots, dtype=np.int64)
    return Channels(START_S, STEP_S, {name: np.array(item, dtype=float) for name, item in values.items()}, times)


def span(parameter, low, high, first=0, after=None):
    to_s = None if after is None else START_S + STEP_S * after
    return SensorSpan(parameter, START_S + STEP_S * first, to_s, low, high)


def slots_of(events):
    return [((event.start_s - START_S) // STEP_S, (event.end_s - START_S) // STEP_S) for event in events]


def test_a_reading_that_the_sensor_cannot_give_is_failed_and_the_range_is_told():
    readings = channels(ph=[7.4, 7.4, 9.3, 9.4, 7.4, 7.4])
    (event,) = sensor_range_events(readings, [span(PH, 4, 9)])
    assert (event.code, event.flag, slots_of([event])) == ("SENSOR_RANGE", 4, [(2, 4)])
    assert event.facts == {"sensor_low": 4, "sensor_high": 9}


def test_only_while_the_sensor_hung_there():
    readings = channels(ph=[9.5] * 6)
    assert slots_of(sensor_range_events(readings, [span(PH, 4, 9, first=2, after=4)])) == [(2, 4)]
    assert slots_of(sensor_range_events(readings, [span(PH, 4, 9, first=4)])) == [(4, 6)]


def test_a_sensor_of_a_quantity_that_was_not_read_says_nothing():
    assert sensor_range_events(channels(ph=[7.0] * 4), [span(EC25, 0, 2000)]) == []


@pytest.mark.parametrize("end", [0.0, 2000.0])
def test_three_readings_at_an_end_of_the_range_are_a_rail_two_are_not(end):
    values = [300.0] * 4 + [end] * 3 + [300.0] * 4 + [end] * 2
    assert slots_of(sensor_rail_events(channels(**{EC25: values}), [span(EC25, 0, 2000)], QualitySet())) == [(4, 7)]


def test_a_dry_spring_and_a_dry_day_are_no_rail_but_a_full_gauge_is():
    readings = channels(stage=[0.2, 0.2, 0.2, 0.2, 3.0, 3.0, 3.0], rainfall=[0.0] * 7)
    spans = [span(STAGE, 0.2, 3.0), span(RAIN, 0, 50)]
    events = sensor_rail_events(readings, spans, QualitySet())
    assert [(event.parameter, *slots_of([event])) for event in events] == [(STAGE, (4, 7))]


def test_the_methodologys_range_stays_beside_the_sensors():
    values = [300.0 + 0.1 * (slot % 7) for slot in range(40)]
    values[10], values[20] = 2500.0, 3500.0
    readings = channels(**{EC25: values})
    alone = {event.code for event in screen(readings) if event.flag == 4 and slots_of([event]) == [(20, 21)]}
    assert "GROSS_RANGE" in alone, "the default without any sensor"
    events = screen(readings, sensors=[span(EC25, 0, 2000)])
    by_code = {event.code: slots_of([event]) for event in events}
    assert by_code["SENSOR_RANGE"] == [(10, 11)]
    assert by_code["GROSS_RANGE"] == [(20, 21)], "told once, by the test that fails it first"
