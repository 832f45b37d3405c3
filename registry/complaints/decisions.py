"""Decisions that can be appealed: entries of the audit log, which names who took each of them and when.

A later room adds its own acts by :func:`deciding`; what another person did before the decision, as its first of two,
by :func:`preparing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.audit.models import Event
from registry.core import acts, clock, workdays
from registry.core.actors import PUBLIC, Actor
from registry.core.errors import NotVisible
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.core.roles import Role

_deciding: set[str] = set()
_preparing: set[str] = set()
PARTIES = frozenset({"proponent", "own", "verifier", "body"})
"""How a record stands to the organisation that its decision concerns."""
SIGNING = (Role.REPRESENTATIVE, Role.ADMINISTRATOR, Role.LEAD_VERIFIER)


def deciding(*actions: str) -> None:
    _deciding.update(actions)


def preparing(*actions: str) -> None:
    _preparing.update(actions)


@dataclass(frozen=True)
class Decision:
    """One decision by the entry of the log that records it; ``record`` is what was decided on."""

    event: Event
    record: Any

    view_action = "complaints.view_decision"

    def __str__(self) -> str:
        record = self.record
        named = f"{getattr(record, 'code', '')} {local_name(record)}".strip() or str(record)
        return f"{acts.NAMES.get(self.event.action, self.event.action)} · {named}"

    @property
    def pk(self) -> int:
        return self.event.pk

    @property
    def decided_on(self) -> date:
        return clock.day_of(self.event.at)

    @cached_property
    def appeal_until(self) -> date:
        """The last day of the published working days in which a party may appeal."""
        return workdays.add_working_days(self.decided_on, settings.APPEAL_FILING_WORKING_DAYS)

    @property
    def is_open(self) -> bool:
        return clock.today() <= self.appeal_until

    @cached_property
    def takers(self) -> frozenset[int]:
        """Everybody who took or prepared this decision; none of them judges an appeal against it."""
        part = Event.objects.filter(
            object_type=self.event.object_type,
            object_id=self.event.object_id,
            action__in=_deciding | _preparing,
            refused=False,
            pk__lte=self.event.pk,
            actor_id__isnull=False,
        )
        return frozenset(part.values_list("actor_id", flat=True))

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if may(PUBLIC, self.record.view_action, self.record):
            relations.add("public")
        if actor.has_role(*SIGNING) and self.record.relations_of(actor) & PARTIES:
            relations.add("party")
        return frozenset(relations)


def decision_for(actor: Actor, pk: int) -> Decision:
    """The decision of this entry of the log, for whom it concerns or, where its record is public, for everybody."""
    event = Event.objects.filter(pk=pk, refused=False, action__in=_deciding).first()
    decision = _with_record(event) if event is not None else None
    if decision is None or not may(actor, "complaints.view_decision", decision):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return decision


def appealable_by(actor: Actor) -> list[Decision]:
    """The decisions that this actor may appeal now, the newest first."""
    if actor.organisation_id is None or not actor.has_role(*SIGNING):
        return []
    since = clock.now() - timedelta(days=3 * settings.APPEAL_FILING_WORKING_DAYS + 30)
    recent = Event.objects.filter(at__gte=since, refused=False, action__in=_deciding).order_by("-id")[:500]
    found = _with_records(list(recent))
    return [each for each in found if may(actor, "complaints.appeal", each) and each.is_open]


def _with_record(event: Event) -> Decision | None:
    return next(iter(_with_records([event])), None)


def _with_records(events: list[Event]) -> list[Decision]:
    """The events with what they decided on, one question for each kind of record."""
    records: dict[tuple[str, str], Any] = {}
    for name in {event.object_type for event in events}:
        try:
            model = apps.get_model(name)
        except (LookupError, ValueError):
            continue
        if hasattr(model, "view_action"):
            keys = [event.object_id for event in events if event.object_type == name]
            records |= {(name, str(row.pk)): row for row in model._default_manager.filter(pk__in=keys)}
    known = ((event, records.get((event.object_type, event.object_id))) for event in events)
    return [Decision(event, record) for event, record in known if record is not None]
