"""A reach between two stations worked by hand; the biological pump; nothing counted twice."""

import numpy as np
import pytest

from calculations.flux.errors import FluxError
from calculations.flux.stations import (
    CarbonLoad,
    autochthonous_share_by_cn,
    biological_pump,
    carbon_load,
    reach_balance,
)


def test_a_reach_worked_by_hand():
    # up: 1e6 m3 with 4.0 meq/L and 4.4 mmol/L; down: 3.6 and 3.65. DIC lost 0.75, calcite 0.2, organic 0.05:
    # gas 0.50 mmol/L x 1e6 m3 x 44.0095e-6 = 22.00475 t CO2
    upper = carbon_load(np.full(100, 10.0), np.full(100, 4.0), np.full(100, 4.4), 1000.0)
    lower = carbon_load(np.full(100, 10.0), np.full(100, 3.6), np.full(100, 3.65), 1000.0)
    found = reach_balance(upper, lower, organic_made_mol=0.05e6)
    assert found.degassed_t_co2 == pytest.approx(22.00475, rel=1e-9)
    assert found.precipitated_t_co2 == pytest.approx(0.2 * 44.0095)
    assert found.left_the_water_t_co2 == pytest.approx(0.7 * 44.0095)
    assert found.kappa_out == pytest.approx(3.65 / 3.6)
    assert found.kappa_of_spring == pytest.approx(3.65 / 4.0)
    assert found.water_gain_share == pytest.approx(0.0, abs=1e-12)


def test_the_four_terms_are_the_inflow():
    upper, lower = CarbonLoad(1e6, 4.1e6, 4.3e6), CarbonLoad(1.1e6, 4.2e6, 4.1e6)
    found = reach_balance(upper, lower, lateral=CarbonLoad(1e5, 2e5, 2.2e5), organic_made_mol=1e4)
    parts = found.dic_out_t_co2 + found.degassed_t_co2 + found.precipitated_t_co2 + found.organic_t_co2
    assert parts == pytest.approx(found.dic_in_t_co2)
    assert found.dic_in_t_co2 == pytest.approx(4.52e6 * 44.0095e-6)
    assert found.water_gain_share == pytest.approx(0.0, abs=1e-12)


def test_a_reach_that_takes_up_carbon_is_not_clipped():
    found = reach_balance(CarbonLoad(1e6, 3e6, 2.9e6), CarbonLoad(1e6, 3e6, 3.0e6))
    assert found.degassed_t_co2 == pytest.approx(-0.1 * 44.0095)


def test_water_that_comes_from_nowhere_is_seen():
    found = reach_balance(CarbonLoad(1e6, 3e6, 3e6), CarbonLoad(1.3e6, 3.9e6, 3.9e6))
    assert found.water_gain_share == pytest.approx(0.3)


def test_the_pump_is_a_share_of_the_organic_carbon():
    # 2 m3/s for a day at 3 mg C/L: 172,800 m3 x 3 g = 0.5184 t C, of which 40 % were made in the water
    pump = biological_pump(np.full(96, 2.0), np.full(96, 3.0), interval_s=900, autochthonous_share=0.4)
    assert pump.toc_t_c == pytest.approx(0.5184)
    assert pump.autochthonous_t_c == pytest.approx(0.20736)
    assert pump.autochthonous_t_co2 == pytest.approx(0.20736 * 44.0095 / 12.0107)
    balance = reach_balance(CarbonLoad(1.0, 1e5, 1e5), CarbonLoad(1.0, 1e5, 8e4), organic_made_mol=pump.mol)
    assert balance.degassed_t_co2 + pump.autochthonous_t_co2 == pytest.approx(2e4 * 44.0095e-6)


def test_organic_carbon_mixes_by_nitrogen_over_carbon():
    # half of the carbon from algae (C/N 7), half from soil (C/N 14): N/C = (1/7 + 1/14)/2, C/N = 9.333
    assert autochthonous_share_by_cn(28 / 3, 14.0, 7.0) == pytest.approx(0.5)
    assert autochthonous_share_by_cn(7.0, 14.0, 7.0) == pytest.approx(1.0)
    assert autochthonous_share_by_cn(14.0, 14.0, 7.0) == pytest.approx(0.0)


@pytest.mark.parametrize("numbers", [(20.0, 14.0, 7.0), (6.0, 14.0, 7.0), (7.0, 7.0, 7.0), (np.nan, 14.0, 7.0)])
def test_a_sample_outside_its_sources_is_refused(numbers):
    with pytest.raises(FluxError) as caught:
        autochthonous_share_by_cn(*numbers)
    assert caught.value.code == "FLUX_OUT_OF_RANGE"


def test_missing_values_never_enter_a_load():
    with pytest.raises(FluxError) as caught:
        carbon_load(np.ones(2), np.array([3.0, np.nan]), np.ones(2), 900)
    assert caught.value.code == "FLUX_NOT_FINITE"
    with pytest.raises(FluxError):
        carbon_load(np.empty(0), np.empty(0), np.empty(0), 900)
    with pytest.raises(FluxError):
        reach_balance(CarbonLoad(0.0, 0.0, 0.0), CarbonLoad(1.0, 1.0, 1.0))
    with pytest.raises(FluxError):
        reach_balance(CarbonLoad(1.0, 1.0, float("nan")), CarbonLoad(1.0, 1.0, 1.0))
    with pytest.raises(FluxError):
        biological_pump(np.ones(2), np.array([3.0, -1.0]), interval_s=900, autochthonous_share=0.4)
    with pytest.raises(FluxError):
        biological_pump(np.ones(2), np.ones(2), interval_s=900, autochthonous_share=1.4)


def test_kappa_to_the_spring_counts_silicate_acids_and_what_joins_between():
    # up: Alk 4.0, (S - A)/2 = -0.2; joins: 0.5e6 with Alk 0.5e6 mol; down: Alk 4.4e6, DIC 4.18e6, (S - A)/2 = -0.25e6
    # kappa_d = 0.95; F_d = 0.45 x 4.4 - 0.25 = 1.73; less 0.45 x 0.5 = 1.505; + 0.2 = 1.705; / 4.0 + 0.5 = 0.92625
    upper = carbon_load(
        np.full(100, 10.0), np.full(100, 4.0), np.full(100, 4.3), 1000.0, silicate_less_acids_meq_l=np.full(100, -0.4)
    )
    assert upper == CarbonLoad(1e6, 4e6, 4.3e6, -0.2e6)
    lower, lateral = CarbonLoad(1.5e6, 4.4e6, 4.18e6, -0.25e6), CarbonLoad(0.5e6, 0.5e6, 0.52e6)
    found = reach_balance(upper, lower, lateral=lateral)
    assert found.kappa == pytest.approx(0.92625)
    assert found.water_balance == pytest.approx(0.0, abs=1e-12)
    assert reach_balance(upper, CarbonLoad(1e6, 0.0, 1e6)).kappa is None
