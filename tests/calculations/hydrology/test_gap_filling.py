"""Gaps are filled by what was measured beside and meanwhile, with an honest uncertainty, and not beyond the rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.hydrology.gap_filling import (
    CONDITIONAL,
    MEASURED,
    MISSING,
    REGRESSION,
    GapError,
    GapRules,
    fill_conditionally,
    fill_short_gaps,
    season_numbers,
    shares,
    through_store,
)
from tests.calculations.flux.test_lines import jiangkou_year

HOUR = 4
"""Slots of an hour."""


@pytest.fixture(scope="module")
def year():
    """(EC25, ln depth, season) of the Jiangkou year."""
    inputs, _, _, ec25 = jiangkou_year()
    season = season_numbers(inputs.start_s, 900, inputs.slots, 28800)
    return ec25, np.log(inputs.filled["stage"] - 0.18), season


def with_gaps(ec25, hours, count, seed):
    """The series with so many gaps of so many hours taken out, and where."""
    rng = np.random.default_rng(seed)
    broken = ec25.copy()
    starts = rng.choice(np.arange(200, ec25.size - 200 - hours * HOUR, hours * HOUR * 3), count, replace=False)
    for start in starts:
        broken[start : start + hours * HOUR] = np.nan
    return broken, np.isnan(broken)


def test_a_day_is_filled_better_than_by_straight_lines(year):
    ec25, stage, season = year
    broken, gone = with_gaps(ec25, 24, 60, seed=1)
    found = fill_conditionally(broken, stage, season, interval_s=900)
    straight, _ = fill_short_gaps(broken, 24 * HOUR)
    by_condition = np.sqrt(np.mean((found.values - ec25)[gone] ** 2))
    by_line = np.sqrt(np.mean((straight - ec25)[gone] ** 2))
    assert by_condition < 0.8 * by_line
    assert found.memory_h == 24.0
    assert found.count(CONDITIONAL) == gone.sum()
    assert not np.isnan(found.values).any()
    assert (found.values[~gone] == ec25[~gone]).all()
    assert (found.standard_uncertainty[~gone] == 0.0).all()


def test_a_delayed_spring_is_not_filled_from_the_plain_stage(year):
    ec25, stage, season = year
    broken, gone = with_gaps(ec25, 24, 60, seed=1)
    plain = fill_conditionally(broken, stage, season, interval_s=900, rules=GapRules(memories_h=(0.0,)))
    mixed = fill_conditionally(broken, stage, season, interval_s=900)
    assert np.mean((mixed.values - ec25)[gone] ** 2) < 0.3 * np.mean((plain.values - ec25)[gone] ** 2)


def test_a_store_forgets_by_its_memory_and_waits_over_gaps():
    # memory of one slot keeps 1/e: 0, then 1 - 1/e of the step, nothing new while the stage is missing
    passed = through_store(np.array([0.0, 1.0, np.nan, 1.0]), 1.0)
    assert passed[1] == pytest.approx(1 - np.exp(-1))
    assert np.isnan(passed[2])
    assert passed[3] == pytest.approx(1 - np.exp(-2))
    assert through_store(np.array([0.0, 1.0]), 0.0).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("hours", [6, 24, 72])
def test_the_uncertainty_is_that_of_the_filling(year, hours):
    ec25, stage, season = year
    broken, gone = with_gaps(ec25, hours, 40, seed=hours)
    found = fill_conditionally(broken, stage, season, interval_s=900)
    filled = gone & (found.how == CONDITIONAL)
    assert filled.sum() > 0.95 * gone.sum()
    ratio = np.sqrt(np.mean(((found.values - ec25)[filled] / found.standard_uncertainty[filled]) ** 2))
    assert 0.5 < ratio < 1.5


def test_a_process_of_known_memory_is_filled_with_its_own_variance():
    rng = np.random.default_rng(11)
    size, memory = 20_000, 200.0
    fade = np.exp(-1 / memory)
    noise = rng.standard_normal(size) * np.sqrt(1 - fade * fade)
    away = np.zeros(size)
    for i in range(1, size):
        away[i] = fade * away[i - 1] + noise[i]
    stage = rng.standard_normal(size)
    truth = 300.0 + 20.0 * stage + 5.0 * away
    broken = truth.copy()
    gone = (np.arange(size) % 400 >= 200) & (np.arange(size) % 400 < 260)
    broken[gone] = np.nan
    found = fill_conditionally(
        broken, stage, np.zeros(size, dtype=int), interval_s=900, rules=GapRules(correlation_lag_h=10)
    )
    assert found.correlation_time_h == pytest.approx(memory / 4, rel=0.35)
    assert found.seasons[0].line.slope == pytest.approx(20.0, rel=0.02)
    z = (found.values - truth)[gone] / found.standard_uncertainty[gone]
    assert np.sqrt(np.mean(z * z)) == pytest.approx(1.0, abs=0.2)


def test_a_long_gap_is_regression_on_the_stage_and_a_longer_one_stays():
    rng = np.random.default_rng(12)
    stage = np.clip(np.abs(rng.standard_normal(12_000)), 0.2, 2.0)
    truth = 350.0 - 60.0 * stage + rng.standard_normal(12_000)
    broken = truth.copy()
    broken[1000 : 1000 + 100 * HOUR] = np.nan
    broken[5000 : 5000 + 721 * HOUR] = np.nan
    found = fill_conditionally(broken, stage, np.zeros(12_000, dtype=int), interval_s=900)
    assert (found.how[1000 : 1000 + 100 * HOUR] == REGRESSION).all()
    assert (found.how[5000 : 5000 + 721 * HOUR] == MISSING).all()
    assert np.isnan(found.values[5000]).all()
    assert np.isnan(found.standard_uncertainty[5000])
    middle = slice(1100, 1300)
    assert found.values[middle] == pytest.approx(truth[middle], abs=6.0)
    assert found.standard_uncertainty[1200] == pytest.approx(1.0, abs=0.1)


def test_what_has_no_stage_or_lies_outside_the_line_stays_missing():
    stage = np.linspace(0.5, 1.5, 2000)
    values = 400.0 - 100.0 * stage
    broken = values.copy()
    broken[500:520] = np.nan
    broken[900:920] = np.nan
    broken[1990:] = np.nan
    without = stage.copy()
    without[510:520] = np.nan
    without[1995:] = 9.0
    found = fill_conditionally(broken, without, np.zeros(2000, dtype=int), interval_s=900)
    assert found.how[500:520].tolist() == [CONDITIONAL] * 10 + [MISSING] * 10
    # the end of the series has no reading on its far side: a regression, within the stages that were seen
    assert found.how[1990:].tolist() == [MISSING] * 10
    assert (found.how[900:920] == CONDITIONAL).all()
    assert found.values[910] == pytest.approx(values[910], abs=1e-6)


def test_a_season_has_its_own_line():
    stage = np.tile(np.linspace(0.5, 1.5, 500), 8)
    season = (np.arange(4000) >= 2000).astype(int)
    values = np.where(season == 1, 300.0 - 80.0 * stage, 380.0 - 20.0 * stage)
    broken = values.copy()
    broken[700:1100] = np.nan
    broken[2700:3100] = np.nan
    found = fill_conditionally(broken, stage, season, interval_s=900)
    assert found.values == pytest.approx(values, abs=1e-6)
    assert [item.line.slope for item in found.seasons] == pytest.approx([-20.0, -80.0])
    assert found.how[900] == REGRESSION
    assert found.seasons[0].record()["x_max"] == 1.5


def test_without_stage_only_short_gaps_are_bridged_towards_the_mean():
    rng = np.random.default_rng(13)
    values = 18.0 + 0.1 * rng.standard_normal(3000)
    values[1000:1010] = np.nan
    values[2000 : 2000 + 80 * HOUR] = np.nan
    found = fill_conditionally(values, None, np.zeros(3000, dtype=int), interval_s=900)
    assert (found.how[1000:1010] == CONDITIONAL).all()
    assert (found.how[2000 : 2000 + 80 * HOUR] == MISSING).all()


def test_filled_values_are_never_negative():
    stage = np.linspace(0.1, 3.0, 1000)
    values = 100.0 - 60.0 * stage + 5.0 * np.sin(np.arange(1000.0))
    values[values < 0] = 0.0
    values[990:995] = np.nan
    found = fill_conditionally(values, stage, np.zeros(1000, dtype=int), interval_s=900)
    assert (found.values[990:995] >= 0.0).all()


def test_one_reading_gives_no_line_and_nothing_measured_is_refused():
    values = np.full(200, np.nan)
    values[50] = 300.0
    found = fill_conditionally(values, np.linspace(0, 1, 200), np.zeros(200, dtype=int), interval_s=900)
    assert found.count(MEASURED) == 1
    assert found.count(MISSING) == 199
    for bad, code in ((np.full(5, np.nan), "GAP_NOTHING_MEASURED"), (np.array([]), "GAP_NOTHING_MEASURED")):
        with pytest.raises(GapError) as caught:
            fill_conditionally(bad, None, np.zeros(bad.size, dtype=int), interval_s=900)
        assert caught.value.code == code
    with pytest.raises(GapError) as caught:
        fill_conditionally(np.ones(5), np.ones(4), np.zeros(5, dtype=int), interval_s=900)
    assert caught.value.code == "GAP_SHAPE"
    with pytest.raises(GapError) as caught:
        fill_conditionally(np.array([1.0, np.inf]), None, np.zeros(2, dtype=int), interval_s=900)
    assert caught.value.code == "GAP_NOT_FINITE"


def test_seasons_follow_the_station_s_clock():
    # 2022-04-30 16:00 UTC is the first of May in China
    assert season_numbers(1651334400 - 900, 900, 3, 28800).tolist() == [0, 1, 1]
    assert season_numbers(1651334400 - 900, 900, 3, 0).tolist() == [0, 0, 0]


def test_shares_of_time_and_of_volume():
    how = np.array([MEASURED, CONDITIONAL, REGRESSION, MISSING, MEASURED], dtype=np.int8)
    found = shares(how, np.array([1.0, 2.0, 1.0, np.nan, 4.0]))
    assert (found.measured_time, found.filled_time) == (0.4, 0.4)
    assert (found.measured_weight, found.filled_weight) == (0.625, 0.375)
    assert shares(how, np.zeros(5)).measured_weight == 0.0
    with pytest.raises(GapError):
        shares(how, np.zeros(4))
    with pytest.raises(GapError):
        shares(np.empty(0, dtype=np.int8), np.empty(0))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 500) | st.just(np.nan), st.floats(0, 3) | st.just(np.nan)), min_size=2, max_size=60
    ),
    st.integers(0, 3),
    st.sampled_from([900, 3600, 86_400]),
)
def test_whatever_is_missing_what_was_measured_stays_and_nothing_unmarked_appears(slots, split, interval_s):
    values, stage = np.array(slots).T
    season = np.arange(values.size) % (split + 1)
    if np.isnan(values).all():
        return
    found = fill_conditionally(values, stage, season, interval_s=interval_s, rules=GapRules(least_pairs=4))
    measured = ~np.isnan(values)
    assert (found.values[measured] == values[measured]).all()
    assert ((found.how == MEASURED) == measured).all()
    assert (np.isnan(found.values) == (found.how == MISSING)).all()
    assert (np.isnan(found.standard_uncertainty) == (found.how == MISSING)).all()
    assert (found.values[found.how != MISSING] >= 0.0).all()
    assert np.isfinite(found.values[found.how != MISSING]).all()
