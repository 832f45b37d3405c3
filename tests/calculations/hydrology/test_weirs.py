"""Weirs by their formulas, their limits named, and how sure the figure is."""

import math

import numpy as np
import pytest

from calculations.hydrology.weirs import RectangularWeir, VNotchWeir, WeirError, check_gaugings, tangent


def test_a_v_notch_worked_by_hand():
    # 8/15 * 0.578 * sqrt(2 * 9.80665) * tan(45) * 0.2^2.5 = 0.30827 * 4.42869 * 0.0178885 = 0.024422
    found = VNotchWeir(90.0).at(np.array([0.2]))
    assert found.discharge_m3_s[0] == pytest.approx(0.024422, abs=5e-7)
    assert not found.outside_limits[0]


def test_a_rectangular_notch_worked_by_hand():
    # 2/3 * 0.6 * 4.42869 * 1.5 * 0.3^1.5 = 2.65722 * 0.164317 = 0.436625
    weir = RectangularWeir(1.5, discharge_coefficient=0.6)
    assert weir.discharge_m3_s_at(np.array([0.3]))[0] == pytest.approx(0.436625, abs=5e-6)


@pytest.mark.parametrize("angle_deg", [20, 30, 53.13, 60, 90, 100])
def test_the_tangent_is_right_without_a_mathematical_library(angle_deg):
    assert tangent(angle_deg / 2 * math.pi / 180) == pytest.approx(math.tan(math.radians(angle_deg / 2)), rel=1e-14)


def test_effective_head_and_width_add_their_millimetres():
    plain, effective = RectangularWeir(1.0), RectangularWeir(1.0, head_correction_m=0.001, width_correction_m=0.003)
    stage = np.array([0.1])
    ratio = effective.discharge_m3_s_at(stage)[0] / plain.discharge_m3_s_at(stage)[0]
    assert ratio == pytest.approx(1.003 * (0.101 / 0.1) ** 1.5)


def test_water_at_or_below_the_crest_does_not_flow_and_a_missing_stage_stays_missing():
    found = VNotchWeir(90.0, crest_stage_m=0.5).at(np.array([0.3, 0.5, np.nan, 0.7]))
    assert found.discharge_m3_s[:2].tolist() == [0.0, 0.0]
    assert found.below_crest.tolist() == [True, True, False, False]
    assert math.isnan(found.discharge_m3_s[2])
    assert math.isnan(found.relative_sd[2])
    assert found.discharge_m3_s[3] > 0


def test_heads_outside_the_limits_are_named_and_still_given():
    weir = VNotchWeir(90.0, notch_above_bed_m=0.5)
    found = weir.at(np.array([0.05, 0.1, 0.19, 0.21, 0.5]))
    assert found.outside_limits.tolist() == [True, False, False, True, True]
    assert (found.discharge_m3_s > 0).all()


def test_uncertainty_is_that_of_repeated_errors():
    weir = VNotchWeir(60.0, relative_sd_of_coefficient=0.02, sd_of_stage_m=0.004, sd_of_angle_deg=0.7)
    rng = np.random.default_rng(3)
    drawn = [
        VNotchWeir(
            60.0 + 0.7 * rng.standard_normal(), discharge_coefficient=0.578 * (1 + 0.02 * rng.standard_normal())
        ).discharge_m3_s_at(np.array([0.15 + 0.004 * rng.standard_normal()]))[0]
        for _ in range(1500)
    ]
    assert np.std(np.log(drawn)) == pytest.approx(weir.relative_sd_at(np.array([0.15]))[0], rel=0.08)


def test_a_drowned_weir_gives_less():
    weir = RectangularWeir(1.0)
    stage = np.array([0.4, 0.4, 0.4])
    found = weir.at(stage, downstream_stage_m=np.array([-0.1, 0.2, 0.4]))
    assert found.drowned.tolist() == [False, True, True]
    free = weir.discharge_m3_s_at(stage)
    # Villemonte: (1 - 0.5^1.5)^0.385 = 0.64645^0.385 = 0.84536
    assert found.discharge_m3_s / free == pytest.approx([1.0, 0.84536, 0.0], abs=5e-5)


@pytest.mark.parametrize("angle", [0.0, 15.0, 150.0, math.nan])
def test_an_impossible_angle_is_refused(angle):
    with pytest.raises(WeirError) as caught:
        VNotchWeir(angle)
    assert caught.value.code == "WEIR_OUT_OF_RANGE"
    assert caught.value.params["field"] == "angle_deg"


def test_an_impossible_coefficient_and_a_series_without_a_stage_are_refused():
    with pytest.raises(WeirError):
        RectangularWeir(1.0, discharge_coefficient=1.7)
    with pytest.raises(WeirError) as caught:
        RectangularWeir(1.0).at(np.array([np.nan, np.nan]))
    assert caught.value.code == "WEIR_NO_STAGE"


def test_gaugings_check_the_coefficient():
    weir = RectangularWeir(1.0)
    stage = np.array([0.1, 0.2, 0.3])
    assert check_gaugings(weir, stage, 0.95 * weir.discharge_m3_s_at(stage)) == pytest.approx(math.log(0.95))
    with pytest.raises(WeirError) as caught:
        check_gaugings(weir, np.array([-0.1]), np.array([0.2]))
    assert caught.value.code == "WEIR_NO_GAUGING"
