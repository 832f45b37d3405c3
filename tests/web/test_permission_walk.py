"""The permission walk: every endpoint of the API x every role x own and other organisation x every state.

What must come out is read from the one permission table (``registry.core.permissions``): what an actor may not see is
404, what it may see and not do is 403, everything else is neither and never a fault. An endpoint that ``WALK`` does
not name fails the test. The pages have a table of their own with answers written by hand (``table.py``).
``make test`` walks a sample, ``KCR_LONG`` every cell.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from rest_framework.throttling import SimpleRateThrottle

from mrv.demo.world import DEVELOPER, VALIDATOR, ensure_world
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import open_period
from mrv.stations.models import Station
from mrv.stations.services import create_station
from mrv.verification.models import Assignment, Finding
from registry.complaints.services import file_complaint
from registry.core import clock
from registry.core.actors import PUBLIC, Actor
from registry.core.permissions import may
from registry.core.roles import ROLES_OF_KIND, OrganisationKind, Role
from registry.organisations.models import Accreditation, Invitation, Organisation, User
from registry.organisations.selectors import actor_of
from registry.projects.models import ChangeOfProponent, Project, Renewal
from tests.people import member, organisation
from tests.triggers import triggers_off
from tests.web.test_every_page import names_of
from tests.web.walk_table import SENT, WALK, WALKED_ELSEWHERE, Line
from tests.web.world import FIRST_DAY, LAST_DAY, Journey

pytestmark = pytest.mark.django_db
EVERY = 1 if os.environ.get("KCR_LONG") else 23
"""One cell of so many is walked in ``make test``; which ones differs from endpoint to endpoint."""


@pytest.fixture
def walkers(settings, monkeypatch):
    """Everybody: every role of every kind of organisation, in the records' own organisation and in another one."""
    settings.DEMO = True
    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *_: True)
    cache.clear()
    world = ensure_world()
    own = {each.kind: each for each in (world.organisation(DEVELOPER), world.organisation(VALIDATOR))}
    own["authority"] = Organisation.objects.get(kind="authority")
    people: dict[str, User | None] = {"anonymous": None}
    for kind in OrganisationKind:
        homes = {"own": own.get(kind.value)}
        if kind != OrganisationKind.AUTHORITY:
            homes["other"] = organisation(kind, f"Other {kind}", f"WALK-{kind}")
        for relation, home in homes.items():
            for role in sorted(ROLES_OF_KIND[kind] | {Role.ADMINISTRATOR}) if home else ():
                actor = member(home, role, email=f"{relation}-{role}-{kind}@walk.test")
                people[f"{relation} {kind} {role}"] = User.objects.get(pk=actor.user_id)
    suspended = organisation("developer", "Suspended one", "WALK-SUSPENDED")
    people["suspended representative"] = User.objects.get(pk=member(suspended, Role.REPRESENTATIVE).user_id)
    force(suspended, "suspended")
    people["nobody's member"] = User.objects.create_user("alone@walk.test", None, name_zh="独", name_en="Alone")
    return world, {name: (user, _client(user)) for name, user in people.items()}


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def force(row: Any, state: str) -> None:
    """Any state whatever the way to it: the triggers look away."""
    with triggers_off(type(row)):
        type(row).objects.filter(pk=row.pk).update(state=state)


def states_of(model: Any) -> list[str]:
    return [name for name, _label in model._meta.get_field("state").choices]


