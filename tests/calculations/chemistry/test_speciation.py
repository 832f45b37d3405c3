"""What must hold for any water: isolation of missing rows, refusals, signs, conservation, equal bits."""

import hashlib
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.chemistry import ChemistryError, Speciation, Waters, load_constants, speciate, speciate_carbonate
from calculations.chemistry.speciation import BLOCK
from tests.calculations.test_portable import available_simd_features, weyl

PINNED_DIGEST = "d12e0290d2664b348a195e0802cb9c3242053422cc2b5b39a5fb66fdf2eab4fa"
ION_FIELDS = [field.name for field in fields(Waters) if field.name.endswith("_mg_l")]


def karst_waters(n: int) -> Waters:
    """n different waters between dilute storm flow and hard spring water."""
    step = weyl(n, 0.0, 1.0)
    return Waters(
        temperature_c=10.0 + 12.0 * step[::-1],
        ph=6.8 + 1.4 * step,
        potassium_mg_l=0.3 + 2.0 * step,
        sodium_mg_l=0.5 + 5.0 * step[::-1],
        calcium_mg_l=25.0 + 80.0 * step,
        magnesium_mg_l=1.0 + 20.0 * step[::-1],
        chloride_mg_l=1.0 + 8.0 * step,
        sulfate_mg_l=5.0 + 60.0 * step[::-1],
        alkalinity_hco3_mg_l=70.0 + 240.0 * step,
        nitrate_mg_l=1.0 + 10.0 * step,
    )


def rows(waters: Waters, chosen: object) -> Waters:
    return Waters(**{field.name: getattr(waters, field.name)[chosen] for field in fields(Waters)})


def same(a: Speciation, b: Speciation) -> bool:
    return all(
        np.array_equal(getattr(a, field.name), getattr(b, field.name), equal_nan=True) for field in fields(Speciation)
    )


def one_water(**changes: float) -> Waters:
    values = {
        "temperature_c": 18.0,
        "ph": 7.4,
        "potassium_mg_l": 0.4,
        "sodium_mg_l": 0.6,
        "calcium_mg_l": 60.0,
        "magnesium_mg_l": 2.0,
        "chloride_mg_l": 1.4,
        "sulfate_mg_l": 14.0,
        "alkalinity_hco3_mg_l": 170.0,
        "nitrate_mg_l": 4.0,
    } | changes
    return Waters(**{name: np.array([value]) for name, value in values.items()})


def digest_of_many_waters() -> str:
    result = speciate(karst_waters(5000))
    return hashlib.sha256(
        b"".join(getattr(result, field.name).astype("<f8").tobytes() for field in fields(Speciation))
    ).hexdigest()


def test_it_works() -> None:
    result = speciate(one_water())
    assert result.si_calcite.shape == (1,)
    assert -0.2 < result.si_calcite[0] < 0.0
    assert 500.0 < result.pco2_pa[0] < 800.0
    assert result.pco2_pa[0] == pytest.approx(101325.0 * 10.0 ** result.log10_pco2_atm[0], rel=1e-14)
    assert 290.0 < result.sc25_us_cm[0] < 330.0


def test_no_rows_give_no_rows() -> None:
    result = speciate(rows(karst_waters(5), slice(0, 0)))
    assert result.si_calcite.shape == (0,)


@pytest.mark.parametrize("field", [field.name for field in fields(Waters)])
def test_a_missing_value_hides_its_row_only(field: str) -> None:
    waters = karst_waters(BLOCK + 10)
    hole = BLOCK + 3
    values = getattr(waters, field).copy()
    values[hole] = np.nan
    result, whole = speciate(replace(waters, **{field: values}), with_sc25=False), speciate(waters, with_sc25=False)
    others = np.arange(BLOCK + 10) != hole
    for name in (f.name for f in fields(Speciation)):
        assert np.isnan(getattr(result, name)[hole]), name
        assert np.array_equal(getattr(result, name)[others], getattr(whole, name)[others], equal_nan=True), name


def test_a_row_does_not_depend_on_its_company() -> None:
    waters = karst_waters(BLOCK + 500)
    whole = speciate(waters)
    assert same(speciate(rows(waters, slice(None, None, -1))), _reversed(whole))
    for row in (0, 1, BLOCK - 1, BLOCK, BLOCK + 499):
        alone = speciate(rows(waters, slice(row, row + 1)))
        for field in fields(Speciation):
            assert getattr(alone, field.name)[0] == getattr(whole, field.name)[row]


def _reversed(result: Speciation) -> Speciation:
    return Speciation(**{field.name: getattr(result, field.name)[::-1] for field in fields(Speciation)})


def test_hard_waters_that_need_more_passes_leave_the_others_alone() -> None:
    easy, hard = one_water(), one_water(ph=11.0, calcium_mg_l=900.0, alkalinity_hco3_mg_l=2500.0)
    together = Waters(
        **{f.name: np.concatenate([getattr(easy, f.name), getattr(hard, f.name)]) for f in fields(Waters)}
    )
    result = speciate(together)
    for row, alone in enumerate((speciate(easy), speciate(hard))):
        for field in fields(Speciation):
            assert getattr(result, field.name)[row] == getattr(alone, field.name)[0]


