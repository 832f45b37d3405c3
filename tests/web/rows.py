"""What a line of the tables is: an address and who gets what answer (:class:`Row`), a post and who may (:class:`Act`).

Beside them the roles by their kind, the stages at which pages are opened, and where the records of the world are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from mrv.stations.models import VisitPhoto
from registry.certificates.models import Certificate
from registry.credits.models import Account
from tests.web.world import ANONYMOUS, ROLES, Journey

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {ANONYMOUS}
DEVELOPER = frozenset({"editor", "representative"})
VALIDATION = frozenset({"validation_lead", "validation_reviewer"})
VERIFICATION = frozenset({"verification_lead", "verification_reviewer"})
AUTHORITY = frozenset({"clerk", "approver", "methodology_editor"})
INVOLVED = DEVELOPER | VERIFICATION | AUTHORITY
NOBODY: frozenset[str] = frozenset()

PRIVATE, REVIEWED, PUBLIC = "recomputed", "prepared", "issued"
"""Stages at which the pages are opened: the period is its parties' own, before the authority, everybody's."""

Where = Callable[[Journey], tuple[Any, ...]]


def nowhere(_world: Journey) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Row:
    """Opening ``name`` at ``where`` answers ``status`` to ``roles``, ``anonymous`` to nobody's, ``otherwise`` else."""

    stage: str
    name: str
    roles: frozenset[str] = EVERYBODY
    where: Where = nowhere
    status: int = 200
    otherwise: int = 404
    anonymous: int | None = None
    query: str = ""
    forbidden: frozenset[str] = NOBODY
    """Who may see what the page is about, but not do what it is for: 403."""

    def expected(self, role: str) -> int:
        if role in self.forbidden:
            return 403
        if role in self.roles:
            return self.status
        return self.anonymous if role == ANONYMOUS and self.anonymous else self.otherwise

    def url(self, world: Journey) -> str:
        return reverse(self.name, args=self.where(world)) + self.query


def of_period(world: Journey) -> tuple[int]:
    return (world.period.pk,)


def of_run(world: Journey) -> tuple[int]:
    return (world.run.pk,)


def of_assignment(world: Journey) -> tuple[int]:
    return (world.assignment.pk,)


def of_review(world: Journey) -> tuple[int]:
    return (world.review.pk,)


def of_station(world: Journey) -> tuple[int]:
    return (world.station.pk,)


def of_sensor(world: Journey) -> tuple[int, int]:
    return (world.station.pk, world.station.project.sensors.get(serial_number="025399").pk)


def of_deployment(world: Journey) -> tuple[int]:
    return (world.station.deployments.get(deployed_to=None).pk,)


def of_photo(world: Journey) -> tuple[int]:
    return (VisitPhoto.objects.get(visit__station=world.station).pk,)


def of_token(world: Journey) -> tuple[int]:
    return (world.station.tokens.get(name="modem").pk,)


def of_review_act(world: Journey) -> tuple[int]:
    return (world.review_act.pk,)


def of_curve(world: Journey) -> tuple[int]:
    return (world.station.ratingcurve_set.latest("version").pk,)


def of_shift(world: Journey) -> tuple[int]:
    return (world.shift.pk,)


def of_upload(world: Journey) -> tuple[int]:
    return (world.upload.pk,)


def of_received(world: Journey) -> tuple[int]:
    return (world.received.pk,)


def of_project(state: str) -> Where:
    return lambda world: (world.project[state].code,)


def of_validation(state: str) -> Where:
    return lambda world: (world.validation[state].pk,)


def of_certificate(world: Journey) -> tuple[str]:
    return (world.certificate.number,)


def of_signed_file(world: Journey) -> tuple[str]:
    return (Certificate.objects.get(pk=world.certificate.pk).signed_sha256,)


def of_account(world: Journey) -> tuple[int]:
    return (Account.objects.get(kind="holder", owner=world.project["registered"].proponent).pk,)


def of_organisation(world: Journey) -> tuple[int]:
    return (world.organisation["approved"].pk,)


def of_applied(world: Journey) -> tuple[int]:
    return (world.organisation["applied"].pk,)


def acted(where: Where, action: str) -> Where:
    return lambda world: (*where(world), action)


REGISTERED = of_project("registered")


@dataclass(frozen=True)
class Act:
    """Posting ``data`` to ``name`` at ``where`` is done for ``roles`` (302) and nobody else (403 or 404).

    ``page`` is where these roles, and only they, find its form.
    """

    stage: str
    name: str
    where: Where
    roles: frozenset[str]
    page: tuple[str, Where] | None
    data: Callable[[Journey], Mapping[str, Any]] = field(default=lambda _world: {})

    def url(self, world: Journey) -> str:
        return reverse(self.name, args=self.where(world))

    def page_url(self, world: Journey) -> str | None:
        return reverse(self.page[0], args=self.page[1](world)) if self.page else None

    def __str__(self) -> str:
        return f"{self.stage} {self.name}"
