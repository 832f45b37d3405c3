"""Places as the public sees them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

COARSE_DEG = Decimal("0.05")
"""The public sees a place only to so much: springs are vulnerable, and their owners' doors are nobody's business."""


def coarse(degrees: float | Decimal | str) -> Decimal:
    """``108.8412`` -> ``108.85``."""
    steps = (Decimal(str(degrees)) / COARSE_DEG).quantize(Decimal(1), ROUND_HALF_EVEN)
    return (steps * COARSE_DEG).quantize(COARSE_DEG)
