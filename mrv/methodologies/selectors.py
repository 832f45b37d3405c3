from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from calculations.hydrology.gaugings import VALIDITY_YEARS
from calculations.hydrology.rating import MINIMUM_GAUGINGS
from calculations.messages import CalculationError
from calculations.methodologies import (
    Methodology,
    MethodologyError,
    list_methodologies,
    load_methodology,
    read_methodology,
)
from calculations.regression.models import MINIMUM_SAMPLES
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.states import METHODOLOGY, PUBLISHED_ONCE
from mrv.spoken import refusal_of
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import NotVisible, Refusal
from registry.core.permissions import may
from registry.projects.crediting import MethodologyInForce, in_force
from registry.projects.models import Project

IN_USE = ("published", "superseded")
"""A project goes on with the version it was registered under when a newer one supersedes it."""

FOR_PROJECTS = (MethodologyVersion.Outcome.STATEMENT, MethodologyVersion.Outcome.CREDITS)
"""Outcomes that a monitoring period can be decided on; a reporting line, a pilot or a screening is none of them."""


LAB_ALKALINITY = "u_lab_alkalinity"


@dataclass(frozen=True)
class Limits:
    """What a project's methodology asks of gaugings and samples."""

    minimum_gaugings: int = MINIMUM_GAUGINGS
    minimum_samples: int = MINIMUM_SAMPLES
    validity_years: int = VALIDITY_YEARS
    u_lab_alkalinity: float | None = None


def visible_methodologies(actor: Actor) -> QuerySet[MethodologyVersion]:
    """What was published once is everybody's to read; drafts are the authority's."""
    versions = MethodologyVersion.objects.order_by("identifier", "-id")
    return versions if may(actor, "methodologies.view") else versions.filter(state__in=PUBLISHED_ONCE)


def published_methodologies() -> QuerySet[MethodologyVersion]:
    """The versions that a new project may choose: those that end in credits or in a statement."""
    versions = MethodologyVersion.objects.filter(state="published", outcome__in=FOR_PROJECTS)
    return versions.order_by("identifier", "-id")


def methodologies_beside() -> QuerySet[MethodologyVersion]:
    """The versions in force that are calculated beside a project's own: reporting lines, pilots and screenings."""
    versions = MethodologyVersion.objects.filter(state="published").exclude(outcome__in=FOR_PROJECTS)
    return versions.order_by("identifier", "-id")


def methodology_for(actor: Actor, identifier: str, version: str) -> MethodologyVersion:
    found = MethodologyVersion.objects.filter(identifier=identifier, version=version).first()
    if found is None or not may(actor, "methodologies.view", found):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def version_in_force(identifier: str) -> MethodologyInForce | None:
    """The newest version of a methodology for projects whose day has come, unless it was withdrawn.

    One that is superseded by a version of a later day is in force until that day.
    """
    published = MethodologyVersion.objects.filter(
        identifier=identifier, state__in=PUBLISHED_ONCE, outcome__in=FOR_PROJECTS
    ).exclude(effective_from__gt=clock.today())
    found = published.order_by("-id").first()
    if found is None or found.state not in IN_USE:
        return None
    return MethodologyInForce(found.identifier, found.version, found.digest)


def sees_impact(actor: Actor, record: MethodologyVersion) -> bool:
    """A draft's impact is the authority's; what a published version changed is everybody's to read."""
    return record.state in PUBLISHED_ONCE or may(actor, "methodologies.view")


def acts_now(actor: Actor, record: MethodologyVersion) -> list[str]:
    """What this official may do with the version now, and no more: who signed it does not publish it."""
    found = [line.action for line in METHODOLOGY.actions_of(actor, record) if line.action != "supersede"]
    if "test" in found:
        found.insert(0, "start_impact")
    if actor.user_id is not None and actor.user_id == record.signed_by_id:
        found = [action for action in found if action != "publish"]
    return found


