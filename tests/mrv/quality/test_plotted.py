"""What a plot is given of a long span: its extremes at every place, all of a short one, and never a line over a gap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mrv.quality.plotted import ALL_SHOWN, STRETCHES, on_grid, shown, slots_asked, telling

YEAR = 35_040


def year(seed=1):
    """Readings of a year with a storm a week, and a week without any."""
    rng = np.random.default_rng(seed)
    values = rng.normal(0.8, 0.02, YEAR)
    values[rng.integers(0, YEAR, 52)] += 1.5
    values = np.round(values, 3)
    values[20_000:20_672] = np.nan
    return values


def slots_of(panel, first=0):
    return first + np.cumsum(panel["at"])


def test_a_year_comes_as_the_extremes_of_each_column_of_pixels():
    values = year()
    panel = shown({"values": (values, 3)}, 0, YEAR)
    slots = slots_of(panel)
    assert slots.size <= 2 * STRETCHES
    for begin in range(0, YEAR, -(-YEAR // STRETCHES)):
        stretch = values[begin : begin + -(-YEAR // STRETCHES)]
        given_of_it = values[slots[(slots >= begin) & (slots < begin + stretch.size)]]
        if np.isnan(stretch).all():
            assert given_of_it.size == 1, "the line is broken there"
            assert np.isnan(given_of_it).all()
        else:
            assert np.nanmin(given_of_it) == np.nanmin(stretch)
            assert np.nanmax(given_of_it) == np.nanmax(stretch)


def test_what_is_given_is_a_reading_at_its_own_time():
    values = year()
    panel = shown({"values": (values, 3)}, 1000, YEAR)
    for slot, value in zip(slots_of(panel, 1000), panel["values"], strict=True):
        assert value == values[slot] or (value is None and np.isnan(values[slot]))


def test_a_line_beside_it_keeps_its_own_extremes():
    raw = year()
    used = raw.copy()
    used[10_000] = -3.0
    panel = shown({"raw": (raw, 3), "used": (used, 4)}, 0, YEAR)
    assert -3.0 in panel["used"]
    assert len(panel["raw"]) == len(panel["used"]) == len(panel["at"])


def test_a_short_span_comes_whole():
    values = year()
    panel = shown({"values": (values, 3)}, 19_990, 20_010)
    assert "at" not in panel
    assert panel["values"] == [*values[19_990:20_000].tolist(), *[None] * 10]
    assert telling([values], 0, ALL_SHOWN) is None


@given(st.floats(allow_nan=True), st.floats(allow_nan=True), st.integers(0, 5000))
def test_whatever_is_asked_for_lies_on_the_grid(start_s, end_s, slots):
    first, last = slots_asked({"from": str(start_s), "to": str(end_s)}, first_s=1000, step_s=900, slots=slots)
    assert 0 <= first <= last <= slots
    assert first < last or not slots


def test_a_span_is_given_with_a_slot_beyond_each_end():
    asked = {"from": str(1000 + 10 * 900 + 1), "to": str(1000 + 20 * 900)}
    assert slots_asked(asked, first_s=1000, step_s=900, slots=100) == (10, 22)
    assert slots_asked({"from": "soon"}, first_s=1000, step_s=900, slots=100) == (0, 100)


def test_slots_without_a_reading_are_gaps():
    grid = on_grid(np.array([1.0, 2.0]), np.array([0, 3]), 5)
    assert shown({"values": (grid, 1)}, 0, 5) == {"values": [1.0, None, None, 2.0, None]}
