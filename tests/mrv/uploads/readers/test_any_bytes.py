"""No bytes crash a reader, and what is written as a template reads back the same."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mrv.uploads.readers import MISSING, PARAMETERS, Column, LoggerTable, read_logger
from mrv.uploads.readers.karst_template import FURTHER, PARAMETER_OF_COLUMN, write
from mrv.uploads.readers.reading import Answers

from .making import GAUGING_HEADER, HEADER, LAB_HEADER, SAMPLES, baseline, gauged, logger, samples, template

LOGGER_SAMPLES = sorted(path.name for path in SAMPLES.glob("[01]*") if path.suffix != ".json" and path.name < "13")
AT_ANY_TIME = Answers(now=datetime(2100, 12, 1, tzinfo=UTC), keep_all_times=True)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = [
    template(12),
    (SAMPLES / "14_gaugings_jiangkou.csv").read_bytes(),
    (SAMPLES / "15_lab_samples_consistent_jiangkou.csv").read_bytes(),
    (SAMPLES / "16_baseline_jiangkou.json").read_bytes(),
]


def read_as_everything(data: bytes) -> None:
    logger(data)
    logger(data, zone="Asia/Shanghai")
    samples(data)
    gauged(data)
    baseline(data)


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes(data):
    read_as_everything(data)


@QUICK
@given(
    st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"PK\x03\x04", b"{", b"%PDF"]), st.binary(max_size=200)
)
def test_any_bytes_behind_a_mark(mark, data):
    read_as_everything(mark + data)


@QUICK
@given(st.sampled_from([HEADER, GAUGING_HEADER, LAB_HEADER]), st.text(max_size=300))
def test_any_text_below_a_header(header, text):
    read_as_everything(f"{header}\n{text}".encode("utf-8", "surrogatepass"))


@QUICK
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(min_size=1, max_size=3)), max_size=12),
)
def test_files_with_a_few_bytes_changed(seed, edits):
    data = bytearray(seed)
    for at, cut, new in edits:
        start = at % len(data)
        data[start : start + cut] = new
    read_as_everything(bytes(data))


CELLS = st.sampled_from(
    [
        "",
        "0.5",
        "-9999",
        "nan",
        "1e400",
        "７",
        "<3",
        '"',
        "'",
        "1,5",
        "2021-05-01T00:00:00+08:00",
        "2021/5/1 0:00",
        "\t",
    ]
)


@QUICK
@given(st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_tables_of_likely_cells(rows, delimiter):
    for header in (HEADER, GAUGING_HEADER, LAB_HEADER):
        lines = [header.replace(",", delimiter), *(delimiter.join(row) for row in rows)]
        read_as_everything("\n".join(lines).encode())


@st.composite
def tables(draw: st.DrawFn) -> LoggerTable:
    count = draw(st.integers(1, 12))
    start = draw(st.integers(0, 3_000_000_000))
    steps = draw(st.lists(st.integers(1, 100_000), min_size=count, max_size=count))
    epoch_s = start + np.cumsum(np.array(steps, dtype=np.int64))
    columns = {}
    further = draw(st.sets(st.sampled_from(sorted(FURTHER))))
    for source, parameter in (PARAMETER_OF_COLUMN | {name: FURTHER[name] for name in sorted(further)}).items():
        decimals = draw(st.integers(0, 9))
        numbers = st.one_of(st.just(MISSING), st.integers(-(2**31) + 1, 2**31 - 1))
        values = np.array(draw(st.lists(numbers, min_size=count, max_size=count)), dtype=np.int32)
        columns[parameter] = Column(parameter, PARAMETERS[parameter].unit, decimals, values, source)
    return LoggerTable(epoch_s, columns, np.arange(2, count + 2, dtype=np.int64))


@QUICK
@given(tables(), st.sampled_from(["+08:00", "+00:00", "-03:30"]))
def test_a_table_written_as_template_reads_back_the_same(table, offset):
    again, report = logger(write(table, offset=offset), answers=AT_ANY_TIME)
    if again is None:  # a number that fits alone may stand for "missing", nothing else may go wrong
        raise AssertionError(report.as_dict()["errors"])
    assert again.epoch_s.tolist() == table.epoch_s.tolist()
    assert again.source_rows.tolist() == table.source_rows.tolist()
    for parameter, column in table.columns.items():
        seen = again.columns[parameter]
        for at in range(len(table)):
            if seen.values[at] == MISSING:
                assert column.text_at(at) == "" or "SENTINEL_VALUES" in report.as_dict()["warnings"]
            else:
                assert seen.text_at(at) == column.text_at(at)
    assert (
        write(again, offset=offset) == write(table, offset=offset) or "SENTINEL_VALUES" in report.as_dict()["warnings"]
    )


def test_the_export_has_a_column_for_every_quantity_that_is_read():
    assert {*PARAMETER_OF_COLUMN.values(), *FURTHER.values()} == PARAMETERS.keys()


@pytest.mark.parametrize("name", LOGGER_SAMPLES)
def test_every_sample_written_as_template_reads_back_the_same(name):
    barometer = SAMPLES / "09_solinst_baro_yuqing.csv"
    options = {"barometer": (barometer.name, barometer)} if name.startswith("08") else {}
    table, _ = read_logger(SAMPLES / name, file_name=name, zone="Asia/Shanghai", **options)
    assert table is not None
    data = write(table)
    again, report = read_logger(data, file_name="export.csv")
    assert again is not None, report.as_dict()["errors"]
    assert again.epoch_s.tolist() == table.epoch_s.tolist()
    for parameter, column in table.columns.items():
        assert np.array_equal(again.columns[parameter].as_float(), column.as_float(), equal_nan=True), parameter
    assert write(again) == data


def test_sample_12_written_as_template_is_the_same_file():
    data = (SAMPLES / "12_template_full_year_jiangkou.csv").read_bytes()
    table, _ = logger(data)
    assert table is not None
    assert write(table) == data


def test_an_empty_table_is_the_template_to_fill_in():
    none = np.empty(0, np.int64)
    assert write(LoggerTable(none, {}, none)) == f"{HEADER}\n".encode()


def test_the_readers_need_no_django():
    program = "import sys, mrv.uploads.readers as r; r.read_logger(b'x', file_name='x'); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
