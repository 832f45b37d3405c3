"""Uniform draws with a stream of their own for every source of error, the same bits on every machine.

Each stream is a Philox-4x64 counter generator (J. K. Salmon and others 2011, doi:10.1145/2063384.2063405) whose
key is the SHA-256 of the run's identity and the stream's name: adding or leaving out a source of error does
not change what the others draw. Only the raw integers are taken from numpy, whose bit generators are stable.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MANTISSA = 53


def seed_of(bundle_digest: str, methodology_digest: str) -> str:
    """The run's identity, from which all streams are seeded (hex)."""
    return hashlib.sha256(f"karst-monte-carlo-1:{bundle_digest}:{methodology_digest}".encode()).hexdigest()


def uniforms(seed: str, stream: str, count: int) -> FloatArray:
    """`count` numbers in the open interval (0, 1): (k + 1/2) / 2^53 with k from the top bits of a draw."""
    key = hashlib.sha256(f"{seed}:{stream}".encode()).digest()[:16]
    generator = np.random.Philox(key=np.frombuffer(key, dtype="<u8").astype(np.uint64))
    raw = generator.random_raw(count) >> np.uint64(64 - _MANTISSA)
    return (raw.astype(np.float64) + 0.5) * 2.0**-_MANTISSA


def triangular(u: FloatArray, low: float, mode: float, high: float) -> FloatArray:
    """Triangular deviates from uniforms by the inverse of the distribution function."""
    width = high - low
    rising, falling = mode - low, high - mode
    left = low + np.sqrt(u * (width * rising))
    right = high - np.sqrt((1.0 - u) * (width * falling))
    return np.where(u * width < rising, left, right)
