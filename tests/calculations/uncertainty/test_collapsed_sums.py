"""Sums collapsed over curve and gain, against plain sums over every reading."""

from dataclasses import replace

import numpy as np
import pytest

from calculations import calculation
from calculations.distinct import Distinct
from calculations.hydrology.gaugings import fit_gaugings
from calculations.portable import normal_quantile
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.gained_sums import Gain, central_sum, water_and_gained_sum
from calculations.uncertainty.model import STREAMS
from calculations.uncertainty.rating_draws import posterior_of
from calculations.uncertainty.simulate import retained_both_ways, simulate
from calculations.uncertainty.summary import summarise
from tests.calculations import jiangkou

GAIN = Gain(0.01, 199.6, 352.7)


ZERO = np.zeros(1)


def stage_and_ec25():
    _, series = jiangkou.readings()
    return series["stage"][2] / 1000, series["specific_conductance_25c"][2] / 10


def both_ways(given, count):
    """Retained of so many draws, collapsed and directly, from the model that the engine puts together."""
    caught = []

    def catching(model, readings, **how):
        caught.append((model, readings))
        return simulate(model, readings, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calculation, "simulate", catching)
        jiangkou.run(given)
    (model, readings), streams = caught[0], {name: uniforms("checked", name, count) for name in STREAMS}
    return retained_both_ways(model, readings, streams, count)


def test_64_draws_of_the_year_are_what_plain_sums_over_its_readings_give():
    collapsed, direct = both_ways(jiangkou.evidence(), 64)
    assert np.abs(collapsed / direct - 1.0).max() < 1e-4
    assert np.std(direct) / np.mean(direct) > 0.03
    assert summarise(collapsed).quantile(0.1) == pytest.approx(summarise(direct).quantile(0.1), rel=1e-5)


@pytest.mark.parametrize("floods_us_cm", [351.0, 202.0])
def test_all_readings_near_an_edge_of_the_calibrated_range(floods_us_cm):
    # every draw with a gain of half a percent moves all dry readings, or all floods, to the edge at once
    given = jiangkou.every(3)
    stage = next(one.values for one in given.series if one.parameter == "stage")
    ec25 = np.where(stage > np.quantile(stage, 0.97), round(10 * floods_us_cm), 3510).astype(np.int32)
    series = tuple(replace(one, values=ec25) if one.unit == "uS/cm" else one for one in given.series)
    collapsed, direct = both_ways(replace(given, series=series), 64)
    assert np.abs(collapsed / direct - 1.0).max() < 2e-4


@pytest.mark.parametrize("highest_stage_m", [9.9, 1.1])
def test_water_and_conductivity_follow_curve_and_gain(highest_stage_m):
    # as measured, and with the floods capped
    stage, ec25 = stage_and_ec25()
    posterior = posterior_of(fit_gaugings(jiangkou.gaugings()).curve)
    measured, (water, water_ec) = water_and_gained_sum(
        posterior,
        stage_m=Distinct.of(stage),
        ec25_us_cm=Distinct.of(ec25),
        interval_s=900.0,
        gain=GAIN,
        highest_stage_m=highest_stage_m,
    )
    assert (measured[0].at(ZERO, ZERO) > water.at(ZERO, ZERO)) == (highest_stage_m < stage.max())
    stage = np.minimum(stage, highest_stage_m)
    log_distance = posterior.log_distance_at(uniforms("s", "offset", 16))
    z_slope, z_gain = (normal_quantile(uniforms("s", name, 16)) for name in ("slope", "gain"))
    z_gain[:2] = -4.0, 4.0
    volume, volume_ec = np.exp(water.at(log_distance, z_slope)), water_ec.at(log_distance, z_slope, z_gain)
    for k in range(16):
        discharge = posterior.discharge_m3_s(stage, float(log_distance[k]), float(z_slope[k]), 0.0)
        held = np.clip(ec25 * (1.0 + 0.01 * z_gain[k]), 199.6, 352.7)
        assert volume[k] == pytest.approx((discharge * 900.0).sum(), rel=1e-7)
        assert volume_ec[k] == pytest.approx((discharge * held * 900.0).sum(), rel=3e-5)


@pytest.mark.parametrize("relative_sd", [0.0, 0.01, 0.2])
def test_the_central_sum_is_exact_at_every_gain(relative_sd):
    stage, ec25 = stage_and_ec25()
    gain = replace(GAIN, relative_sd=relative_sd)
    z = np.array([-6.0, -5.0, -1.3, 0.0, 0.2, 2.0, 6.0])
    expected = [(stage * np.clip(ec25 * (1.0 + relative_sd * one), 199.6, 352.7)).sum() for one in z]
    assert central_sum(gain, Distinct.of(ec25), stage).at(z) == pytest.approx(expected, rel=1e-12)
    assert [(stage * gain.held(ec25, one)).sum() for one in z] == pytest.approx(expected, rel=1e-12)
