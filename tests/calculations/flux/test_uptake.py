"""F(kappa) worked by hand, its lines apart, and never clipped."""

import csv
from pathlib import Path

import numpy as np
import pytest

from calculations.flux.uptake import (
    Composition,
    allogenic_fraction,
    composition,
    loads,
    uptake_mmol_l,
    uptake_t_co2,
)

GOLDEN = Path(__file__).parents[2] / "data" / "golden" / "speciation_visible.csv"


def water(**mg_l):
    ions = ("sodium", "potassium", "chloride", "sulfate", "nitrate")
    values = {f"{ion}_mg_l": np.array([float(mg_l.get(ion, 0.0))]) for ion in ions}
    return values | {"alkalinity_hco3_mg_l": np.array([float(mg_l.get("alkalinity", 0.0))])}


def one(alkalinity=0.0, sulfuric=0.0, nitric=0.0, silicate=0.0):
    return Composition(*(np.array([value]) for value in (alkalinity, sulfuric, nitric, silicate)))


def test_a_water_worked_by_hand():
    # 200/61.0168 = 3.2778; 2*20/96.06 = 0.4164; 5/62.005 = 0.0806; 12/22.9898 + 2/39.0983 - 7/35.453 = 0.3757
    given = composition(water(alkalinity=200, sulfate=20, nitrate=5, sodium=12, potassium=2, chloride=7))
    assert given.alkalinity_meq_l[0] == pytest.approx(3.2778, abs=5e-5)
    assert given.sulfuric_meq_l[0] == pytest.approx(0.4164, abs=5e-5)
    assert given.nitric_meq_l[0] == pytest.approx(0.0806, abs=5e-5)
    assert given.silicate_meq_l[0] == pytest.approx(0.3757, abs=5e-5)
    # F(1) = 1.6389 + (0.3757 - 0.4970)/2 = 1.5782; F(0.86) = 0.36*3.2778 - 0.0607 = 1.1193
    assert uptake_mmol_l(given, 1.0)[0] == pytest.approx(1.5782, abs=5e-5)
    assert uptake_mmol_l(given, 0.86)[0] == pytest.approx(1.1193, abs=5e-5)
    # a cubic metre per second for a quarter of an hour: 0.03960855 * 1.5782 = 0.06251 t
    tonnes = uptake_t_co2(np.array([1.0]), uptake_mmol_l(given, 1.0), 900)
    assert tonnes[0] == pytest.approx(0.06251, abs=5e-6)


def test_the_simple_figure_is_its_printed_coefficient():
    # 3.60634e-4 [HCO3 mg/L] R, t CO2 per km2: 167 mg/L and 600 mm are the seed's 36.17
    given = composition(water(alkalinity=167))
    sums = loads(np.array([600e3 / 900]), given, 900)
    assert sums.water_m3 == pytest.approx(600e3)
    assert sums.terms_t_co2()["simple"] == pytest.approx(3.60634e-4 * 167 * 600, rel=2e-6)
    assert sums.terms_t_co2()["simple"] == pytest.approx(36.14, abs=0.01)


@pytest.mark.parametrize("kappa", [0.5, 0.82, 0.86, 1.0])
def test_lines_and_terms_add_up(kappa):
    rng = np.random.default_rng(4)
    given = Composition(*(rng.uniform(0, 3, 50) for _ in range(4)))
    discharge = rng.uniform(0, 5, 50)
    sums = loads(discharge, given, 600)
    total = sums.uptake_t_co2(kappa, 0.02)
    assert sum(sums.lines_t_co2(kappa, 0.02).values()) == pytest.approx(total, rel=1e-12)
    per_reading = uptake_t_co2(discharge, uptake_mmol_l(given, kappa, 0.02), 600)
    assert per_reading.sum() == pytest.approx(total, rel=1e-12)
    assert sum(sums.terms_t_co2().values()) == pytest.approx(sums.uptake_t_co2(1.0), rel=1e-12)


def test_acids_above_the_alkalinity_make_the_water_a_source():
    given = one(alkalinity=2.0, sulfuric=2.5, nitric=0.5)
    assert uptake_mmol_l(given, 1.0)[0] == pytest.approx(-0.5)
    assert uptake_mmol_l(given, 0.86)[0] == pytest.approx(0.36 * 2.0 - 1.5)
    lines = loads(np.array([1.0]), given, 900).lines_t_co2(0.86)
    assert lines["carbonic"] < 0
    assert lines["sulfuric"] == pytest.approx(-0.14 * 2.5 * 900 * 44.0095e-6)
    assert lines["nitric"] == pytest.approx(-0.14 * 0.5 * 900 * 44.0095e-6)


def test_a_negative_reading_is_felt_by_the_sum():
    good, bad = one(alkalinity=4.0), one(alkalinity=1.0, sulfuric=3.0)
    both = Composition(
        *(np.concatenate(pair) for pair in zip(good.__dict__.values(), bad.__dict__.values(), strict=True))
    )
    total = loads(np.array([1.0, 1.0]), both, 900).uptake_t_co2(1.0)
    assert total == pytest.approx(0.03960855 * (2.0 - 1.0), rel=1e-6)


def test_neutral_salts_are_no_acid_and_more_chloride_than_sodium_is_no_silicate():
    gypsum = composition(water(sulfate=50, sodium=1, chloride=90), neutral_sulfate_mg_l=40.0)
    assert gypsum.sulfuric_meq_l[0] == pytest.approx(20 / 96.06)
    assert gypsum.silicate_meq_l[0] == 0.0
    assert composition(water(sulfate=50), neutral_sulfate_mg_l=60.0).sulfuric_meq_l[0] == 0.0


def test_acids_leave_the_published_shares_of_the_simple_figure():
    # methodology, section 4: at kappa 1 and S = 0 the four regions' table means keep 89 / 92 / 46 / 67 %
    with GOLDEN.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream)][:4]
    left = []
    for row in rows:
        given = composition(water(alkalinity=float(row["Alk_HCO3_mgL"]), sulfate=float(row["SO4_mgL"])))
        left.append(uptake_mmol_l(given, 1.0)[0] / (0.5 * given.alkalinity_meq_l[0]))
    assert left == pytest.approx([0.89, 0.92, 0.46, 0.67], abs=0.006)


def test_allogenic_share_of_the_seed():
    # 32 % of the recharge raising the sink by 34 % is a concentration ratio of 0.72; equal waters would be 47 %
    share = allogenic_fraction(0.32, 0.72)
    assert share / (1 - share) == pytest.approx(0.34, abs=0.005)
    share = allogenic_fraction(0.32, 1.0)
    assert share / (1 - share) == pytest.approx(0.47, abs=0.005)
    assert allogenic_fraction(0.0, 1.0) == 0.0