def test_conductance_can_be_left_out() -> None:
    waters = karst_waters(50)
    without = speciate(waters, with_sc25=False)
    assert np.isnan(without.sc25_us_cm).all()
    assert same(replace(speciate(waters), sc25_us_cm=without.sc25_us_cm), without)


@pytest.mark.parametrize("hundredths", [True, False])
def test_what_readings_are_speciated_for_is_the_same_alone(hundredths: bool) -> None:
    waters = karst_waters(BLOCK + 50)
    temperature_c = np.rint(100.0 * waters.temperature_c) / 100.0 if hundredths else waters.temperature_c
    calcium_mg_l, ph = waters.calcium_mg_l.copy(), waters.ph.copy()
    calcium_mg_l[3], ph[5], ph[7] = 0.0, np.nan, 13.5
    waters = replace(waters, temperature_c=temperature_c, calcium_mg_l=calcium_mg_l, ph=ph)
    told: list[tuple[int, int]] = []
    table = load_constants("phreeqc-3.7.3")
    alone, whole = speciate_carbonate(waters, table, lambda *at: told.append(at)), speciate(waters, table)
    assert told == [(BLOCK, BLOCK + 50), (BLOCK + 50, BLOCK + 50)]
    for field in fields(alone):
        assert np.array_equal(getattr(alone, field.name), getattr(whole, field.name), equal_nan=True)
    assert np.isnan(alone.si_calcite[[3, 5, 7]]).all()


def test_constants_at_hundredths_of_a_degree_are_those_of_any_temperature() -> None:
    from calculations.chemistry.temperature import ThermalTable

    table = load_constants("phreeqc-3.7.3")
    written_c = np.array([-5.0, -0.01, 0.0, 14.37, 25.0, 60.0])
    ours = ThermalTable(written_c, table).rows(slice(None))
    other = ThermalTable(np.append(written_c, 1.0 / 3.0), table).rows(slice(0, 6))  # a third is no hundredth
    assert np.array_equal(ours.a_log10, other.a_log10)
    assert np.array_equal(ours.b_per_angstrom, other.b_per_angstrom)
    for mine, theirs in ((ours.k, other.k), (ours.log10_k, other.log10_k)):
        assert mine.keys() == theirs.keys()
        assert all(np.array_equal(mine[name], theirs[name]) for name in mine)


def test_nitrate_not_analysed_counts_as_none() -> None:
    waters = karst_waters(20)
    zero = replace(waters, nitrate_mg_l=np.zeros(20))
    assert same(speciate(replace(waters, nitrate_mg_l=None)), speciate(zero))


@pytest.mark.parametrize(
    ("absent", "missing"),
    [
        ("calcium_mg_l", {"si_calcite", "si_aragonite", "si_dolomite", "si_gypsum"}),
        ("magnesium_mg_l", {"si_dolomite"}),
        ("sulfate_mg_l", {"si_gypsum"}),
        ("sodium_mg_l", set()),
        ("potassium_mg_l", set()),
        ("chloride_mg_l", set()),
    ],
)
def test_an_index_needs_its_elements(absent: str, missing: set[str]) -> None:
    result = speciate(one_water(**{absent: 0.0}))
    assert {f.name for f in fields(Speciation) if np.isnan(getattr(result, f.name)[0])} == missing


def test_alkalinity_that_cannot_exist_at_its_ph_gives_no_result() -> None:
    result = speciate(one_water(ph=11.5, alkalinity_hco3_mg_l=30.0))
    assert np.isnan(result.log10_pco2_atm[0])
    assert np.isnan(result.si_calcite[0])
    assert np.isnan(result.sc25_us_cm[0])
    assert np.isfinite(result.cbe_analytical_pct[0])


def test_pure_acid_water_has_a_balance_but_an_empty_one_has_none() -> None:
    nothing = one_water(**dict.fromkeys(ION_FIELDS, 0.0), ph=5.6)
    result = speciate(nothing)
    assert np.isnan(result.cbe_analytical_pct[0])
    assert result.pco2_pa[0] == pytest.approx(42.0, rel=0.5)  # rain in equilibrium with air has pH 5.6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("calcium_mg_l", -0.1),
        ("alkalinity_hco3_mg_l", -1.0),
        ("nitrate_mg_l", np.inf),
        ("ph", 14.2),
        ("ph", -0.1),
        ("temperature_c", 61.0),
        ("temperature_c", -9999.0),
    ],
)
def test_impossible_values_are_refused_with_their_row(field: str, value: float) -> None:
    waters = karst_waters(100)
    values = getattr(waters, field).copy()
    values[17] = value
    values[40] = value
    with pytest.raises(ChemistryError) as refusal:
        speciate(replace(waters, **{field: values}))
    assert refusal.value.code == "CHEMISTRY_OUT_OF_RANGE"
    assert refusal.value.params["row"] == 17
    assert refusal.value.params["quantity"] == field
    assert "17" in refusal.value.text("zh")
    assert field in refusal.value.text("en")


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ChemistryError) as refusal:
        speciate(replace(karst_waters(10), ph=np.full(9, 7.0)))
    assert refusal.value.code == "CHEMISTRY_LENGTH"
    with pytest.raises(ChemistryError):
        speciate(Waters(**{field.name: np.ones((2, 2)) for field in fields(Waters)}))


