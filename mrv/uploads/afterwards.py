"""What later rooms do when a station's files change; they register it, so that this room need not know them.

The acts run in the transaction that kept or withdrew the file: either both are there or neither.
"""

from __future__ import annotations

from collections.abc import Callable

from mrv.uploads.models import Upload
from registry.core.actors import Actor

Act = Callable[[Actor, Upload], None]
_acts: list[Act] = []


def register(act: Act) -> Act:
    """Decorator: ``act(actor, upload)`` is called after a file was kept or withdrawn."""
    if act not in _acts:
        _acts.append(act)
    return act


def files_changed(actor: Actor, upload: Upload) -> None:
    for act in _acts:
        act(actor, upload)
