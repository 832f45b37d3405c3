"""Every golden water, every result, against PHREEQC 3.7.3."""

import numpy as np
import pytest

from calculations.chemistry import Speciation, load_constants, speciate
from calculations.chemistry.activity import ActivityModel
from calculations.chemistry.equilibrium import Totals
from calculations.chemistry.solver import solve_at_ph
from calculations.chemistry.temperature import ThermalTable
from calculations.chemistry.water import debye_hueckel, density_kg_l
from calculations.portable import exp10, log10

from . import golden

ABSOLUTE = {
    "log10_pco2_atm": ("log10_pCO2_atm", 1e-6),
    "si_calcite": ("SI_calcite", 1e-6),
    "si_aragonite": ("SI_aragonite", 1e-6),
    "si_dolomite": ("SI_dolomite", 1e-6),
    "si_gypsum": ("SI_gypsum", 1e-6),
    "cbe_phreeqc_pct": ("cbe_phreeqc_pct", 1e-5),
    "cbe_analytical_pct": ("cbe_analytical_pct", 1e-5),
}
RELATIVE = {
    "pco2_pa": ("pCO2_Pa", 1e-6),
    "ionic_strength_molal": ("ionic_strength_molal", 1e-6),
    "dic_mol_kgw": ("DIC_mol_kgw", 1e-6),
    "sc25_us_cm": ("sc25_uS_cm", 2e-5),
}
NOT_IN_THE_NITRATE_FILE = {"pco2_pa", "cbe_analytical_pct"}


@pytest.fixture(scope="module")
def visible() -> tuple[golden.Column, Speciation]:
    column = golden.read("speciation_visible.csv")
    return column, speciate(golden.waters(column))


@pytest.fixture(scope="module")
def with_nitrate() -> tuple[golden.Column, Speciation]:
    column = golden.read("speciation_visible_no3.csv")
    return column, speciate(golden.waters(column, "NO3_mgL"))


def compare(column: golden.Column, result: Speciation, field: str) -> None:
    name, tolerance = {**ABSOLUTE, **RELATIVE}[field]
    right, ours = column(name), getattr(result, field)
    assert (np.isnan(ours) == np.isnan(right)).all(), "an index is missing exactly where an element is absent"
    present = ~np.isnan(right)
    error = np.abs(ours - right)[present]
    if field in RELATIVE:
        error /= np.abs(right[present])
    assert error.size >= 50
    assert error.max() <= tolerance


@pytest.mark.parametrize("field", [*ABSOLUTE, *RELATIVE])
def test_all_434_waters_agree(visible: tuple[golden.Column, Speciation], field: str) -> None:
    compare(*visible, field)


@pytest.mark.parametrize("field", sorted({*ABSOLUTE, *RELATIVE} - {"sc25_us_cm"}))
def test_all_434_waters_agree_under_the_other_database(field: str) -> None:
    column = golden.read("speciation_visible_wateq4f.csv")
    compare(column, speciate(golden.waters(column), load_constants("wateq4f-2012"), with_sc25=False), field)


def test_the_other_database_gives_other_indices_and_no_conductance() -> None:
    column = golden.read("speciation_visible_wateq4f.csv")
    result = speciate(golden.waters(column), load_constants("wateq4f-2012"))
    assert np.isnan(result.sc25_us_cm).all()
    assert 0.01 < np.nanmax(np.abs(result.si_gypsum - speciate(golden.waters(column)).si_gypsum)) < 0.03


@pytest.mark.parametrize("field", sorted({*ABSOLUTE, *RELATIVE} - NOT_IN_THE_NITRATE_FILE))
def test_all_60_waters_with_nitrate_agree(with_nitrate: tuple[golden.Column, Speciation], field: str) -> None:
    compare(*with_nitrate, field)


