"""A rating curve is found from gaugings; an outlier is named and does not bend it; too little is refused."""

import math

import numpy as np
import pytest

from calculations.evidence import EvidenceError
from calculations.hydrology.gaugings import fit_gaugings, refit_sealed
from calculations.hydrology.rating import RatingError, fit_rating
from tests.calculations import jiangkou


def exact_gaugings(a=2.6, h0=0.18, b=1.75, count=8):
    stage = np.linspace(0.4, 1.6, count)
    return stage, a * (stage - h0) ** b, np.full(count, 0.05)


def test_exact_gaugings_give_back_the_curve_behind_them():
    curve = fit_rating(*exact_gaugings())
    assert curve.a == pytest.approx(2.6, rel=1e-4)
    assert curve.h0_m == pytest.approx(0.18, abs=1e-4)
    assert curve.b == pytest.approx(1.75, rel=1e-4)
    assert curve.rejected == ()


def test_a_datum_far_from_zero_changes_only_h0():
    stage, discharge, uncertainty = exact_gaugings()
    curve = fit_rating(stage + 312.0, discharge, uncertainty)
    assert curve.h0_m == pytest.approx(312.18, abs=1e-4)
    assert curve.b == pytest.approx(1.75, rel=1e-3)


def test_jiangkou_the_planted_outlier_is_named_and_the_rest_give_the_expected_curve():
    fitted = fit_gaugings(jiangkou.gaugings(), period_s=jiangkou.PERIOD_S)
    assert [item["row"] for item in fitted.record["exclusions"]] == [9]
    assert fitted.record["exclusions"][0]["code"] == "OUTLIER_GAUGING"
    assert fitted.record["exclusions"][0]["discharge_m3_s"] == "1.238"
    assert fitted.messages[0].params["studentised_residual"] > 5
    assert fitted.curve.h0_m == pytest.approx(0.153, abs=0.001)
    assert fitted.curve.a == pytest.approx(2.488, abs=0.002)
    assert fitted.curve.b == pytest.approx(1.829, abs=0.002)
    assert fitted.curve.highest_gauged_discharge_m3_s == 4.338


def test_what_is_sealed_is_found_again_to_the_last_bit():
    fitted = fit_gaugings(jiangkou.gaugings(), period_s=jiangkou.PERIOD_S)
    again = refit_sealed(jiangkou.gaugings(), fitted.record)
    assert (again.a, again.b, again.h0_m) == (fitted.record["a"], fitted.record["b"], fitted.record["h0_m"])


def test_a_row_taken_out_by_a_person_stays_out_with_its_reason():
    reason = {"file": jiangkou.GAUGINGS.name, "row": 3, "code": "BY_PERSON", "reason": "weed", "by": "Li"}
    fitted = fit_gaugings(jiangkou.gaugings(), exclusions=[reason])
    assert [item["row"] for item in fitted.record["exclusions"]] == [3, 9]
    assert fitted.record["exclusions"][0]["reason"] == "weed"
    assert fitted.record["n"] == 15


def test_ordinary_scatter_loses_no_gauging():
    rng = np.random.default_rng(14)
    lost = 0
    for _ in range(40):
        stage, discharge, uncertainty = exact_gaugings(count=16)
        scattered = discharge * np.exp(0.05 * rng.standard_normal(16))
        lost += len(fit_rating(stage, scattered, uncertainty).rejected)
    assert lost <= 2


def test_covariance_predicts_how_far_repeated_fits_scatter():
    rng = np.random.default_rng(15)
    stage, discharge, uncertainty = exact_gaugings(count=16)
    at = np.array([0.45, 0.8, 1.5])
    logs = [
        np.log(fit_rating(stage, discharge * np.exp(0.05 * rng.standard_normal(16)), uncertainty,
                          reject_outliers=False).discharge_m3_s_at(at))
        for _ in range(80)
    ]  # fmt: skip
    stated = fit_rating(stage, discharge, uncertainty).relative_sd_at(at)
    assert np.std(logs, axis=0) == pytest.approx(stated, rel=0.3)


def test_band_holds_the_curve_and_widens_beyond_the_gaugings():
    curve = fit_gaugings(jiangkou.gaugings()).curve
    stage = np.array([0.7, 2.2])
    low, high = curve.band_m3_s_at(stage)
    middle = curve.discharge_m3_s_at(stage)
    assert (low < middle).all()
    assert (middle < high).all()
    assert high[1] / low[1] > 1.2 > high[0] / low[0]


def test_stage_at_or_below_h0_is_no_flow_and_a_missing_stage_stays_missing():
    curve = fit_rating(*exact_gaugings())
    discharge = curve.discharge_m3_s_at(np.array([0.1, curve.h0_m, math.nan, 0.5]))
    assert discharge[:2].tolist() == [0.0, 0.0]
    assert math.isnan(discharge[2])
    assert curve.stage_m_at(discharge[3]) == pytest.approx(0.5)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_too_few_gaugings_are_refused(count):
    with pytest.raises(RatingError) as caught:
        fit_gaugings(jiangkou.gaugings()[:count])
    assert caught.value.code == "RATING_TOO_FEW_GAUGINGS"
    assert str(count) in caught.value.text("zh")


def test_gaugings_all_at_one_stage_are_refused():
    with pytest.raises(RatingError) as caught:
        fit_rating([0.5] * 6, [0.4, 0.41, 0.39, 0.4, 0.42, 0.4], [0.05] * 6)
    assert caught.value.code == "RATING_ONE_STAGE"


def test_discharge_that_falls_with_stage_is_refused():
    with pytest.raises(RatingError) as caught:
        fit_rating([0.4, 0.5, 0.6, 0.7, 0.8], [5.0, 4.0, 3.0, 2.0, 1.0], [0.05] * 5)
    assert caught.value.code == "RATING_NOT_RISING"


def test_a_discharge_of_zero_is_refused_with_its_row():
    gaugings = jiangkou.gaugings()
    gaugings[4]["discharge_m3_s"] = "0"
    with pytest.raises(RatingError) as caught:
        fit_gaugings(gaugings)
    assert caught.value.code == "GAUGING_NOT_POSITIVE"
    assert caught.value.params["row"] == 5


@pytest.mark.parametrize("bad", ["", "abc", "1_0", "１.2", "nan", "0x10"])
def test_letters_in_a_number_are_refused_with_file_row_and_column(bad):
    gaugings = jiangkou.gaugings()
    gaugings[4]["stage_m"] = bad
    with pytest.raises(EvidenceError) as caught:
        fit_gaugings(gaugings)
    assert caught.value.code == "VALUE_NOT_A_NUMBER"
    assert (caught.value.params["row"], caught.value.params["column"]) == (5, "stage_m")


def test_gaugings_of_another_decade_are_not_used():
    old = [item | {"timestamp": "1995-05-06T09:30:00+08:00"} for item in jiangkou.gaugings()]
    with pytest.raises(RatingError) as caught:
        fit_gaugings(old, period_s=jiangkou.PERIOD_S)
    assert caught.value.code == "RATING_NO_USABLE_GAUGING"
