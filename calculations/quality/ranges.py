"""Gross-range test (QARTOD test 4): values that no karst spring has, as flag intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Evidence, Record, Series, parse_utc_s
from calculations.quality.grid import iso_utc, runs

PASS, NOT_EVALUATED, SUSPECT, FAIL, MISSING_FLAG = 1, 2, 3, 4, 9
OUT_OF_RANGE = "GROSS_RANGE"

DEFAULT_RANGES: Mapping[str, tuple[float, float]] = {
    "ph": (5.0, 10.0),
    "water_temperature": (0.0, 40.0),
    "specific_conductance_25c": (20.0, 3000.0),
    "stage": (-500.0, 9000.0),
    "rainfall": (0.0, 200.0),
}
"""Parameter -> lowest and highest credible value in its unit. pH, temperature and EC25 are the methodology's
defaults; stage (an elevation as often as a depth) and rainfall (per interval) are our own wide bounds where no
sensor span is known."""


def out_of_range(series: Series, ranges: Mapping[str, tuple[float, float]] = DEFAULT_RANGES) -> NDArray[np.bool_]:
    """True for each present reading outside its parameter's range; shape (n,)."""
    limits = ranges.get(series.parameter)
    if limits is None:
        return np.zeros(series.values.shape, dtype=bool)
    values = series.to_float()
    return np.asarray((values < limits[0]) | (values > limits[1]))


def gross_range_flags(evidence: Evidence, ranges: Mapping[str, tuple[float, float]] = DEFAULT_RANGES) -> list[Record]:
    """Flag records (QARTOD 4, code GROSS_RANGE) over runs of neighbouring readings out of range."""
    interval_s = int(evidence.period["interval_s"])
    flags: list[Record] = []
    for series in evidence.series:
        for first, length in runs(out_of_range(series, ranges)):
            last_s = int(evidence.epoch_s[first + length - 1])
            flags.append(
                {
                    "parameter": series.parameter,
                    "from": iso_utc(int(evidence.epoch_s[first])),
                    "to": iso_utc(last_s + interval_s),
                    "flag": FAIL,
                    "code": OUT_OF_RANGE,
                }
            )
    return flags


def flagged(
    epoch_s: NDArray[np.int64], flags: Iterable[Record], parameter: str, values: Iterable[int] | None = None
) -> NDArray[np.bool_]:
    """True for readings of a parameter inside a flag interval (of one of the flag `values`, or of any)."""
    wanted = None if values is None else set(values)
    mask = np.zeros(epoch_s.shape, dtype=bool)
    for flag in flags:
        if flag["parameter"] != parameter or (wanted is not None and int(flag["flag"]) not in wanted):
            continue
        first, after = np.searchsorted(
            epoch_s, [parse_utc_s(flag["from"], part="flags"), parse_utc_s(flag["to"], part="flags")]
        )
        mask[first:after] = True
    return mask