def test_without_its_nitrate_a_water_does_not_agree(with_nitrate: tuple[golden.Column, Speciation]) -> None:
    column, _ = with_nitrate
    ignored = speciate(golden.waters(column))
    assert np.abs(ignored.cbe_phreeqc_pct - column("cbe_phreeqc_pct")).max() > 0.5


def test_every_species_has_phreeqcs_molality_and_activity() -> None:
    column = golden.read("speciation_visible.csv")
    table = load_constants("phreeqc-3.7.3")
    totals = Totals(
        calcium=column("totCa_mol_kgw"),
        magnesium=column("totMg_mol_kgw"),
        sodium=column("totNa_mol_kgw"),
        potassium=column("totK_mol_kgw"),
        chloride=column("totCl_mol_kgw"),
        nitrate=np.zeros_like(column("pH")),
        sulfate=column("totSO4_mol_kgw"),
        alkalinity=column("alk_eq_kgw"),
    )
    totals = Totals(**{name: np.nan_to_num(values) for name, values in vars(totals).items()})
    thermal = ThermalTable(column("temp_C"), table).rows(slice(None))
    solution = solve_at_ph(totals, thermal, exp10(-column("pH")), ActivityModel(table))
    compared = 0
    for name in table.species:
        try:
            molality, log_activity = column(f"m_{name}"), column(f"la_{name}")
        except KeyError:
            continue
        present = molality > 1e-90  # PHREEQC writes 1e-99 for an absent species
        assert np.allclose(solution.molality[name][present], molality[present], rtol=1e-8, atol=0.0), name
        compared += 1
        if name == "Cl-":  # inert: its activity is not computed
            continue
        ours = log10(solution.molality[name] * solution.gamma[name])
        assert np.allclose(ours[present], log_activity[present], rtol=0.0, atol=1e-8), name
    assert compared == 24
    assert np.allclose(solution.water_activity, column("aH2O"), rtol=0.0, atol=1e-9)


def test_properties_of_water_agree() -> None:
    column = golden.read("speciation_visible.csv")
    a, b = debye_hueckel(column("temp_C"))
    assert np.allclose(a, column("DH_A"), rtol=1e-8, atol=0.0)
    assert np.allclose(b, column("DH_B"), rtol=1e-8, atol=0.0)
    assert density_kg_l(np.array([4.0, 25.0])).round(4).tolist() == [1.0, 0.997]


def test_equilibrium_constants_agree_with_the_published_self_check() -> None:
    table = load_constants("phreeqc-3.7.3")
    temperature_c = np.array([0.0, 10.0, 18.0, 25.0, 40.0])
    thermal = ThermalTable(temperature_c, table).rows(slice(None))
    species = {
        "OH-": [-14.938462, -14.531412, -14.234973, -13.994752, -13.533430],
        "CO2": [17.207133, 16.951220, 16.791722, 16.680719, 16.519089],
        "CaHCO3+": [11.448640, 11.455949, 11.447818, 11.434652, 11.400419],
        "MgOH+": [-12.510160, -12.059419, -11.721120, -11.440000, -10.879922],
        "NaCO3-": [0.672262, 0.924023, 1.112981, 1.270000, 1.582832],
        "KSO4-": [0.639956, 0.727049, 0.792416, 0.846735, 0.954954],
    }
    phases = {
        "Calcite": [-8.381419, -8.410478, -8.443637, -8.479830, -8.579652],
        "Dolomite": [-16.456974, -16.723599, -16.923711, -17.090000, -17.421300],
        "Gypsum": [-4.616615, -4.591453, -4.582098, -4.580915, -4.597628],
        "CO2(g)": [-1.108124, -1.269480, -1.381283, -1.468166, -1.625052],
    }
    for name, right in species.items():
        assert np.allclose(log10(thermal.k[name]), right, rtol=0.0, atol=6e-7), name
    for name, right in phases.items():
        assert np.allclose(thermal.log10_k[name], right, rtol=0.0, atol=6e-7), name
