"""The permission walk: every endpoint of the API x every role x own and other organisation x every state.

What must come out is read from the one permission table (``registry.core.permissions``): what an actor may not see is
404, what it may see and not do is 403, everything else is neither and never a fault. An endpoint that ``WALK`` does
not name fails the test. The pages have a table of their own with answers written by hand (``table.py``).
``make test`` walks a sample, ``KCR_LONG`` every cell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from tests.web.world import FIRST_DAY, LAST_DAY, Journey

pytestmark = pytest.mark.django_db
EVERY = 1 if os.environ.get("KCR_LONG") else 23
"""One cell of so many is walked in ``make test``; which ones differs from endpoint to endpoint."""
SENT = {
    "reason": "A reason.", "role": "editor", "email": "walk@person.test", "roles": ["editor"], "scope": "validation",
    "valid_from": "2026-01-01", "valid_to": "2026-12-31", "kind": "vegetation", "body": 1, "station": 1,
    "first_day": "2021-06-01", "last_day": "2021-06-30", "declaration": "None.", "result_digest": "0" * 64,
    "positive": True, "reasons_zh": "好", "reasons_en": "Good", "confirmed_quantity": 1, "requirement": "6.2",
    "statement": "Found.", "text": "Said.", "description": "Done.",
    "baseline": "B", "additionality": "A", "to_organisation": 1,
    "outcome": "upheld", "conclusion": "Heard and closed.",
    "region": "", "item": "a-boundary", "verdict": "satisfied", "seed": "walk",
}  # fmt: skip
"""Something for every field: a refusal then speaks of the right, not of what was sent."""


@dataclass(frozen=True)
class Line:
    """``action`` is what the table is asked for on the object; a list (``narrowed``) only leaves rows out."""

    names: tuple[str, ...]
    args: Callable[[Any], tuple[Any, ...]]
    action: str = ""
    method: str = "get"
    narrowed: bool = False
    view: str = ""
    """By what it is seen, where not by the object's own view action."""


def none(_obj: Any) -> tuple[()]:
    return ()


def pk(obj: Any) -> tuple[int]:
    return (obj.pk,)


def code(obj: Any) -> tuple[str]:
    return (obj.code,)


def number(obj: Any) -> tuple[str]:
    return (obj.number,)


def acts(kind: str, names: str, args: Callable[[Any], tuple[Any, ...]], action: str) -> Line:
    return Line(tuple(f"{kind}_{name}" for name in names.split()), args, action, "post")


