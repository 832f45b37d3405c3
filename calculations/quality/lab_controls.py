"""What a laboratory's duplicates and blanks say about its other results.

A duplicate stands beside the sample with the same number, or the one taken at the same time. The relative difference
of a pair is 200 |a - b| / (a + b) percent; over n pairs the relative standard uncertainty of one result is
sqrt(sum of (difference / mean)^2 / 2 n), the usual estimate from duplicates. A blank is pure water that went the same
way: what is found in it, every sample may have on top.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from calculations.evidence import EvidenceError, Record
from calculations.masses import CHARGE_AND_MASS
from calculations.messages import Message
from calculations.records import number_in, place

DUPLICATES = frozenset({"duplicate", "field_duplicate"})
BLANKS = frozenset({"blank", "field_blank"})
MOST_DIFFERENCE_PCT = 20.0
"""Relative difference of a pair beyond which it is told (our own choice; usual in water laboratories)."""
MOST_BLANK_SHARE_PCT = 5.0
"""What a blank may hold of the median sample."""
IONS = tuple(CHARGE_AND_MASS)


@dataclass(frozen=True)
class Pair:
    """A sample and its duplicate: places in the list of records, ion -> (sample, duplicate, difference in percent)."""

    sample: int
    duplicate: int
    differences: dict[str, tuple[float, float, float]]

    @property
    def largest_pct(self) -> float:
        """The largest difference among the ions, 0 where none can be compared."""
        return max((found[2] for found in self.differences.values()), default=0.0)


@dataclass(frozen=True)
class Blank:
    """A blank: its place, and ion -> (found mg/L, percent of the median sample) where it is above detection."""

    blank: int
    found: dict[str, tuple[float, float]]


def purpose_of(record: Record) -> str:
    """The purpose as a plain word: "duplicate", "storm" ..."""
    return str(record.get("purpose", "")).strip().lower().replace(" ", "_")


def pairs_of(records: Sequence[Record]) -> list[Pair]:
    """Each duplicate with its sample, in the order of the records; a duplicate without a sample is left alone."""
    found = []
    ordinary = [n for n, record in enumerate(records) if purpose_of(record) not in DUPLICATES | BLANKS]
    for number, record in enumerate(records):
        if purpose_of(record) not in DUPLICATES:
            continue
        mate = _mate(records, ordinary, record)
        if mate is not None:
            found.append(Pair(mate, number, _differences(records[mate], record)))
    return found


def _mate(records: Sequence[Record], ordinary: Sequence[int], duplicate: Record) -> int | None:
    for key in ("sample_id", "timestamp"):
        same = [n for n in ordinary if duplicate.get(key) and records[n].get(key) == duplicate[key]]
        if same:
            return same[0]
    return None


def _differences(sample: Record, duplicate: Record) -> dict[str, tuple[float, float, float]]:
    """Ions that both have above detection."""
    found = {}
    for ion in IONS:
        (a, a_below), (b, b_below) = _number(sample, ion), _number(duplicate, ion)
        if a is not None and b is not None and not (a_below or b_below) and a + b > 0.0:
            found[ion] = (a, b, 200.0 * abs(a - b) / (a + b))
    return found


def blanks_of(records: Sequence[Record]) -> list[Blank]:
    """What the blanks hold above detection, against the median of the samples."""
    ordinary = [record for record in records if purpose_of(record) not in DUPLICATES | BLANKS]
    found = []
    for number, record in enumerate(records):
        if purpose_of(record) not in BLANKS:
            continue
        held = {}
        for ion in IONS:
            value, below = _number(record, ion)
            middle = _median([v for v, _below in (_number(other, ion) for other in ordinary) if v is not None])
            if value is not None and not below and value > 0.0 and middle > 0.0:
                held[ion] = (value, 100.0 * value / middle)
        found.append(Blank(number, held))
    return found


def uncertainty_of_pairs(pairs: Sequence[Pair], ion: str) -> float | None:
    """Relative standard uncertainty of a single result by the pairs; None without a pair of this ion."""
    shares = [pair.differences[ion][2] / 100.0 for pair in pairs if ion in pair.differences]
    return math.sqrt(math.fsum(share * share for share in shares) / (2.0 * len(shares))) if shares else None


def control_messages(records: Sequence[Record], *, u_lab: float | None = None) -> list[Message]:
    """What a person should know before these samples calibrate anything.

    `u_lab`: the relative standard uncertainty of alkalinity that the methodology takes for granted.
    """
    messages = []
    pairs = pairs_of(records)
    for pair in pairs:
        for ion, (a, b, pct) in pair.differences.items():
            if pct > MOST_DIFFERENCE_PCT:
                facts = place(records[pair.duplicate]) | {"ion": ion, "first": a, "second": b, "found": round(pct, 1)}
                messages.append(Message("DUPLICATES_DIFFER", facts | {"most": MOST_DIFFERENCE_PCT}))
    found = uncertainty_of_pairs(pairs, "alkalinity_hco3_mg_l")
    if u_lab is not None and found is not None and found > u_lab:
        facts = {"count": len(pairs), "found": round(100.0 * found, 1), "assumed": round(100.0 * u_lab, 1)}
        messages.append(Message("DUPLICATES_WORSE_THAN_ASSUMED", facts))
    for blank in blanks_of(records):
        for ion, (value, pct) in blank.found.items():
            if pct > MOST_BLANK_SHARE_PCT:
                facts = place(records[blank.blank]) | {"ion": ion, "value": value, "found": round(pct, 1)}
                messages.append(Message("BLANK_NOT_CLEAN", facts | {"most": MOST_BLANK_SHARE_PCT}))
    return messages


def _number(record: Record, ion: str) -> tuple[float | None, bool]:
    try:
        return number_in(record, ion)
    except EvidenceError:
        return None, False


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else 0.5 * (ordered[middle - 1] + ordered[middle])
