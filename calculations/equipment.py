"""What readings were made with: sensors in their deployments, calibrations, field visits; as station facts of a bundle.

An object of three lists, each of which may be empty:

- deployments: `parameter`, `maker`, `model`, `serial_number`, `unit`, `range_low`, `range_high`, `resolution`,
  `accuracy` (decimal strings), `vented` (true, false or null), `from`, `to` (ISO 8601 UTC; null while it hangs),
  `datum_m` (height of the sensor over the station's datum), `note`.
- calibrations: `parameter`, `serial_number`, `calibrated_on`, `expires_on` (days), `laboratory`, `result`,
  `certificate` (`file`, `sha256`, or null).
- visits: `at`, `visitor`, `staff_gauge_m`, `water_temperature_c`, `ph`, `ec25_us_cm` ("" where not read), `cleaned`,
  `note`, `photographs` (each `file`, `sha256`).

Certificates and photographs stand by the digest of their bytes; the bytes themselves stay where they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from calculations.evidence_errors import EvidenceError, parse_utc_s, refuse_part

PART = "facts/equipment"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,9})?", re.ASCII)
_TEXT = {
    "deployments": ("parameter", "maker", "model", "serial_number", "unit", "note"),
    "calibrations": ("parameter", "serial_number", "laboratory", "result"),
    "visits": ("visitor", "note"),
}
_READ = ("staff_gauge_m", "water_temperature_c", "ph", "ec25_us_cm")


def check_equipment(equipment: Any) -> None:
    """EvidenceError EVIDENCE_INVALID naming the list and the entry where the record is not of this form."""
    if not isinstance(equipment, dict) or set(equipment) != set(_TEXT):
        raise _refuse(f"it is not an object of {', '.join(sorted(_TEXT))}")
    checks: Mapping[str, Callable[[dict[str, Any]], str | None]] = {
        "deployments": _deployment,
        "calibrations": _calibration,
        "visits": _visit,
    }
    for name, check in checks.items():
        rows = equipment[name]
        if not isinstance(rows, list):
            raise _refuse(f"{name} is not a list")
        for number, row in enumerate(rows, start=1):
            fault = _text_fault(name, row) or check(row)
            if fault:
                raise _refuse(f"{name}, entry {number}: {fault}")


def _text_fault(name: str, row: Any) -> str | None:
    if not isinstance(row, dict):
        return "it is not an object"
    missing = [field for field in _TEXT[name] if not isinstance(row.get(field), str)]
    return f"{missing[0]} is not text" if missing else None


def _deployment(row: dict[str, Any]) -> str | None:
    for field in ("range_low", "range_high", "resolution", "accuracy", "datum_m"):
        if not _is_decimal(row.get(field)):
            return f"{field} is not a decimal number"
    if float(row["range_high"]) <= float(row["range_low"]):
        return "the range does not rise"
    start_s = _time(row.get("from"))
    end_s = None if row.get("to") is None else _time(row["to"])
    if start_s is None or (row.get("to") is not None and end_s is None):
        return "its times are not ISO 8601 with a zone"
    if end_s is not None and end_s <= start_s:
        return "it ends before it begins"
    return None if row.get("vented") in (True, False, None) else "vented is not true, false or null"


def _calibration(row: dict[str, Any]) -> str | None:
    days = [_day(row.get(field)) for field in ("calibrated_on", "expires_on")]
    if None in days:
        return "a day is not written as 2021-05-01"
    certificate = row.get("certificate")
    return None if certificate is None else _file_fault(certificate)


def _visit(row: dict[str, Any]) -> str | None:
    if _time(row.get("at")) is None:
        return "its time is not ISO 8601 with a zone"
    for field in _READ:
        if row.get(field) != "" and not _is_decimal(row.get(field)):
            return f"{field} is neither empty nor a decimal number"
    if not isinstance(row.get("cleaned"), bool):
        return "cleaned is not true or false"
    photographs = row.get("photographs")
    if not isinstance(photographs, list):
        return "photographs is not a list"
    return next((fault for fault in map(_file_fault, photographs) if fault), None)


def _file_fault(file: Any) -> str | None:
    if not isinstance(file, dict) or not isinstance(file.get("file"), str):
        return "a file has no name"
    sha256 = file.get("sha256")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        return f"the digest of “{file['file']}” is not a SHA-256"
    return None


def _is_decimal(value: Any) -> bool:
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def _time(value: Any) -> int | None:
    try:
        return parse_utc_s(value, part=PART)
    except EvidenceError:
        return None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _refuse(reason: str) -> EvidenceError:
    return refuse_part(PART, reason)
