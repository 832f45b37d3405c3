"""What-if results, and evidence that lacks or contradicts what a methodology needs: a code, or a flagged result."""

import math
from dataclasses import replace
from functools import cache

import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.messages import CalculationError
from calculations.methodologies import load_methodology, methodology_bytes, read_methodology
from tests.calculations import examples, jiangkou


@cache
def version(methodology_id):
    """The shipped version with few draws."""
    number = examples.EXAMPLES[methodology_id]
    text = methodology_bytes(methodology_id, number).decode().replace("131072", "4096")
    return read_methodology(text.replace(f'version = "{number}"\nprocedure', 'version = "0.0.1"\nprocedure').encode())


def run(evidence, methodology_id, **options):
    return compute(Bundle.of(evidence), version(methodology_id), **options)


def refused(evidence, methodology_id, **options):
    with pytest.raises(CalculationError) as caught:
        run(evidence, methodology_id, **options)
    assert caught.value.text("zh") != caught.value.text("en")
    assert "<" not in caught.value.text("en").replace("<0", "")
    return caught.value


def with_record(methodology_id, name, change):
    """The example with one of its records changed by a function of it (in place, on a copy)."""
    given = examples.evidence_of(methodology_id)
    record = examples.record("powder_life_cycle" if (methodology_id, name) == ("KCS-POWDER", "life_cycle") else name)
    changed = change(record)
    return replace(given, records={**given.records, name: record if changed is None else changed})


def without(methodology_id, name):
    given = examples.evidence_of(methodology_id)
    return replace(given, records={key: value for key, value in given.records.items() if key != name})


# ---- what-if


def test_a_what_if_says_so_and_credits_nothing():
    given = jiangkou.every(3)
    methodology = jiangkou.quick_methodology("KCS-ENH-BACI")
    official = compute(Bundle.of(given), methodology)
    changed = compute(Bundle.of(given), methodology, what_if={"kappa_ref": 0.9})
    assert official.whole("creditable_t") > 0
    assert not official.is_what_if
    assert changed.is_what_if
    assert changed.content["what_if"] == {"kappa_ref": {"published": 0.86, "taken": 0.9}}
    assert changed.content["parameters"]["kappa_ref"]["value"] == 0.9
    assert not changed.issuable
    assert changed.reasons[0].code == "WHAT_IF"
    assert changed.whole("creditable_t") == changed.whole("buffer_t") == 0
    assert changed.figure("retained_t_co2") > official.figure("retained_t_co2")
    assert changed.figure("gross_t_co2") == official.figure("gross_t_co2")
    assert changed.digest != official.digest


@pytest.mark.parametrize("methodology_id", examples.EXAMPLES)
def test_no_what_if_is_issuable_whatever_the_methodology(methodology_id):
    methodology = version(methodology_id)
    symbol = next(
        s for s in ("u_gauging_bias", "u_soil_acid", "cells_most", "minimum_days") if s in methodology.parameters
    )
    parameter = methodology.parameters[symbol]
    value = parameter.minimum if symbol == "minimum_days" else parameter.maximum
    result = run(examples.evidence_of(methodology_id), methodology_id, what_if={symbol: value})
    assert result.is_what_if
    assert not result.issuable


@pytest.mark.parametrize(
    ("what_if", "code"),
    [
        ({"kappa": 0.9}, "WHAT_IF_UNKNOWN_PARAMETER"),
        ({"kappa_ref": 1.2}, "METHODOLOGY_PARAMETER_OUT_OF_RANGE"),
        ({"kappa_ref": math.nan}, "METHODOLOGY_PARAMETER_OUT_OF_RANGE"),
        ({"kappa_ref": math.inf}, "METHODOLOGY_PARAMETER_OUT_OF_RANGE"),
        ({"draws": 10}, "METHODOLOGY_PARAMETER_OUT_OF_RANGE"),
    ],
)
def test_a_what_if_out_of_range_or_of_nothing_is_refused(what_if, code):
    assert refused(jiangkou.every(6), "KCS-INV", what_if=what_if).code == code


# ---- versions


