"""What the engine credits nothing for, and what it refuses: evidence that is wrong or was tampered with."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from calculations.bundle import Series
from calculations.figures import buffer_tonnes, tonnes, whole_tonnes
from tests.calculations import jiangkou
from tests.calculations.jiangkou import codes, refused, series_with, value

# ---- what is not credited


def test_a_baseline_above_the_project_gives_no_credit_and_says_why():
    high = jiangkou.baseline() | {"flow_weighted_alkalinity_mg_l_hco3": 190.0}
    result = jiangkou.run(jiangkou.every(3, baseline=high))
    assert value(result, "net_t_co2") < 0
    assert result.whole("creditable_t") == result.whole("buffer_t") == 0
    assert value(result, "net_p10_t_co2") == 0
    assert codes(result.reasons) == ["BASELINE_ABOVE_PROJECT"]
    assert result.issuable


def test_a_small_enhancement_lost_in_its_uncertainty_is_not_issued():
    near = jiangkou.baseline() | {"flow_weighted_alkalinity_mg_l_hco3": 152.0}
    result = jiangkou.run(jiangkou.every(3, baseline=near))
    assert value(result, "net_t_co2") > 0
    assert value(result, "half_width_90_pct") > 30
    assert not result.issuable
    assert "TOO_UNCERTAIN" in codes(result.reasons)
    assert result.whole("creditable_t") == 0
    assert result.figure("remainder_t_co2") == 0


def test_emissions_and_leakage_are_taken_off():
    more = jiangkou.baseline() | {"project_emissions_t_co2": "12.5", "leakage_t_co2": "2.5"}
    with_them, without = jiangkou.run(jiangkou.every(3, baseline=more)), jiangkou.run(jiangkou.every(3))
    assert with_them.figure("leakage_t_co2") == 15
    assert with_them.figure("net_t_co2") == without.figure("net_t_co2")
    assert with_them.figure("net_after_deductions_t_co2") == without.figure("net_after_deductions_t_co2") - 15
    # other evidence draws other trials, so the percentiles differ by 15 and some noise
    assert value(without, "net_p10_t_co2") - value(with_them, "net_p10_t_co2") == pytest.approx(15, abs=3)


def test_water_dissolved_by_acids_is_a_source_and_is_stated_as_one():
    samples = jiangkou.samples()
    for sample in samples:
        # all of the alkalinity from rock and sulfuric acid, balanced by calcium
        alkalinity = float(sample["alkalinity_hco3_mg_l"]) / 61.0168
        sulfate = 1.4 * alkalinity
        sample["sulfate_mg_l"] = f"{sulfate * 48.03:.2f}"
        sample["calcium_mg_l"] = f"{(alkalinity + sulfate) * 20.04:.2f}"
    result = jiangkou.run(jiangkou.every(3, samples=samples), "KCS-INV")
    assert value(result, "gross_t_co2") < 0
    assert value(result, "retained_t_co2") < value(result, "gross_t_co2")
    assert Decimal(result.content["lines_t_co2"]["gross"]["carbonic"]) < 0
    assert all(Decimal(row["gross_t_co2"]) < 0 for row in result.content["monthly"])
    assert result.figure("half_width_90_pct") is None


def test_whole_tonnes_by_decimal():
    assert whole_tonnes(tonnes(411.99999999999994)) == (412, Decimal("0.000000"))
    assert whole_tonnes(tonnes(411.9999994)) == (411, Decimal("0.999999"))
    assert whole_tonnes(tonnes(0.0)) == (0, Decimal("0.000000"))
    assert [buffer_tonnes(whole, Decimal("0.1")) for whole in (0, 1, 10, 11, 205)] == [0, 1, 1, 2, 21]


# ---- what is refused


def test_a_missing_series_is_named():
    kept = tuple(Series(n, *f) for n, f in jiangkou.readings()[1].items() if n != "stage")
    error = refused(jiangkou.evidence(series=kept))
    assert (error.code, error.params["parameter"]) == ("SERIES_MISSING", "stage")


def test_a_unit_that_is_not_the_expected_one_is_refused():
    wrong = tuple(Series(n, "cm" if n == "stage" else f[0], *f[1:]) for n, f in jiangkou.readings()[1].items())
    assert refused(jiangkou.evidence(series=wrong)).code == "UNIT_UNEXPECTED"


def test_a_period_without_readings_is_refused():
    nothing = np.zeros(35040, dtype=bool)
    assert refused(jiangkou.kept(nothing)).code == "NO_READINGS"


@pytest.mark.parametrize("area", ["-28", "0", "", "abc"])
def test_an_area_that_is_not_positive_is_refused(area):
    given = jiangkou.every(3)
    error = refused(replace(given, station=given.station | {"catchment_area_km2": area}))
    assert error.code in {"AREA_NOT_POSITIVE", "VALUE_NOT_A_NUMBER"}


def test_an_enhancement_without_a_baseline_is_refused():
    assert refused(jiangkou.every(3, baseline=None)).code == "BASELINE_MISSING"


def test_a_curve_that_its_gaugings_do_not_give_is_refused():
    given = jiangkou.every(3)
    error = refused(replace(given, curve=given.curve | {"a": given.curve["a"] * 1.001}))
    assert (error.code, error.params["figure"]) == ("CURVE_DISAGREES", "/a")
    error = refused(replace(given, curve=given.curve | {"exclusions": []}))
    assert error.code == "CURVE_DISAGREES"
    assert refused(replace(given, gaugings=given.gaugings[:2])).code == "RATING_TOO_FEW_GAUGINGS"


def test_regressions_that_their_samples_do_not_give_are_refused():
    given = jiangkou.every(3)
    samples = [dict(item) for item in given.samples]
    samples[5]["calcium_mg_l"] = "66.29"
    error = refused(replace(given, samples=samples))
    assert error.code == "REGRESSION_DISAGREES"
    assert "calcium" in error.params["figure"]


def test_a_sample_sealed_as_used_that_the_rules_refuse_is_named():
    given = jiangkou.every(3)
    samples = [dict(item) for item in given.samples]
    samples[5]["timestamp"] = "1990-01-01T00:00:00Z"
    error = refused(replace(given, samples=samples))
    assert (error.code, error.params["row"]) == ("SAMPLES_DISAGREE", 6)


def test_samples_of_another_decade_or_water_are_refused():
    given = jiangkou.every(3)
    old = [item | {"timestamp": "1990-01-01T00:00:00Z"} for item in given.samples]
    exclusions = [{"file": item["file"], "row": item["row"], "code": "SAMPLE_OUTSIDE_VALIDITY"} for item in old]
    record = given.regressions | {"exclusions": exclusions}
    assert refused(replace(given, samples=old, regressions=record)).code == "NO_USABLE_SAMPLE"

    def other_water(values):
        values[:] = 9000

    mineral = jiangkou.evidence(series=series_with("specific_conductance_25c", other_water))
    assert refused(mineral).code == "NO_USABLE_SAMPLE_FOR_RANGE"


def test_gaugings_of_another_decade_or_datum_are_refused():
    given = jiangkou.every(3)
    old = [item | {"timestamp": "1990-01-01T00:00:00Z"} for item in given.gaugings]
    assert refused(replace(given, gaugings=old)).code == "RATING_OUTSIDE_VALIDITY"

    def lowered(values):
        values -= 2000

    assert refused(jiangkou.evidence(series=series_with("stage", lowered))).code == "STAGE_BELOW_GAUGINGS"
