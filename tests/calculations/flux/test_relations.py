"""The relations of the published review, reproduced with tolerance (methodology, sections 1 and 4)."""

import numpy as np
import pytest

from calculations.flux.errors import FluxError
from calculations.flux.relations import (
    SIMPLE_T_PER_MG_L_MM,
    allogenic_ratio_behind,
    hco3_behind_mg_l,
    over_credit_of_flat_factor,
    raised_by_allogenic,
    runoff_behind_mm,
    share_left_by_acids,
    simple_t_km2,
)
from calculations.flux.uptake import Composition, composition

# Table 1 of the review: means of HCO3 and SO4, mg/L
REGIONS = {"east": (182.59, 15.63), "west": (228.93, 14.71), "north": (231.19, 97.46), "south": (203.95, 53.28)}


def mean_water(region):
    hco3, so4 = REGIONS[region]
    ions = ("sodium_mg_l", "potassium_mg_l", "chloride_mg_l", "nitrate_mg_l")
    return composition(
        {"alkalinity_hco3_mg_l": np.array([hco3]), "sulfate_mg_l": np.array([so4])}
        | {ion: np.array([0.0]) for ion in ions}
    )


def test_the_coefficient_of_the_simple_figure():
    assert pytest.approx(3.60634e-4, rel=2e-6) == SIMPLE_T_PER_MG_L_MM


@pytest.mark.parametrize(("hco3", "runoff"), [(212, 474), (167, 600)])
def test_36_17_is_the_simple_figure_of_either_pair(hco3, runoff):
    assert simple_t_km2(hco3, runoff) == pytest.approx(36.17, abs=0.1)
    assert runoff_behind_mm(36.17, hco3) == pytest.approx(runoff, rel=0.003)
    assert hco3_behind_mg_l(36.17, runoff) == pytest.approx(hco3, rel=0.003)


@pytest.mark.parametrize(("region", "left"), [("east", 0.89), ("west", 0.92), ("north", 0.46), ("south", 0.67)])
def test_what_acids_leave_of_the_simple_figure(region, left):
    assert share_left_by_acids(mean_water(region)) == pytest.approx(left, abs=0.006)


def test_a_flat_factor_over_credits_the_north():
    assert over_credit_of_flat_factor(mean_water("north"), 0.75, 0.875) == pytest.approx(0.62, abs=0.005)
    assert over_credit_of_flat_factor(mean_water("north"), 0.75, 0.86) == pytest.approx(0.89, abs=0.005)
    assert over_credit_of_flat_factor(mean_water("west"), 0.75, 0.875) < 0.05


def test_a_third_of_allogenic_water_raises_the_sink_by_a_third_only_if_it_is_thinner():
    assert raised_by_allogenic(0.32, 1.0) == pytest.approx(0.47, abs=0.002)
    assert allogenic_ratio_behind(0.32, 0.34) == pytest.approx(0.72, abs=0.003)
    assert raised_by_allogenic(0.32, allogenic_ratio_behind(0.32, 0.34)) == pytest.approx(0.34)


def test_where_acids_dissolve_more_than_half_any_flat_factor_is_too_much():
    source = Composition(*(np.array([value]) for value in (2.0, 2.5, 0.0, 0.0)))
    assert share_left_by_acids(source) < 0
    with pytest.raises(FluxError):
        over_credit_of_flat_factor(source, 0.75, 0.86)


@pytest.mark.parametrize("bad", [float("nan"), -1.0])
def test_numbers_that_cannot_be_are_refused(bad):
    with pytest.raises(FluxError):
        simple_t_km2(bad, 600)
    with pytest.raises(FluxError):
        runoff_behind_mm(36.17, bad)
    with pytest.raises(FluxError):
        raised_by_allogenic(bad, 1.0)
    with pytest.raises(FluxError):
        share_left_by_acids(Composition(*(np.array([0.0]) for _ in range(4))))
