"""CO2 pressure from any two of pH, alkalinity and carbon: they agree with one another, and refuse what cannot be."""

import doctest

import numpy as np
import pytest

from calculations.chemistry import ChemistryError, carbonate_from_two, carbonate_pairs, load_constants, speciate
from calculations.chemistry.speciation import _checked, _totals
from calculations.portable import exp10

from . import golden

IONS = ("calcium", "magnesium", "sodium", "potassium", "chloride", "nitrate", "sulfate")


@pytest.mark.parametrize(
    ("file", "database"),
    [("speciation_visible.csv", "phreeqc-3.7.3"), ("speciation_visible_wateq4f.csv", "wateq4f-2012")],
)
def test_each_pair_gives_phreeqcs_pressure_of_every_golden_water(file: str, database: str) -> None:
    column, table = golden.read(file), load_constants(database)
    waters = golden.waters(column)
    totals = _totals(_checked(waters), exp10(-waters.ph), table)
    shared = {f"{name}_mol_kgw": getattr(totals, name) for name in IONS}
    known = {"ph": column("pH"), "alkalinity_eq_kgw": column("alk_eq_kgw"), "dic_mol_kgw": column("DIC_mol_kgw")}
    for left_out, right in known.items():
        given = {name: values for name, values in known.items() if name != left_out}
        state = carbonate_from_two(column("temp_C"), **given, **shared, constants=table)
        assert np.abs(state.log10_pco2_atm - column("log10_pCO2_atm")).max() < 3e-6
        assert np.allclose(getattr(state, left_out), right, rtol=3e-6, atol=0.0), left_out
        assert np.allclose(state.pco2_pa, 101325.0 * 10.0**state.log10_pco2_atm, rtol=1e-13, atol=0.0)
        assert np.allclose(state.ionic_strength_molal, column("ionic_strength_molal"), rtol=1e-6, atol=0.0)


def test_numbers_and_arrays_may_be_mixed() -> None:
    ph = np.array([7.0, 7.5, 8.0])
    state = carbonate_from_two(15.0, ph=ph, alkalinity_eq_kgw=2e-3, calcium_mol_kgw=1e-3)
    assert state.pco2_pa.shape == (3,)
    assert (np.diff(state.pco2_pa) < 0.0).all()
    assert state.ph.tolist() == ph.tolist()
    alone = carbonate_from_two(15.0, ph=7.5, alkalinity_eq_kgw=2e-3, calcium_mol_kgw=1e-3)
    assert alone.pco2_pa[0] == state.pco2_pa[1]


def test_pure_water_with_carbon_alone_is_as_acid_as_carbonic_acid_makes_it() -> None:
    state = carbonate_from_two(25.0, alkalinity_eq_kgw=0.0, dic_mol_kgw=1e-3)
    assert state.ph[0] == pytest.approx(4.68, abs=0.01)  # sqrt(K1 C): the textbook's value
    assert state.log10_pco2_atm[0] == pytest.approx(np.log10(0.98e-3) + 1.468, abs=0.01)


def test_a_missing_value_hides_its_row_only() -> None:
    state = carbonate_from_two(np.array([15.0, np.nan, 15.0]), ph=np.array([7.0, 7.0, np.nan]), dic_mol_kgw=2e-3)
    for values in vars(state).values():
        assert np.isnan(values).tolist() == [False, True, True]
    assert carbonate_from_two(np.array([]), ph=7.0, dic_mol_kgw=2e-3).ph.shape == (0,)


def test_waters_that_cannot_be_give_no_result() -> None:
    hydroxide = carbonate_from_two(25.0, ph=12.0, alkalinity_eq_kgw=1e-3)
    assert np.isnan(hydroxide.pco2_pa).all()
    nothing = carbonate_from_two(25.0, ph=7.0, dic_mol_kgw=0.0)
    assert np.isnan(nothing.log10_pco2_atm).all() or nothing.pco2_pa[0] == 0.0


@pytest.mark.parametrize(
    "given",
    [{}, {"ph": 7.0}, {"ph": 7.0, "alkalinity_eq_kgw": 1e-3, "dic_mol_kgw": 1e-3}],
)
def test_exactly_two_must_be_given(given: dict[str, float]) -> None:
    with pytest.raises(ChemistryError) as refusal:
        carbonate_from_two(15.0, **given)  # type: ignore[arg-type]
    assert refusal.value.code == "CHEMISTRY_TWO_OF_THREE"
    assert "dic_mol_kgw" in refusal.value.text("zh")


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature_c", 61.0), ("ph", 15.0), ("dic_mol_kgw", -1e-6), ("calcium_mol_kgw", -1.0), ("ph", np.inf)],
)
def test_values_out_of_range_are_refused_with_their_row(name: str, value: float) -> None:
    columns = {"temperature_c": 15.0, "ph": 7.0, "dic_mol_kgw": 1e-3, "calcium_mol_kgw": 0.0}
    with pytest.raises(ChemistryError) as refusal:
        carbonate_from_two(**(columns | {name: np.array([columns[name], value])}))  # type: ignore[arg-type]
    assert refusal.value.code == "CHEMISTRY_OUT_OF_RANGE"
    assert refusal.value.params["row"] == 1


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ChemistryError) as refusal:
        carbonate_from_two(np.ones(3), ph=np.full(2, 7.0), dic_mol_kgw=1e-3)
    assert refusal.value.code == "CHEMISTRY_LENGTH"


def test_ph_and_alkalinity_are_what_speciate_takes() -> None:
    column = golden.read("speciation_visible.csv")
    waters = golden.waters(column)
    totals = _totals(_checked(waters), exp10(-waters.ph), load_constants("phreeqc-3.7.3"))
    shared = {f"{name}_mol_kgw": getattr(totals, name) for name in IONS}
    state = carbonate_from_two(waters.temperature_c, ph=waters.ph, alkalinity_eq_kgw=totals.alkalinity, **shared)
    assert np.allclose(state.dic_mol_kgw, speciate(waters, with_sc25=False).dic_mol_kgw, rtol=1e-12, atol=0.0)


def test_the_examples_in_the_docstrings_hold() -> None:
    outcome = doctest.testmod(carbonate_pairs)
    assert outcome.attempted > 0
    assert outcome.failed == 0
