"""A sample of the independent check of the year; all of it with KCR_LONG=1, or by `check_year`."""

import ast
import os
from dataclasses import replace
from pathlib import Path

import pytest

from calculations.result import Result
from tests.independent import check_year, own_chemistry, own_year
from tests.independent.comparison import Comparison, compare
from tests.independent.own_chemistry import Carbonate, speciate_with_phreeqc
from tests.independent.own_year import Ions, Rating, Reading, Year, compute_year, fit_ions, fit_rating, read_readings

EVERY = 1 if os.environ.get("KCR_LONG") else 48


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return read_readings()


@pytest.fixture(scope="module")
def rating() -> Rating:
    return fit_rating()


@pytest.fixture(scope="module")
def ions() -> Ions:
    return fit_ions()


@pytest.fixture(scope="module")
def year(readings: list[Reading], rating: Rating, ions: Ions) -> Year:
    return compute_year(readings, rating, ions)


@pytest.fixture(scope="module")
def rows(readings: list[Reading]) -> list[int]:
    return list(range(0, len(readings), EVERY))


@pytest.fixture(scope="module")
def phreeqc(readings: list[Reading], ions: Ions, rows: list[int]) -> list[Carbonate]:
    return speciate_with_phreeqc([readings[row] for row in rows], ions)


@pytest.fixture(scope="module")
def result() -> Result:
    return check_year.engine_result()


def assert_all_hold(comparisons: list[Comparison]) -> None:
    wrong = [comparison.line() for comparison in comparisons if not comparison.holds]
    assert comparisons
    assert not wrong, "\n".join(wrong)


def test_the_own_side_uses_nothing_of_the_program() -> None:
    for module in (own_year, own_chemistry):
        source = Path(module.__file__).read_text(encoding="utf-8")
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(source))
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        assert imported & {"calculations", "mrv", "registry"} == set()


def test_fits_of_another_kind_find_the_same_curve_and_lines(rating: Rating, ions: Ions) -> None:
    assert rating.outliers == (9,)
    assert_all_hold(check_year.check_fits(rating, ions))


def test_phreeqc_agrees_on_the_readings(
    readings: list[Reading], ions: Ions, rows: list[int], phreeqc: list[Carbonate]
) -> None:
    chosen = [readings[row] for row in rows]
    assert len(chosen) >= 700
    assert_all_hold(check_year.check_speciation(chosen, ions, phreeqc))


def test_the_engines_series_are_phreeqcs(
    readings: list[Reading], rows: list[int], phreeqc: list[Carbonate], result: Result
) -> None:
    assert_all_hold(check_year.check_plots([readings[row] for row in rows], rows, phreeqc, result))


def test_total_carbon_is_phreeqcs_total_of_the_element(
    readings: list[Reading], ions: Ions, rows: list[int], phreeqc: list[Carbonate]
) -> None:
    waters = check_year.as_waters([readings[row] for row in rows], ions)
    ours = check_year.speciate(waters, with_sc25=False).dic_mol_kgw.tolist()
    assert_all_hold([compare("DIC", [one.dic_mol for one in phreeqc], ours, 1e-6, relative=True)])


def test_gross_and_net_agree_with_plain_loops(year: Year, result: Result) -> None:
    comparisons = check_year.check_figures(year, check_year.figures_of(result.content), "engine")
    assert len(comparisons) == len(check_year.FIGURES)
    assert_all_hold(comparisons)


def test_the_means_of_the_year_agree(phreeqc: list[Carbonate], result: Result) -> None:
    if EVERY > 1:
        pytest.skip("means need every reading: set KCR_LONG=1")
    assert_all_hold(check_year.check_means(phreeqc, check_year.figures_of(result.content), "engine"))


def test_a_wrong_figure_would_be_seen(year: Year, result: Result) -> None:
    figures = check_year.figures_of(result.content)
    for name in check_year.FIGURES:
        wrong = figures | {name: figures[name] * 1.0001}
        comparisons = check_year.check_figures(year, wrong, "spoiled")
        assert [c.what for c in comparisons if not c.holds] == [f"{name}, spoiled"], name


def test_a_missing_value_would_be_seen() -> None:
    assert not compare("x", [1.0, 2.0], [1.0, float("nan")], 1e9).holds
    assert not compare("x", [1.0, 2.0, 3.0], [1.0, float("nan"), 3.0], 1e9).holds


def test_the_own_year_is_near_the_truth_behind_the_samples(
    readings: list[Reading], rating: Rating, ions: Ions, year: Year
) -> None:
    """The generator's rating is known: 592.56 mm; what the gaugings give must lie within a few percent."""
    true = compute_year(readings, replace(rating, h0=0.18, a=2.6, b=1.75), ions)
    assert true.runoff_mm == pytest.approx(592.56, abs=0.01)
    assert true.gross_t_co2 == pytest.approx(822.3, rel=0.005)
    assert year.runoff_mm == pytest.approx(true.runoff_mm, rel=0.03)
    assert year.gross_t_co2 == pytest.approx(true.gross_t_co2, rel=0.03)
    assert year.net_after_deductions_t_co2 == pytest.approx(238.0, rel=0.02)
