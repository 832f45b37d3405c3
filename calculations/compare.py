"""Finding the first entry in which two JSON values differ."""

from __future__ import annotations

from typing import Any

_TINY = 1e-15
_ABSENT = "absent"


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Path ("/figures/net_t_co2/value", list items by position) -> scalar, in order; empty ones as they are."""
    if isinstance(value, dict) and value:
        items = [(str(key), value[key]) for key in sorted(value)]
    elif isinstance(value, list | tuple) and value:
        items = [(str(number), item) for number, item in enumerate(value)]
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for key, item in items:
        found |= leaves(item, f"{path}/{key}")
    return found


def first_difference(
    expected: Any, found: Any, *, relative: float = 0.0, only_in_found: bool = False
) -> tuple[str, str, str] | None:
    """(path, expected, found) of the first entry that differs, or None.

    Numbers may differ by `relative`. With `only_in_found`, entries that `found` lacks are not looked at.
    """
    left, right = leaves(expected), leaves(found)
    paths = list(right) if only_in_found else [*left, *(path for path in right if path not in left)]
    for path in paths:
        if path not in left or path not in right:
            return path, _shown(left.get(path, _ABSENT)), _shown(right.get(path, _ABSENT))
        if not _same(left[path], right[path], relative):
            return path, _shown(left[path]), _shown(right[path])
    return None


def _same(left: Any, right: Any, relative: float) -> bool:
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in (left, right))
    if relative and numbers:
        return bool(abs(left - right) <= relative * max(abs(left), abs(right)) + _TINY)
    return type(left) is type(right) and bool(left == right)


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, float) else str(value)
    return text if len(text) <= 200 else text[:200] + "…"
