"""Generated springs: always the same, each another, and waters that a chemist and a hydrologist would accept."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from calculations.hydrology.gaugings import fit_gaugings
from calculations.quality.charge_balance import gate_pct
from mrv.demo import springs
from mrv.demo.cast import PARTS
from mrv.uploads import readers
from mrv.uploads.content import gauging_records

FIRST_DAY, DAYS = date(2025, 1, 1), 120
CHARACTERS = [character for part in PARTS for character in part.springs]


def names(character):
    return f"spring-{character.seed}"


@pytest.fixture(params=CHARACTERS, ids=names)
def character(request):
    return request.param


def test_nine_counties_have_a_station_each():
    assert len({part.site.division_code for part in PARTS}) == 9
    assert all(part.site.division_code.startswith("52") for part in PARTS)


def test_the_same_spring_and_year_always_give_the_same_files(character):
    first, again = (springs.record_of(character, FIRST_DAY, DAYS) for _ in range(2))
    assert springs.logger_csv(first) == springs.logger_csv(again)
    assert springs.samples_csv(character, first, "X") == springs.samples_csv(character, again, "X")
    other_year = springs.record_of(character, FIRST_DAY.replace(year=2024), DAYS)
    other_spring = springs.record_of(replace(character, seed=character.seed + 1000), FIRST_DAY, DAYS)
    for other in (other_year, other_spring):
        assert not np.array_equal(first.stage_m, other.stage_m)


def test_the_files_read_back_as_what_was_generated(character):
    record = springs.record_of(character, FIRST_DAY, DAYS)
    table, report = readers.read_logger(springs.logger_csv(record), file_name="logger.csv")
    assert report.ok
    assert not report.questions
    assert table.epoch_s.tolist() == record.epoch_s[record.measured].tolist()
    assert record.epoch_s.size == DAYS * 86_400 // character.interval_s
    for kind, data in (
        ("samples", springs.samples_csv(character, record, "X")),
        ("gaugings", springs.gaugings_csv(character, record)),
    ):
        options = {"zone": "Asia/Shanghai"} if kind == "gaugings" else {}
        rows, report = getattr(readers, f"read_{kind}")(data, file_name=f"{kind}.csv", **options)
        assert report.ok
        assert len(rows) >= 8


def test_floods_raise_the_stage_and_thin_the_water(character):
    record = springs.record_of(character, FIRST_DAY.replace(month=5), DAYS)
    flood = record.discharge_m3_s > np.quantile(record.discharge_m3_s, 0.98)
    low = record.discharge_m3_s < np.quantile(record.discharge_m3_s, 0.5)
    assert record.stage_m[flood].min() > np.median(record.stage_m[low])
    assert record.ec25_us_cm[flood].mean() < record.ec25_us_cm[low].mean()
    assert record.rain_mm.sum() > 0
    assert 6.8 < record.ph.min() < record.ph.max() < 8.6


def test_the_laboratory_s_charges_balance(character):
    ec25 = np.array([150.0, 300.0, 450.0, 650.0])
    waters = springs.ions_mg_l(character, ec25)
    weights = {
        "ca_mg_l": springs.CA_MG_MEQ,
        "mg_mg_l": springs.MG_MG_MEQ,
        "na_mg_l": springs.NA_MG_MEQ,
        "k_mg_l": springs.K_MG_MEQ,
        "cl_mg_l": -springs.CL_MG_MEQ,
        "so4_mg_l": -springs.SO4_MG_MEQ,
        "no3_mg_l": -springs.NO3_MG_MEQ,
        "alkalinity_as_hco3_mg_l": -springs.HCO3_MG_MMOL,
    }
    charges = sum(waters[name] / weight for name, weight in weights.items())
    cations = sum(waters[name] / weight for name, weight in weights.items() if weight > 0)
    assert np.all(np.abs(charges / cations) * 50 < [gate_pct(value) for value in ec25])
    assert np.all(waters["alkalinity_as_hco3_mg_l"] > 0)


def test_gaugings_give_back_the_spring_s_own_rating(character):
    record = springs.record_of(character, FIRST_DAY, DAYS)
    gaugings, _report = readers.read_gaugings(
        springs.gaugings_csv(character, record), file_name="gaugings.csv", zone="Asia/Shanghai"
    )
    fitted = fit_gaugings(
        gauging_records(gaugings, "gaugings.csv"), period_s=None, minimum_gaugings=5, validity_years=10
    ).record
    flows = np.quantile(record.discharge_m3_s, [0.3, 0.6, 0.9, 0.99])
    stages = springs.stage_of(character, flows)
    found = fitted["a"] * (stages - fitted["h0_m"]) ** fitted["b"]
    assert np.all(np.abs(found / flows - 1) < 0.06)


def test_the_baseline_is_the_spring_without_the_project(character):
    changed = replace(character, gain=0.3)
    record = springs.record_of(changed, FIRST_DAY, DAYS)
    stated = springs.before_the_project(changed, record, FIRST_DAY)["flow_weighted_alkalinity_mg_l_hco3"]
    flow = record.discharge_m3_s
    now = float((springs.alkalinity_mg_l(changed, record.ec25_us_cm) * flow).sum() / flow.sum())
    assert 1.2 < now / stated < 1.45


def test_a_failed_logger_leaves_its_days_out():
    failing = next(each for each in CHARACTERS if each.gap_days[1])
    record = springs.record_of(failing, FIRST_DAY, 365)
    missing = int((~record.measured).sum())
    assert abs(missing * failing.interval_s / 86_400 - failing.gap_days[1]) < 0.1
