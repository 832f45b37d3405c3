"""Canonical series: scaled integers with their times, digested by content, kept as Parquet.

The digest covers the schema and the little-endian arrays, never the Parquet bytes: a newer Parquet writer does not
change what a series is. Times are stored as differences and values as scaled int32, about three bytes a reading row.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from calculations.canonical import canonical_bytes
from calculations.evidence import MISSING, Series
from mrv.uploads.readers import LoggerTable

if TYPE_CHECKING:
    import pyarrow as pa

TIMES = "epoch_s"
ROWS = "source_row"
META = b"karst-series"


@dataclass(frozen=True)
class ReadingSeries:
    """Readings of one or several files.

    ``epoch_s`` int64 (n,), seconds since 1970 UTC, sorted and unique; ``series`` one `Series` (n,) per parameter,
    by name; ``source_rows`` int64 (n,), the row of the file that each reading came from (header = row 1).
    """

    epoch_s: npt.NDArray[np.int64]
    series: tuple[Series, ...]
    source_rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.epoch_s.size)

    def by_parameter(self) -> dict[str, Series]:
        return {series.parameter: series for series in self.series}

    def within(self, start_s: int, end_s: int) -> ReadingSeries:
        """The readings of ``[start_s, end_s)``."""
        first, last = np.searchsorted(self.epoch_s, [start_s, end_s])
        return ReadingSeries(
            self.epoch_s[first:last],
            tuple(Series(s.parameter, s.unit, s.decimals, s.values[first:last]) for s in self.series),
            self.source_rows[first:last],
        )


def of_table(table: LoggerTable) -> ReadingSeries:
    """A reader's table in canonical form: parameters in the order of their names."""
    series = (
        Series(column.parameter, column.unit, column.decimals, column.values)
        for _name, column in sorted(table.columns.items())
    )
    return ReadingSeries(table.epoch_s, tuple(series), table.source_rows)


def content_digest(readings: ReadingSeries) -> str:
    """SHA-256 (hex) of schema, times and values; the same on any machine and for any storage."""
    digest = hashlib.sha256(canonical_bytes(_schema(readings.series, len(readings))))
    digest.update(np.ascontiguousarray(readings.epoch_s, dtype="<i8").data)
    for series in readings.series:
        digest.update(np.ascontiguousarray(series.values, dtype="<i4").data)
    return digest.hexdigest()


def _schema(series: Iterable[Series], count: int) -> dict[str, object]:
    return {
        "format": "karst-series",
        "version": 1,
        "count": count,
        "missing": MISSING,
        "columns": [{"parameter": s.parameter, "unit": s.unit, "decimals": s.decimals} for s in series],
    }


def to_parquet(readings: ReadingSeries) -> bytes:
    import pyarrow as pa  # noqa: PLC0415  a quarter of a second, needed only where a series is kept or read
    import pyarrow.parquet as pq  # noqa: PLC0415

    arrays = [pa.array(readings.epoch_s), pa.array(readings.source_rows)]
    arrays += [_with_nulls(series) for series in readings.series]
    names = [TIMES, ROWS, *(series.parameter for series in readings.series)]
    fields = [
        pa.field(name, array.type, nullable=array.null_count > 0) for name, array in zip(names, arrays, strict=True)
    ]
    schema = json.dumps(_schema(readings.series, len(readings)), sort_keys=True).encode()
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={META: schema}))
    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        compression="zstd",
        compression_level=3,
        use_dictionary=False,
        column_encoding={name: "DELTA_BINARY_PACKED" for name in names},
        write_statistics=False,
    )
    return out.getvalue()


def _with_nulls(series: Series) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  as above

    missing = series.values == MISSING
    return pa.array(series.values, mask=missing if missing.any() else None)


def from_parquet(data: bytes) -> ReadingSeries:
    import pyarrow.parquet as pq  # noqa: PLC0415  as above

    table = pq.read_table(io.BytesIO(data))
    schema = json.loads(table.schema.metadata[META])
    series = tuple(
        Series(
            column["parameter"],
            column["unit"],
            column["decimals"],
            table[column["parameter"]].combine_chunks().fill_null(MISSING).to_numpy(zero_copy_only=False),
        )
        for column in schema["columns"]
    )
    return ReadingSeries(table[TIMES].to_numpy(), series, table[ROWS].to_numpy())
