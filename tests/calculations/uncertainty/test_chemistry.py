"""CO2 pressure, saturation and dissolved carbon of every draw, against speciation of every reading in every draw."""

import os
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from calculations import calculation
from calculations.bundle import Bundle
from calculations.chemistry import load_constants
from calculations.uncertainty.chemical_problem import ChemicalErrors, ChemicalProblem, chemical_readings
from calculations.uncertainty.chemistry import (
    ALL_STREAMS,
    GROUPS,
    OUTCOMES,
    chemical_model,
    first_order_shares,
    simulate_chemistry,
)
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.model import Draws
from calculations.uncertainty.summary import summarise
from tests.calculations import jiangkou

LONG = bool(os.environ.get("KCR_LONG"))
ERRORS = ChemicalErrors(ph=0.05, temperature_c=0.1, lab_cations=0.03)


def problem(evidence, errors=ERRORS):
    """The chemistry of a period, with the error model that the engine puts together."""
    caught = []

    def catching(model, readings, **how):
        caught.append(model)
        return simulate(model, readings, **how)

    simulate = calculation.simulate
    with mock.patch.object(calculation, "simulate", catching):
        made = calculation.calculate(Bundle.of(evidence), jiangkou.quick_methodology("KCS-INV"), lambda *_: None)
    readings = chemical_readings(made.inputs, made.accounting, made.speciated.si_calcite)
    constants = load_constants("phreeqc-3.7.3")
    return ChemicalProblem(caught[0], readings, made.models, errors, constants, 10.0)


@pytest.fixture(scope="module")
def small():
    return problem(jiangkou.evidence() if LONG else jiangkou.every(24))


def drawn(count):
    return Draws({stream: uniforms("checked", stream, count) for stream in ALL_STREAMS})


def test_512_draws_are_what_speciating_every_reading_gives(small):
    draws = drawn(512)
    model, _ = chemical_model(small)
    surfaces = model.outcomes(draws)
    exact = [small.directly(draws, k) for k in range(512)]
    for name in OUTCOMES:
        brute = np.array([row[name] for row in exact])
        size = 1.0 if name == "mean_si_calcite" else np.abs(brute)
        assert (np.abs(surfaces[name] - brute) / size).max() < 1e-3
        p10, of_brute = (summarise(values).quantile(0.1) for values in (surfaces[name], brute))
        assert abs(p10 - of_brute) < 1e-4 * (1.0 if name == "mean_si_calcite" else abs(of_brute))
        assert summarise(brute).sd > 0.02 * np.abs(size).max()


def test_the_centre_is_the_central_calculation(small):
    model, cells = chemical_model(small)
    centre = model.outcomes(Draws({stream: np.full(1, 0.5) for stream in ALL_STREAMS}))
    result = jiangkou.run(jiangkou.evidence() if LONG else jiangkou.every(24), "KCS-INV")
    assert centre["mean_pco2_pa"][0] == pytest.approx(float(result.figure("mean_pco2_pa")), abs=0.006)
    assert centre["mean_si_calcite"][0] == pytest.approx(float(result.figure("mean_si_calcite")), abs=6e-5)
    # alkalinity of 159 mg/L as HCO3 in 16.6 million m3, and some 9 % of dissolved CO2 above it
    water, alkalinity = float(result.figure("water_m3")), float(result.figure("flow_weighted_hco3_mg_l"))
    assert centre["dic_flux_t_c"][0] == pytest.approx(1.09 * water * alkalinity / 61.0168 * 12.011e-6, rel=0.02)
    assert 20 < cells < 577


def test_a_bias_of_ph_moves_the_pressure_by_its_power_of_ten(small):
    model, _ = chemical_model(small)
    share = 0.8413447460685429
    draws = {stream: np.array([0.5, share]) for stream in ALL_STREAMS}
    quiet = {stream: np.full(2, 0.5) for stream in ALL_STREAMS} | {"ph_bias": draws["ph_bias"]}
    pressure = model.outcomes(Draws(quiet))["mean_pco2_pa"]
    assert pressure[1] / pressure[0] == pytest.approx(10.0**-0.05, rel=2e-3)


def test_shares_add_up_and_ph_dominates_the_pressure_but_not_the_flux(small):
    shares = first_order_shares(chemical_model(small)[0])
    for of_groups in shares.values():
        assert sum(of_groups.values()) == pytest.approx(1.0)
        assert set(of_groups) == set(GROUPS)
    assert shares["mean_pco2_pa"]["ph"] > 0.8
    assert shares["mean_pco2_pa"]["rating"] < 1e-6
    assert shares["dic_flux_t_c"]["rating"] > shares["dic_flux_t_c"]["ph"]


def test_errors_of_zero_leave_no_spread_of_their_own(small):
    none = replace(small, errors=ChemicalErrors(0.0, 0.0, 0.0))
    shares = first_order_shares(chemical_model(none)[0])
    assert shares["mean_pco2_pa"]["ph"] == shares["mean_pco2_pa"]["temperature"] == 0.0


def test_draws_are_shared_with_the_flux_and_fixed_by_the_seed(small):
    first, second = (simulate_chemistry(small, seed="s", draws=4096, checked=1).record() for _ in range(2))
    assert first == second
    assert simulate_chemistry(small, seed="t", draws=4096, checked=1).record() != first
    carbon = chemical_model(small)[0].outcomes(drawn(2000))["dic_flux_t_c"]
    gross = small.error_model.trials(drawn(2000)).gross
    assert np.corrcoef(carbon, gross)[0, 1] > 0.9


def test_readings_without_ph_leave_their_time_to_the_ratio_of_the_others():
    lost = {"parameter": "ph", "from": "2021-06-01T00:00:00Z", "to": "2021-08-01T00:00:00Z", "flag": 4, "code": "DRIFT"}
    part = problem(jiangkou.every(12, flags=[lost]))
    assert 0.8 < part.readings.known.mean() < 0.85
    draws = drawn(4)
    surfaces, brute = chemical_model(part)[0].outcomes(draws), part.directly(draws, 3)
    assert surfaces["dic_flux_t_c"][3] == pytest.approx(brute["dic_flux_t_c"], rel=1e-3)


def test_nothing_speciated_is_nothing_to_simulate():
    evidence = jiangkou.every(24)
    without = replace(evidence, series=tuple(one for one in evidence.series if one.parameter != "ph"))
    made = calculation.calculate(Bundle.of(without), jiangkou.quick_methodology("KCS-INV"), lambda *_: None)
    assert chemical_readings(made.inputs, made.accounting, made.speciated.si_calcite) is None
