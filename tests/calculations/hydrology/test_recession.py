"""Recessions are found where a spring falls undisturbed, and give back the store behind it."""

import numpy as np
import pytest

from calculations.hydrology.recession import (
    RecessionError,
    RecessionRules,
    find_recessions,
    master_recession,
    recession_by_level,
    slow_flow_m3_s,
)
from tests.calculations.flux.test_lines import jiangkou_year

DAY = 86_400


def storms(k=0.05, count=6, length=40, seed=None):
    """Daily flow: a storm raises it in two days, then it falls by exp(-k t)."""
    rng = np.random.default_rng(seed)
    series = []
    for number in range(count):
        top = 1.0 + 0.5 * number
        series += [0.9 * top, *(top * np.exp(-k * np.arange(length)))]
    flow = np.array(series)
    return flow if seed is None else flow * np.exp(0.002 * rng.standard_normal(flow.size))


def test_the_constant_behind_clean_recessions_is_found():
    flow = storms()
    segments = find_recessions(flow, DAY)
    assert len(segments) == 6
    assert [item.first for item in segments][:2] == [3, 44]
    master = master_recession(flow, DAY, segments)
    assert master.k_per_day == pytest.approx(0.05, rel=1e-9)
    assert master.half_life_days == pytest.approx(np.log(2) / 0.05)
    assert master.r_squared == pytest.approx(1.0)
    # 1 m3/s falling by 5 % a day leaves 86,400 / 0.05 = 1.728 million m3
    assert master.store_m3(1.0) == pytest.approx(1.728e6)
    assert master.discharge_m3_s_after(2.0, np.array([0.0, 20.0])) == pytest.approx([2.0, 2.0 * np.exp(-1)])
    assert master.record()["segments"] == 6


def test_noise_of_the_logger_changes_little_and_the_error_says_how_much():
    found = [
        master_recession(flow, DAY, find_recessions(flow, DAY)) for flow in (storms(seed=seed) for seed in range(12))
    ]
    values = [item.k_per_day for item in found]
    assert np.mean(values) == pytest.approx(0.05, rel=0.01)
    assert np.std(values) < 3 * np.mean([item.k_sd_per_day for item in found])


def test_a_gap_or_a_shower_ends_a_recession():
    flow = storms(count=1)
    flow[20] = np.nan
    assert [item.length for item in find_recessions(flow, DAY)] == [17, 18]
    flow = storms(count=1)
    flow[20:] *= 1.5
    first = find_recessions(flow, DAY)[0]
    assert first.first + first.length == 20


def test_conduits_empty_faster_than_the_matrix():
    time = np.arange(60.0)
    flow = np.concatenate([np.concatenate(([0.5], 4.0 * np.exp(-0.25 * time) + 1.0 * np.exp(-0.02 * time)))] * 3)
    segments = find_recessions(flow, DAY)
    fast, _ = recession_by_level(flow, DAY, segments, 1.0)
    _, slow = recession_by_level(flow, DAY, segments, 0.6)
    assert fast.k_per_day > 0.1
    assert slow.k_per_day == pytest.approx(0.02, rel=0.1)
    assert recession_by_level(flow, DAY, segments, 99.0)[0] is None


def test_the_jiangkou_spring_by_daily_means():
    _, discharge, _, _ = jiangkou_year()
    daily = discharge.reshape(-1, 96).mean(axis=1)
    segments = find_recessions(daily, DAY)
    master = master_recession(daily, DAY, segments)
    assert len(segments) >= 8
    assert 0.005 < master.k_per_day < 0.2
    assert master.k_sd_per_day < 0.3 * master.k_per_day
    slow = slow_flow_m3_s(daily, DAY, master.k_per_day)
    assert (slow <= daily).all()
    assert 0.3 < slow.sum() / daily.sum() < 0.85


def test_slow_flow_of_a_steady_spring_is_its_share_and_gaps_start_anew():
    flow = np.full(2000, 2.0)
    flow[1000] = np.nan
    slow = slow_flow_m3_s(flow, DAY, 0.05, 0.7)
    assert slow[999] == pytest.approx(1.4)
    assert np.isnan(slow[1000])
    assert slow[1001] == pytest.approx(1.4)


def test_shorter_rules_find_more():
    flow = storms(length=6)
    assert find_recessions(flow, DAY) == ()
    assert len(find_recessions(flow, DAY, RecessionRules(least_days=3.0))) == 6


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        (np.array([]), "RECESSION_EMPTY"),
        (np.full(5, np.nan), "RECESSION_EMPTY"),
        (np.array([1.0, -1.0]), "RECESSION_INVALID"),
        (np.array([1.0, np.inf]), "RECESSION_INVALID"),
    ],
)
def test_a_series_without_flow_is_refused(flow, code):
    for ask in (lambda: find_recessions(flow, DAY), lambda: slow_flow_m3_s(flow, DAY, 0.05)):
        with pytest.raises(RecessionError) as caught:
            ask()
        assert caught.value.code == code


def test_no_recession_and_one_that_does_not_fall_are_refused():
    assert find_recessions(np.array([1.0]), DAY) == ()
    with pytest.raises(RecessionError) as caught:
        master_recession(np.ones(5), DAY, ())
    assert caught.value.code == "RECESSION_NONE"
    with pytest.raises(RecessionError):
        slow_flow_m3_s(np.ones(5), DAY, -0.1)
