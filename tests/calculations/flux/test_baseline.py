"""The counterfactual: runoff alone earns nothing, and bad baselines are refused by field."""

import pytest

from calculations.evidence import parse_utc_s
from calculations.flux.baseline import BaselineError, read_baseline, years_of
from tests.calculations import jiangkou

PROJECT = {"sulfate_mg_l": 13.0, "nitrate_mg_l": 4.0, "sodium_mg_l": 9.0, "potassium_mg_l": 1.0, "chloride_mg_l": 3.0}


def read(**changes):
    record = {key: value for key, value in (jiangkou.baseline() | changes).items() if value is not None}
    return read_baseline(record, project_mg_l=PROJECT, default_relative_sd=0.05)


def test_load_worked_by_hand():
    # Alk 104/61.0168 = 1.7045, A = 2*14/96.06 + 4.2/62.005 = 0.3592 meq/L, S of the project
    baseline = read()
    silicate = 9 / 22.9898 + 1 / 39.0983 - 3 / 35.453
    expected = 0.36 * 1.7045 + 0.5 * (silicate - 0.3592)
    assert baseline.uptake_mmol_l(0.86) == pytest.approx(expected, abs=5e-5)
    # 28 km2 and 592.56 mm: more runoff than the baseline's 561 mm, so the period's own water counts
    load = baseline.load_t_co2(0.86, 592.56 * 28e3, 28.0, 1.0)
    assert load == pytest.approx(expected * 592.56 * 28e3 * 44.0095e-6, rel=1e-4)


def test_more_water_raises_the_baseline_and_less_water_does_not_lower_it():
    baseline = read()
    stated = baseline.load_t_co2(0.86, 561.0 * 28e3, 28.0, 1.0)
    assert baseline.load_t_co2(0.86, 100.0 * 28e3, 28.0, 1.0) == stated
    assert baseline.load_t_co2(0.86, 1122.0 * 28e3, 28.0, 1.0) == pytest.approx(2 * stated)


def test_a_part_year_scales_the_baselines_water():
    baseline = read()
    assert baseline.water_m3(28.0, 0.5) == pytest.approx(561.0 * 14e3)


def test_a_baseline_that_is_a_source_counts_the_smaller_loss():
    baseline = read(so4_mg_l=300.0)
    assert baseline.uptake_mmol_l(0.86) < 0
    little, much = (baseline.load_t_co2(0.86, mm * 28e3, 28.0, 1.0) for mm in (100.0, 900.0))
    assert much < 0
    assert little > much
    assert much == pytest.approx(baseline.load_t_co2(0.86, 561.0 * 28e3, 28.0, 1.0))


def test_what_the_baseline_did_not_analyse_is_the_projects():
    baseline = read(so4_mg_l=None, na_mg_l=1.0)
    assert [item.params["ion"] for item in baseline.messages] == [
        "chloride_mg_l",
        "potassium_mg_l",
        "sodium_mg_l",
        "sulfate_mg_l",
    ]
    assert baseline.silicate_is_projects
    own = read(na_mg_l="9", k_mg_l="1", cl_mg_l="3")
    assert not own.silicate_is_projects
    assert own.silicate_meq_l == pytest.approx(baseline.silicate_meq_l)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("runoff_mm_per_year", -1),
        ("runoff_mm_per_year", "many"),
        ("flow_weighted_alkalinity_mg_l_hco3", None),
        ("so4_mg_l", "<5"),
        ("relative_standard_uncertainty_of_alkalinity", 3),
        ("errors_shared_with_project", ["weather"]),
        ("errors_shared_with_project", "rating"),
    ],
)
def test_a_wrong_field_is_named(field, value):
    with pytest.raises(BaselineError) as caught:
        read(**{field: value})
    assert caught.value.params["field"] == field
    assert field in caught.value.text("zh")


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2021-05-01", "2022-05-01", 1.0),
        ("2023-05-01", "2024-05-01", 1.0),
        ("2024-02-29", "2025-03-01", 1.0),
        ("2021-01-01", "2021-07-02", 182 / 365),
        ("2020-01-01", "2020-07-01", 182 / 366),
        ("2021-05-01", "2023-05-31", 2 + 30 / 366),
    ],
)
def test_years_by_the_stations_calendar(start, end, years):
    bounds = [parse_utc_s(f"{day}T00:00:00+08:00") for day in (start, end)]
    assert years_of(*bounds, 28800) == pytest.approx(years)
