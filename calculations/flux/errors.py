"""What the flux accounting refuses: one error class for bad series, one check that keeps NaN out of totals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calculations.messages import CalculationError

FloatArray = NDArray[np.float64]


class FluxError(CalculationError):
    """A series or a number from which no flux can be summed; `code` and `params` say why."""


def finite(name: str, values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Values as doubles of the given shape (a single number is spread); FluxError where one is no number."""
    try:
        spread = np.broadcast_to(np.asarray(values, dtype=np.float64), shape)
    except ValueError as error:
        found = list(np.shape(values))
        raise FluxError("FLUX_SHAPE", quantity=name, found=found, expected=list(shape)) from error
    wrong = np.flatnonzero(~np.isfinite(spread))
    if wrong.size:
        raise FluxError("FLUX_NOT_FINITE", quantity=name, first=int(wrong[0]), count=int(wrong.size))
    return spread


def in_range(name: str, value: float, low: float, high: float) -> float:
    """The value; FluxError FLUX_OUT_OF_RANGE where it lies outside [low, high] or is NaN."""
    if not low <= value <= high:
        raise FluxError("FLUX_OUT_OF_RANGE", quantity=name, value=value, low=low, high=high)
    return value
