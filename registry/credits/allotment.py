"""How many whole tonnes a verified quantity makes, and how they are shared out. Pure arithmetic over Decimal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext

EXACT = Context(prec=60)
"""Enough digits that sums and products of ledger quantities are never rounded."""


@dataclass(frozen=True)
class VintageShare:
    year: int
    total_t: int
    buffer_t: int


@dataclass(frozen=True)
class Allotment:
    """The whole tonnes of one issuance. ``carried_in_t + creditable_t == total_t + carried_out_t``, exactly."""

    creditable_t: Decimal
    carried_in_t: Decimal
    total_t: int
    buffer_t: int
    carried_out_t: Decimal
    vintages: tuple[VintageShare, ...]


def allot(
    *,
    creditable_t: Decimal,
    carried_in_t: Decimal,
    buffer_share: Decimal,
    vintages: Sequence[tuple[int, Decimal]],
) -> Allotment:
    """Round down to whole tonnes, carry the rest, round the buffer up, share out by vintage year.

    ``vintages`` are (year, share of flux); a year that gets no whole tonne is left out.
    """
    with localcontext(EXACT):
        exact = creditable_t + carried_in_t
        total_t = int(exact.to_integral_value(rounding=ROUND_FLOOR))
        buffer_t = int((total_t * buffer_share).to_integral_value(rounding=ROUND_CEILING))
        totals = by_largest_remainder(total_t, [share for _year, share in vintages])
        buffers = by_largest_remainder(buffer_t, [Decimal(total) for total in totals])
        return Allotment(
            creditable_t=creditable_t,
            carried_in_t=carried_in_t,
            total_t=total_t,
            buffer_t=buffer_t,
            carried_out_t=exact - total_t,
            vintages=tuple(
                VintageShare(year, total, buffer)
                for (year, _share), total, buffer in zip(vintages, totals, buffers, strict=True)
                if total
            ),
        )


def by_largest_remainder(whole: int, weights: Sequence[Decimal]) -> list[int]:
    """Whole numbers in proportion to ``weights`` that add up to ``whole``; ties go to the earlier one."""
    with localcontext(EXACT):
        weight_sum = sum(weights, Decimal(0))
        if whole == 0 or weight_sum == 0:
            return [0] * len(weights)
        quotas = [divmod(whole * weight, weight_sum) for weight in weights]
        parts = [int(quota) for quota, _rest in quotas]
        order = sorted(range(len(weights)), key=lambda index: (-quotas[index][1], index))
        for index in order[: whole - sum(parts)]:
            parts[index] += 1
        return parts
