"""Scrambled Sobol points: as uniform as the plain draws in every direction, and far more even together.

I. M. Sobol 1967 (USSR Comput. Math. Math. Phys. 7, 86-112) with the direction numbers of S. Joe and F. Y. Kuo 2008
(SIAM J. Sci. Comput. 30, 2635-2654, doi:10.1137/070709359), 32 bits. Scrambled as A. B. Owen 1995 asks, every bit
flipped or not by what the higher bits are, through a hash of the reversed bits in which each bit depends on lower ones
alone (S. Laine and T. Karras 2011; B. Burley 2020, J. Comput. Graph. Tech. 9). The first 2^m points fall into all 2^m
equal intervals of every coordinate, scrambled or not; scrambled, each point is uniform, so means are unbiased.
Integers only: the same bits everywhere.

A source of error keeps its coordinate for ever. One that is not in the table is drawn plainly, independent of all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from calculations.methodologies import Parameter
from calculations.uncertainty.draws import uniforms

FloatArray = NDArray[np.float64]
Bits = NDArray[np.uint32]
Sampler = Callable[[str, str, int], FloatArray]
"""(seed, stream, count) -> uniforms."""

BITS = 32
MOST_POINTS = 2**24
DIMENSION_OF_STREAM = (
    # the larger a source's effect usually is, the lower its coordinate: those are the most even among each other
    "rating_level",
    "gauging_bias",
    "lab_alkalinity",
    "rating_offset",
    "ec_gain",
    "rating_slope",
    "kappa",
    "baseline_alkalinity",
    "lab_acids",
    "random",
    "alkalinity_level",
    "baseline_runoff",
    "kappa_of_baseline",
    "area",
    "alkalinity_slope",
    "sulfate_level",
    "nitrate",
    "lab_acids_of_baseline",
    "sulfate_slope",
    "alkali",
    "ph_bias",
    "temperature_bias",
    "lab_cations",
    "calcium_level",
    "magnesium_level",
    "calcium_slope",
    "magnesium_slope",
    "allogenic_share",
)

_JOE_KUO: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
    (7, 7, (1, 1, 3, 13, 7, 35, 63)),
    (7, 8, (1, 3, 5, 9, 1, 25, 53)),
    (7, 14, (1, 3, 1, 13, 9, 35, 107)),
    (7, 19, (1, 3, 1, 5, 27, 61, 31)),
    (7, 21, (1, 1, 5, 11, 19, 41, 61)),
    (7, 28, (1, 3, 5, 3, 3, 13, 69)),
    (7, 31, (1, 1, 7, 13, 1, 19, 1)),
)
"""Degree s, inner coefficients a of the primitive polynomial, first numbers m, from the second coordinate on."""


def sampler_of(parameters: Mapping[str, Parameter]) -> Sampler:
    """How a version draws: by Sobol points where its parameter `scrambled_sobol` is 1, else plainly."""
    chosen = parameters.get("scrambled_sobol")
    return sobol_uniforms if chosen is not None and chosen.value == 1.0 else uniforms


def sobol_uniforms(seed: str, stream: str, count: int) -> FloatArray:
    """`count` numbers in the open interval (0, 1), for a stream by its coordinate: (x + 1/2) / 2^32.

    Take a power of two. ValueError beyond 2^24 points.
    """
    if not 0 <= count <= MOST_POINTS:
        raise ValueError(f"{count} points: at most {MOST_POINTS}")
    if stream not in DIMENSION_OF_STREAM:
        return uniforms(seed, stream, count)
    points = _scrambled(_reversed_points(DIMENSION_OF_STREAM.index(stream), count), f"{seed}:{stream}")
    found = points.astype(np.float64)
    found += 0.5
    found *= 2.0**-BITS
    return found


@lru_cache(maxsize=len(DIMENSION_OF_STREAM))
def _reversed_points(dimension: int, count: int) -> Bits:
    """The points as the scrambling takes them: the same for every seed, so a process keeps those it drew last."""
    return _reversed(sobol_points(dimension, count))


def sobol_points(dimension: int, count: int) -> Bits:
    """The first points of one coordinate (from 0) in their natural order, as 32-bit numbers."""
    points = np.zeros(1, dtype=np.uint32)
    for direction in direction_numbers(dimension):
        if points.size >= count:
            break
        points = np.concatenate((points, points ^ np.uint32(direction)))
    return points[:count]


def direction_numbers(dimension: int) -> list[int]:
    """The 32 direction numbers of a coordinate (from 0), the first with the highest bit."""
    if dimension == 0:
        return [1 << (BITS - 1 - k) for k in range(BITS)]
    degree, inner, first = _JOE_KUO[dimension - 1]
    numbers = [m << (BITS - 1 - k) for k, m in enumerate(first)]
    for k in range(degree, BITS):
        value = numbers[k - degree] ^ (numbers[k - degree] >> degree)
        for j in range(1, degree):
            if (inner >> (degree - 1 - j)) & 1:
                value ^= numbers[k - j]
        numbers.append(value)
    return numbers


def scrambled(points: Bits, key: str) -> Bits:
    """The points with their bits flipped by the key, each as the bits above it decide."""
    return _scrambled(_reversed(points), key)


def _scrambled(x: Bits, key: str) -> Bits:
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), dtype="<u4").astype(np.uint32)
    one = np.uint32(1)
    x = x.copy()
    for add, odd, first, second in words.reshape(2, 4):
        x += add
        x ^= x * (first & ~one)
        x *= odd | one
        x ^= x * (second & ~one)
    return _reversed(x)


_REVERSED_BYTES = np.array([int(f"{byte:08b}"[::-1], 2) for byte in range(256)], dtype=np.uint8)


def _reversed(x: Bits) -> Bits:
    """The 32 bits of each number in the opposite order: those of each byte, and the bytes."""
    return _REVERSED_BYTES.take(x.view(np.uint8)).view(np.uint32).byteswap()