def methodology_of(project: Project, day: date | None = None) -> MethodologyVersion:
    """The governed version that the project follows on ``day`` (today without one), in use and in force.

    A renewed crediting period has its own; Refusal says what is wrong otherwise.
    """
    span = in_force(project, day)
    found = MethodologyVersion.objects.filter(identifier=span.methodology_id, version=span.methodology_version).first()
    names = {"identifier": span.methodology_id, "version": span.methodology_version}
    if found is None or found.state not in IN_USE:
        raise Refusal(
            "METHODOLOGY_NOT_IN_USE",
            _("The project follows %(identifier)s %(version)s, which is not published. The authority decides."),
            **names,
        )
    if found.outcome not in FOR_PROJECTS:
        raise Refusal(
            "METHODOLOGY_NOT_FOR_PROJECTS",
            _("%(identifier)s %(version)s ends in “%(outcome)s”: no monitoring period is decided on it."),
            outcome=found.get_outcome_display(),
            **names,
        )
    if found.effective_from is not None and found.effective_from > clock.today():
        raise Refusal(
            "METHODOLOGY_NOT_IN_FORCE",
            _("%(identifier)s %(version)s takes effect on %(day)s."),
            day=found.effective_from,
            **names,
        )
    if found.digest != span.methodology_digest:
        raise Refusal(
            "METHODOLOGY_ALTERED",
            _(
                "%(identifier)s %(version)s is not the text that the project was registered under. "
                "Nothing was calculated; tell the operator."
            ),
            **names,
        )
    return found


def checked_methodology(record: MethodologyVersion) -> Methodology:
    """The version as the engine takes it. Raises MethodologyError ``METHODOLOGY_ALTERED`` where the record's text,
    its digest and the version that the program ships are not all the same, ``METHODOLOGY_UNKNOWN`` where it ships
    none."""
    shipped = load_methodology(record.identifier, record.version)
    try:
        stored = read_text(record.toml).digest
    except MethodologyError:
        stored = "–"  # no longer a methodology at all
    for found in (stored, record.digest):
        if found != shipped.digest:
            raise MethodologyError(
                "METHODOLOGY_ALTERED",
                id=record.identifier,
                version=record.version,
                expected=shipped.digest,
                found=found,
            )
    return shipped


def candidate_methodology(record: MethodologyVersion) -> Methodology:
    """A version for an impact test: what the program ships is checked as always, a text of the authority's own against
    its record's digest. Nothing official is ever computed with the latter."""
    if (record.identifier, record.version) in list_methodologies():
        return checked_methodology(record)
    candidate = read_text(record.toml)
    if candidate.digest != record.digest:
        raise MethodologyError(
            "METHODOLOGY_ALTERED",
            id=record.identifier,
            version=record.version,
            expected=record.digest,
            found=candidate.digest,
        )
    return candidate


def is_shipped(record: MethodologyVersion) -> bool:
    """Whether this program can calculate officially by the version."""
    return (record.identifier, record.version) in list_methodologies()


@lru_cache(maxsize=64)
def read_text(toml: str) -> Methodology:
    """The version that a text states; the same text is read once, whoever asks. Raises MethodologyError."""
    return read_methodology(toml.encode("utf-8"))


def read_version(record: MethodologyVersion) -> Methodology:
    """:func:`checked_methodology` for services: what it raises becomes a Refusal."""
    try:
        return checked_methodology(record)
    except CalculationError as error:
        raise refusal_of(
            error,
            _("%(version)s cannot be used: its stored text is not the published one. Nothing was calculated."),
            version=str(record),
        ) from error


def limits_of(project: Project) -> Limits:
    """What the project's methodology asks; the science's own limits while the project follows none that is here."""
    span = in_force(project)
    record = MethodologyVersion.objects.filter(identifier=span.methodology_id, version=span.methodology_version).first()
    if record is None:
        return Limits()
    methodology = read_version(record)
    return Limits(
        minimum_gaugings=methodology.whole("minimum_gaugings"),
        minimum_samples=methodology.whole("minimum_samples"),
        validity_years=methodology.whole("validity_years"),
        u_lab_alkalinity=methodology.value(LAB_ALKALINITY) if LAB_ALKALINITY in methodology.parameters else None,
    )
