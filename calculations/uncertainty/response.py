"""A quadratic response surface: a smooth function of many coordinates from one design of runs.

f(x) = f0 + sum g_i x_i + 1/2 sum H_ii x_i^2 + sum_{i<j} H_ij x_i x_j, where f0, g and H follow from the runs of the
design (the centre, two on each axis, one with both coordinates of each pair high) without any least squares: as many
runs as coefficients (G. E. P. Box and K. B. Wilson 1951, J. R. Stat. Soc. B 13, 1-45).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Run = tuple[tuple[int, bool], ...]
"""The coordinates that are not at the centre: (number, whether high)."""


@dataclass(frozen=True)
class Quadratic:
    """Value at the centre, and coefficients (i, j, of x_i x_j) or (i, i, of x_i^2) and (i, -1, of x_i)."""

    centre: float
    slopes: tuple[float, ...]
    curvatures: tuple[tuple[float, ...], ...]
    """Row i: H_ii / 2, then H_ij for j > i."""

    def of(self, x: Sequence[FloatArray]) -> FloatArray:
        """The function at points whose coordinates are given, each of the same shape."""
        total = np.full_like(x[0], self.centre)
        for i, (slope, row) in enumerate(zip(self.slopes, self.curvatures, strict=True)):
            inner = np.full_like(x[0], slope)
            for other, coefficient in zip(x[i:], row, strict=True):
                if coefficient:
                    inner += coefficient * other
            inner *= x[i]
            total += inner
        return total


def design(count: int) -> list[Run]:
    """The runs for so many coordinates: the centre, each axis low and high, and each pair high."""
    axes: list[Run] = [((i, high),) for i in range(count) for high in (False, True)]
    pairs: list[Run] = [((i, True), (j, True)) for i in range(count) for j in range(i + 1, count)]
    return [(), *axes, *pairs]


def quadratic(ends: Sequence[tuple[float, float]], value: Callable[[Run], float]) -> Quadratic:
    """The surface through the runs of the design.

    `ends` are the coordinates' (low < 0, high > 0), `value` gives the function of each run. A coordinate whose ends are
    both 0 does nothing.
    """
    centre = value(())
    slopes: list[float] = []
    halves: list[float] = []
    rises: list[float] = []
    for i, (low, high) in enumerate(ends):
        if not low < 0.0 < high:
            slopes.append(0.0)
            halves.append(0.0)
            rises.append(0.0)
            continue
        below, above = value(((i, False),)) - centre, value(((i, True),)) - centre
        half = (above / high - below / low) / (high - low)
        slopes.append(above / high - half * high)
        halves.append(half)
        rises.append(above)
    curvatures = []
    for i, (_, high) in enumerate(ends):
        row = [halves[i]]
        for j in range(i + 1, len(ends)):
            area = high * ends[j][1]
            both = value(((i, True), (j, True))) - centre if area > 0.0 else 0.0
            row.append((both - rises[i] - rises[j]) / area if area > 0.0 else 0.0)
        curvatures.append(tuple(row))
    return Quadratic(centre, tuple(slopes), tuple(curvatures))
