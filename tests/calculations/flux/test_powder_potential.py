"""The potential of powder by region: by hand, what a published figure needs, and what comes off."""

import pytest

from calculations.flux.errors import FluxError
from calculations.flux.powder_potential import Region, area_behind_km2, potential_table

WORKED = Region("worked", 1000.0, 500.0, 18.5, -2.007)
"""The conditions of methodology, section 10: 40.14 t CO2 km-2 a-1."""


def test_a_region_worked_by_hand():
    (row,) = potential_table([WORKED], kappa=1.0, emissions_t_co2_per_t=0.0)
    assert row.ceiling_t_co2_km2 == pytest.approx(40.14, abs=0.01)
    assert row.kept_t_co2 == pytest.approx(row.ceiling_t_co2)
    # 500 mm x 1,000 km2 = 5e8 m3; x Ca mmol/L = mol/m3; x 100.0869 g
    assert row.powder_t == pytest.approx(5e8 * row.calcium_mmol_l * 100.0869e-6)
    assert row.ceiling_t_co2 == pytest.approx(0.43971 * row.powder_t, rel=1e-4)


def test_kappa_acids_and_life_cycle_come_off():
    acid = Region("acid", 1000.0, 500.0, 18.5, -2.007, acid_keq_km2=300.0)
    first, second = potential_table([WORKED, acid], kappa=0.86, emissions_t_co2_per_t=0.05)
    assert first.kept_t_co2 == pytest.approx(0.72 * first.ceiling_t_co2)
    assert first.kept_t_co2 - second.kept_t_co2 == pytest.approx(0.86 * 300.0 * 1000.0 * 44.0095e-3)
    assert first.net_t_co2 == pytest.approx(first.kept_t_co2 - 0.05 * first.powder_t)


def test_38_59_million_tonnes_need_more_than_guizhou():
    (row,) = potential_table([WORKED], kappa=1.0, emissions_t_co2_per_t=0.0)
    area = area_behind_km2(38.59e6, row)
    assert area == pytest.approx(961_000, rel=0.002)
    assert area > 5 * 176_000  # all of Guizhou, karst included
    assert pytest.approx(87.8e6, rel=0.001) == 38.59e6 / 0.43971  # t of powder dissolved in a year


@pytest.mark.parametrize(
    "bad", [{"surplus_mm": -1.0}, {"temperature_c": 60.0}, {"log10_soil_pco2_atm": 1.0}, {"non_karst_area_km2": 0.0}]
)
def test_conditions_that_cannot_be_are_refused(bad):
    with pytest.raises(FluxError):
        potential_table([Region(**(vars(WORKED) | bad))], kappa=0.86, emissions_t_co2_per_t=0.0)
