"""EC -> ion lines against numpy's own fit, and the samples that may or may not calibrate a period."""

import numpy as np
import pytest

from calculations.regression.models import RegressionError, fit_ions
from calculations.regression.student import two_sided_critical
from tests.calculations import jiangkou


def fit(samples, **more):
    return fit_ions(samples, period_s=jiangkou.PERIOD_S, **more)


def test_lines_are_those_of_numpy():
    record = fit(jiangkou.samples()).record
    ec25 = np.array([float(item["specific_conductance_25c_us_cm"]) for item in jiangkou.samples()])
    for ion in ("calcium_mg_l", "magnesium_mg_l", "alkalinity_hco3_mg_l", "sulfate_mg_l"):
        values = np.array([float(item[ion]) for item in jiangkou.samples()])
        (slope, intercept), covariance = np.polyfit(ec25, values, 1, cov=True)
        model = record["models"][ion]
        assert model["kind"] == "slope"
        assert model["slope"] == pytest.approx(slope, rel=1e-9)
        assert model["intercept_mg_l"] == pytest.approx(intercept, rel=1e-9)
        assert model["slope_sd"] == pytest.approx(covariance[0, 0] ** 0.5, rel=1e-9)
        assert model["r_squared"] == pytest.approx(np.corrcoef(ec25, values)[0, 1] ** 2, rel=1e-9)


def test_ions_that_do_not_follow_conductivity_are_means():
    record = fit(jiangkou.samples()).record
    for ion in ("sodium_mg_l", "potassium_mg_l", "chloride_mg_l", "nitrate_mg_l"):
        values = [float(item[ion]) for item in jiangkou.samples()]
        assert record["models"][ion]["kind"] == "mean"
        assert record["models"][ion]["mean_mg_l"] == pytest.approx(np.mean(values))


def test_sulfate_without_a_significant_slope_is_a_mean():
    samples = jiangkou.samples()
    for number, sample in enumerate(samples):
        sample["sulfate_mg_l"] = str(14 + (-1) ** number)
    assert fit(samples).record["models"]["sulfate_mg_l"]["kind"] == "mean"


def test_the_critical_values_are_those_of_the_tables():
    for degrees, critical in ((1, 12.706), (2, 4.303), (9, 2.262), (14, 2.145), (30, 2.042)):
        assert two_sided_critical(0.95, degrees) == pytest.approx(critical, abs=5e-4)


def test_conductivity_outside_the_samples_is_held_at_the_edge():
    models = fit(jiangkou.samples()).models
    inside, beyond = models.concentrations_mg_l(np.array([352.7])), models.concentrations_mg_l(np.array([900.0]))
    assert inside["calcium_mg_l"].tolist() == beyond["calcium_mg_l"].tolist()
    assert models.outside(np.array([199.5, 199.6, 352.7, 352.8])).tolist() == [True, False, False, True]


def test_prediction_interval_by_its_formula():
    line = fit(jiangkou.samples()).models.models["calcium_mg_l"].line
    expected = line.residual_sd * (1 + 1 / 16 + (400 - line.mean_x) ** 2 / line.sxx) ** 0.5
    assert line.prediction_sd(np.array([400.0]))[0] == pytest.approx(expected)


def test_a_sample_with_a_bad_charge_balance_is_left_out_and_named():
    samples = jiangkou.samples()
    samples[3]["calcium_mg_l"] = "80"
    fitted = fit(samples)
    assert [(item["row"], item["code"]) for item in fitted.record["exclusions"]] == [(4, "SAMPLE_CHARGE_BALANCE_FAIL")]
    assert fitted.models.n == 15


def test_a_sample_just_outside_the_gate_is_used_with_a_warning():
    samples = jiangkou.samples()
    samples[3]["calcium_mg_l"] = "53"
    fitted = fit(samples)
    assert [item.code for item in fitted.messages] == ["SAMPLE_CHARGE_BALANCE_SUSPECT"]
    assert fitted.models.n == 16


def test_samples_before_the_period_are_used_with_a_warning():
    samples = jiangkou.samples()
    samples[0]["timestamp"] = "2021-03-01T10:00:00+08:00"
    fitted = fit(samples)
    assert [(item.code, item.params["row"]) for item in fitted.messages] == [("SAMPLE_OUTSIDE_PERIOD", 1)]
    assert fitted.models.n == 16


def test_blanks_and_duplicates_do_not_calibrate():
    samples = jiangkou.samples()
    samples[0]["purpose"], samples[1]["purpose"] = "field blank", "duplicate"
    assert fit(samples).models.n == 14


def test_below_detection_counts_acids_at_the_limit_and_others_at_half():
    samples = jiangkou.samples()
    for sample in samples:
        sample["nitrate_mg_l"], sample["potassium_mg_l"] = "<0.4", "<0.4"
    models = fit(samples).record["models"]
    assert models["nitrate_mg_l"]["mean_mg_l"] == 0.4
    assert models["potassium_mg_l"]["mean_mg_l"] == 0.2


def test_nitrate_that_nobody_analysed_is_said():
    samples = jiangkou.samples()
    for sample in samples:
        del sample["nitrate_mg_l"]
    fitted = fit(samples)
    assert fitted.models.not_analysed == ("nitrate_mg_l",)
    assert [item.code for item in fitted.messages] == ["ION_NOT_ANALYSED"]


def test_no_sample_of_this_decade_is_no_usable_sample():
    old = [item | {"timestamp": "1999-06-01T10:00:00+08:00"} for item in jiangkou.samples()]
    with pytest.raises(RegressionError) as caught:
        fit(old)
    assert caught.value.code == "NO_USABLE_SAMPLE"
    assert "SAMPLE_OUTSIDE_VALIDITY" in caught.value.text("zh")


def test_samples_of_another_water_are_not_usable():
    with pytest.raises(RegressionError) as caught:
        fit(jiangkou.samples(), readings_ec25_us_cm=np.array([900.0, 1100.0, np.nan]))
    assert caught.value.code == "NO_USABLE_SAMPLE_FOR_RANGE"


def test_no_sample_at_all_and_too_few_are_refused():
    with pytest.raises(RegressionError) as caught:
        fit([])
    assert caught.value.code == "NO_USABLE_SAMPLE"
    with pytest.raises(RegressionError) as caught:
        fit(jiangkou.samples()[:5])
    assert caught.value.code == "REGRESSION_TOO_FEW_SAMPLES"


def test_samples_of_one_conductivity_are_refused():
    sample = jiangkou.samples()[0]
    with pytest.raises(RegressionError) as caught:
        fit([sample | {"row": number} for number in range(1, 9)])
    assert caught.value.code == "REGRESSION_ONE_EC"