def objects(world: Any) -> Iterator[tuple[str, Any, str]]:
    """Kind, record and state, one after the other; the record is in that state when it is given."""
    yield "anybody", None, ""
    target = organisation("verification_body", "Walked", "WALK-TARGET")
    member(target, Role.ADMINISTRATOR)
    for state in states_of(Organisation):
        for each in (target, world.organisation(VALIDATOR)):
            force(each, state)
            yield "organisation", Organisation.objects.get(pk=each.pk), state
            force(each, "approved")
    given = Accreditation.objects.filter(organisation=world.organisation(VALIDATOR)).first()
    for state in states_of(Accreditation):
        force(given, state)
        yield "accreditation", Accreditation.objects.get(pk=given.pk), state
    maker = Journey.__new__(Journey)
    maker.people = world
    project = maker._draft("walked")
    force(project, "registered")
    station = create_station(
        actor=world.actor("editor"), project=Project.objects.get(pk=project.pk), code="W-1", name_zh="站", name_en="S",
        longitude_deg=project_point()[0], latitude_deg=project_point()[1], zone="Asia/Shanghai",
        catchment_area_km2=project.area_km2,
    )  # fmt: skip
    period = open_period(
        actor=world.actor("editor"), project=Project.objects.get(pk=project.pk), station=station,
        first_day=FIRST_DAY, last_day=LAST_DAY,
    )  # fmt: skip
    for state in states_of(Project):
        force(project, state)
        yield "project", Project.objects.get(pk=project.pk), state
        yield "station", Station.objects.get(pk=station.pk), state
    force(project, "registered")
    yield from judged(world, project)
    yield from asked(world, project)
    sealed = {
        "bundle_digest": "0" * 64,
        "bundle_sha256": "0" * 64,
        "sealed_at": clock.now(),
        "sealed_by": world.users["editor"],
    }
    for state in states_of(MonitoringPeriod):
        if not _possible(period, state, {} if state == "open" else sealed):
            continue  # the state needs a run or an opinion beside it; table.py goes the whole way
        yield "period", MonitoringPeriod.objects.get(pk=period.pk), state


def asked(world: Any, project: Project) -> Iterator[tuple[str, Any, str]]:
    """A renewal, and a change to the walkers' other developer, in every state."""
    asker, clerk, signer = world.users["representative"], world.users["clerk"], world.users["validation_lead"]
    renewal = Renewal.objects.create(
        project=project, starts_on="2031-05-01", ends_on="2041-04-30", baseline="B", additionality="A",
        methodology_id="KCS-ENH-BACI", methodology_version="1.1.0", methodology_digest="0" * 64, requested_by=asker,
    )  # fmt: skip
    change = ChangeOfProponent.objects.create(
        project=project, from_organisation=project.proponent, requested_by=asker, reason="Sold.",
        to_organisation=Organisation.objects.get(registration_code="WALK-DEVELOPER".upper()),
    )  # fmt: skip
    complaint = file_complaint(actor=PUBLIC, subject_kind="project", subject_ref=project.code, text="It is wrong.")
    other = world.users["approver"]  # who took a decision never answers for it
    answered = {
        "answered_by": other, "answered_at": clock.now(), "reply_until": "2026-12-31", "closed_by": other,
        "closed_at": clock.now(), "decided_by_ids": [clerk.pk],
    }  # fmt: skip
    for row, kind, kept in (
        (complaint.complaint, "complaint", answered),
        (renewal, "renewal", {"decided_by": clerk}),
        (change, "proponent_change", {"decided_by": clerk, "countersigned_by": signer}),
    ):
        for state in states_of(type(row)):
            with triggers_off(type(row)):
                type(row).objects.filter(pk=row.pk).update(state=state, **kept)
            yield kind, type(row).objects.get(pk=row.pk), state


def judged(world: Any, project: Project) -> Iterator[tuple[str, Any, str]]:
    """A validation by the walkers' own body, and a finding of it, in every state."""
    person = world.users["validation_lead"]
    task = Assignment.objects.create(
        task="validation",
        project=project,
        body=world.organisation(VALIDATOR),
        proposed_by=world.users["representative"],
    )
    kept = {"confirmed_by": world.users["clerk"], "accepted_by": person, "declaration": "None."}
    with triggers_off(Assignment):
        Assignment.objects.filter(pk=task.pk).update(state="accepted", **kept)
    finding = Finding.objects.create(
        assignment=task, kind="far", number="FAR-1", requirement="6.2", statement="Found.", due_on="2026-12-31",
        severity="minor", raised_by=person,
    )  # fmt: skip
    for state in states_of(Finding):
        with triggers_off(Finding):
            kind = "car" if state == "moved" else "far"  # only a CAR or CL goes on in the next revision
            Finding.objects.filter(pk=finding.pk).update(
                state=state, kind=kind, closed_by=person, closed_at=clock.now()
            )
        yield "finding", Finding.objects.get(pk=finding.pk), state
    for state in states_of(Assignment):
        force(task, state)
        yield "assignment", Assignment.objects.get(pk=task.pk), state


