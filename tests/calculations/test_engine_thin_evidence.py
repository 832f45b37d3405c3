"""The engine where evidence is thin: other grids, gaps, flags, readings out of range, a part of a year."""

import numpy as np
import pytest

from calculations.bundle import Series
from tests.calculations import jiangkou
from tests.calculations.jiangkou import codes, series_with, value, without_slots


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