amounts = st.floats(0.01, 400.0)


@settings(max_examples=60, deadline=None)
@given(
    calcium=amounts,
    magnesium=st.floats(0.0, 150.0),
    sodium=st.floats(0.0, 300.0),
    sulfate=st.floats(0.0, 800.0),
    alkalinity=st.floats(5.0, 700.0),
    ph=st.floats(5.5, 9.0),
    temperature=st.floats(0.0, 40.0),
)
def test_laws_that_hold_for_any_fresh_water(
    calcium: float, magnesium: float, sodium: float, sulfate: float, alkalinity: float, ph: float, temperature: float
) -> None:
    waters = one_water(
        calcium_mg_l=calcium,
        magnesium_mg_l=magnesium,
        sodium_mg_l=sodium,
        sulfate_mg_l=sulfate,
        alkalinity_hco3_mg_l=alkalinity,
        ph=ph,
        temperature_c=temperature,
    )
    result = speciate(waters)
    strength = result.ionic_strength_molal[0]
    assert 0.0 < strength < 0.2
    assert result.si_calcite[0] > result.si_aragonite[0]  # calcite is the more stable of the two
    assert -100.0 < result.cbe_phreeqc_pct[0] < 100.0
    # ion pairs only move charge between the two sides: the sign of the excess stays, except near zero
    if abs(result.cbe_analytical_pct[0]) > 2.0:
        assert result.cbe_phreeqc_pct[0] * result.cbe_analytical_pct[0] > 0.0
    assert result.sc25_us_cm[0] > 0.0
    # more acid at the same alkalinity means more CO2 and less calcite
    acid = speciate(replace(waters, ph=waters.ph - 0.1))
    assert acid.log10_pco2_atm[0] > result.log10_pco2_atm[0]
    assert acid.si_calcite[0] < result.si_calcite[0]
    assert acid.dic_mol_kgw[0] > result.dic_mol_kgw[0]


def test_carbon_and_metals_are_conserved() -> None:
    from calculations.chemistry.activity import ActivityModel
    from calculations.chemistry.solver import solve_at_ph, solve_closed
    from calculations.chemistry.speciation import _checked, _totals
    from calculations.chemistry.temperature import ThermalTable
    from calculations.portable import exp10

    waters, table = karst_waters(200), load_constants("phreeqc-3.7.3")
    h_activity = exp10(-waters.ph)
    totals = _totals(_checked(waters), h_activity, table)
    model = ActivityModel(table)
    thermal = ThermalTable(waters.temperature_c, table).rows(slice(None))
    solution = solve_at_ph(totals, thermal, h_activity, model)
    at_25c = ThermalTable(np.full(200, 25.0), table).rows(slice(None))
    carbon = solution.distribution.dissolved_carbon
    closed = solve_closed(totals, carbon, at_25c, solution, thermal, model)
    for state in (solution, closed):
        m = state.molality
        calcium = sum(m[name] for name in ("Ca+2", "CaOH+", "CaCO3", "CaHCO3+", "CaSO4", "CaHSO4+"))
        sulfate = sum(m[name] for name in ("SO4-2", "HSO4-", "CaSO4", "CaHSO4+", "MgSO4", "NaSO4-", "KSO4-"))
        assert state.converged.all()
        assert np.allclose(calcium, totals.calcium, rtol=1e-8, atol=0.0)
        assert np.allclose(sulfate, totals.sulfate, rtol=1e-8, atol=0.0)
        alone = ("CO3-2", "HCO3-", "CO2", "CaCO3", "CaHCO3+", "MgCO3", "MgHCO3+", "NaCO3-", "NaHCO3")
        assert np.allclose(sum(m[name] for name in alone) + 2.0 * m["(CO2)2"], carbon, rtol=1e-6, atol=0.0)
        twice = 2.0 * (m["CO3-2"] + m["CaCO3"] + m["MgCO3"] + m["NaCO3-"])
        once = sum(m[name] for name in ("HCO3-", "CaHCO3+", "MgHCO3+", "NaHCO3", "OH-", "CaOH+", "MgOH+", "NaOH"))
        alkalinity = twice + once - m["H+"] - m["HSO4-"] - m["CaHSO4+"]
        assert np.allclose(alkalinity, totals.alkalinity, rtol=1e-6, atol=0.0)
        assert np.allclose(state.distribution.alkalinity, alkalinity, rtol=1e-12, atol=0.0)
    assert (closed.h_activity[waters.temperature_c < 20.0] > solution.h_activity[waters.temperature_c < 20.0]).all()


def test_bits_are_the_ones_recorded() -> None:
    assert digest_of_many_waters() == PINNED_DIGEST


def test_bits_do_not_depend_on_the_instruction_set() -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"import {__name__} as t; print(t.digest_of_many_waters())"],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(available_simd_features())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == PINNED_DIGEST
