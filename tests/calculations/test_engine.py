"""The Jiangkou year through the engine: it lands on the truth, adds up exactly, and always gives the same bytes."""

from decimal import Decimal

import numpy as np
import pytest

from calculations.bundle import Bundle, read_bundle, write_bundle
from calculations.engine import PHASES, compute
from calculations.figures import FIGURES
from calculations.result import Result, read_plots
from tests.calculations import jiangkou
from tests.calculations.jiangkou import codes, value

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
