"""What later rooms do when a visit to a station is recorded or its sensors change; they register it here.

The acts run in the transaction of the change: either both are there or neither.
"""

from __future__ import annotations

from collections.abc import Callable

from mrv.stations.models import Station
from registry.core.actors import Actor

Act = Callable[[Actor, Station], None]
_acts: list[Act] = []


def register(act: Act) -> Act:
    """Decorator: ``act(actor, station)`` is called after a visit, a deployment or its end."""
    if act not in _acts:
        _acts.append(act)
    return act


def station_changed(actor: Actor, station: Station) -> None:
    for act in _acts:
        act(actor, station)
