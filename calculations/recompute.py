"""Where a recomputed result first differs from the one that was expected."""

from __future__ import annotations

import json

from calculations.canonical import CanonicalError, canonical_bytes
from calculations.compare import first_difference
from calculations.result import Result

EXPECTED_PART = "expected/result.json"


def first_difference_of_results(expected: bytes, found: Result) -> str:
    """The first figure that differs, else the first other entry, as `path: expected ..., found ...`.

    Bytes that are no canonical JSON are named as the part itself.
    """
    try:
        content = json.loads(expected)
        canonical = canonical_bytes(content) == expected
    except (ValueError, RecursionError, CanonicalError):
        return f"{EXPECTED_PART}: not readable"
    if not canonical or not isinstance(content, dict):
        return f"{EXPECTED_PART}: not in canonical form"
    ours = json.loads(found.json_bytes)
    for section in ("engine_version", "figures"):
        difference = first_difference(content.get(section), ours.get(section))
        if difference is not None:
            return _sentence(f"/{section}{difference[0]}", difference)
    difference = first_difference(content, ours)
    return _sentence(difference[0], difference) if difference else EXPECTED_PART


def _sentence(path: str, difference: tuple[str, str, str]) -> str:
    return f"{path.lstrip('/')}: expected {difference[1]}, found {difference[2]}"
