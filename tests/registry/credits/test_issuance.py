"""From a verified outcome to credits: two persons, whole tonnes, once."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.audit.models import Event
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.credits import ledger, selectors, services
from registry.credits.handover import VerifiedOutcome
from registry.credits.models import Account, Entry, Holding, Issuance, IssuanceRequest, Remainder
from registry.projects.models import Project
from tests.people import member, official
from tests.registry.credits.world import (
    EAST_EIGHT,
    approver,
    issue,
    one_world,
    outcome,
    registered_project,
    registrar,
    verifying_body,
)

pytestmark = pytest.mark.django_db
YEARS = count(1971)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield registered_project().pk


@pytest.fixture
def project(world, db):
    return Project.objects.get(pk=world)


def code_of(refusal) -> str:
    return refusal.value.code


def test_two_officials_issue_whole_tonnes_with_serials_and_a_buffer_share(project):
    issuance = issue(outcome(project, "203.6"))
    connection.check_constraints()  # what COMMIT would check
    assert (issuance.quantity_t, issuance.buffer_t) == (203, 21)
    held = list(Holding.objects.order_by("serials"))
    assert [(h.status, h.quantity_t, h.vintage, h.account.kind) for h in held] == [
        ("active", 182, 2021, "holder"),
        ("buffer", 21, 2021, "buffer"),
    ]
    assert held[0].account.owner == project.proponent
    assert held[0].last_serial + 1 == held[1].first_serial
    assert held[0].printed_serials == f"KCR-CN-520621-0001-2021-{issuance.first_serial}-{issuance.first_serial + 181}"
    assert [block.printed for block in issuance.blocks()] == [
        f"KCR-CN-520621-0001-2021-{issuance.first_serial}-{issuance.last_serial}"
    ]


def test_every_act_is_in_the_audit_log(project):
    issue(outcome(project))
    acts = set(Event.objects.filter(action__startswith="credits.").values_list("action", flat=True))
    assert acts == {
        "credits.prepare_issuance",
        "credits.approve_issuance",
        "credits.issue",
        "credits.carry_remainder",
        "credits.open_account",
    }


def test_the_outcome_survives_the_request_unchanged(project):
    verified = outcome(project, certificate_figures={"figures": [{"key": "runoff", "value": "592.6"}]})
    request = services.prepare_issuance(actor=registrar(), outcome=verified, confirmed_quantity=203)
    assert IssuanceRequest.objects.get(pk=request.pk).verified_outcome == verified


def test_serials_continue_without_a_gap_over_projects(project):
    first = issue(outcome(project))
    second = issue(outcome(registered_project("DEV-2")))
    assert second.first_serial == first.last_serial + 1


def test_the_same_person_cannot_prepare_and_approve(project):
    both = official(Role.REGISTRAR, Role.APPROVER)
    request = services.prepare_issuance(actor=both, outcome=outcome(project), confirmed_quantity=203)
    with pytest.raises(NotAllowed) as refusal:
        services.approve_issuance(actor=both, request=request, confirmed_quantity=203)
    assert code_of(refusal) == "SEPARATION_OF_DUTIES"
    with pytest.raises(NotAllowed) as refusal:
        services.return_issuance(actor=both, request=request, reason="wrong")
    assert code_of(refusal) == "SEPARATION_OF_DUTIES"
    assert not Issuance.objects.exists()


@pytest.mark.parametrize("roles", [(Role.APPROVER,), (Role.REVIEWER,), (Role.AUDITOR,)])
def test_only_the_registrar_prepares(project, roles):
    with pytest.raises(NotAllowed):
        services.prepare_issuance(actor=official(*roles), outcome=outcome(project), confirmed_quantity=203)


@pytest.mark.parametrize("roles", [(Role.REGISTRAR,), (Role.REVIEWER,), (Role.AUDITOR,)])
def test_only_the_approver_approves(project, roles):
    request = services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=203)
    with pytest.raises(NotAllowed):
        services.approve_issuance(
            actor=official(*roles, email="other@authority.test"), request=request, confirmed_quantity=203
        )


def test_nobody_of_the_proponent_or_the_verification_body_decides(project):
    verified = outcome(project)
    request = services.prepare_issuance(actor=registrar(), outcome=verified, confirmed_quantity=203)
    owner = member(project.proponent, Role.REPRESENTATIVE)
    verifier = member(verifying_body(), Role.LEAD_VERIFIER)
    with pytest.raises(NotAllowed):
        services.approve_issuance(actor=owner, request=request, confirmed_quantity=203)
    with pytest.raises(NotVisible):
        services.approve_issuance(actor=verifier, request=request, confirmed_quantity=203)
    # even with an approver's role, whoever belongs to one of the two, or signed the opinion, is refused
    official_of = approver()
    for other in (
        replace(official_of, organisation_id=project.proponent_id),
        replace(official_of, organisation_id=verified.verification_body_id),
        replace(official_of, user_id=verified.signed_by[0]),
    ):
        with pytest.raises(NotAllowed) as refusal:
            services.approve_issuance(actor=other, request=request, confirmed_quantity=203)
        assert code_of(refusal) == "INTERESTED_PARTY"


@pytest.mark.parametrize("typed", [202, 204, 182])
def test_a_wrong_confirmation_is_refused_by_either(project, typed):
    with pytest.raises(InvalidInput):
        services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=typed)
    request = services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=203)
    with pytest.raises(InvalidInput) as refusal:
        services.approve_issuance(actor=approver(), request=request, confirmed_quantity=typed)
    assert code_of(refusal) == "QUANTITY_NOT_CONFIRMED"


@pytest.mark.parametrize(
    ("creditable", "changes", "code"),
    [
        ("203.6", {"outcome": "statement"}, "STATEMENT_ONLY"),
        ("0", {"reason_codes": ("BASELINE_ABOVE_FLUX",)}, "NOTHING_CREDITABLE"),
        ("0.7", {}, "LESS_THAN_A_TONNE"),
    ],
)
def test_nothing_to_issue_says_why(project, creditable, changes, code):
    with pytest.raises(Refusal) as refusal:
        services.prepare_issuance(
            actor=registrar(), outcome=outcome(project, creditable, **changes), confirmed_quantity=0
        )
    assert code_of(refusal) == code
    assert not IssuanceRequest.objects.exists()
    if code == "NOTHING_CREDITABLE":
        assert "BASELINE_ABOVE_FLUX" in str(refusal.value)


def test_a_period_issues_once(project):
    verified = outcome(project)
    issue(verified)
    overlapping = replace(
        verified,
        period_start=verified.period_end - timedelta(days=1),
        period_end=datetime(2022, 6, 1, tzinfo=EAST_EIGHT),
        statement_number="VS-other",
    )
    for again in (verified, overlapping):
        with pytest.raises(Refusal) as refusal:
            services.prepare_issuance(actor=registrar(), outcome=again, confirmed_quantity=203)
        assert code_of(refusal) == "PERIOD_ALREADY_ISSUED"


def test_approving_twice_gives_the_same_issuance_and_nobody_else_may_repeat_it(project):
    request = services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=203)
    first = services.approve_issuance(actor=approver(), request=request, confirmed_quantity=203)
    assert services.approve_issuance(actor=approver(), request=request, confirmed_quantity=203) == first
    with pytest.raises(IllegalTransition):
        services.approve_issuance(
            actor=official(Role.APPROVER, email="third@authority.test"), request=request, confirmed_quantity=203
        )
    assert (Issuance.objects.count(), Entry.objects.count(), selectors.issued_t()) == (1, 1, 203)


def test_preparing_twice_gives_the_same_request_but_another_person_is_told(project):
    verified = outcome(project)
    first = services.prepare_issuance(actor=registrar(), outcome=verified, confirmed_quantity=203)
    assert services.prepare_issuance(actor=registrar(), outcome=verified, confirmed_quantity=203) == first
    with pytest.raises(Refusal) as refusal:
        services.prepare_issuance(
            actor=official(Role.REGISTRAR, email="second@authority.test"), outcome=verified, confirmed_quantity=203
        )
    assert code_of(refusal) == "ISSUANCE_ALREADY_PREPARED"


def test_a_returned_request_keeps_its_reason_and_the_period_may_be_asked_for_again(project):
    request = services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=203)
    with pytest.raises(InvalidInput):
        services.return_issuance(actor=approver(), request=request, reason=" ")
    request = services.return_issuance(actor=approver(), request=request, reason="the notice is not over")
    assert (request.state, request.reason) == ("returned", "the notice is not over")
    with pytest.raises(IllegalTransition):
        services.approve_issuance(actor=approver(), request=request, confirmed_quantity=203)
    assert issue(outcome(project)).quantity_t == 203


def test_a_reviewer_may_return_but_a_proponent_or_another_registrar_may_not(project):
    request = services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=203)
    for other in (
        member(project.proponent, Role.REPRESENTATIVE),
        official(Role.REGISTRAR, email="second@authority.test"),
    ):
        with pytest.raises(NotAllowed):
            services.return_issuance(actor=other, request=request, reason="no")
    assert services.return_issuance(actor=official(Role.REVIEWER), request=request, reason="no").state == "returned"


def test_a_project_that_is_not_registered_issues_nothing(project):
    request = services.prepare_issuance(actor=registrar(), outcome=outcome(project), confirmed_quantity=203)
    Project.objects.filter(pk=project.pk).update(state="suspended")
    with pytest.raises(Refusal) as refusal:
        services.approve_issuance(actor=approver(), request=request, confirmed_quantity=203)
    assert code_of(refusal) == "PROJECT_NOT_REGISTERED"


def test_the_remainder_is_carried_to_the_projects_next_issuance_only(project):
    other = registered_project("DEV-2")
    assert issue(outcome(project, "203.6")).quantity_t == 203
    assert issue(outcome(other, "10.5")).quantity_t == 10
    assert issue(outcome(project, "100.45", year=2022)).quantity_t == 101
    assert issue(outcome(project, "1.949999999999", year=2023)).quantity_t == 1
    chain = Remainder.objects.filter(project=project).values_list("carried_in_t", "issued_t", "carried_out_t")
    assert list(chain) == [
        (Decimal(0), 203, Decimal("0.6")),
        (Decimal("0.6"), 101, Decimal("0.05")),
        (Decimal("0.05"), 1, Decimal("0.999999999999")),
    ]


def test_a_remainder_that_changed_after_preparation_is_noticed(project):
    late = outcome(project, "50.5", year=2022)
    request = services.prepare_issuance(actor=registrar(), outcome=late, confirmed_quantity=50)
    issue(outcome(project, "203.6"))
    with pytest.raises(Refusal) as refusal:
        services.approve_issuance(actor=approver(), request=request, confirmed_quantity=50)
    assert code_of(refusal) == "QUANTITY_CHANGED"


def test_too_little_for_a_tonne_is_carried_once_by_its_statement(project):
    small = outcome(project, "0.7")
    row = services.carry_fraction(actor=approver(), outcome=small)
    assert services.carry_fraction(actor=approver(), outcome=small) == row
    assert row.carried_out_t == Decimal("0.7")
    assert issue(outcome(project, "1.4", year=2022)).quantity_t == 2
    with pytest.raises(Refusal):
        services.carry_fraction(actor=approver(), outcome=outcome(project, "5", year=2023))


def test_a_period_over_two_years_issues_by_vintage_with_one_range_each(project):
    verified = outcome(
        project,
        "205.4",
        period_start=datetime(2021, 5, 1, tzinfo=EAST_EIGHT),
        period_end=datetime(2022, 5, 1, tzinfo=EAST_EIGHT),
        vintages=((2021, Decimal("0.7651")), (2022, Decimal("0.2349"))),
    )
    issuance = issue(verified)
    connection.check_constraints()
    blocks = issuance.blocks()
    assert [(b.vintage, b.last - b.first + 1) for b in blocks] == [(2021, 157), (2022, 48)]
    assert blocks[1].first == blocks[0].last + 1
    assert (str(issuance.first_day), str(issuance.last_day)) == ("2021-05-01", "2022-04-30")
    held = [(h.vintage, h.status, h.quantity_t) for h in Holding.objects.order_by("serials")]
    assert held == [(2021, "active", 141), (2021, "buffer", 16), (2022, "active", 43), (2022, "buffer", 5)]


def test_all_buffer_or_no_buffer(project):
    assert issue(outcome(project, "3", buffer_share=Decimal(0))).buffer_t == 0
    assert not Account.objects.filter(kind="buffer").exists()
    assert issue(outcome(project, "3", year=2022, buffer_share=Decimal(1))).buffer_t == 3
    connection.check_constraints()


@pytest.mark.parametrize(
    "fault",
    [
        {"creditable_t": 203.6},
        {"creditable_t": Decimal("NaN")},
        {"creditable_t": Decimal("-1")},
        {"creditable_t": Decimal("1.0000000000001")},
        {"outcome": "perhaps"},
        {"period_end": datetime(2020, 1, 1, tzinfo=EAST_EIGHT)},
        {"period_start": datetime(2021, 1, 1)},
        {"vintages": ()},
        {"vintages": ((2022, Decimal(1)), (2021, Decimal(1)))},
        {"buffer_share": Decimal("1.1")},
    ],
)
def test_an_outcome_that_contradicts_itself_cannot_be_made(project, fault):
    with pytest.raises(ValueError, match=r"."):
        outcome(project, **fault)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.decimals(min_value=0, max_value=3000, places=6), min_size=1, max_size=6))
def test_any_sequence_of_periods_neither_makes_nor_loses_a_tonne(project, quantities):
    """Run inside one transaction that hypothesis shares: each example continues the same project."""
    for quantity in quantities:
        verified = outcome(project, f"{quantity:f}", year=next(YEARS))
        plan = services.plan_issuance(project, verified)
        if plan.total_t:
            issue(verified)
        else:
            services.carry_fraction(actor=approver(), outcome=verified)
    connection.check_constraints()
    rows = Remainder.objects.filter(project=project)
    earned = sum((row.creditable_t for row in rows), Decimal(0))
    carried = rows.order_by("number").last().carried_out_t if rows else Decimal(0)
    held = sum(holding.quantity_t for holding in Holding.objects.filter(closed_by__isnull=True))
    assert earned == selectors.issued_t() + carried
    assert held == selectors.issued_t()
    assert ledger.check().differences == ()
    assert VerifiedOutcome.from_plain(verified.as_plain()) == verified
