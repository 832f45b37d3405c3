"""Waters outside what the equations were made for: computed, and flagged."""

import numpy as np
import pytest

from calculations.chemistry import speciate
from calculations.chemistry.validity import beyond_validity

from .test_speciation import karst_waters, one_water


def test_karst_waters_are_not_flagged() -> None:
    waters = karst_waters(300)
    assert not beyond_validity(waters, speciate(waters, with_sc25=False)).any()


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature_c": -5.0},
        {"temperature_c": 60.0},
        {"ph": 3.5, "alkalinity_hco3_mg_l": 1.0},
        {"ph": 11.5, "alkalinity_hco3_mg_l": 800.0},
        {"sodium_mg_l": 20_000.0, "chloride_mg_l": 30_000.0},
    ],
)
def test_unusual_waters_are_flagged_and_computed(changes: dict[str, float]) -> None:
    waters = one_water(**changes)
    result = speciate(waters, with_sc25=False)
    assert beyond_validity(waters, result).tolist() == [True]
    assert np.isfinite(result.si_calcite).all()


@pytest.mark.parametrize("ph", [2.0, 13.0])
def test_where_the_alkalinity_cannot_exist_there_is_no_number_and_a_flag(ph: float) -> None:
    waters = one_water(ph=ph)
    result = speciate(waters)
    assert beyond_validity(waters, result).tolist() == [True]
    assert np.isnan(result.si_calcite).all()
    assert np.isfinite(result.cbe_analytical_pct).all()


def test_a_missing_value_is_not_flagged() -> None:
    waters = one_water(ph=np.nan)
    assert beyond_validity(waters, speciate(waters)).tolist() == [False]
