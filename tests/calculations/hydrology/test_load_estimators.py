"""Estimators agree with each other on complete data, and with the truth as far as samples allow."""

import numpy as np
import pytest

from calculations.hydrology.load_estimators import (
    LoadError,
    SampledFlow,
    by_beale,
    by_interpolation,
    by_log_log,
    by_stratified_beale,
    continuous,
    disagreement,
)
from tests.calculations.flux.test_lines import jiangkou_year


@pytest.fixture(scope="module")
def year():
    """Discharge and alkalinity [mg/L] of every quarter of an hour of the Jiangkou year."""
    _, discharge, ions, _ = jiangkou_year()
    return discharge, ions["alkalinity_hco3_mg_l"]


def sampled(year, every, first=0):
    discharge, concentration = year
    at = np.arange(first, discharge.size, every)
    return SampledFlow(discharge, 900, at, concentration[at])


def test_on_complete_data_all_estimators_agree(year):
    truth = continuous(*year, 900)
    complete = sampled(year, 1)
    for estimate in (by_interpolation(complete), by_beale(complete), by_log_log(complete, "ratio")):
        assert estimate.load == pytest.approx(truth.load, rel=1e-12)
    assert by_beale(complete).standard_error == 0.0
    strata = (np.arange(year[0].size) * 4 // year[0].size).astype(np.int64)
    assert by_stratified_beale(complete, strata).load == pytest.approx(truth.load, rel=1e-12)
    # the spring lags behind its discharge and keeps 3 % from a power law
    everything = [truth, by_interpolation(complete), by_beale(complete), by_log_log(complete)]
    assert disagreement(everything) < 0.03


def test_a_power_law_is_given_back_by_all_of_them_exactly():
    discharge = np.exp(np.linspace(-1.0, 2.0, 200))
    concentration = 180.0 * discharge**-0.2
    complete = SampledFlow(discharge, 3600, np.arange(200), concentration)
    truth = continuous(discharge, concentration, 3600).load
    for estimate in (by_beale(complete), by_interpolation(complete), by_log_log(complete)):
        assert estimate.load == pytest.approx(truth, rel=1e-10)


def test_beale_worked_by_hand():
    # x = 1, 2, 3, y = 10, 18, 24 (c = 10, 9, 8); means 2 and 52/3; N = 12 with 24 m3/s together; theta = 1/3 - 1/12
    # = 0.25; s_xx = 1, s_xy = 7: 24*(8.66667)*(1 + 0.25*7/34.6667)/(1 + 0.25/4) = 205.6471
    discharge = np.array([1.0, 2, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    found = by_beale(SampledFlow(discharge, 1.0, np.array([0, 1, 2]), np.array([10.0, 9.0, 8.0])))
    assert found.load == pytest.approx(205.6471, abs=5e-5)
    # Cxx 0.25, Cyy s_yy 49.3333/300.444 = 0.164201, Cxy 7/34.6667 = 0.201923: first order 0.25*0.010355 = 0.0025887
    # second 0.0625*(0.125 - 0.201923 + 0.0407729 + 0.0410503) = 0.00030626; sqrt(0.0028950)*208 = 11.1916
    assert found.standard_error == pytest.approx(11.19, abs=0.01)
    low, high = found.interval(0.90)
    assert (low + high) / 2 == pytest.approx(found.load)
    assert high - low == pytest.approx(2 * 2.920 * found.standard_error, rel=1e-3)


def held(discharge, concentration, interval_s=900):
    """Of 200 random sets of 24 samples, how many 90 % intervals by Beale hold the truth."""
    truth = continuous(discharge, concentration, interval_s).load
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(200):
        at = np.sort(rng.choice(discharge.size, 24, replace=False))
        low, high = by_beale(SampledFlow(discharge, interval_s, at, concentration[at])).interval(0.90)
        inside += low <= truth <= high
    return inside


def test_beale_states_an_error_that_holds():
    rng = np.random.default_rng(7)
    discharge = np.exp(0.5 * rng.standard_normal(3000))
    concentration = 200.0 * discharge**-0.2 * np.exp(0.1 * rng.standard_normal(3000))
    assert 165 <= held(discharge, concentration) <= 195


def test_a_flashy_spring_makes_that_error_too_small(year):
    # as the module says: three of four instead of nine of ten, because few samples catch a storm
    assert 140 <= held(*year) <= 165


def test_monthly_samples_come_within_eight_percent(year):
    truth = continuous(*year, 900).load
    monthly = sampled(year, 2920, 1460)
    assert by_beale(monthly).load == pytest.approx(truth, rel=0.06)
    assert by_log_log(monthly).load == pytest.approx(truth, rel=0.08)
    # dry-weather samples bridged over storms: the known bias of interpolation
    assert by_interpolation(monthly).load > truth


def test_smearing_takes_away_the_bias_of_the_logarithm():
    rng = np.random.default_rng(9)
    discharge = np.exp(rng.standard_normal(4000))
    concentration = 50.0 * discharge**-0.1 * np.exp(0.5 * rng.standard_normal(4000))
    flow = SampledFlow(discharge, 900, np.arange(4000), concentration)
    truth = continuous(discharge, concentration, 900).load
    assert by_log_log(flow).load == pytest.approx(truth, rel=0.03)
    # without it e^(0.5^2 / 2) = 13 % would be missing
    assert by_log_log(flow).load / np.exp(0.125) < 0.92 * truth


def test_a_source_of_carbon_is_a_negative_load():
    flow = SampledFlow(np.array([1.0, 2.0, 3.0, 2.0]), 900, np.array([0, 1, 2]), np.array([-0.5, 0.2, -0.9]))
    assert by_beale(flow).load < 0
    assert by_interpolation(flow).load < 0
    with pytest.raises(LoadError) as caught:
        by_log_log(flow)
    assert (caught.value.code, caught.value.params["number"]) == ("LOAD_NOT_POSITIVE", 1)


def test_interpolation_holds_the_ends_and_passes_through_the_samples():
    flow = SampledFlow(np.ones(7), 1.0, np.array([1, 5]), np.array([0.1, 0.5]))
    # 0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5
    assert by_interpolation(flow).load == pytest.approx(2.1)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((np.array([]), 900, np.array([], dtype=int), np.array([])), "LOAD_NO_DISCHARGE"),
        ((np.array([1.0, np.nan]), 900, np.array([0]), np.array([1.0])), "LOAD_DISCHARGE_INVALID"),
        ((np.array([1.0, -1.0]), 900, np.array([0]), np.array([1.0])), "LOAD_DISCHARGE_INVALID"),
        ((np.ones(3), 0.0, np.array([0]), np.array([1.0])), "LOAD_INTERVAL_INVALID"),
        ((np.ones(3), 900, np.array([0, 0]), np.array([1.0, 2.0])), "LOAD_SAMPLES_INVALID"),
        ((np.ones(3), 900, np.array([2, 1]), np.array([1.0, 2.0])), "LOAD_SAMPLES_INVALID"),
        ((np.ones(3), 900, np.array([3]), np.array([1.0])), "LOAD_SAMPLES_INVALID"),
        ((np.ones(3), 900, np.array([1]), np.array([np.nan])), "LOAD_SAMPLES_INVALID"),
        ((np.zeros(3), 900, np.array([1]), np.array([1.0])), "LOAD_NO_WATER"),
    ],
)
def test_a_series_that_carries_no_load_is_refused(parts, code):
    with pytest.raises(LoadError) as caught:
        SampledFlow(*parts)
    assert caught.value.code == code


def test_two_samples_one_discharge_and_dry_samples_are_refused():
    few = SampledFlow(np.ones(5), 900, np.array([0, 3]), np.array([1.0, 2.0]))
    for estimator in (by_beale, by_log_log):
        with pytest.raises(LoadError) as caught:
            estimator(few)
        assert caught.value.code == "LOAD_TOO_FEW_SAMPLES"
    with pytest.raises(LoadError) as caught:
        by_log_log(SampledFlow(np.ones(5), 900, np.array([0, 1, 3]), np.array([1.0, 2.0, 3.0])))
    assert caught.value.code == "LOAD_ONE_DISCHARGE"
    with pytest.raises(LoadError) as caught:
        by_beale(SampledFlow(np.array([0.0, 0, 0, 5]), 900, np.array([0, 1, 2]), np.ones(3)))
    assert caught.value.code == "LOAD_SAMPLES_DRY"
    with pytest.raises(LoadError) as caught:
        by_stratified_beale(few, np.array([0, 0, 0, 1, 1]))
    assert caught.value.code == "LOAD_STRATUM_TOO_FEW"
    with pytest.raises(LoadError):
        disagreement([])
