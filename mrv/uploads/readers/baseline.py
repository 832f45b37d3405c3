"""The baseline of the years before the project: one JSON object, as a registered project design states it.

Numbers may be JSON numbers or decimal strings; they are kept exactly as written. ``years`` are the first and the last
day, both inside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from mrv.uploads.readers.layouts import Layout
from mrv.uploads.readers.messages import one_line, printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft, Refused
from mrv.uploads.readers.steps.numbers import MOST_DECIMALS, read_cell
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.tables import Baseline

_LIMITS = {  # key -> largest value; all are >= 0
    "runoff_mm_per_year": 20_000,
    "flow_weighted_alkalinity_mg_l_hco3": 10_000,
    "so4_mg_l": 10_000,
    "no3_mg_l": 10_000,
    "relative_standard_uncertainty_of_alkalinity": 1,
}
SIZE_LIMIT = 1024 * 1024
_REQUIRED = ("years", *_LIMITS)
_OPTIONAL = ("what", "errors_shared_with_project", "months")
SIGNATURE = "{" + ", ".join(f'"{key}": ...' for key in _REQUIRED) + "}"


class _DuplicateKeyError(ValueError):
    pass


class _NumberText(str):
    """A JSON number, kept as it was written; a string in quotes stays a plain ``str``."""


def recognise(head: Sequence[str]) -> float:
    """JSON is seen by its brace; which keys it has is told by :func:`read`."""
    first = next((line.strip() for line in head if line.strip()), "")
    return 1.0 if first.startswith("{") else 0.0


def read(draft: Draft, text: Text) -> Baseline:
    stated = _parse(draft, text)
    found = [printable(key) for key in stated][:FIRST_CELLS]
    missing = [key for key in _REQUIRED if key not in stated]
    if missing:
        draft.refuse("MISSING_KEY", columns=missing, found=found)
    unknown = [printable(key) for key in stated if key not in _REQUIRED and key not in _OPTIONAL]
    if unknown:
        draft.warning("UNKNOWN_KEY", columns=unknown[:FIRST_CELLS])
    numbers = {key: _number(draft, key, stated[key], largest) for key, largest in _LIMITS.items()}
    first_day, last_day = _years(draft, stated["years"])
    shared = _names(draft, stated.get("errors_shared_with_project", []))
    description = stated.get("what", "")
    if type(description) is not str:
        _bad(draft, "what", description, '"..."')
    if draft.has_errors:
        raise Refused
    return Baseline(
        description=one_line(description, limit=1000),
        first_day=first_day,
        last_day=last_day,
        **numbers,
        errors_shared_with_project=shared,
    )


def _parse(draft: Draft, text: Text) -> Mapping[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                raise _DuplicateKeyError(key)
            made[key] = value
        return made

    try:
        stated = json.loads(
            text.read().decode("utf-8"),
            parse_float=_NumberText,
            parse_int=_NumberText,
            parse_constant=_NumberText,
            object_pairs_hook=unique,
        )
    except _DuplicateKeyError as error:
        draft.refuse("DUPLICATE_KEY", column=printable(str(error)))
    except json.JSONDecodeError as error:
        draft.refuse("JSON_BROKEN", row=error.lineno, position=error.colno, reason=error.msg)
    except RecursionError:
        draft.refuse("JSON_BROKEN", row=1, position=1, reason="too deeply nested")
    if not isinstance(stated, dict):
        draft.refuse("JSON_BROKEN", row=1, position=1, reason="not an object")
    return stated


def _bad(draft: Draft, key: str, value: Any, limits: str) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    draft.error("BAD_FIELD", column=key, text=printable(text), limits=limits)


def _number(draft: Draft, key: str, value: Any, largest: int) -> Decimal:
    cell = read_cell(value) if isinstance(value, str) else None
    fits = cell is not None and cell.kind == "number" and cell.decimals <= MOST_DECIMALS
    if cell is None or not fits or not 0 <= cell.value <= largest:
        _bad(draft, key, value, f"0 .. {largest}")
        return Decimal(0)
    return cell.value


def _years(draft: Draft, value: Any) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(day) for day in value)
        if first < last:
            return first, last
    except (TypeError, ValueError):
        pass
    _bad(draft, "years", value, '["2017-05-01", "2020-04-30"]')
    return date.min, date.max


def _names(draft: Draft, value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(type(name) is str for name in value):
        return tuple(map(one_line, value))
    _bad(draft, "errors_shared_with_project", value, '["rating", "area", "kappa"]')
    return ()


LAYOUT = Layout(name="baseline_v1", kind="baseline", signature=SIGNATURE, recognise=recognise, read=read, ours=True)
