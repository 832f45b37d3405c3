"""Who may judge: each rule of independence refuses under its own name, and each step is one role's."""

from datetime import date, timedelta

import pytest

from mrv.periods.selectors import period_for
from mrv.verification import independence, selectors, services
from mrv.verification.models import Assignment
from registry.audit.models import Event
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.organisations.models import Accreditation, Membership, Organisation, User
from registry.organisations.services import grant_accreditation
from registry.projects.models import Validation
from tests.mrv.bodies import DECLARATION
from tests.people import developer, member, official, verification_body

pytestmark = pytest.mark.django_db


def codes(court, body: Organisation, task: str = "verification") -> set[str]:
    return {refusal.code for refusal in independence.refusals(body=body, project=court.site.project, task=task)}


def validated_by(court, body: Organisation) -> None:
    Validation.objects.create(
        project=court.site.project,
        body=body,
        statement_number="VAL-1",
        positive=True,
        conclusion_zh="符合",
        conclusion_en="conforms",
        signed_by=[1, 2],
        signed_at=clock.now(),
    )


# --- independence ---------------------------------------------------------------------------------------


def test_a_body_that_no_rule_names_may_take_the_task(jiangkou):
    assert codes(jiangkou, jiangkou.body) == set()
    assert jiangkou.body in selectors.bodies_for(jiangkou.site.project, "verification")


def test_a_body_without_the_scope_is_refused(jiangkou):
    only_validates = verification_body("Validates only", "VVB-1", "validation")
    assert codes(jiangkou, only_validates) == {"BODY_NOT_ACCREDITED"}
    assert codes(jiangkou, only_validates, "validation") == set()


def test_accreditation_counts_on_the_registrys_day(jiangkou):
    body = verification_body("Until next month", "VVB-2")
    today = clock.today()
    grant_accreditation(
        actor=official(Role.APPROVER),
        organisation=body,
        scope="verification",
        valid_from=today,
        valid_to=today + timedelta(days=30),
    )
    assert codes(jiangkou, body) == set()
    clock.advance_to(clock.now() + timedelta(days=32))
    assert codes(jiangkou, body) == {"BODY_NOT_ACCREDITED"}


def test_accreditation_is_asked_again_at_every_signature(jiangkou):
    opinion_waits = jiangkou.recomputed()
    clock.advance_to(clock.now() + timedelta(days=365 * 80))
    assert not Accreditation.objects.filter(organisation=jiangkou.body, valid_to__gte=clock.today()).exists()
    with pytest.raises(Refusal) as refused:
        jiangkou.signed(opinion_waits)
    assert refused.value.code == "BODY_NOT_ACCREDITED"


def test_who_validated_the_project_does_not_verify_it(jiangkou):
    validated_by(jiangkou, jiangkou.validator)
    assert codes(jiangkou, jiangkou.validator) == {"BODY_VALIDATED_PROJECT"}
    with pytest.raises(Refusal) as refused:
        services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.validator)
    assert refused.value.code == "BODY_VALIDATED_PROJECT"
    assert not Assignment.objects.filter(body=jiangkou.validator).exists(), "nothing half-made"


def test_nobody_judges_the_own_project(jiangkou):
    own = jiangkou.site.project.proponent
    assert codes(jiangkou, own) == {"NOT_AN_APPROVED_BODY", "BODY_DEVELOPED_PROJECT"}


def test_shared_staff_is_refused_now_and_for_three_years(jiangkou):
    person = User.objects.get(pk=jiangkou.lead.user_id)
    both = Membership.objects.create(user=person, organisation=jiangkou.site.project.proponent, role=Role.EDITOR)
    assert codes(jiangkou, jiangkou.body) == {"BODY_SHARES_STAFF"}
    both.ended_at = clock.now()
    both.save()
    assert codes(jiangkou, jiangkou.body) == {"BODY_SHARES_STAFF"}, "the link outlives the membership"
    clock.advance_to(clock.now() + independence.STAFF_COOLING + timedelta(days=1))
    assert "BODY_SHARES_STAFF" not in codes(jiangkou, jiangkou.body)


# --- the way of an assignment ---------------------------------------------------------------------------


