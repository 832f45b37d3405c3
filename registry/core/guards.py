"""What a later room holds against an earlier room's act: it registers a check, the service asks all of them.

``guards.register("organisations.close", no_open_holdings)`` in a room's ``permissions.py``; the check raises a
:class:`registry.core.errors.Refusal`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_checks: dict[str, list[Callable[[Any], None]]] = defaultdict(list)


def register(action: str, check: Callable[[Any], None]) -> None:
    if check not in _checks[action]:
        _checks[action].append(check)


def ask(action: str, obj: Any) -> None:
    """Run every check of ``action`` on ``obj``; the first refusal is raised."""
    for check in _checks[action]:
        check(obj)
