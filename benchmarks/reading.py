"""Reading a logger file of a year against pyarrow's CSV parser alone, which checks nothing.

Ours adds the encoding, every cell's form, times and their grid, ranges, a report in two languages and the SHA-256 of
the bytes; the last line also digests the content and writes it as Parquet.
"""

from __future__ import annotations

import pyarrow as pa
from pyarrow import csv

from benchmarks.timing import Line, Table, best_of_each, times
from mrv.uploads.readers import LoggerTable, read_logger
from mrv.uploads.series import content_digest, of_table, to_parquet
from tests.calculations.jiangkou import LOGGER


def measure(rounds: int) -> Table:
    """Parsing alone, reading, and reading with all that is kept."""
    data = LOGGER.read_bytes()
    rows = len(_read(data).epoch_s)
    one_thread = csv.ReadOptions(use_threads=False)
    best = best_of_each(
        rounds,
        {
            "parsed": lambda: csv.read_csv(pa.BufferReader(data), read_options=one_thread),
            "read": lambda: _read(data),
            "kept": lambda: _kept(data),
        },
    )
    parsed, size = best["parsed"], f"{rows:,} rows, {len(data) / 1e6:.2f} MB"
    stored = len(_kept(data)) / rows
    lines = (
        Line("pyarrow.csv.read_csv, one thread", parsed, size),
        Line("read_logger", best["read"], "checked, with report", times(best["read"], parsed)),
        Line("read_logger, digest, Parquet", best["kept"], "as an upload is kept", times(best["kept"], parsed)),
    )
    above = 1000.0 * (best["kept"] - parsed)
    note = f"above parsing: {above:.1f} ms; kept: {stored:.1f} bytes a reading row"
    return Table("Reading a logger file of a year (sample 12)", lines, (note,))


def _read(data: bytes) -> LoggerTable:
    table, report = read_logger(data, file_name=LOGGER.name)
    if table is None:
        raise ValueError(f"{LOGGER.name} was refused: {[message.code for message in report.messages]}")
    return table


def _kept(data: bytes) -> bytes:
    series = of_table(_read(data))
    content_digest(series)
    return to_parquet(series)
