"""Corrections that a person decided: an offset or a linear drift over a span, applied to readings on the way in.

The record `corrections` of evidence is a list of objects, applied in its order:

- `parameter`, `from`, `to` (ISO 8601 UTC, [from, to)), `kind` ("offset" or "drift"),
- `start`, `end`: decimal strings, what is added at `from` and at `to`, a straight line between (equal for an offset);
  in the parameter's unit, or as a share of the reading where `relative` is true,
- `by`, `at`, `reason`: who, when and why.

The raw series stay as the logger wrote them. Only + - * / are used: the same bits on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import EvidenceError, Record, parse_utc_s
from calculations.records import required_number

FloatArray = NDArray[np.float64]
PART = "records/corrections"
KINDS = ("offset", "drift")


def corrected(
    epoch_s: NDArray[np.int64], values: FloatArray, corrections: Iterable[Record], parameter: str
) -> tuple[FloatArray, int]:
    """(values with a parameter's corrections, how many readings they touched); shape (n,).

    EvidenceError EVIDENCE_INVALID names the record that cannot be applied.
    """
    result = values
    touched = np.zeros(values.shape, dtype=bool)
    for record in corrections:
        if record.get("parameter") != parameter:
            continue
        start_s, end_s, start, end, relative = _checked(record)
        first, after = np.searchsorted(epoch_s, [start_s, end_s])
        if first == after:
            continue
        share = (epoch_s[first:after] - start_s) / float(end_s - start_s)
        change = start + (end - start) * share
        part = result[first:after]
        result = result.copy()
        result[first:after] = part * (1.0 + change) if relative else part + change
        touched[first:after] = True
    return result, int((touched & ~np.isnan(values)).sum())


def corrections_of(records: Mapping[str, Any]) -> list[Record]:
    """The corrections that evidence holds, none where it has no such record."""
    found = records.get("corrections", [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise EvidenceError("EVIDENCE_INVALID", part=PART, reason="it is not a list of objects")
    return found


def _checked(record: Record) -> tuple[int, int, float, float, bool]:
    start_s, end_s = (parse_utc_s(str(record.get(name)), part=PART) for name in ("from", "to"))
    if end_s <= start_s:
        raise EvidenceError("EVIDENCE_INVALID", part=PART, reason="a correction ends before it begins")
    if record.get("kind") not in KINDS:
        raise EvidenceError("EVIDENCE_INVALID", part=PART, reason=f"the kind {record.get('kind')!r} is not known")
    start, end = required_number(record, "start"), required_number(record, "end")
    return start_s, end_s, start, end, record.get("relative") is True
