"""A finding leads to revision n+1: the old one stays readable, its open findings go on in the new one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from mrv.demo.checks import look_at_everything
from mrv.periods import services as periods
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import period_for, revisions_of
from mrv.quality.services import fit_ion_models
from mrv.runs.selectors import result_of
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from mrv.verification import findings, revisions, services
from mrv.verification.models import Finding
from mrv.verification.selectors import finding_for
from registry.core.actors import PUBLIC
from registry.core.errors import NotAllowed, NotVisible
from registry.core.roles import Role
from registry.organisations import services as organisations
from registry.organisations.models import Accreditation
from registry.projects.states import PROJECT
from tests.mrv.bodies import DECLARATION, code_of
from tests.mrv.browsers import browser
from tests.mrv.evidence import LAB
from tests.mrv.verification.finding_world import raised
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WHY = "The pH probe was exchanged; the new file replaces the old one."


@pytest.fixture
def car(jiangkou):
    return raised(jiangkou, jiangkou.recomputed(), "car")


def submitted_again(court, revision):
    """Other samples, sealed, calculated and submitted."""
    upload = court.site.upload("samples", LAB.read_bytes().rsplit(b"\n", 2)[0] + b"\n", "fewer.csv")
    fit_ion_models(actor=court.owner, upload=upload, start=revision.start, end=revision.end)
    sealed = periods.seal_period(actor=court.owner, period=revision)
    calculate(request_run(actor=court.owner, period=sealed).pk)
    return periods.submit_period(actor=court.owner, period=sealed)


def accepted_again(court, period):
    proposed = services.propose_verification(actor=court.owner, period=period, body=court.body)
    services.confirm(actor=court.clerk, assignment=proposed)
    return services.accept(actor=court.lead, assignment=proposed, declaration=DECLARATION)


def test_the_old_revision_stays_as_it_was_for_all_its_readers(jiangkou, car):
    before = jiangkou.fresh()
    result = result_of(before.official_run)
    following = revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY)
    old = jiangkou.fresh()
    assert (old.state, following.state, following.revision, following.number) == ("replaced", "open", 2, old.number)
    assert (following.first_day, following.last_day) == (old.first_day, old.last_day)
    assert (old.bundle_digest, old.official_run_id) == (before.bundle_digest, before.official_run_id)
    assert periods.sealed_bundle(old).digest == before.bundle_digest
    assert result_of(old.official_run) == result
    for actor in (jiangkou.owner, jiangkou.lead, jiangkou.clerk):
        assert period_for(actor, old.pk)
        assert finding_for(actor, car.pk).entries.last().text == WHY
    with pytest.raises(NotVisible):
        period_for(PUBLIC, old.pk)
    assert revisions_of(jiangkou.owner, old) == [old, following]
    car.refresh_from_db()
    assert (car.state, car.assignment.state) == ("moved", "replaced")
    assert revisions.following(car) == following
    with pytest.raises(DatabaseError), transaction.atomic():
        MonitoringPeriod.objects.filter(pk=old.pk).update(bundle_digest="0" * 64)
    assert code_of(services.sign_opinion, actor=jiangkou.lead, assignment=car.assignment, positive=True,
                   reasons_zh="好", reasons_en="Good") == "NOT_ACCEPTED"  # fmt: skip


def test_before_the_new_revision_is_sealed_its_page_names_what_waits_in_it(jiangkou, car):
    following = revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY)
    page = reverse("periods:sealing", args=[following.pk])
    text = browser(jiangkou.owner).get(page).content.decode()
    assert "Findings that led to this revision" in text
    assert reverse("verification:finding", args=[car.pk]) in text


def test_the_thread_goes_on_in_the_new_revision_to_the_opinion(jiangkou, car):
    far = raised(jiangkou, car.assignment, "far")
    second = raised(jiangkou, car.assignment, "cl")
    findings.answer(actor=jiangkou.owner, finding=second, text="By the bureau.")
    findings.close(actor=jiangkou.lead, finding=second)
    following = revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY)
    far.refresh_from_db()
    assert far.state == "carried"
    period = submitted_again(jiangkou, following)
    assert period.bundle_digest != jiangkou.fresh().bundle_digest
    assignment = accepted_again(jiangkou, period)
    again = assignment.findings.get(kind="car")
    assert (again.continues, again.state, again.round) == (car, "answered", 2)
    assert again.raised_by_id == car.raised_by_id
    assert [entry.text for entry in again.entries.all()] == ["", WHY]
    assert assignment.findings.get(kind="far").carried_from == far
    assert not assignment.findings.filter(kind="cl").exists(), "a closed finding is closed"
    period.refresh_from_db()
    assert period.state == "findings"
    assert [each.pk for each in revisions.thread_of(again)] == [car.pk, again.pk]
    findings.close(actor=jiangkou.lead, finding=again)
    digest = period.official_run.result_digest
    services.record_recomputation(actor=jiangkou.lead, assignment=assignment, result_digest=digest)
    look_at_everything(jiangkou.lead, assignment)
    opinion = services.sign_opinion(
        actor=jiangkou.lead, assignment=assignment, positive=True, reasons_zh="好", reasons_en="Good"
    )
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=opinion)
    period.refresh_from_db()
    assert (period.state, opinion.number.split("-")[-2]) == ("verified", "1.2")


def test_the_verifier_asks_for_new_data_and_the_proponent_answers_in_the_new_revision(jiangkou, car):
    following = revisions.revise_period(actor=jiangkou.lead, finding=car, text="Send the raw file of the probe.")
    assignment = accepted_again(jiangkou, submitted_again(jiangkou, following))
    again = assignment.findings.get(kind="car")
    assert again.state == "raised"
    findings.answer(actor=jiangkou.owner, finding=again, text="It is there now.")


def test_who_may_not_open_a_revision(jiangkou, car):
    stranger = member(developer("Another", "DEV-9"), Role.REPRESENTATIVE)
    other = member(jiangkou.validator, Role.LEAD_VERIFIER)
    for actor in (stranger, other, PUBLIC):
        with pytest.raises(NotVisible), transaction.atomic():
            revisions.revise_period(actor=actor, finding=car, text=WHY)
    for actor in (jiangkou.clerk, jiangkou.approver, jiangkou.reviewer):
        with pytest.raises(NotAllowed), transaction.atomic():
            revisions.revise_period(actor=actor, finding=car, text=WHY)
    assert jiangkou.fresh().state == "findings"


def test_when_no_revision_is_opened(jiangkou, car):
    assert code_of(revisions.revise_period, actor=jiangkou.owner, finding=car, text=" ") == "REASON_MISSING"
    far = raised(jiangkou, car.assignment, "far")
    assert code_of(revisions.revise_period, actor=jiangkou.owner, finding=far, text=WHY) == "FAR_IS_CARRIED"
    findings.answer(actor=jiangkou.owner, finding=car, text="So.")
    findings.close(actor=jiangkou.lead, finding=car)
    assert code_of(revisions.revise_period, actor=jiangkou.owner, finding=car, text=WHY) == "ILLEGAL_TRANSITION"
    assert MonitoringPeriod.objects.count() == 1


def test_a_suspended_project_answers_by_a_revision_but_submits_nothing(jiangkou, car):
    PROJECT.move(jiangkou.period.project, "suspend")
    following = revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY)
    assert following.state == "open"
    assert code_of(periods.seal_period, actor=jiangkou.owner, period=following) == "NOT_READY"


def test_nobody_leaves_a_strict_verifier_by_a_revision(jiangkou, car):
    period = submitted_again(jiangkou, revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY))

    def propose(body):
        return services.propose_verification(actor=jiangkou.owner, period=period, body=body)

    assert code_of(propose, jiangkou.validator) == "REVISION_OTHER_BODY"
    with transaction.atomic():
        proposed = services.confirm(actor=jiangkou.clerk, assignment=propose(jiangkou.body))
        services.decline(actor=jiangkou.lead, assignment=proposed, reason="No people free.")
        assert propose(jiangkou.validator).body == jiangkou.validator, "it declined itself"
        transaction.set_rollback(True)
    given = Accreditation.objects.get(organisation=jiangkou.body, scope="verification")
    organisations.decide_accreditation(actor=jiangkou.approver, accreditation=given, action="suspend", reason="x")
    assert propose(jiangkou.validator).body == jiangkou.validator, "it may not go on"


# --- several periods, in order --------------------------------------------------------------------------


def test_periods_stand_in_different_stages_but_none_is_submitted_over_a_gap(jiangkou, car):
    later = jiangkou.site.period(first_day=date(2021, 6, 1), last_day=date(2021, 6, 2))
    assert (jiangkou.fresh().state, later.state) == ("findings", "open")
    from mrv.periods.revisions import refuse_gap

    assert code_of(refuse_gap, later) == "DAYS_BEFORE_MISSING"
    jiangkou.site.period(first_day=date(2021, 5, 31), last_day=date(2021, 5, 31))
    refuse_gap(later)
    following = revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY)
    refuse_gap(later)  # the revision holds the days
    assert following.number == jiangkou.period.number


# --- standing at the time of the act (the page was opened before) ---------------------------------------


@pytest.mark.parametrize("end", ["suspend", "end"])
def test_an_accreditation_that_ends_before_the_signature_stops_every_deciding_act(jiangkou, end):
    given = Accreditation.objects.get(organisation=jiangkou.body, scope="verification")

    def stopped(act, **options):
        with transaction.atomic():
            for action in ("suspend", "end")[: 1 + (end == "end")]:
                accreditation = Accreditation.objects.get(pk=given.pk)
                organisations.decide_accreditation(
                    actor=jiangkou.approver, accreditation=accreditation, action=action, reason="x"
                )
            assert code_of(act, **options) == "BODY_NOT_ACCREDITED", act.__name__
            transaction.set_rollback(True)

    proposed = services.propose_verification(actor=jiangkou.owner, period=jiangkou.period, body=jiangkou.body)
    stopped(services.confirm, actor=jiangkou.clerk, assignment=proposed)
    services.confirm(actor=jiangkou.clerk, assignment=proposed)
    stopped(services.accept, actor=jiangkou.lead, assignment=proposed, declaration=DECLARATION)
    assignment = services.accept(actor=jiangkou.lead, assignment=proposed, declaration=DECLARATION)
    digest = jiangkou.fresh().official_run.result_digest
    services.record_recomputation(actor=jiangkou.lead, assignment=assignment, result_digest=digest)
    look_at_everything(jiangkou.lead, assignment)
    words = {"reasons_zh": "好", "reasons_en": "Good"}
    stopped(services.sign_opinion, actor=jiangkou.lead, assignment=assignment, positive=True, **words)
    opinion = services.sign_opinion(actor=jiangkou.lead, assignment=assignment, positive=True, **words)
    stopped(services.countersign_opinion, actor=jiangkou.reviewer, opinion=opinion)
    assert jiangkou.fresh().state == "under_verification"


def test_a_suspended_body_or_developer_acts_no_more_though_its_page_is_open(jiangkou, client, settings):
    """The page was opened while all was well; the post comes after the suspension."""
    from django.test import Client

    from registry.organisations.models import Organisation, User

    assignment = jiangkou.confirmed()
    for actor, organisation_id, url, data in (
        (jiangkou.lead, jiangkou.body.pk, f"/verification/{assignment.pk}/act/accept/", {"declaration": "None."}),
        (jiangkou.owner, jiangkou.period.project.proponent_id, f"/verification/{assignment.pk}/act/withdraw/",
         {"reason": "x"}),
    ):  # fmt: skip
        browser = Client(raise_request_exception=False)
        browser.force_login(User.objects.get(pk=actor.user_id))
        page = browser.get(f"/verification/{assignment.pk}/")
        assert page.status_code == 200
        with transaction.atomic():
            organisations.suspend(
                actor=jiangkou.approver, organisation=Organisation.objects.get(pk=organisation_id), reason="Unpaid."
            )
            answer = browser.post(url, data)
            assert answer.status_code in (403, 404), url
            assignment.refresh_from_db()
            assert assignment.state == "confirmed"
            transaction.set_rollback(True)


def test_findings_in_the_old_revision_take_no_more_entries(jiangkou, car):
    revisions.revise_period(actor=jiangkou.owner, finding=car, text=WHY)
    car = Finding.objects.get(pk=car.pk)
    for act, options in (
        (findings.answer, {"actor": jiangkou.owner, "text": "x"}),
        (findings.remark, {"actor": jiangkou.owner, "text": "x"}),
        (findings.close, {"actor": jiangkou.lead}),
    ):
        assert code_of(act, finding=car, **options)
