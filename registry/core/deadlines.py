"""What has a last day: each room registers a provider in its own ``deadlines.py``; one selector gives them together.

:func:`deadlines_of` is the one selector of everything with a deadline for one person: public comment and public
notice, findings to answer, complaints and appeals, offered transfers, calibrations, accreditations, crediting periods.
The to-do page and ``/api/v1/deadlines/`` show it; a reminder by mail asks it for every person
(``organisations.selectors.actor_of(user)``) and remembers by :attr:`Deadline.key` what it has told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from registry.core import clock
from registry.core.actors import Actor

"""The programme's days begin and end in this zone."""
SOON = timedelta(days=60)
"""What ends of itself (a calibration, an accreditation) is told this long before."""
MOST = 50
"""At most so many of one kind for one person."""


@dataclass(frozen=True)
class Deadline:
    kind: str
    """A stable word, such as ``finding_answer``; never shown."""
    subject: str
    """The record, stable: its label and key, such as ``verification.Finding:12``."""
    title: Any
    """What is due, in the reader's language."""
    detail: str
    url: str
    due: datetime
    """The last instant; for a day, the end of that day in the programme's zone."""
    acts: bool
    """Whether this person is to act by then; otherwise the deadline is another's and only told."""

    @property
    def key(self) -> str:
        """The same as long as the deadline is the same; a postponed one has another key."""
        return f"{self.kind}/{self.subject}/{self.due.isoformat()}"

    @property
    def late(self) -> bool:
        return self.due < clock.now()

    @property
    def days_left(self) -> int:
        """Calendar days from today to the last one; 0 on that day, negative afterwards."""
        return (clock.day_of(self.due) - clock.today()).days


Provider = Callable[[Actor], Iterable[Deadline]]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Decorator: the function gives this actor's deadlines, already narrowed to what the actor may see."""
    if function not in _providers:
        _providers.append(function)
    return function


def deadlines_of(actor: Actor) -> list[Deadline]:
    """Everything with a deadline that concerns this person, the nearest first, late ones before all."""
    if actor.is_anonymous:
        return []
    with clock.one_instant():
        return sorted((each for provide in _providers for each in provide(actor)), key=lambda each: each.due)


def end_of(day: date) -> datetime:
    """The last instant of a day of the programme."""
    return datetime.combine(day, time.max, clock.PROGRAMME_ZONE)


def subject_of(obj: Any) -> str:
    return f"{obj._meta.label}:{obj.pk}"
