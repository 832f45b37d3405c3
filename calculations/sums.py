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
_USUAL_CUTS = 2
"""So many cuts are made before the first look whether anything is left: that costs as much as a sum."""
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


def row_sums(rows: FloatArray) -> FloatArray:
    """Sums over the last axis of finite numbers, the same bits in any order, much faster than `exact_row_sums`.

    Two cuts, without what they leave: of rows of n elements that is at most n^3 2^-102 of the largest element of all.
    """
    if not rows.size:
        return np.zeros(rows.shape[:-1])
    largest = max(float(rows.max()), -float(rows.min()))
    cut = cut_once(rows, largest)
    if cut is None:
        return np.array(exact_row_sums(rows.reshape(-1, rows.shape[-1]))).reshape(rows.shape[:-1])
    total = cut.sum(axis=-1)
    rest = np.subtract(rows, cut, out=cut)
    left = cut_once(rest, largest * (rows.shape[-1] + 2) * 2.0**-51)
    return np.asarray(total if left is None else total + left.sum(axis=-1))


def cut_once(rows: FloatArray, largest: float) -> FloatArray | None:
    """The elements rounded to one unit that is so large that every sum along the last axis is exact, in any order.

    `largest` is a bound of all elements' absolute values. Rows of n elements lose at most n^2 2^-51 of it together, and
    by the root of n less as a rule, as a rounding goes either way. None where doubles have no room for that.
    """
    exponent, room = math.frexp(largest)[1], (rows.shape[-1] + 2).bit_length()
    if not 0.0 < largest < math.inf or not _LEAST < exponent < _GREATEST - room:
        return None
    sigma = math.ldexp(1.0, exponent + room)
    cut = rows + sigma
    cut -= sigma
    return cut


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
    while len(parts) <= _USUAL_CUTS or rest.any():
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
