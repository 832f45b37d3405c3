"""A long series is interpolated where that is as good as speciating every reading, and only there."""

import numpy as np
import pytest

from calculations.chemistry import Waters, load_constants, series, speciate_carbonate
from calculations.chemistry.series import LEAST_READINGS, TOLERANCE, Series, speciate_series
from calculations.distinct import Distinct
from tests.calculations.test_portable import weyl

TABLE = load_constants("phreeqc-3.7.3")
COUNT = LEAST_READINGS + 500


def ions_of(ec25):
    return {
        "potassium_mg_l": np.full_like(ec25, 0.4),
        "sodium_mg_l": np.full_like(ec25, 0.6),
        "calcium_mg_l": 0.2 * ec25 - 2.0,
        "magnesium_mg_l": 0.006 * ec25,
        "chloride_mg_l": np.full_like(ec25, 1.4),
        "sulfate_mg_l": np.full_like(ec25, 13.0),
        "alkalinity_hco3_mg_l": 0.6 * ec25 - 12.0,
        "nitrate_mg_l": np.full_like(ec25, 4.0),
    }


def readings(*, count=COUNT, ec25=(200.0, 420.0), temperature=(14.0, 20.0), ph=(7.1, 7.9)):
    column = [weyl(count, *ends)[:: 1 if k else -1] for k, ends in enumerate((ec25, temperature, ph))]
    rng = np.random.Generator(np.random.Philox(5))
    ec25, temperature, ph = (np.round(rng.permutation(values), 2) for values in column)
    return Series(Distinct.of(ec25), temperature, ph)


def one_by_one(given):
    ec25 = given.followed.of_each(given.followed.values)
    return speciate_carbonate(Waters(temperature_c=given.temperature_c, ph=given.ph, **ions_of(ec25)), TABLE)


@pytest.mark.parametrize("temperature", [(14.0, 20.0), (17.5, 17.5), (2.0, 24.0)])
def test_every_reading_is_as_good_as_speciated(temperature):
    given = readings(temperature=temperature)
    found, right = speciate_series(given, ions_of, TABLE), one_by_one(given)
    assert np.abs(found.si_calcite - right.si_calcite).max() < TOLERANCE
    assert found.pco2_pa == pytest.approx(right.pco2_pa, rel=TOLERANCE)
    assert found.dic_mol_kgw == pytest.approx(right.dic_mol_kgw, rel=TOLERANCE)
    assert not np.array_equal(found.si_calcite, right.si_calcite)


def rows_speciated(monkeypatch, given, of=ions_of):
    """How many waters were speciated, and that every result is what each water gives alone."""
    sizes = []

    def counted(waters, *rest):
        sizes.append(waters.ph.size)
        return speciate_carbonate(waters, *rest)

    monkeypatch.setattr(series, "speciate_carbonate", counted)
    found = speciate_series(given, of, TABLE)
    return sum(sizes), found


def test_a_year_needs_a_few_hundred_waters_and_the_checked_ones(monkeypatch):
    rows, _ = rows_speciated(monkeypatch, readings())
    assert rows < COUNT // 4
    assert rows > COUNT // 32


@pytest.mark.parametrize(
    "ranges", [{"count": 500}, {"ph": (5.0, 10.0), "temperature": (0.0, 40.0)}, {"ec25": (0.0, 400.0)}]
)
def test_where_it_does_not_pay_every_reading_is_speciated(monkeypatch, ranges):
    given = readings(**ranges)
    if "ec25" in ranges:  # one reading of no conductivity at all: no logarithm
        ec25 = given.followed.of_each(given.followed.values)
        ec25[0] = 0.0
        given = Series(Distinct.of(ec25), given.temperature_c, given.ph)
    rows, found = rows_speciated(monkeypatch, given, lambda ec25: ions_of(np.maximum(ec25, 60.0)))
    assert rows == given.ph.size
    assert np.isfinite(found.pco2_pa).all()


def test_a_bend_in_the_ions_is_noticed_and_nothing_interpolated(monkeypatch):
    def bent(ec25):
        return ions_of(np.minimum(ec25, 313.0))

    given = readings()
    rows, found = rows_speciated(monkeypatch, given, bent)
    ec25 = np.minimum(given.followed.of_each(given.followed.values), 313.0)
    right = speciate_carbonate(Waters(temperature_c=given.temperature_c, ph=given.ph, **ions_of(ec25)), TABLE)
    assert rows > COUNT
    assert np.array_equal(found.si_calcite, right.si_calcite)
    assert np.array_equal(found.dic_mol_kgw, right.dic_mol_kgw)


def test_water_that_cannot_be_stays_without_a_result():
    given = readings(ph=(8.0, 8.6))

    def with_little(ec25):
        return ions_of(ec25) | {"alkalinity_hco3_mg_l": np.where(ec25 < 300.0, 1e-6, 150.0)}

    found = speciate_series(given, with_little, TABLE)
    little = given.followed.of_each(given.followed.values) < 300.0
    assert np.isnan(found.pco2_pa[little]).all()
    assert np.isfinite(found.pco2_pa[~little]).all()