def test_a_pilot_opened_by_a_version_of_the_authority_earns_credits():
    text = methodology_bytes("KCS-POWDER", "1.0.0").decode()
    opened = text.replace('version = "1.0.0"\nproc', 'version = "1.1.0"\nproc').replace(
        'outcome = "pilot"', 'outcome = "credits"'
    )
    result = compute(Bundle.of(examples.evidence_of("KCS-POWDER")), read_methodology(opened.encode()))
    assert result.issuable
    assert result.whole("creditable_t") == int(result.figure("net_p10_t_co2")) > 100
    assert result.whole("buffer_t") == -(-result.whole("creditable_t") // 10)


@pytest.mark.parametrize("methodology_id", ["KCS-AQUA", "KCS-MPD", "KCS-TAB", "KCS-NET", "KCS-INV"])
def test_what_is_no_enhancement_cannot_be_declared_credits(methodology_id):
    text = methodology_bytes(methodology_id, "1.0.0").decode()
    outcome = load_methodology(methodology_id, "1.0.0").outcome
    forged = text.replace(f'outcome = "{outcome}"', 'outcome = "credits"').replace("1.0.0", "1.0.1")
    with pytest.raises(CalculationError) as caught:
        read_methodology(forged.encode())
    assert caught.value.code == "METHODOLOGY_INVALID"


# ---- missing records and stations


@pytest.mark.parametrize(
    ("methodology_id", "name"),
    [
        ("KCS-AQUA", "organic_carbon"),
        ("KCS-ALLO", "allogenic_water"),
        ("KCS-POWDER", "powder"),
        ("KCS-POWDER", "soil_acid"),
        ("KCS-MPD", "dissolution_grid"),
        ("KCS-TAB", "tablets"),
    ],
)
def test_a_missing_record_is_named(methodology_id, name):
    error = refused(without(methodology_id, name), methodology_id)
    assert (error.code, error.params["record"]) == ("RECORD_MISSING", name)


def test_a_missing_station_baseline_or_years_before_is_named():
    error = refused(examples.station("spring"), "KCS-NET")
    assert (error.code, error.params["role"]) == ("COMPANION_MISSING", "downstream")
    for methodology_id in ("KCS-ENH-BACI", "KCS-ALLO"):
        given = replace(examples.evidence_of(methodology_id), baseline=None)
        assert refused(given, methodology_id).code == "BASELINE_MISSING"
    assert refused(without("KCS-ENH-BACI", "control_before"), "KCS-ENH-BACI").code == "CONTROL_BEFORE_MISSING"


def test_gates_that_only_records_can_open():
    result = run(without("KCS-ALLO", "design"), "KCS-ALLO")
    assert [reason.code for reason in result.reasons] == ["DESIGN_CHECK_MISSING"]
    assert result.whole("creditable_t") == 0
    assert not result.issuable
    small = with_record("KCS-ALLO", "design", lambda design: design | {"claimed_enhancement_pct": "4"})
    result = run(small, "KCS-ALLO")
    assert [reason.code for reason in result.reasons] == ["CLAIM_BELOW_DETECTION"]
    assert not result.issuable
    result = run(without("KCS-ALLO", "life_cycle"), "KCS-ALLO")
    assert "LIFE_CYCLE_MISSING" in [reason.code for reason in result.reasons]
    # an enhancement with a small claim is told so, and goes on
    small = with_record("KCS-ENH-BACI", "design", lambda design: design | {"claimed_enhancement_pct": "4"})
    result = run(small, "KCS-ENH-BACI")
    assert result.issuable
    assert "CLAIM_BELOW_DETECTION" in [warning.code for warning in result.warnings]


# ---- values


def first(**changes):
    def change(rows):
        rows[0] |= changes

    return change


def cell(**changes):
    def change(grid):
        grid["cells"][0] |= changes

    return change


@pytest.mark.parametrize(
    ("methodology_id", "name", "change", "code"),
    [
        ("KCS-POWDER", "powder", first(mass_t="-5"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-POWDER", "powder", first(mass_t="NaN"), "VALUE_NOT_A_NUMBER"),
        ("KCS-POWDER", "powder", first(mass_t="inf"), "VALUE_NOT_A_NUMBER"),
        ("KCS-POWDER", "powder", first(caco3_share="93"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-POWDER", "powder", first(dissolved_share=""), "VALUE_NOT_A_NUMBER"),
        ("KCS-POWDER", "soil_acid", first(acid_keq="-1"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-POWDER", "life_cycle", first(factor_t_co2_per_unit="-1"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-POWDER", "powder", lambda _: {"mass_t": "1"}, "RECORD_FIELD_INVALID"),
        ("KCS-AQUA", "organic_carbon", first(toc_mg_l="-1"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-AQUA", "organic_carbon", lambda rows: rows[:2], "RECORD_TOO_FEW"),
        ("KCS-AQUA", "organic_carbon", first(carbon_nitrogen_molar="0"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-ALLO", "allogenic_water", first(volume_m3="9e9"), "MORE_ALLOGENIC_THAN_OUTLET"),
        ("KCS-ALLO", "allogenic_water", first(sulfate_mg_l="-3"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-ALLO", "design", lambda design: design | {"planned_years": "0"}, "DESIGN_INVALID"),
        ("KCS-NET", "reach", lambda reach: reach | {"lateral_water_m3": "-1"}, "RECORD_FIELD_INVALID"),
        ("KCS-MPD", "dissolution_grid", cell(temperature_c="60"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-MPD", "dissolution_grid", cell(log10_soil_pco2_atm="0.5"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-MPD", "dissolution_grid", lambda grid: grid | {"soil_pco2_source": ""}, "RECORD_FIELD_INVALID"),
        ("KCS-MPD", "dissolution_grid", lambda grid: grid | {"cells": []}, "RECORD_FIELD_INVALID"),
        ("KCS-TAB", "tablets", first(recovered="2019-05-01T00:00:00Z"), "TABLET_TIME_BACKWARDS"),
        ("KCS-TAB", "tablets", first(recovered="last year"), "EVIDENCE_INVALID"),
        ("KCS-TAB", "tablets", first(surface_cm2="0"), "RECORD_VALUE_OUT_OF_RANGE"),
        ("KCS-TAB", "tablets", lambda rows: rows[:1], "RECORD_TOO_FEW"),
    ],
)
def test_a_bad_value_is_refused_by_code(methodology_id, name, change, code):
    assert refused(with_record(methodology_id, name, change), methodology_id).code == code


def test_a_baseline_whose_months_do_not_add_up_is_refused():
    baseline = examples.record("baseline")
    baseline["months"][5]["runoff_mm"] = "192"
    given = replace(examples.evidence_of("KCS-ENH-BACI"), baseline=baseline)
    assert refused(given, "KCS-ENH-BACI").code == "BASELINE_MONTHS_DISAGREE"
    del baseline["months"][3]
    assert refused(replace(given, baseline=baseline), "KCS-ENH-BACI").code == "BASELINE_FIELD_INVALID"


def test_a_part_year_without_months_is_scaled_by_days_and_says_so():
    baseline = examples.record("baseline")
    del baseline["months"]
    given = examples.evidence_of("KCS-ENH-BACI")
    result = run(replace(given, baseline=baseline), "KCS-ENH-BACI")
    assert "BASELINE_SCALED_BY_DAYS" in [warning.code for warning in result.warnings]
    assert float(result.figure("baseline_runoff_mm")) == pytest.approx(516 * 61 / 365, abs=1e-3)


def test_more_acid_than_powder_is_a_source_and_credits_nothing():
    given = with_record("KCS-POWDER", "soil_acid", first(acid_keq="50000"))
    result = run(given, "KCS-POWDER")
    dissolved_t_co2 = 759.42 * 44.0095 / 100.0869
    assert float(result.figure("net_t_co2")) == pytest.approx(-dissolved_t_co2 - 48.4005, abs=1e-3)
    assert {"PILOT_NOT_OPEN", "NET_NOT_POSITIVE"} <= {reason.code for reason in result.reasons}
    assert [warning.code for warning in result.warnings] == ["MORE_ACID_THAN_POWDER"]
    assert float(result.figure("net_p10_t_co2")) == 0


def test_stations_that_never_meet_in_time_are_refused():
    spring, downstream = examples.station("spring"), examples.station("downstream")

    def part(evidence, chosen):
        series = tuple(replace(item, values=item.values[chosen]) for item in evidence.series)
        return replace(evidence, epoch_s=evidence.epoch_s[chosen], series=series)

    given = replace(part(spring, slice(0, 700)), companions={"downstream": part(downstream, slice(800, None))})
    assert refused(given, "KCS-NET").code == "NO_COMMON_TIME"


def test_a_gap_in_the_controls_record_does_not_raise_the_net():
    whole = run(examples.evidence_of("KCS-ENH-BACI"), "KCS-ENH-BACI")
    given = examples.evidence_of("KCS-ENH-BACI")
    control = given.companions["control"]
    kept = [slot for slot in range(1464) if not 500 <= slot < 640]
    series = tuple(replace(item, values=item.values[kept]) for item in control.series)
    short = replace(control, epoch_s=control.epoch_s[kept], series=series)
    result = run(replace(given, companions={"control": short}), "KCS-ENH-BACI")
    filled, full = (float(item.figure("control_after_t_co2")) for item in (result, whole))
    assert filled == pytest.approx(full, rel=0.1)  # not 10 % less for the 10 % of its time that are missing
