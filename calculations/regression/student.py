"""Student's t distribution for whole degrees of freedom, from + - * / and square roots only.

Decisions that depend on it (an outlier, a significant slope) must fall the same way on every machine, so
no mathematical library is asked. Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4 (exact finite sums).
"""

from __future__ import annotations

import math
from functools import lru_cache

_HALVINGS = 5
_TERMS = 16
_BISECTIONS = 120


def arctangent(x: float) -> float:
    """atan(x) in radians; five halvings of the angle, then its Taylor series."""
    for _ in range(_HALVINGS):
        x = x / (1.0 + math.sqrt(1.0 + x * x))
    square = x * x
    total = 0.0
    for k in range(_TERMS - 1, -1, -1):
        total = (1.0 if k % 2 == 0 else -1.0) / (2 * k + 1) + square * total
    return 2.0**_HALVINGS * x * total


def two_sided_probability(t: float, degrees: int) -> float:
    """P(|T| <= t) for t >= 0 and a whole number of degrees of freedom >= 1."""
    if degrees < 1:
        raise ValueError("degrees of freedom must be at least 1")
    cos_squared = degrees / (degrees + t * t)
    sine = t / math.sqrt(degrees + t * t)
    term, total = 1.0, 1.0
    first = 1 if degrees % 2 == 0 else 2
    for k in range(first, degrees - 2, 2):
        term *= cos_squared * k / (k + 1)
        total += term
    if degrees % 2 == 0:
        return sine * total
    angle = arctangent(t / math.sqrt(degrees))
    tail = sine * math.sqrt(cos_squared) * total if degrees > 1 else 0.0
    return (angle + tail) * 2.0 / math.pi


@lru_cache(maxsize=256)
def two_sided_critical(confidence: float, degrees: int) -> float:
    """t with P(|T| <= t) = confidence, by a fixed number of bisections (0 < confidence < 1)."""
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence must lie between 0 and 1")
    low, high = 0.0, 1.0
    while two_sided_probability(high, degrees) < confidence:
        high *= 2.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if two_sided_probability(middle, degrees) < confidence:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
