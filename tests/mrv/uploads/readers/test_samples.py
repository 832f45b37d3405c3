"""The sample files read as their ``.expected.json`` says."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from mrv.uploads.readers import MISSING, read_logger

from .making import SAMPLES, baseline, gauged, logger, rows_of, samples

LOGGER = "12_template_full_year_jiangkou.csv"
GAUGINGS = "14_gaugings_jiangkou.csv"
LAB = "15_lab_samples_consistent_jiangkou.csv"
BASELINE = "16_baseline_jiangkou.json"
NOT_OBSERVABLE = {"note", "why", "rule", "truth", "truth_flags", "file", "columns", "warnings"}


def expected_of(name: str) -> dict:
    return json.loads((SAMPLES / f"{name}.expected.json").read_text())


def test_the_full_year_agrees_with_its_expected_report():
    expected = expected_of(LOGGER)
    table, report = logger(SAMPLES / LOGGER)
    seen = report.as_dict()
    for key in expected.keys() - NOT_OBSERVABLE:
        assert seen[key] == expected[key], key
    assert seen["warnings"] == expected["warnings"] == []
    assert table is not None
    assert len(table) == 35_040


def test_the_columns_of_the_full_year_agree_within_half_of_the_last_digit():
    expected = expected_of(LOGGER)["columns"]
    table, report = logger(SAMPLES / LOGGER)
    assert table is not None
    assert report.columns is not None
    assert len(report.columns) == len(expected) == 5
    for seen, wanted in zip(report.columns, expected, strict=True):
        half = 0.5 * 10.0 ** -table.columns[wanted["parameter"]].decimals + 1e-9
        for key, value in wanted.items():
            if key in ("min", "max", "mean"):
                assert seen[key] == pytest.approx(value, abs=half), (wanted["source"], key)
            else:
                assert seen[key] == value, (wanted["source"], key)


def test_the_table_holds_exactly_what_the_file_wrote():
    lines = (SAMPLES / LOGGER).read_text().splitlines()
    table, _ = logger(SAMPLES / LOGGER)
    assert table is not None
    assert {name: column.decimals for name, column in table.columns.items()} == {
        "rainfall": 1,
        "stage": 3,
        "water_temperature": 2,
        "ph": 2,
        "specific_conductance_25c": 1,
    }
    assert table.epoch_s.dtype == np.int64
    assert np.all(np.diff(table.epoch_s) == 900)
    for at in (0, 1, 17_000, 35_039):
        row = int(table.source_rows[at])
        assert row == at + 2
        cells = lines[row - 1].split(",")[1:]
        assert [column.text_at(at) for column in table.columns.values()] == cells
    assert all(column.values.dtype == np.int32 for column in table.columns.values())
    assert table.columns["stage"].as_float()[0] == 0.534


def test_the_gaugings_agree_with_their_expected_report():
    expected = expected_of(GAUGINGS)
    found, report = gauged((SAMPLES / GAUGINGS).read_bytes())
    seen = report.as_dict()
    for key in expected.keys() - NOT_OBSERVABLE:
        assert seen[key] == expected[key], key
    assert seen["warnings"] == expected["warnings"] == ["OUTLIER_GAUGING"]
    assert rows_of(report, "OUTLIER_GAUGING") == [1 + expected["truth"]["outlier_row"]]
    assert found is not None
    assert len(found) == 17
    assert found[0].as_dict() == {
        "at": "2021-05-06T01:30:00Z",
        "stage_m": "0.40",
        "discharge_m3_s": "0.198",
        "uncertainty_pct": "5",
        "uncertainty_assumed": False,
        "method": "ADV wading",
        "operator": "Li",
        "source_row": 2,
    }
    assert found[16].discharge_m3_s == Decimal("4.338")
    assert found[16].method == "salt dilution"


def test_the_lab_samples_agree_with_their_expected_report():
    expected = expected_of(LAB)
    found, report = samples((SAMPLES / LAB).read_bytes())
    seen = report.as_dict()
    for key in expected.keys() - NOT_OBSERVABLE:
        assert seen[key] == expected[key], key
    assert seen["warnings"] == []
    assert found is not None
    assert len(found) == 16
    first = found[0].as_dict()
    assert first["sample_id"] == "JK-20210509"
    assert first["at"] == "2021-05-09T02:30:00Z"
    assert first["cl_mg_l"] == "1.40", "decimals as received"
    assert first["alkalinity_as_hco3_mg_l"] == "136.4"
    assert [sample.purpose for sample in found].count("storm") == 4


def test_the_baseline():
    data = (SAMPLES / BASELINE).read_bytes()
    found, report = baseline(data)
    assert report.sha256 == hashlib.sha256(data).hexdigest()
    assert found is not None
    assert (found.first_day, found.last_day) == (date(2017, 5, 1), date(2020, 4, 30))
    assert found.runoff_mm_per_year == Decimal("561.0")
    assert found.flow_weighted_alkalinity_mg_l_hco3 == Decimal("104.0")
    assert found.as_dict()["relative_standard_uncertainty_of_alkalinity"] == "0.03"
    assert found.errors_shared_with_project == ("rating", "area", "kappa")


def test_a_year_is_read_well_under_half_a_second():
    data = (SAMPLES / LOGGER).read_bytes()
    durations_s = []
    for _ in range(3):
        start = time.process_time()
        read_logger(data, file_name=LOGGER)
        durations_s.append(time.process_time() - start)
    assert min(durations_s) < 0.5


def test_no_reading_is_taken_for_a_missing_one():
    table, _ = logger(SAMPLES / LOGGER)
    assert table is not None
    assert not any((column.values == MISSING).any() for column in table.columns.values())
