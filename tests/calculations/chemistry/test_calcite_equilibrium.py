"""Limestone water at given temperature and soil CO2: PHREEQC's figures, the textbook formula, and the way back."""

import doctest

import numpy as np
import pytest

from calculations.chemistry import ChemistryError, Waters, calcite_equilibrium, load_constants, speciate
from calculations.chemistry.calcite_equilibrium import ACTIVITY_CHOICES, closed_form_calcium, equilibrium_calcium

T_CO2_PER_MOL_KGW = 500.0 * 44.0095  # 500 mm of runoff on a square kilometre


def test_the_worked_figure_of_maximum_dissolution() -> None:
    found = equilibrium_calcium(np.array([18.5]), np.array([-2.007]))
    assert T_CO2_PER_MOL_KGW * found.calcium_mol_kgw[0] == pytest.approx(40.14, abs=0.005)
    assert found.ph[0] == pytest.approx(7.308, abs=0.0005)


@pytest.mark.parametrize(("activities", "right"), [("none", 33.7), ("davies", 39.36), ("extended", 39.19)])
def test_the_textbook_formula_with_three_activity_models(activities: str, right: float) -> None:
    calcium = closed_form_calcium(np.array([18.5]), np.array([-2.007]), activities)  # type: ignore[arg-type]
    assert T_CO2_PER_MOL_KGW * calcium[0] == pytest.approx(right, abs=0.011)


def test_ion_pairs_are_what_the_formula_lacks() -> None:
    full = equilibrium_calcium(np.array([18.5]), np.array([-2.007])).calcium_mol_kgw[0]
    assert full / closed_form_calcium(np.array([18.5]), np.array([-2.007]))[0] == pytest.approx(1.024, abs=0.001)


def test_phreeqcs_open_system_agrees() -> None:
    # IPhreeqc 3.7.3, phreeqc.dat: SOLUTION pH 7; EQUILIBRIUM_PHASES Calcite 0 10, CO2(g) -2.007 10; TOT("Ca")
    temperature = np.array([0.0, 5.0, 10.0, 18.5, 25.0, 40.0])
    right = np.array([55.081450, 50.506337, 46.357852, 40.143815, 36.002579, 28.086169]) / T_CO2_PER_MOL_KGW
    found = equilibrium_calcium(temperature, np.full(6, -2.007))
    # it takes partial pressures (1e-5 apart here), and water of pH 7 that is not quite neutral at 40 degC
    assert np.allclose(found.calcium_mol_kgw, right, rtol=1e-4, atol=0.0)


@pytest.mark.parametrize("database", ["phreeqc-3.7.3", "wateq4f-2012"])
def test_the_water_found_is_saturated_at_its_pressure(database: str) -> None:
    table = load_constants(database)
    temperature, pressure = (
        axis.ravel() for axis in np.meshgrid(np.linspace(0.0, 50.0, 11), np.linspace(-4.5, 0.5, 11))
    )
    found = equilibrium_calcium(temperature, pressure, table)
    calcium, alkalinity = (
        found.calcium_mol_kgw * 1e3 * table.formula_masses_g_mol[name] * per_calcium
        for name, per_calcium in (("Ca", 1.0), ("HCO3", 2.0))
    )
    kgw_per_litre = 1.0 / (1.0 + 1e-6 * (calcium + alkalinity))
    zero = np.zeros_like(temperature)
    back = speciate(
        Waters(
            temperature_c=temperature,
            ph=found.ph,
            potassium_mg_l=zero,
            sodium_mg_l=zero,
            calcium_mg_l=calcium * kgw_per_litre,
            magnesium_mg_l=zero,
            chloride_mg_l=zero,
            sulfate_mg_l=zero,
            alkalinity_hco3_mg_l=alkalinity * kgw_per_litre,
        ),
        table,
    )
    assert np.abs(back.si_calcite).max() < 1e-6
    assert np.abs(back.log10_pco2_atm - pressure).max() < 1e-6
    assert np.allclose(back.ionic_strength_molal, found.ionic_strength_molal, rtol=1e-6, atol=0.0)
    assert np.allclose(back.dic_mol_kgw, found.dic_mol_kgw, rtol=1e-6, atol=0.0)


def test_without_activities_calcium_goes_with_the_cube_root_of_the_pressure() -> None:
    pressure = np.array([-3.0, -3.0 + np.log10(8.0)])
    once, eightfold = closed_form_calcium(np.full(2, 15.0), pressure, "none")
    assert eightfold / once == pytest.approx(2.0, rel=1e-12)


def test_more_gas_and_colder_water_dissolve_more() -> None:
    pressure = np.linspace(-3.5, 0.0, 30)
    assert (np.diff(equilibrium_calcium(np.full(30, 15.0), pressure).calcium_mol_kgw) > 0.0).all()
    temperature = np.linspace(0.0, 50.0, 30)
    assert (np.diff(equilibrium_calcium(temperature, np.full(30, -2.0)).calcium_mol_kgw) < 0.0).all()


def test_a_missing_value_hides_its_row_only() -> None:
    temperature, pressure = np.array([10.0, np.nan, 10.0]), np.array([-2.0, -2.0, np.nan])
    found = equilibrium_calcium(temperature, pressure)
    assert np.isnan(found.calcium_mol_kgw).tolist() == [False, True, True]
    assert np.isnan(found.ph).tolist() == [False, True, True]
    for choice in ACTIVITY_CHOICES:
        assert np.isnan(closed_form_calcium(temperature, pressure, choice)).tolist() == [False, True, True]
    assert equilibrium_calcium(np.array([]), np.array([])).ph.shape == (0,)


@pytest.mark.parametrize(
    ("temperature", "pressure", "quantity"),
    [(-5.0, -2.0, "temperature_c"), (60.0, -2.0, "temperature_c"), (10.0, 2.0, "log10_pco2_atm")],
)
def test_outside_its_range_it_refuses(temperature: float, pressure: float, quantity: str) -> None:
    for function in (equilibrium_calcium, closed_form_calcium):
        with pytest.raises(ChemistryError) as refusal:
            function(np.array([10.0, temperature]), np.array([-2.0, pressure]))
        assert refusal.value.code == "CHEMISTRY_OUT_OF_RANGE"
        assert (refusal.value.params["row"], refusal.value.params["quantity"]) == (1, quantity)


def test_other_refusals_are_named() -> None:
    with pytest.raises(ChemistryError) as refusal:
        closed_form_calcium(np.array([10.0]), np.array([-2.0]), "pitzer")  # type: ignore[arg-type]
    assert refusal.value.code == "CHEMISTRY_ACTIVITY_UNKNOWN"
    assert "davies" in refusal.value.text("zh")
    with pytest.raises(ChemistryError) as refusal:
        equilibrium_calcium(np.array([10.0, 11.0]), np.array([-2.0, -2.0, -2.0]))
    assert refusal.value.code == "CHEMISTRY_LENGTH"


def test_the_examples_in_the_docstrings_hold() -> None:
    outcome = doctest.testmod(calcite_equilibrium)
    assert outcome.attempted > 0
    assert outcome.failed == 0
