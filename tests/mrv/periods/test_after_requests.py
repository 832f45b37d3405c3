"""Monitoring periods and their judges after a renewal of crediting or a change of proponent."""

from datetime import UTC, date, datetime

import pytest

from mrv.methodologies.selectors import methodology_of
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import visible_periods
from mrv.periods.services import open_period, seal_period, submit_period
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from mrv.verification import independence
from registry.core import clock
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.credits.services.issuance import refuse_interested
from registry.organisations.models import Membership, Organisation, User
from registry.projects import crediting, services
from registry.projects.models import Project, Renewal
from tests.mrv.evidence import BASELINE
from tests.people import developer, member, official, verification_body
from tests.triggers import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
TEXTS = {"baseline": "Measured again.", "additionality": "Still additional."}


@pytest.fixture
def late(jiangkou, settings):
    """The spring in the last year of its crediting."""
    settings.DEMO = True
    clock.advance_to(datetime(2031, 1, 1, tzinfo=UTC))
    return jiangkou


def renew(place):
    renewal = services.request_renewal(
        actor=place.owner, project=place.project, file_name="new.json", data=BASELINE.read_bytes(), **TEXTS
    )
    return services.approve_renewal(actor=official(Role.APPROVER), renewal=renewal)


def pass_on(project, owner, buyer):
    change = services.request_change(
        actor=owner,
        project=project,
        to_organisation=Organisation.objects.get(pk=buyer.organisation_id),
        reason="The company is sold.",
    )
    services.countersign_change(actor=buyer, change=change)
    services.approve_change(actor=official(Role.APPROVER), change=change)
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def buyer():
    return member(developer("New spring", "DEV-NEW"), Role.REPRESENTATIVE, Role.EDITOR)


def test_days_after_crediting_are_opened_only_once_it_is_renewed(late):
    days = {"first_day": date(2031, 5, 1), "last_day": date(2031, 12, 31)}
    clock.advance_to(datetime(2031, 4, 1, tzinfo=UTC))
    renewal = services.request_renewal(
        actor=late.owner, project=late.project, file_name="new.json", data=BASELINE.read_bytes(), **TEXTS
    )
    clock.advance_to(datetime(2032, 2, 1, tzinfo=UTC))
    with pytest.raises(InvalidInput) as refusal:
        open_period(actor=late.owner, project=late.project, station=late.station, **days)
    assert refusal.value.code == "PERIOD_OUTSIDE_CREDITING"
    services.approve_renewal(actor=official(Role.APPROVER), renewal=renewal)
    period = open_period(actor=late.owner, project=late.project, station=late.station, **days)
    assert crediting.in_force(late.project, period.first_day).number == 2


def test_a_period_across_two_crediting_periods_is_refused(late):
    renew(late)
    clock.advance_to(datetime(2032, 2, 1, tzinfo=UTC))
    with pytest.raises(InvalidInput) as refusal:
        late.period(date(2031, 3, 1), date(2031, 6, 30))
    assert refusal.value.code == "PERIOD_ACROSS_RENEWAL"


def test_the_renewed_span_takes_the_version_in_force_and_the_old_one_keeps_its_own(late):
    old = methodology_of(late.project)
    renew(late)
    with triggers_off(Renewal):
        Renewal.objects.update(methodology_id="KCS-INV", methodology_version="1.0.0", methodology_digest="0" * 64)
    assert methodology_of(late.project, date(2030, 1, 1)) == old
    with pytest.raises(Refusal) as refusal:
        methodology_of(late.project, date(2032, 1, 1))
    assert refusal.value.code == "METHODOLOGY_ALTERED", "another digest than the governed record's"


def test_a_sealed_period_outside_every_crediting_period_is_not_submitted(jiangkou):
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    calculate(request_run(actor=jiangkou.owner, period=period).pk)
    Project.objects.filter(pk=period.project_id).update(crediting_end=date(2021, 5, 2))
    with pytest.raises(InvalidInput) as refusal:
        submit_period(actor=jiangkou.owner, period=period)
    assert refusal.value.code == "PERIOD_OUTSIDE_CREDITING"
    assert MonitoringPeriod.objects.get(pk=period.pk).state == "sealed"


def test_a_completed_project_opens_no_period(late):
    services.complete(actor=official(Role.APPROVER), project=late.project, reason="It is over.")
    with pytest.raises(Refusal) as refusal:
        late.period()
    assert refusal.value.code == "PROJECT_NOT_REGISTERED"


def test_open_periods_pass_with_the_project_and_the_old_proponent_lets_go(jiangkou, buyer):
    period = jiangkou.month_of_evidence()
    pass_on(jiangkou.project, jiangkou.owner, buyer)
    assert list(visible_periods(buyer)) == [period]
    assert not visible_periods(jiangkou.owner).exists()
    with pytest.raises(NotVisible):
        seal_period(actor=jiangkou.owner, period=period)


def test_the_new_proponent_goes_on_with_an_open_period(jiangkou, buyer):
    period = jiangkou.month_of_evidence()
    pass_on(jiangkou.project, jiangkou.owner, buyer)
    assert seal_period(actor=buyer, period=period).state == "sealed"


def test_the_old_proponents_people_still_keep_a_body_from_judging(jiangkou, buyer):
    body = verification_body("Verifier", "VVB-V", "verification", "validation")
    lead = member(body, Role.LEAD_VERIFIER)
    Membership.objects.create(
        user=User.objects.get(pk=lead.user_id),
        organisation_id=jiangkou.owner.organisation_id,
        role=Role.EDITOR,
    )
    project = pass_on(jiangkou.project, jiangkou.owner, buyer)
    codes = {each.code for each in independence.refusals(body=body, project=project, task="verification")}
    assert codes == {"BODY_SHARES_STAFF"}
    old = Organisation.objects.get(pk=jiangkou.owner.organisation_id)
    codes = {each.code for each in independence.refusals(body=old, project=project, task="verification")}
    assert "BODY_DEVELOPED_PROJECT" in codes


def test_the_old_proponents_people_decide_on_no_issuance(jiangkou, buyer):
    from tests.registry.credits.world import outcome

    project = pass_on(jiangkou.project, jiangkou.owner, buyer)
    with pytest.raises(NotAllowed) as refusal:
        refuse_interested(jiangkou.owner, project, outcome(project))
    assert refusal.value.code == "INTERESTED_PARTY"
