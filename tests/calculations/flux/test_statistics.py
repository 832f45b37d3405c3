"""The table of means, coefficients of variation and n, and what a single sample or none gives."""

import numpy as np
import pytest

from calculations.flux.errors import FluxError
from calculations.flux.statistics import TABLE_ORDER, summarise, table_of


def test_a_cell_worked_by_hand():
    # 60, 70, 80: mean 70, standard deviation 10, coefficient of variation 0.1429; by discharge 1, 1, 2: 72.5
    cell = summarise(np.array([60.0, np.nan, 70.0, 80.0]), np.array([1.0, 5.0, 1.0, 2.0]))
    assert (cell.n, cell.missing) == (3, 1)
    assert cell.mean == pytest.approx(70.0)
    assert cell.coefficient_of_variation == pytest.approx(1 / 7)
    assert cell.flow_weighted_mean == pytest.approx(72.5)


def test_rows_come_in_the_published_order_and_regions_side_by_side():
    table = table_of(
        {
            "east": {"doc_mg_l": np.ones(3), "calcium_mg_l": np.full(44, 68.74), "ph": np.full(44, 7.43)},
            "south": {"calcium_mg_l": np.full(45, 81.02)},
        }
    )
    assert list(table) == ["ph", "calcium_mg_l", "doc_mg_l"]
    assert table["calcium_mg_l"]["east"].n == 44
    assert table["calcium_mg_l"]["south"].mean == pytest.approx(81.02)
    assert (table["ph"]["south"].n, table["ph"]["south"].mean) == (0, None)
    assert TABLE_ORDER[-2:] == ("si_calcite", "pco2_pa")


def test_one_sample_has_no_variation_and_none_has_no_mean():
    assert summarise(np.array([5.0])).coefficient_of_variation is None
    assert summarise(np.array([np.nan, np.nan])).record() == {
        "n": 0, "missing": 2, "mean": None, "coefficient_of_variation": None, "flow_weighted_mean": None,
    }  # fmt: skip
    assert summarise(np.array([-1.0, 1.0])).coefficient_of_variation is None


def test_a_dry_spring_has_no_flow_weighted_mean():
    assert summarise(np.array([5.0, 6.0]), np.zeros(2)).flow_weighted_mean is None


def test_infinity_negative_discharge_and_unequal_lengths_are_refused():
    for values, discharge in (
        (np.array([1.0, np.inf]), None),
        (np.array([1.0, 2.0]), np.array([1.0, -1.0])),
        (np.array([1.0, 2.0]), np.array([1.0])),
        (np.ones((2, 2)), None),
    ):
        with pytest.raises(FluxError):
            summarise(values, discharge)
    with pytest.raises(FluxError):
        table_of({})
