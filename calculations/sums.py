"""Sums that are rounded once, whatever the order: what `math.fsum` gives, some ten times faster on long arrays.

The extraction of S. M. Rump, T. Ogita and S. Oishi 2008 (Accurate floating-point summation part I, SIAM J. Sci.
Comput. 31, 189-224, doi:10.1137/050645671): (sigma + x) - sigma cuts every x at one bit position. The parts above
the cut have so few bits that adding them up makes no error, in any order and on any processor; the parts below are
cut again, until nothing is left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_SHORT = 512
"""Up to this many elements `math.fsum` is as fast."""
_LEAST, _GREATEST = -800, 900
"""Exponents between which neither the cuts nor what they leave can over- or underflow."""


def exact_sum(values: FloatArray) -> float:
    """Sum of all elements rounded once, so that neither order nor grouping can change it."""
    flat = np.ravel(values)
    if flat.size > _SHORT:
        parts = _parts(flat.reshape(1, -1))
        if parts is not None:
            return math.fsum(parts[0])
    return math.fsum(flat.tolist())


def exact_row_sums(rows: FloatArray) -> list[float]:
    """`exact_sum` of each row of an array of shape (rows, n)."""
    parts = _parts(rows) if rows.size > _SHORT else None
    return [math.fsum(row) for row in (rows.tolist() if parts is None else parts)]


def row_sums(rows: FloatArray, *, cuts: int = 2, largest: float | None = None) -> FloatArray:
    """Sums over the last axis of finite numbers, the same bits in any order, much faster than `exact_row_sums`.

    What so many cuts leave is not added: with rows of n elements that is for each at most n 2^-52 (one cut) or
    n^2 2^-104 (two) of the largest element of `rows`, or of a bound `largest` where one is known.
    """
    if largest is None:
        largest = max(float(rows.max()), -float(rows.min())) if rows.size else 0.0
    if largest == 0.0:
        return np.zeros(rows.shape[:-1])
    exponent, room = math.frexp(largest)[1], (rows.shape[-1] + 2).bit_length()
    if not largest < math.inf or not _LEAST + 2 * room < exponent < _GREATEST - room:
        return np.array(exact_row_sums(rows.reshape(-1, rows.shape[-1]))).reshape(rows.shape[:-1])
    sigma = math.ldexp(1.0, exponent + room)
    cut = rows + sigma
    cut -= sigma
    total = cut.sum(axis=-1)
    if cuts > 1:
        rest = np.subtract(rows, cut, out=cut)
        sigma = math.ldexp(1.0, exponent + 2 * room - 53)
        rest += sigma
        rest -= sigma
        total += rest.sum(axis=-1)
    return np.asarray(total)


def exact_group_sums(values: FloatArray, starts: Sequence[int], ends: Sequence[int]) -> list[float]:
    """`exact_sum` of values[start:end] for groups in order that do not overlap; an empty group is zero."""
    filled = [(start, end) for start, end in zip(starts, ends, strict=True) if end > start]
    if not filled:
        return [0.0] * len(starts)
    inside = values[filled[0][0] : filled[-1][1]]
    edges = [position - filled[0][0] for group in filled for position in group]
    parts = _parts(inside.reshape(1, -1), edges[:-1])
    if parts is None:
        return [exact_sum(values[start:end]) for start, end in zip(starts, ends, strict=True)]
    sums = iter([math.fsum(group) for group in parts[::2]])  # between the groups lies what belongs to none
    return [next(sums) if end > start else 0.0 for start, end in zip(starts, ends, strict=True)]


def _parts(rows: FloatArray, starts: Sequence[int] | None = None) -> list[list[float]] | None:
    """For each row a few numbers with exactly its sum; None where plain doubles have no room for the cuts.

    With `starts` the same for each group of the only row, a group reaching to the start of the next.
    """
    largest = max(float(rows.max()), -float(rows.min()))
    if not largest < math.inf:
        return None
    room = (rows.shape[1] + 2).bit_length()
    exponent = math.frexp(largest)[1]
    cut, rest = np.empty(rows.shape), rows
    parts = [np.zeros(rows.shape[0] if starts is None else len(starts))]
    while rest.any():
        if not _LEAST < exponent < _GREATEST - room:
            return None
        sigma = math.ldexp(1.0, exponent + room)
        np.add(rest, sigma, out=cut)
        cut -= sigma
        parts.append(cut.sum(axis=1) if starts is None else np.add.reduceat(cut[0], starts))
        rest = np.subtract(rest, cut, out=None if rest is rows else rest)
        exponent += room - 53  # what a cut leaves is at most half a unit in the last place of sigma
    found: list[list[float]] = np.stack(parts, axis=1).tolist()
    return found
