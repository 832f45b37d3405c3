"""Who is told of what: one table from the audit log's acts to people, so that no act can forget to tell.

Each room writes its lines in its own ``notices.py``: :func:`when` an act tells somebody, :func:`nobody` when it tells
no one, :func:`describe` how a record is named and where its page is. No act waits for
that: ``registry.notices`` follows the audit log and writes the rows. What draws near is said by
``registry.core.deadlines``. A test holds that every act with a name is in the table.

Of the organisations that a line names, those people are told whom the permission table gives the line's act on the
record: who may not see it never hears of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PROJECTS = "projects", _("Projects and their steps")
    COMMENTS = "comments", _("Public comments")
    PERIODS = "periods", _("Monitoring periods and calculations")
    VERIFICATION = "verification", _("Validation and verification")
    FINDINGS = "findings", _("Findings")
    DECISIONS = "decisions", _("Decisions of the authority")
    CREDITS = "credits", _("Transfers and the board")
    METHODOLOGIES = "methodologies", _("Methodologies")
    ORGANISATIONS = "organisations", _("Organisations and accreditations")
    DEADLINES = "deadlines", _("Deadlines that draw near")
    SECURITY = "security", _("Accounts, rights and freezes")


ALWAYS_MAILED = (Kind.SECURITY,)
"""Nobody switches these off."""


@dataclass(frozen=True)
class Happened:
    """One recorded act: its number in the log, who did what to which record, and the facts beside it as the log has
    them."""

    event_id: int
    actor_id: int | None
    action: str
    record: models.Model
    facts: dict[str, Any]


People = Callable[[Any], Q]
"""Of a record: which memberships are meant."""


@dataclass(frozen=True)
class Line:
    kind: str
    text: Any
    """The sentence; the record's name stands below it."""
    to: People | None = None
    may: str = ""
    """Of these, who may do this act on the record."""
    about: Callable[[Any], Iterable[models.Model]] = lambda record: (record,)
    """The records that the notices are about and link to, where not the act's own."""
    persons: Callable[[Happened], Iterable[int | None]] | None = None
    """Instead of ``to`` and ``may``: these persons, about themselves."""
    mailed: bool = True
    """False where the service sends a mail of its own."""


@dataclass(frozen=True)
class Described:
    name: Callable[[Any], str]
    url: Callable[[Any], str]


_lines: dict[str, list[Line]] = defaultdict(list)
_silent: set[str] = set()
_described: dict[str, Described] = {}


def when(action: str, *lines: Line) -> None:
    for line in lines:
        if line not in _lines[action]:
            _lines[action].append(line)


def nobody(*actions: str) -> None:
    """These acts need nobody's attention: steps of one's own work, and what another act tells already."""
    _silent.update(actions)


def describe(label: str, *, name: Callable[[Any], str], url: Callable[[Any], str]) -> None:
    """How a record of the model ``label`` is called, in the language at hand, and where its page is."""
    _described[label] = Described(name, url)


def described(record: models.Model) -> Described:
    return _described[record._meta.label]


def lines(action: str) -> tuple[Line, ...]:
    return tuple(_lines.get(action, ()))


def table() -> dict[str, tuple[Line, ...]]:
    return {action: tuple(lines) for action, lines in _lines.items()}


def silent() -> frozenset[str]:
    return frozenset(_silent)


def described_models() -> frozenset[str]:
    return frozenset(_described)


AUTHORITY = Q(organisation__kind="authority")
NOBODY = Q(pk__in=[])


def the_authority(_record: Any) -> Q:
    return AUTHORITY


def organisation(path: str) -> People:
    """``organisation("project.proponent_id")``: the organisation at the end of the path."""

    def people(record: Any) -> Q:
        for part in path.split("."):
            record = getattr(record, part)
        return Q(organisation_id=record)

    return people
