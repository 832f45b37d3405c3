"""From submission to the end of a revision: each move is one person's, and what was submitted stays as it was."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from calculations.bundle import read_kit
from mrv.periods import services
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import period_for
from mrv.runs import calculation
from registry.audit.models import Event
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import remembered_compute, site
from tests.people import developer, member, official, verification_body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


@pytest.fixture(autouse=True)
def each_calculation_once(monkeypatch):
    monkeypatch.setattr(calculation, "compute", remembered_compute)


def under_verification(jiangkou):
    period = jiangkou.submitted()
    body = verification_body()
    services.assign_verifier(actor=official(Role.REVIEWER), period=period, body=body)
    lead = member(body, Role.LEAD_VERIFIER)
    return services.begin_verification(actor=lead, period=period), lead


def test_the_good_way_to_issued_credits(jiangkou):
    period, lead = under_verification(jiangkou)
    with pytest.raises(NotVisible):
        period_for(PUBLIC, period.pk)
    services.raise_findings(actor=lead, period=period)
    services.resolve_findings(actor=lead, period=period)
    period = services.mark_verified(actor=lead, period=period)
    assert period.verified_at is not None
    assert period_for(PUBLIC, period.pk) == period, "under public notice from the opinion on"
    registrar = official(Role.REGISTRAR)
    services.begin_issuance_review(actor=registrar, period=period)
    period = services.return_to_verification(actor=registrar, period=period, reason="a row is unclear")
    assert (period.state, period.verified_at) == ("under_verification", None)
    services.mark_verified(actor=lead, period=period)
    services.begin_issuance_review(actor=registrar, period=period)
    period = services.mark_issued(actor=official(Role.APPROVER), period=period)
    assert period.state == "issued"
    acts = Event.objects.filter(object_type="periods.MonitoringPeriod", object_id=str(period.pk))
    assert acts.filter(action="periods.return").get().reason == "a row is unclear"


def test_an_inventory_ends_with_its_statement():
    inventory = site("KCS-INV")
    period, lead = under_verification(inventory)
    period = services.mark_verified(actor=lead, period=period)
    period = services.mark_statement_issued(actor=official(Role.REGISTRAR), period=period)
    assert period.state == "statement_issued"
    with pytest.raises(IllegalTransition):
        services.begin_issuance_review(actor=official(Role.REGISTRAR), period=period)


def test_a_rejected_span_is_free_again_as_the_next_revision_or_as_another_period(jiangkou):
    period, lead = under_verification(jiangkou)
    with pytest.raises(InvalidInput):
        services.mark_not_verified(actor=lead, period=period, reason=" ")
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.period(last_day=date(2021, 5, 30))
    assert refusal.value.code == "PERIOD_OVERLAPS"
    services.mark_not_verified(actor=lead, period=period, reason="the stage sensor was moved")
    again = jiangkou.period(last_day=date(2021, 5, 30))
    assert (again.number, again.revision, again.state) == (1, 2, "open")
    with pytest.raises(InvalidInput):
        jiangkou.period(date(2021, 5, 30), date(2021, 6, 30))
    assert jiangkou.period(date(2021, 5, 31), date(2021, 6, 30)).number == 2


def test_each_move_is_only_its_own_persons(jiangkou):
    period, lead = under_verification(jiangkou)
    other_lead = member(verification_body("Other", "VVB-2"), Role.LEAD_VERIFIER)
    with pytest.raises(NotVisible):
        services.mark_verified(actor=other_lead, period=period)
    for actor in (jiangkou.owner, official(Role.APPROVER)):
        with pytest.raises(NotAllowed):
            services.mark_verified(actor=actor, period=period)
    services.mark_verified(actor=lead, period=period)
    with pytest.raises(NotAllowed):
        services.begin_issuance_review(actor=lead, period=period)
    services.begin_issuance_review(actor=official(Role.REGISTRAR), period=period)
    for actor in (jiangkou.owner, lead, official(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            services.mark_issued(actor=actor, period=period)


def test_the_body_is_named_by_the_authority_and_stays_once_it_has_begun(jiangkou):
    period = jiangkou.submitted()
    body = verification_body()
    lead = member(body, Role.LEAD_VERIFIER)
    with pytest.raises(NotAllowed):
        services.assign_verifier(actor=jiangkou.owner, period=period, body=body)
    with pytest.raises(InvalidInput):
        services.assign_verifier(actor=official(Role.REVIEWER), period=period, body=developer("D", "DEV-5"))
    with pytest.raises(NotVisible):
        services.begin_verification(actor=lead, period=period)
    services.assign_verifier(actor=official(Role.REVIEWER), period=period, body=body)
    services.release_verifier(actor=lead, period=period, reason="shared staff")
    with pytest.raises(NotVisible):
        period_for(lead, period.pk)
    services.assign_verifier(actor=official(Role.REVIEWER), period=period, body=body)
    services.begin_verification(actor=lead, period=period)
    with pytest.raises(Refusal) as refusal:
        services.release_verifier(actor=lead, period=period, reason="too late")
    assert refusal.value.code == "VERIFICATION_BEGAN"


def test_what_was_submitted_cannot_change(jiangkou):
    period = jiangkou.submitted()
    with pytest.raises(IllegalTransition):
        services.reopen_period(actor=jiangkou.owner, period=period, reason="a better file")
    changes = ({"bundle_digest": "f" * 64}, {"official_run": None}, {"evidence": {}})
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            MonitoringPeriod.objects.filter(pk=period.pk).update(**change)


def test_the_kit_is_handed_to_those_who_may_see_the_evidence_and_to_all_once_verified(jiangkou):
    period, lead = under_verification(jiangkou)
    for actor in (jiangkou.owner, lead, official(Role.AUDITOR)):
        assert read_kit(services.recompute_kit(actor=actor, period=period)).bundle.digest == period.bundle_digest
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    for actor in (stranger, PUBLIC):
        with pytest.raises(NotVisible):
            services.recompute_kit(actor=actor, period=period)
    services.mark_verified(actor=lead, period=period)
    assert services.recompute_kit(actor=PUBLIC, period=period).exists()
