"""Chebyshev polynomials: interpolation at their nodes, which are the same on every machine."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from calculations.sums import row_sums

FloatArray = NDArray[np.float64]

_NODE_DECIMALS = 12


def chebyshev_nodes(count: int) -> list[float]:
    """Chebyshev nodes, rounded so that no library's last bit of a cosine matters."""
    return [round(math.cos(math.pi * (k + 0.5) / count), _NODE_DECIMALS) for k in range(count)]


def chebyshev(x: FloatArray, count: int) -> list[FloatArray]:
    """The first `count` Chebyshev polynomials at x."""
    polynomials = [np.ones_like(x), x]
    for _ in range(count - 2):
        polynomials.append(2.0 * x * polynomials[-1] - polynomials[-2])
    return polynomials[:count]


def chebyshev_coefficients(values: FloatArray) -> FloatArray:
    """Coefficients along the last axis, where `values` stand at the nodes (by discrete orthogonality)."""
    count = values.shape[-1]
    terms = np.array(chebyshev(np.array(chebyshev_nodes(count)), count))
    sums = row_sums(values[..., None, :] * terms)
    sums *= 2.0 / count
    sums[..., 0] *= 0.5
    return sums
