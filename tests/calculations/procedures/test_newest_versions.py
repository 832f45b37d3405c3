"""KCS-INV 1.1.0 and KCS-ENH-BACI 1.2.0: old figures where nothing is new, conditional filling, every form of rating."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.evidence import MISSING
from calculations.hydrology.rating_choice import Choice
from calculations.methodologies import load_methodology, methodology_bytes, read_methodology
from calculations.quality.filling import fill_series, filling_rule
from calculations.quality.slots import EC25, STAGE, prepare
from calculations.sealed import sealed_curve
from tests.calculations import jiangkou
from tests.calculations.hydrology.test_dated_curves import gaugings, given_with, piece, sealed_record

NEWEST = {"KCS-INV": "1.1.0", "KCS-ENH-BACI": "1.2.0"}
BEFORE = {"KCS-INV": "1.0.0", "KCS-ENH-BACI": "1.1.0"}
HOURLY = 1


@cache
def quick(methodology_id, version):
    """A shipped version with 4,096 draws."""
    text = methodology_bytes(methodology_id, version).decode()
    text = text.replace(f'version = "{version}"\nprocedure', 'version = "0.0.1"\nprocedure').replace("131072", "4096")
    return read_methodology(text.encode())


@cache
def result_of(methodology_id, version, *gaps):
    return compute(Bundle.of(with_gaps(*gaps)), quick(methodology_id, version))


@cache
def with_gaps(*gaps):
    """The year by the hour, with stretches (parameter or "all", first, length) missing."""
    evidence = jiangkou.every(HOURLY)
    series = []
    for item in evidence.series:
        values = item.values.copy()
        for parameter, first, length in gaps:
            if parameter in ("all", item.parameter):
                values[first : first + length] = MISSING
        series.append(replace(item, values=values))
    return replace(evidence, series=tuple(series))


@pytest.mark.parametrize("methodology_id", NEWEST)
def test_where_nothing_is_new_the_central_figures_are_those_of_the_version_before(methodology_id):
    old, new = (result_of(methodology_id, versions[methodology_id]) for versions in (BEFORE, NEWEST))
    for name, value in old.content["figures"].items():
        if name not in {"net_p10_t_co2", "half_width_90_pct", "creditable_t", "remainder_t_co2", "buffer_t"}:
            assert new.content["figures"][name] == value, name
    one, other = (r.content["uncertainty"]["distributions_t_co2"]["retained"] for r in (old, new))
    assert other["p10"] == pytest.approx(one["p10"], abs=0.1 * one["sd"])
    assert set(new.content["chemistry"]) >= {"mean_pco2_pa", "mean_si_calcite", "dic_flux_t_c"}
    assert float(new.figure("filled_time_pct")) == float(new.figure("filling_sd_t_co2")) == 0.0


GAPS = ((EC25, 2000, 240), (EC25, 5000, 50), ("all", 6000, 20), ("all", 7000, 100))
"""Ten days and two days of conductivity; twenty hours and four days of everything."""


def test_conditional_filling_is_nearer_to_the_whole_year_than_straight_lines_and_says_what_it_did():
    whole = result_of("KCS-INV", "1.1.0")
    lines, conditional = result_of("KCS-INV", "1.0.0", *GAPS), result_of("KCS-INV", "1.1.0", *GAPS)
    missing = [float(whole.figure("gross_t_co2") - r.figure("gross_t_co2")) for r in (lines, conditional)]
    assert 0.0 < missing[1] < 0.5 * missing[0]
    assert float(conditional.figure("filled_time_pct")) == pytest.approx(100 * 70 / 8760, abs=0.01)
    assert float(conditional.figure("regression_filled_time_pct")) == pytest.approx(100 * 240 / 8760, abs=0.01)
    # four days without a stage have nothing to lean on: dropped
    assert float(conditional.figure("time_counted_pct")) == pytest.approx(100 * (1 - 100 / 8760), abs=0.01)
    shares = [float(conditional.figure(f"{kind}filled_volume_pct")) for kind in ("", "regression_")]
    assert sum(shares) + float(conditional.figure("volume_measured_pct")) == pytest.approx(100.0, abs=1e-3)


def test_the_filling_s_own_error_enters_the_distribution():
    found = result_of("KCS-INV", "1.1.0", (EC25, 1200, 700))
    assert float(found.figure("regression_filled_time_pct")) > 7.0
    assert float(found.figure("filling_sd_t_co2")) > 2.0
    tornado = found.content["uncertainty"]["tornado_shares"]["random"]
    assert tornado > result_of("KCS-INV", "1.1.0").content["uncertainty"]["tornado_shares"]["random"]


def test_filled_values_lie_about_the_truth_as_their_uncertainty_says():
    truth = prepare(jiangkou.every(HOURLY), ranges={}, gap_limit_h=0.0)
    inside, scaled = 0, []
    rule = filling_rule(load_methodology("KCS-INV", "1.1.0"))
    for first in range(300, 8400, 600):
        measured = {name: values.copy() for name, values in truth.measured.items()}
        measured[EC25][first : first + 60] = np.nan
        filled = fill_series(measured, rule, start_s=truth.start_s, interval_s=3600, utc_offset_s=28800)[EC25]
        gap = slice(first, first + 60)
        error = filled.values[gap] - truth.measured[EC25][gap]
        scaled.append(error / filled.standard_uncertainty[gap])
        inside += 1
    rms = float(np.sqrt(np.mean(np.square(np.concatenate(scaled)))))
    assert inside == 14
    assert 0.2 < rms < 2.0


def test_limits_drop_what_is_too_long():
    rule = filling_rule(load_methodology("KCS-INV", "1.1.0"))
    truth = prepare(jiangkou.every(HOURLY), ranges={}, gap_limit_h=0.0)
    measured = {name: values.copy() for name, values in truth.measured.items()}
    measured[STAGE][1000:1025] = np.nan
    measured[EC25][2000:2721] = np.nan
    measured["ph"][4000:4073] = np.nan
    found = fill_series(measured, rule, start_s=truth.start_s, interval_s=3600, utc_offset_s=28800)
    assert np.isnan(found[STAGE].values[1000:1025]).all()
    assert np.isnan(found[EC25].values[2000:2721]).all()
    assert np.isnan(found["ph"].values[4000:4073]).all()


def test_segments_are_computed_by_the_newest_versions_to_the_same_bytes():
    rows = gaugings()
    evidence = given_with(sealed_record([piece(Choice(segments=2), rows)]), rows)
    version = quick("KCS-ENH-BACI", "1.2.0")
    first = compute(Bundle.of(evidence), version)
    assert compute(Bundle.of(evidence), version).json_bytes == first.json_bytes
    curve = sealed_curve(evidence, minimum_gaugings=5, validity_years=10, forms=version.rating_forms)
    assert curve.forms == {"segments"}
    assert first.content["uncertainty"]["check"]["largest_relative_difference"] < 1e-4
    assert first.content["chemistry"]["mean_pco2_pa"]["check"]["largest_difference"] < 5e-3


def test_an_allogenic_share_is_drawn_and_stated_with_its_spread():
    evidence = jiangkou.every(12)
    station = evidence.station | {"allogenic_share": "0.32", "allogenic_concentration_ratio": "0.72"}
    found = compute(Bundle.of(replace(evidence, station=station)), quick("KCS-INV", "1.1.0"))
    allogenic = found.content["allogenic"]
    gross = found.content["uncertainty"]["distributions_t_co2"]["gross"]
    own = allogenic["autochthonous_t_co2"]
    assert own["p50"] == pytest.approx(float(found.figure("autochthonous_t_co2")), rel=0.02)
    # f r / (f r + 1 - f) with f 0.32 +- 0.05 and r 0.72 +- 0.1, worked by first order beside the gross's own spread
    f, r = 0.32, 0.72
    below = f * r + 1 - f
    by_f, by_r = r / below**2, f * (1 - f) / below**2
    brought = f * r / below
    expected = np.hypot(gross["sd"] * (1 - brought), gross["mean"] * np.hypot(by_f * 0.05, by_r * 0.1))
    assert own["sd"] == pytest.approx(expected, rel=0.05)
    assert "allogenic" not in result_of("KCS-INV", "1.1.0").content
