"""The Jiangkou year through the engine, and what it does where evidence is thin, wrong or tampered with."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from calculations.bundle import Bundle, Series, read_bundle, write_bundle
from calculations.engine import PHASES, compute
from calculations.figures import FIGURES, buffer_tonnes, tonnes, whole_tonnes
from calculations.messages import CalculationError
from calculations.result import Result, read_plots
from tests.calculations import jiangkou


def value(result, name):
    return float(result.figure(name))


def codes(messages):
    return [message.code for message in messages]


def refused(given, *rest):
    with pytest.raises(CalculationError) as caught:
        jiangkou.run(given, *rest)
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value


def series_with(parameter, change):
    """The year's series with one parameter's values changed by a function of the array."""
    changed = []
    for name, (unit, decimals, values) in jiangkou.readings()[1].items():
        copy = values.copy()
        if name == parameter:
            change(copy)
        changed.append(Series(name, unit, decimals, copy))
    return tuple(changed)


def without_slots(*spans):
    mask = np.ones(35040, dtype=bool)
    for first, after in spans:
        mask[first:after] = False
    return mask


# ---- the year


def test_the_year_lands_on_the_truth_behind_it():
    result = jiangkou.official()
    assert result.whole("readings") == 35040
    assert result.whole("missing_slots") == 0
    assert value(result, "runoff_mm") == pytest.approx(592.6, rel=0.03)
    assert value(result, "flow_weighted_hco3_mg_l") == pytest.approx(159.3, rel=0.01)
    assert value(result, "flow_weighted_so4_mg_l") == pytest.approx(14.0, rel=0.03)
    assert value(result, "gross_t_co2") == pytest.approx(822.3, rel=0.03)
    assert value(result, "gross_t_co2_km2_a") == pytest.approx(29.37, rel=0.03)
    assert value(result, "net_t_co2") == pytest.approx(238.0, rel=0.03)
    assert value(result, "extrapolated_volume_pct") == pytest.approx(12.6, abs=0.1)
    assert value(result, "extrapolation_deduction_t_co2") / value(result, "net_t_co2") == pytest.approx(0.02, abs=0.005)


def test_the_true_curve_gives_the_generators_own_figures():
    # gaugings laid on the true rating: what is left is the regression's error
    gaugings = [
        item | {"discharge_m3_s": repr(2.6 * (float(item["stage_m"]) - 0.18) ** 1.75)} for item in jiangkou.gaugings()
    ]
    result = jiangkou.run(jiangkou.evidence(gaugings=gaugings))
    assert value(result, "runoff_mm") == pytest.approx(592.56, abs=0.05)
    assert value(result, "gross_t_co2") == pytest.approx(822.3, rel=0.003)
    assert value(result, "net_t_co2") == pytest.approx(238.2, rel=0.01)


def test_plain_loops_over_the_readings_give_the_same_sums():
    given = jiangkou.evidence()
    curve = given.curve
    ec25 = np.array([float(item["specific_conductance_25c_us_cm"]) for item in jiangkou.samples()])
    lines = {
        ion: np.polyfit(ec25, [float(item[ion]) for item in jiangkou.samples()], 1)
        for ion in ("alkalinity_hco3_mg_l", "sulfate_mg_l")
    }
    nitrate = np.mean([float(item["nitrate_mg_l"]) for item in jiangkou.samples()])
    gross = retained = water = 0.0
    for row in jiangkou.rows(jiangkou.LOGGER):
        discharge = curve["a"] * (float(row["stage_m"]) - curve["h0_m"]) ** curve["b"]
        ec = min(max(float(row["ec25_us_cm"]), ec25.min()), ec25.max())
        alkalinity = np.polyval(lines["alkalinity_hco3_mg_l"], ec) / 61.0168
        acid = 2 * np.polyval(lines["sulfate_mg_l"], ec) / 96.06 + nitrate / 62.005
        gross += 0.03960855 * discharge * 0.5 * (alkalinity - acid)
        retained += 0.03960855 * discharge * (0.36 * alkalinity - 0.5 * acid)
        water += discharge * 900
    result = jiangkou.official()
    assert value(result, "water_m3") == pytest.approx(water, rel=1e-7)
    assert value(result, "gross_t_co2") == pytest.approx(gross, rel=1e-7)
    assert value(result, "retained_t_co2") == pytest.approx(retained, rel=1e-7)


def test_every_step_adds_up_exactly():
    result = jiangkou.official()
    figure = result.figure
    assert figure("net_t_co2") == figure("retained_t_co2") - figure("baseline_t_co2")
    assert figure("net_after_deductions_t_co2") == figure("net_t_co2") - figure("extrapolation_deduction_t_co2")
    assert figure("net_p10_t_co2") == figure("creditable_t") + figure("remainder_t_co2")
    level = Decimal(0)
    for step in result.content["waterfall"]:
        level += Decimal(step["amount_t_co2"])
        assert level == Decimal(step["after_t_co2"])
    after = {step["step"]: Decimal(step["after_t_co2"]) for step in result.content["waterfall"]}
    assert after["gross"] == figure("gross_t_co2")
    assert after["net"] == figure("net_t_co2")
    assert after["whole_tonnes"] == figure("creditable_t")


def test_p10_is_the_tenth_percentile_of_the_net_and_the_buffer_is_rounded_up():
    result = jiangkou.official()
    p10 = result.content["uncertainty"]["distributions_t_co2"]["net"]["p10"]
    assert value(result, "net_p10_t_co2") == p10
    assert result.issuable
    assert result.whole("creditable_t") == int(p10)
    assert result.whole("buffer_t") == -(-int(p10) // 10)
    net = result.content["uncertainty"]["distributions_t_co2"]["net"]
    half = 100 * (net["p95"] - net["p5"]) / 2 / value(result, "net_after_deductions_t_co2")
    assert value(result, "half_width_90_pct") == pytest.approx(half, abs=0.001)


def test_months_years_and_lines_sum_to_the_period():
    content = jiangkou.official().content
    for name in ("gross_t_co2", "retained_t_co2"):
        by_month = sum(Decimal(row[name]) for row in content["monthly"])
        assert by_month == pytest.approx(jiangkou.official().figure(name), abs=Decimal("0.00001"))
        lines = content["lines_t_co2"][name.split("_")[0]]
        assert sum(map(Decimal, lines.values())) == pytest.approx(by_month, abs=Decimal("0.00001"))
    assert [row["month"] for row in content["monthly"]][::11] == ["2021-05", "2022-04"]
    assert [row["slots"] for row in content["monthly"]][:2] == [31 * 96, 30 * 96]
    assert [row["year"] for row in content["vintages"]] == [2021, 2022]
    assert sum(Decimal(row["share"]) for row in content["vintages"]) == 1


def test_speciation_of_the_readings():
    result = jiangkou.official()
    assert result.whole("speciated_readings") == 35040
    assert -0.3 < value(result, "mean_si_calcite") < 0.1
    assert 500 < value(result, "mean_pco2_pa") < 700


def test_every_figure_has_its_unit_and_its_decimals():
    figures = jiangkou.official().content["figures"]
    assert set(figures) == set(FIGURES)
    for name, figure in FIGURES.items():
        assert figures[name]["unit"] == figure.unit
        if figures[name]["value"] is not None:
            assert -Decimal(figures[name]["value"]).as_tuple().exponent == figure.decimals


def test_the_outlier_and_the_extrapolation_are_warned_about_in_both_languages():
    warnings = jiangkou.official().warnings
    assert {"OUTLIER_GAUGING", "MUCH_EXTRAPOLATED"} <= set(codes(warnings))
    for warning in warnings:
        assert "<" not in warning.text("zh").replace("<0", "")
        assert warning.text("zh") != warning.text("en")


def test_an_inventory_states_the_sink_and_credits_nothing():
    result = jiangkou.official("KCS-INV")
    credits_of = jiangkou.official()
    assert result.content["outcome"] == "statement"
    assert result.issuable
    for name in ("gross_t_co2", "retained_t_co2", "runoff_mm"):
        assert result.figure(name) == credits_of.figure(name)
    for name in ("baseline_t_co2", "net_t_co2", "net_p10_t_co2", "creditable_t", "buffer_t"):
        assert result.figure(name) is None
    assert 5 < value(result, "half_width_90_pct") < 30
    assert set(result.content["uncertainty"]["distributions_t_co2"]) == {"gross", "retained"}
    without = jiangkou.run(jiangkou.evidence(baseline=None), "KCS-INV")
    assert without.figure("gross_t_co2") == result.figure("gross_t_co2")


# ---- the same thing always gives the same bytes


def test_a_sealed_bundle_gives_the_bytes_of_the_unsealed_evidence(tmp_path):
    given = jiangkou.evidence()
    write_bundle(given, tmp_path / "bundle.zip")
    methodology = jiangkou.quick_methodology("KCS-ENH-BACI")
    sealed = compute(read_bundle(tmp_path / "bundle.zip"), methodology)
    assert sealed.json_bytes == jiangkou.run(given).json_bytes
    assert sealed.digest == Result.from_json(sealed.json_bytes).digest
    assert sealed.content["bundle_digest"] == Bundle.of(given).digest


def test_plots_are_small_and_carry_their_digests(tmp_path):
    result = jiangkou.official()
    (tmp_path / "plots.zip").write_bytes(result.plots_bytes())
    grid, plots = read_plots(tmp_path / "plots.zip")
    assert grid == {"start_s": 1619798400, "interval_s": 900, "slots": 35040}
    assert set(plots) == {"discharge", "alkalinity", "pco2", "si_calcite", "gross_uptake", "retained_uptake"}
    assert plots["discharge"].to_float().mean() == pytest.approx(value(result, "mean_discharge_m3_s"), abs=1e-5)
    assert plots["gross_uptake"].to_float().sum() / 1000 == pytest.approx(value(result, "gross_t_co2"), rel=1e-4)
    assert len(result.plots_bytes()) < 600_000


def test_progress_names_the_phases_in_order():
    seen = []
    compute(
        Bundle.of(jiangkou.every(3)),
        jiangkou.quick_methodology("KCS-INV"),
        lambda phase, done, total: seen.append((phase, done, total)),
    )
    assert list(dict.fromkeys(phase for phase, _, _ in seen)) == list(PHASES)
    for phase in PHASES:
        last = [item for item in seen if item[0] == phase][-1]
        assert last[1] == last[2] > 0


# ---- other grids and gaps


@pytest.mark.parametrize("hours", [1, 3])
def test_another_interval_gives_nearly_the_same_year(hours):
    result = jiangkou.run(jiangkou.every(hours))
    assert result.whole("expected_slots") == 8760 // hours
    assert value(result, "gross_t_co2") == pytest.approx(value(jiangkou.official(), "gross_t_co2"), rel=0.01)


def test_a_short_gap_is_filled_marked_and_nearly_harmless():
    result = jiangkou.run(jiangkou.kept(without_slots((2000, 2000 + 24 * 4))))
    assert result.whole("missing_slots") == result.whole("filled_slots") == 96
    assert value(result, "time_measured_pct") == pytest.approx(100 - 9600 / 35040)
    assert value(result, "time_counted_pct") == 100.0
    assert value(result, "volume_measured_pct") < 100.0
    assert value(result, "gross_t_co2") == pytest.approx(value(jiangkou.official(), "gross_t_co2"), rel=0.005)


def test_a_long_gap_earns_nothing_and_does_not_lower_the_baselines_own_water():
    result = jiangkou.run(jiangkou.kept(without_slots((10_000, 10_000 + 30 * 96))))
    assert result.whole("filled_slots") == 0
    assert value(result, "time_counted_pct") == pytest.approx(100 * (1 - 30 / 365), abs=1e-3)
    assert "TIME_EARNS_NOTHING" in codes(result.warnings)
    assert result.issuable
    assert value(result, "runoff_mm") < 561.0
    # 561 mm of baseline water stand against less project water
    c_b = (0.36 * 104 / 61.0168 - 0.5 * (2 * 14 / 96.06 + 4.2 / 62.005)) * 44.0095e-6
    assert value(result, "baseline_t_co2") == pytest.approx(c_b * 561 * 28e3, rel=1e-5)


def test_half_a_year_missing_is_calculated_but_not_issuable():
    for methodology in ("KCS-ENH-BACI", "KCS-INV"):
        result = jiangkou.run(jiangkou.kept(without_slots((8000, 8000 + 17520))), methodology)
        assert not result.issuable
        assert "TIME_INCOMPLETE" in codes(result.reasons)
        assert "50" in result.reasons[0].text("zh")
    assert jiangkou.run(jiangkou.kept(without_slots((8000, 25520)))).whole("creditable_t") == 0


def test_flags_take_readings_out_and_a_persons_pass_keeps_one():
    span = {"from": "2021-06-01T00:00:00Z", "to": "2021-06-01T06:00:00Z"}
    failed = jiangkou.run(jiangkou.evidence(flags=[{"parameter": "stage", "flag": 4, "code": "SPIKE"} | span]))
    assert failed.content["quality"]["rejected_readings"]["stage"] == 24
    assert failed.whole("filled_slots") == 24
    suspect = jiangkou.run(jiangkou.evidence(flags=[{"parameter": "stage", "flag": 3, "code": "SPIKE"} | span]))
    assert suspect.whole("filled_slots") == 0


def test_a_reading_out_of_range_counts_only_where_a_person_said_so():
    def low(values):
        values[3000] = 150  # 15.0 uS/cm

    series = series_with("specific_conductance_25c", low)
    result = jiangkou.run(jiangkou.evidence(series=series))
    assert result.content["quality"]["rejected_readings"]["specific_conductance_25c"] == 1
    assert "READINGS_OUT_OF_RANGE" in codes(result.warnings)
    at = "2021-05-31T22:00:00Z", "2021-05-31T22:15:00Z"
    passed = {"parameter": "specific_conductance_25c", "from": at[0], "to": at[1], "flag": 1, "code": "BY_PERSON"}
    result = jiangkou.run(jiangkou.evidence(series=series, flags=[passed]))
    assert result.content["quality"]["rejected_readings"]["specific_conductance_25c"] == 0


def test_stage_below_zero_flow_is_no_flow_and_is_counted():
    def dry(values):
        values[:960] = 100

    result = jiangkou.run(jiangkou.evidence(series=series_with("stage", dry)))
    assert result.whole("zero_flow_slots") == 960
    assert "ZERO_FLOW" in codes(result.warnings)


@pytest.mark.parametrize("name", ["conductivity_raw", "electrical_conductivity"])
def test_conductivity_that_was_not_compensated_is(name):
    series = jiangkou.readings()[1]
    kept = [Series(name, *facts) for name, facts in series.items() if name != "specific_conductance_25c"]
    ec25 = series["specific_conductance_25c"][2] / 10
    raw = ec25 * (1 + 0.0191 * (series["water_temperature"][2] / 100 - 25))
    kept.append(Series(name, "uS/cm", 3, np.rint(raw * 1000).astype(np.int32)))
    result = jiangkou.run(jiangkou.evidence(series=tuple(kept)))
    assert value(result, "gross_t_co2") == pytest.approx(value(jiangkou.official(), "gross_t_co2"), rel=1e-6)
    assert "EC_COMPENSATED" in codes(result.warnings), "the step is recorded"


def test_raw_conductivity_beside_a_compensated_one_changes_nothing():
    series = [Series(name, *facts) for name, facts in jiangkou.readings()[1].items()]
    raw = Series("conductivity_raw", "uS/cm", 0, np.full(35_040, 7, dtype=np.int32))
    result, official = jiangkou.run(jiangkou.evidence(series=(*series, raw))), jiangkou.official()
    for part in ("quality", "quantities"):
        assert result.content.get(part) == official.content.get(part)
    assert codes(result.warnings) == codes(official.warnings)


def test_without_ph_the_flux_is_calculated_and_the_speciation_is_missed():
    kept = tuple(Series(n, *f) for n, f in jiangkou.readings()[1].items() if n != "ph")
    result = jiangkou.run(jiangkou.evidence(series=kept))
    assert result.figure("mean_pco2_pa") is None
    assert "NOTHING_SPECIATED" in codes(result.warnings)
    assert result.figure("gross_t_co2") == jiangkou.official().figure("gross_t_co2")


def test_readings_rarer_than_the_methodology_asks_are_warned_about():
    assert "INTERVAL_TOO_LONG" in codes(jiangkou.run(jiangkou.every(3)).warnings)
    assert "INTERVAL_TOO_LONG" not in codes(jiangkou.run(jiangkou.every(1)).warnings)


def test_stages_above_sea_level_are_as_good_as_depths():
    def raised(values):
        values += 312_000

    gaugings = [item | {"stage_m": f"{float(item['stage_m']) + 312:.2f}"} for item in jiangkou.gaugings()]
    result = jiangkou.run(jiangkou.evidence(series=series_with("stage", raised), gaugings=gaugings))
    assert value(result, "gross_t_co2") == pytest.approx(value(jiangkou.official(), "gross_t_co2"), rel=1e-6)


def test_a_part_of_a_year_scales_the_baseline():
    mask = np.arange(35040) < 92 * 96
    period = jiangkou.PERIOD | {"end": "2021-07-31T16:00:00Z"}
    gaugings = [item | {"timestamp": "2021-06-01T08:00:00+08:00"} for item in jiangkou.gaugings()]
    result = jiangkou.run(jiangkou.kept(mask, period=period, gaugings=gaugings))
    assert value(result, "period_years") == pytest.approx(92 / 365, abs=1e-6)
    assert value(result, "gross_t_co2_km2_a") == pytest.approx(value(result, "gross_t_co2") / 28 * 365 / 92, rel=1e-4)


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
