"""Reading the decimal strings and times that people's files contain, without guessing."""

from __future__ import annotations

import re
from typing import Any

from calculations.evidence import EvidenceError, Record, parse_utc_s

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_CENSORED = re.compile(r"[<＜]\s*")
_EMPTY = {"", "-", "--", "na", "n/a", "nan", "none", "null"}


def place(record: Record) -> dict[str, Any]:
    """Where a record came from, for messages: its file and row."""
    return {"file": str(record.get("file", "")), "row": int(record.get("row", 0))}


def number_in(record: Record, field: str) -> tuple[float | None, bool]:
    """(value, below detection) of a field; (None, False) where it is empty or absent.

    A value "<0.05" gives (0.05, True). Anything else that is not a plain decimal raises EvidenceError
    (VALUE_NOT_A_NUMBER with file, row, column).
    """
    value = record.get(field)
    if value is None:
        return None, False
    if isinstance(value, bool):
        raise _not_a_number(record, field, value)
    text = str(value).strip()
    if text.lower() in _EMPTY:
        return None, False
    censored = _CENSORED.match(text)
    if censored:
        text = text[censored.end() :]
    if not _DECIMAL.fullmatch(text):
        raise _not_a_number(record, field, value)
    return float(text), bool(censored)


def required_number(record: Record, field: str) -> float:
    """A field that must hold a number; EvidenceError VALUE_NOT_A_NUMBER otherwise."""
    value, _ = number_in(record, field)
    if value is None:
        raise _not_a_number(record, field, record.get(field, ""))
    return value


def number_within(record: Record, field: str, low: float, high: float, *, default: float | None = None) -> float:
    """A field's number in [low, high]; `default` where the field is empty and a default is given.

    Raises EvidenceError VALUE_NOT_A_NUMBER or RECORD_VALUE_OUT_OF_RANGE with file, row and column.
    """
    value, _ = number_in(record, field)
    if value is None:
        if default is None:
            raise _not_a_number(record, field, record.get(field, ""))
        return default
    if not low <= value <= high:
        raise EvidenceError("RECORD_VALUE_OUT_OF_RANGE", column=field, value=value, low=low, high=high, **place(record))
    return value


def time_in(record: Record) -> int | None:
    """Seconds since 1970 of the record's `timestamp`, None where it has none."""
    text = record.get("timestamp")
    if not text:
        return None
    return parse_utc_s(str(text), part=f"{record.get('file', '')} row {record.get('row', '?')}")


def _not_a_number(record: Record, field: str, value: Any) -> EvidenceError:
    return EvidenceError("VALUE_NOT_A_NUMBER", column=field, value=str(value), **place(record))