def _possible(period: Any, state: str, kept: dict[str, Any]) -> bool:
    with triggers_off(MonitoringPeriod):
        try:
            with transaction.atomic():
                MonitoringPeriod.objects.filter(pk=period.pk).update(state=state, **kept)
        except IntegrityError:
            return False
    return True


def project_point() -> tuple[Any, Any]:
    from decimal import Decimal

    return Decimal("108.84"), Decimal("27.70")


def wrong_answer(status: int, actor: Actor, line: Line, obj: Any) -> str:
    """Why this status is wrong, or nothing."""
    if status >= 500:
        return "a fault"
    if obj is None:
        return "" if status == 200 else "not the narrowed list"
    if not may(actor, line.view or obj.view_action, obj):
        return "" if status == 404 else "it tells of what this actor may not see"
    if not may(actor, line.action, obj):
        return "" if status == 403 else "it should be refused"
    return "it should not be refused" if status in (401, 403, 404) else ""


def test_every_endpoint_is_walked_or_named():
    named = {name for lines in WALK.values() for line in lines for name in line.names}
    endpoints = {name.removeprefix("api:") for name in names_of(get_resolver().url_patterns) if name.startswith("api:")}
    assert endpoints == named | WALKED_ELSEWHERE


def test_the_walk(walkers):
    world, people = walkers
    wrong, walked, cells = [], 0, 0
    for kind, obj, state in objects(world):
        for line in WALK[kind]:
            for name in line.names:
                url = reverse(f"api:{name}", args=line.args(obj))
                for who, (user, client) in people.items():
                    cells += 1
                    if (cells * 7) % EVERY:
                        continue
                    walked += 1
                    actor = PUBLIC if user is None else actor_of(user)
                    sent = {} if line.method == "get" else {"data": SENT, "content_type": "application/json"}
                    with transaction.atomic():
                        answer = getattr(client, line.method)(
                            url, headers={"idempotency-key": f"walk-{cells:08d}"}, **sent
                        )
                        transaction.set_rollback(True)
                    why = wrong_answer(answer.status_code, actor, line, obj)
                    if why:
                        wrong.append(f"{who} {line.method} {url} ({state}): {answer.status_code}, {why}")
    print(f"permission walk: {walked} of {cells} cells")
    assert wrong[:40] == []
    assert walked * EVERY > cells * 0.9


def test_an_invitation_is_nobodys_but_its_organisations(walkers):
    _world, people = walkers
    target = Organisation.objects.get(registration_code="WALK-DEVELOPER".lower().upper())
    boss, client = people["other developer administrator"]
    made = Invitation.objects.create(
        organisation=target, email="x@y.test", roles=["editor"], token_sha256="0" * 64, expires_at="2099-01-01T00:00Z"
    )
    url = reverse("api:invitation_withdraw", args=[made.pk])
    for who, (user, other) in people.items():
        if user is not None and user.pk == boss.pk:
            continue
        expected = 403 if "authority" in who and "administrator" not in who else 404
        if user is not None and actor_of(user).organisation_id == target.pk:
            expected = 403
        status = other.post(
            url, {}, content_type="application/json", headers={"idempotency-key": "walk-invite"}
        ).status_code
        assert status == expected, who
    assert (
        client.post(url, {}, content_type="application/json", headers={"idempotency-key": "walk-invite"}).status_code
        == 200
    )