def test_the_way_to_acceptance_opens_the_evidence_step_by_step(jiangkou):
    assignment = services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.body)
    with pytest.raises(NotVisible):
        selectors.assignment_for(jiangkou.lead, assignment.pk)
    assert not selectors.visible_assignments(jiangkou.lead).exists(), "lists do not leak what rows refuse"
    services.confirm(actor=jiangkou.clerk, assignment=assignment)
    assert selectors.assignment_for(jiangkou.lead, assignment.pk) == assignment
    assert period_for(jiangkou.lead, jiangkou.period.pk) == jiangkou.period
    services.accept(actor=jiangkou.lead, assignment=assignment, declaration=DECLARATION)
    assert jiangkou.fresh().state == "under_verification"
    acts = Event.objects.filter(object_type="verification.Assignment", object_id=str(assignment.pk))
    assert list(acts.order_by("id").values_list("action", flat=True)) == [
        "verification.propose",
        "verification.confirm",
        "verification.accept",
    ]


@pytest.mark.parametrize("act", ["propose", "confirm", "accept", "recompute", "sign", "countersign"])
def test_every_step_is_one_roles(jiangkou, act):
    """404 for whom the record is none of their business, 403 for who may see it but not do this."""
    stranger = member(developer("Another", "DEV-9"), Role.REPRESENTATIVE)
    assignment = jiangkou.recomputed() if act != "propose" else None
    opinion = jiangkou.signed(assignment) if act == "countersign" else None
    calls = {
        "propose": (
            lambda actor: services.propose_verification(actor=actor, period=jiangkou.period, body=jiangkou.body),
            [jiangkou.clerk, member(jiangkou.site.project.proponent, Role.EDITOR)],
        ),
        "confirm": (
            lambda actor: services.confirm(actor=actor, assignment=assignment),
            [jiangkou.owner, jiangkou.lead],
        ),
        "accept": (
            lambda actor: services.accept(actor=actor, assignment=assignment, declaration="x"),
            [jiangkou.owner, jiangkou.clerk, jiangkou.reviewer],
        ),
        "recompute": (
            lambda actor: services.record_recomputation(actor=actor, assignment=assignment, result_digest="0" * 64),
            [jiangkou.owner, jiangkou.clerk, jiangkou.reviewer],
        ),
        "sign": (
            lambda actor: services.sign_opinion(
                actor=actor, assignment=assignment, positive=True, reasons_zh="是", reasons_en="yes"
            ),
            [jiangkou.owner, jiangkou.clerk, jiangkou.reviewer],
        ),
        "countersign": (
            lambda actor: services.countersign_opinion(actor=actor, opinion=opinion),
            [jiangkou.owner, jiangkou.clerk, jiangkou.lead],
        ),
    }
    call, seeing = calls[act]
    for actor in (PUBLIC, stranger):
        with pytest.raises(NotVisible):
            call(actor)
    for actor in seeing:
        with pytest.raises(NotAllowed):
            call(actor)


def test_a_lead_verifier_of_another_body_sees_nothing(jiangkou):
    assignment = jiangkou.accepted()
    other = member(jiangkou.validator, Role.LEAD_VERIFIER)
    with pytest.raises(NotVisible):
        services.record_recomputation(actor=other, assignment=assignment, result_digest="0" * 64)
    with pytest.raises(NotVisible):
        period_for(other, jiangkou.period.pk)


def test_one_body_at_a_time_until_it_declines_or_is_withdrawn(jiangkou):
    first = jiangkou.confirmed()
    with pytest.raises(Refusal) as refused:
        services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.validator)
    assert refused.value.code == "ALREADY_ASSIGNED"
    services.decline(actor=jiangkou.lead, assignment=first, reason="No capacity this month.")
    assert jiangkou.fresh().verifier is None, "the body no longer sees the period"
    with pytest.raises(NotVisible):
        period_for(jiangkou.lead, jiangkou.period.pk)
    second = services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.validator)
    services.withdraw(actor=jiangkou.owner, assignment=second, reason="Chosen by mistake.")
    assert jiangkou.confirmed().state == "confirmed"


def test_acceptance_needs_its_declaration_and_its_state(jiangkou):
    assignment = jiangkou.confirmed()
    with pytest.raises(InvalidInput) as refused:
        services.accept(actor=jiangkou.lead, assignment=assignment, declaration="  ")
    assert refused.value.code == "DECLARATION_MISSING"
    services.accept(actor=jiangkou.lead, assignment=assignment, declaration=DECLARATION)
    with pytest.raises(IllegalTransition):
        services.decline(actor=jiangkou.lead, assignment=assignment, reason="too late")


def test_nothing_is_proposed_before_the_submission(jiangkou):
    # The last months of the crediting period: no day in common with the submitted one.
    later = jiangkou.site.period(first_day=date(2022, 1, 1), last_day=date(2022, 1, 31))
    with pytest.raises(Refusal) as refused:
        services.propose_verification(actor=jiangkou.owner, period=later, body=jiangkou.body)
    assert refused.value.code == "PERIOD_NOT_SUBMITTED"