ANYBODY = (
    Line(
        ("organisations", "projects", "methodologies", "periods", "assignments", "holdings", "accounts"),
        none,
        narrowed=True,
    ),
    Line(("complaints", "certificates", "findings", "log_checkpoints", "log_keys"), none, narrowed=True),
    Line(("retirements", "cancellations", "listings", "transfers"), none, narrowed=True),
    Line(("freezes", "reversals", "facts", "buy_requests", "reference_prices", "calendar"), none, narrowed=True),
)
ORGANISATION = (
    Line(("organisation", "accreditations"), pk, "organisations.view"),
    Line(("members",), pk, "organisations.view_members"),
    Line(("invitations",), pk, "organisations.invite"),
    Line(("invitations",), pk, "organisations.invite", "post"),
    Line(("accreditations",), pk, "accreditations.grant", "post"),
    acts("organisation", "approve refuse", pk, "organisations.decide"),
    acts("organisation", "suspend reinstate", pk, "organisations.suspend"),
    acts("organisation", "close", pk, "organisations.close"),
    acts(
        "member",
        "grant-role end-role",
        lambda row: (row.pk, row.memberships.first().user_id),
        "organisations.change_roles",
    ),
)
ACCREDITATION = (acts("accreditation", "suspend reinstate end", pk, "accreditations.decide"),)
PROJECT = (
    Line(("project", "documents", "issuances", "stations", "project_periods"), code, "projects.view"),
    acts("project", "submit", code, "projects.submit"),
    acts("project", "open-comment", code, "projects.open_comment"),
    acts("project", "close-comment", code, "projects.close_comment"),
    acts("project", "register", code, "projects.register"),
    acts("project", "return", code, "projects.return"),
    acts("project", "reject", code, "projects.reject"),
    acts("project", "withdraw", code, "projects.withdraw"),
    acts("project", "suspend reinstate", code, "projects.suspend"),
    acts("project", "complete", code, "projects.complete"),
    acts("project", "revoke confirm-revocation drop-revocation", code, "projects.revoke"),
    Line(("renewals", "proponent_changes"), code, "projects.view"),
    Line(("renewals",), code, "projects.request_renewal", "post"),
    Line(("proponent_changes",), code, "projects.request_change", "post"),
    Line(("comments",), code, "projects.view"),
    Line(("comments",), code, "projects.comment", "post"),
    Line(("boundaries", "overlaps", "project_file"), code, "projects.view"),
    Line(("boundaries", "overlaps"), code, "projects.edit", "post"),
    Line(
        ("project_facts", "programmes", "safeguards", "baseline", "additionality", "estimates"),
        code,
        "projects.edit",
        "post",
    ),
    Line(("document_file",), lambda row: (row.code, row.documents.first().pk), "projects.view"),
)
RENEWAL = (
    Line(("renewal",), pk, "projects.view_request"),
    acts("renewal", "approve refuse", pk, "projects.decide_request"),
    acts("renewal", "return", pk, "projects.return_request"),
    acts("renewal", "withdraw", pk, "projects.withdraw_request"),
)
PROPONENT_CHANGE = (
    Line(("proponent_change",), pk, "projects.view_request"),
    acts("proponent_change", "approve refuse", pk, "projects.decide_request"),
    acts("proponent_change", "return", pk, "projects.return_request"),
    acts("proponent_change", "countersign decline", pk, "projects.countersign_change"),
    acts("proponent_change", "withdraw", pk, "projects.withdraw_request"),
)
COMPLAINT = (
    Line(("complaint",), number, "complaints.view"),
    acts("complaint", "answer close", number, "complaints.answer"),
    acts("complaint", "withhold show-again", number, "complaints.moderate"),
)
STATION = (
    Line(("station", "record_files", "sensors", "deployments", "visits"), pk, "stations.view"),
    acts("station", "place", pk, "stations.equip"),
    Line(("sensors", "deployments", "station_tokens"), pk, "stations.equip", "post"),
    Line(("station_tokens",), pk, "stations.equip"),
    Line(("visits",), pk, "stations.visit", "post"),
    Line(("received_files",), pk, "uploads.create", view="uploads.create"),
    Line(("received_files",), pk, "uploads.create", "post", view="uploads.create"),
    Line(("attachments",), pk, "records.view", view="records.view"),
    Line(("attachments", "grids", "waiting_records"), pk, "records.create", "post", view="records.view"),
    Line(("rating_curves", "lab_reports", "ion_models"), pk, "quality.view", view="quality.view"),
    Line(("rating_curves", "weirs"), pk, "quality.fit", "post", view="quality.view"),
    Line(("lab_reports",), pk, "quality.attach", "post", view="quality.view"),
    Line(("ion_models", "ion_models_published"), pk, "quality.choose", "post", view="quality.view"),
)
ASSIGNMENT = (
    Line(("assignment",), pk, "verification.view"),
    acts("assignment", "confirm", pk, "verification.confirm"),
    acts("assignment", "accept decline", pk, "verification.accept"),
    acts("assignment", "withdraw", pk, "verification.withdraw"),
    acts("assignment", "recompute", pk, "verification.recompute"),
    acts("assignment", "sign", pk, "verification.sign"),
    Line(("raise_finding",), pk, "verification.raise_finding", "post"),
    Line(("workbench",), pk, "verification.view_checklist"),
    acts("workbench", "check draw-sample", pk, "verification.check"),
    acts("workbench", "recompute", pk, "verification.recompute"),
)
FINDING = (
    Line(("finding",), pk, "verification.view"),
    acts("finding", "answer", pk, "verification.answer_finding"),
    acts("finding", "close raise-again give-up", pk, "verification.judge_finding"),
    acts("finding", "remark", pk, "verification.remark"),
    acts("finding", "revise", pk, "verification.open_revision"),
    acts("finding", "close-carried", pk, "verification.close_carried"),
)
PERIOD = (
    Line(("period", "runs"), pk, "periods.view"),
    acts("period", "seal", pk, "periods.seal"),
    acts("period", "submit", pk, "periods.submit"),
)
WALKED_ELSEWHERE = {
    # what has no object, or whose objects need a whole period: by the tests of these rooms and by table.py
    "log_newest_checkpoint", "log_inclusion", "log_consistency", "log_cosignatures",
    "openapi", "docs", "me", "to_do", "invitation_withdraw", "methodology", "project_drafts", "account", "uploads",
    "upload", "upload_withdraw", "period_prepare", "period_reopen", "run", "result", "opinion_countersign",
    "opinion_send-back", "propose_validation", "propose_verification", "consultancies",
    "statement", "deadlines", "complaint_replies", "appeals", "workbench_check-pick", "comment_answer",
    "docket", "begin_review", "review", "review_prepare", "review_approve", "review_send-back", "review_return",
    "review_refuse", "review_hold", "review_lift", "docket_limits", "returned_item_answer",
    "methodology_impact", "methodology_start-impact", "methodology_test", "methodology_sign", "methodology_publish",
    "methodology_withdraw",
    "record_file", "record_file_withdraw", "record_file_settle", "record_file_import", "record_file_discard",
    # what hangs at a station, files that wait, curves and shifts: tests/mrv/stations/test_equipment_api.py and beside
    "calibrations", "deployment", "deployment_end", "station_token_revoke", "received_file", "received_file_settle",
    "received_file_columns", "received_file_import", "received_file_discard", "rating_shifts",
    "rating_shift_take-back",
    # certificates: tests/registry/certificates/test_certificate_api.py
    "certificate_supersede", "certificate_cancel", "account_statements", "retirement_file",
    # the ledger's records: tests/registry/credits/test_market_api.py; the review of readings: test_review_api.py
    "retirement", "transfer", "transfer_accept", "transfer_decline", "transfer_second", "transfer_withdraw", "by_key",
    "account_close", "account_open", "buy_request_agree", "buy_request_refuse", "buy_request_withdraw",
    "freeze_ask-release", "freeze_keep", "freeze_release", "listing_cancel", "listing_confirm", "listing_request",
    "report_reversal", "reversal", "reversal_confirm", "reversal_dismiss", "trusted", "trusted_remove",
    "review_act_undo", "review_acts", "review_tests", "period_name-station", "period_drop-station",
    "notices", "notices_all_read", "notices_settings", "notice_read",
    # the same for everybody, tests/mrv/province/test_overview.py
    "province_counties", "province_county", "province_years",
    # what is agreed with departments: tests/mrv/province/test_exchange.py
    "exchange_agreements", "exchange_agreement_end", "exchange_tables", "exchange_table",
    "province_areas", "province_area_end", "province_documents",  # test_areas.py and test_library.py beside it
}  # fmt: skip
WALK = {
    "anybody": ANYBODY, "organisation": ORGANISATION, "accreditation": ACCREDITATION, "project": PROJECT,
    "station": STATION, "period": PERIOD, "assignment": ASSIGNMENT, "finding": FINDING,
    "renewal": RENEWAL, "proponent_change": PROPONENT_CHANGE,
    "complaint": COMPLAINT,
}  # fmt: skip


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
