"""What the proponent declares of a project: other programmes, safeguards, baseline and additionality.

Each is given as one whole and kept as it was; the last one counts. "None" is said with its reason, never assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.projects.models import Declaration, Project
from registry.projects.services.drafting import lock_draft

SHORTEST, LONGEST = 20, 8000
"""Characters of an argument; a name or an identifier may be shorter."""
MOST_ENTRIES = 50


@dataclass(frozen=True)
class OtherProgramme:
    """A programme under which the same activity or area is, was or asked to be credited."""

    programme: str
    identifier: str
    from_day: date
    to_day: date | None
    """None: still running."""
    relation: str
    """What it credits or asked for, and why no tonne is counted twice."""


@dataclass(frozen=True)
class Safeguard:
    """Something that the project could harm, what is done against it, and how one would notice."""

    harm: str
    measure: str
    monitoring: str


def declare_programmes(
    *, actor: Actor, project: Project, programmes: Sequence[OtherProgramme], none: bool = False
) -> Declaration:
    """Name every other programme, or say with ``none`` that there is none. Both or neither is refused."""
    _either(bool(programmes), none)
    for number, item in enumerate(programmes, start=1):
        _needed(number, "programme", item.programme, shortest=1, longest=200)
        _needed(number, "identifier", item.identifier, shortest=1, longest=200)
        _needed(number, "relation", item.relation)
        if item.to_day is not None and item.to_day < item.from_day:
            raise InvalidInput(
                "PROGRAMME_DAYS",
                _("Entry %(number)s ends on %(to)s, before it begins on %(start)s. Correct the dates."),
                number=number,
                to=item.to_day,
                start=item.from_day,
            )
    content = {
        "none": none,
        "entries": [
            {
                **asdict(item),
                "from_day": item.from_day.isoformat(),
                "to_day": item.to_day.isoformat() if item.to_day else None,
            }
            for item in programmes
        ],
    }
    return declare(actor=actor, project=project, subject=Declaration.Subject.PROGRAMMES, content=content)


def declare_safeguards(
    *, actor: Actor, project: Project, safeguards: Sequence[Safeguard], none_because: str = ""
) -> Declaration:
    """Say what could be harmed, or with ``none_because`` why nothing can. Both or neither is refused."""
    reason = none_because.strip()
    _either(bool(safeguards), bool(reason))
    for number, item in enumerate(safeguards, start=1):
        _needed(number, "harm", item.harm, shortest=2)
        _needed(number, "measure", item.measure, shortest=2)
        _needed(number, "monitoring", item.monitoring, shortest=2)
    if reason:
        _checked(_("The reason why nothing can be harmed"), reason)
    content = {"none_because": reason, "entries": [asdict(item) for item in safeguards]}
    return declare(actor=actor, project=project, subject=Declaration.Subject.SAFEGUARDS, content=content)


def declare_baseline(
    *, actor: Actor, project: Project, scenario: str, justification: str, quantification: str
) -> Declaration:
    """What would happen without the project, why that is likely, and how its carbon uptake is found."""
    content = {
        "scenario": _checked(_("The baseline scenario"), scenario),
        "justification": _checked(_("Why it is likely"), justification),
        "quantification": _checked(_("How its uptake is found"), quantification),
    }
    return declare(actor=actor, project=project, subject=Declaration.Subject.BASELINE, content=content)


@transaction.atomic
def declare_additionality(
    *, actor: Actor, project: Project, argument: str, barriers: str, common_practice: str
) -> Declaration:
    """Why the project goes beyond its baseline, what stood against it, and what others do in like places.

    A natural inventory earns no credits: its argument says so.
    """
    content = {
        "argument": _checked(_("The argument"), argument),
        "barriers": _checked(_("What stands against it"), barriers),
        "common_practice": _checked(_("What is common practice"), common_practice),
    }
    made = declare(actor=actor, project=project, subject=Declaration.Subject.ADDITIONALITY, content=content)
    Project.objects.filter(pk=project.pk).update(additionality=content["argument"])  # as lists and pages show it
    return made


@transaction.atomic
def declare(*, actor: Actor, project: Project, subject: str, content: dict[str, Any]) -> Declaration:
    """Keep a checked declaration; for the services of each subject."""
    project = lock_draft(actor, project)
    made = Declaration.objects.create(project=project, subject=subject, content=content, declared_by_id=actor.user_id)
    record(actor, "projects.declare", project, after={"subject": subject, "content": content})
    return made


def _either(entries: bool, none: bool) -> None:
    if entries == none:
        raise InvalidInput(
            "DECLARATION_NONE_OR_SOME",
            _("List at least one entry, or declare that there is none; one of the two, not both."),
        )


def _needed(number: int, field: str, text: str, *, shortest: int = SHORTEST, longest: int = LONGEST) -> None:
    if number > MOST_ENTRIES:
        raise InvalidInput("TOO_MANY_ENTRIES", _("At most %(most)s entries are taken."), most=MOST_ENTRIES)
    if not shortest <= len(text.strip()) <= longest:
        raise InvalidInput(
            "DECLARATION_TEXT",
            _("Entry %(number)s, %(field)s: write %(shortest)s to %(longest)s characters; this has %(count)s."),
            number=number,
            field=FIELDS[field],
            shortest=shortest,
            longest=longest,
            count=len(text.strip()),
        )


def _checked(name: Any, text: str) -> str:
    text = text.replace("\0", "").strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidInput(
            "DECLARATION_TEXT_LENGTH",
            _("%(name)s: write %(shortest)s to %(longest)s characters; this has %(count)s."),
            name=name,
            shortest=SHORTEST,
            longest=LONGEST,
            count=len(text),
        )
    return text


FIELDS = {
    "programme": _("Programme"),
    "identifier": _("Identifier there"),
    "relation": _("What it credits"),
    "harm": _("What could be harmed"),
    "measure": _("What is done"),
    "monitoring": _("How it is watched"),
}
"""The fields of an entry as messages and pages name them."""
