"""What a procedure asks of the evidence: further stations and records, each refused by name where it is not there."""

from __future__ import annotations

from math import fsum
from typing import Any

from calculations.bundle import Bundle
from calculations.evidence import Evidence, Record
from calculations.messages import CalculationError, Message
from calculations.methodologies import Methodology
from calculations.records import number_in, number_within


class RecordError(CalculationError):
    """A record or station that the methodology needs is missing, or one of its fields is not usable."""


def quiet(phase: str, done: int, total: int) -> None:
    """Progress of a companion's steps, which nobody needs to see."""


def companion(bundle: Bundle, methodology: Methodology, role: str) -> Evidence:
    """The further station of a role; RecordError COMPANION_MISSING."""
    found = bundle.evidence.companions.get(role)
    if found is None:
        raise RecordError("COMPANION_MISSING", methodology=_name(methodology), role=role)
    return found


def of_companion(code: str, gate: Message) -> Message:
    """A gate that a further station does not pass, said of that station."""
    facts = {"gate": gate.code, "found": gate.params.get("found", 0), "least": gate.params.get("least", "> 0")}
    return Message(code, facts, "error")


def record_list(bundle: Bundle, methodology: Methodology, name: str) -> list[Record]:
    """A record that is a list of objects; RecordError RECORD_MISSING or RECORD_FIELD_INVALID."""
    found: list[Record] = _expected(_asked(bundle, methodology, name), name, list)
    return found


def record_object(bundle: Bundle, methodology: Methodology, name: str) -> Record:
    """A record that is one object; RecordError RECORD_MISSING or RECORD_FIELD_INVALID."""
    found: Record = _expected(_asked(bundle, methodology, name), name, dict)
    return found


def text_in(record: Record, field: str, name: str) -> str:
    """A field that must hold words; RecordError RECORD_FIELD_INVALID."""
    value = record.get(field)
    if not isinstance(value, str) or not value.strip():
        raise RecordError("RECORD_FIELD_INVALID", record=name, field=field, value=str(value or ""), expected="text")
    return value.strip()


def number_of(record: Record, field: str, name: str, low: float, high: float, *, default: float | None = None) -> float:
    """A number in [low, high] of a record that is one object; RecordError RECORD_FIELD_INVALID names it."""
    expected = f"{low:g} to {high:g}"
    facts = {"record": name, "field": field, "value": str(record.get(field, "")), "expected": expected}
    try:
        value, _ = number_in(record, field)
    except CalculationError as error:
        raise RecordError("RECORD_FIELD_INVALID", **facts) from error
    if value is None and default is not None:
        return default
    if value is None or not low <= value <= high:
        raise RecordError("RECORD_FIELD_INVALID", **facts)
    return value


def life_cycle_t_co2(bundle: Bundle) -> float | None:
    """Emissions of the listed activities, sum of amount x factor in t CO2; None where none are listed.

    Fields of `life_cycle`: `activity`, `amount`, `unit`, `factor_t_co2_per_unit`, `source`.
    """
    rows = bundle.evidence.records.get("life_cycle")
    if rows is None:
        return None
    amounts = [
        number_within(row, "amount", 0.0, 1e12) * number_within(row, "factor_t_co2_per_unit", 0.0, 1e6)
        for row in _expected(rows, "life_cycle", list)
    ]
    return fsum(amounts)


def _asked(bundle: Bundle, methodology: Methodology, name: str) -> Any:
    if name not in bundle.evidence.records:
        raise RecordError("RECORD_MISSING", methodology=_name(methodology), record=name)
    return bundle.evidence.records[name]


def _expected(value: Any, name: str, kind: type) -> Any:
    if not isinstance(value, kind):
        expected = "a list of objects" if kind is list else "an object"
        raise RecordError("RECORD_FIELD_INVALID", record=name, field="", value=type(value).__name__, expected=expected)
    return value


def _name(methodology: Methodology) -> str:
    return f"{methodology.id} {methodology.version}"
