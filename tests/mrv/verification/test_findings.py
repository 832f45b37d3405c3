"""Findings: raised by the body, answered by the proponent, closed by who raised them; open ones hold the opinion."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from mrv.periods.models import MonitoringPeriod
from mrv.verification import anchors, finding_thread, findings, selectors, services
from mrv.verification.models import Assignment, Finding, FindingEntry, Opinion
from registry.audit.models import Event
from registry.core import clock, store
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible
from registry.core.roles import Role
from registry.organisations.models import Membership
from registry.projects.states import PROJECT
from tests.mrv.bodies import DECLARATION, WORDS, code_of
from tests.mrv.verification.finding_world import CLAUSE, raised
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db


# --- the thread ---------------------------------------------------------------------------------------------


def test_a_finding_goes_back_and_forth_until_its_raiser_is_content(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    assert (finding.number, finding.round, jiangkou.fresh().state) == ("CAR-1", 1, "findings")
    given = finding_thread.Document("gauge.pdf", b"%PDF calibrated")
    finding = findings.answer(actor=jiangkou.owner, finding=finding, text="Calibrated in April.", documents=[given])
    later = clock.today() + timedelta(days=40)
    finding = findings.raise_again(actor=jiangkou.lead, finding=finding, text="Of which sensor?", due_on=later)
    assert (finding.state, finding.round, finding.due_on) == ("raised", 2, later)
    finding = findings.answer(actor=jiangkou.owner, finding=finding, text="Of 025399.")
    finding = findings.close(actor=jiangkou.lead, finding=finding)
    assert (finding.state, finding.closed_by_id) == ("closed", jiangkou.lead.user_id)
    assert jiangkou.fresh().state == "under_verification"
    thread = finding.entries.all()
    assert [entry.act for entry in thread] == ["raise", "answer", "raise_again", "answer", "close"]
    assert [entry.made_for for entry in thread] == ["body", "proponent", "body", "proponent", "body"]
    [document] = thread[1].documents.all()
    assert store.read(document.sha256) == given.data
    told = Event.objects.filter(object_type="verification.Finding", object_id=str(finding.pk)).order_by("id")
    assert list(told.values_list("action", flat=True)) == [
        "verification.raise_finding",
        "verification.answer_finding",
        "verification.raise_again",
        "verification.answer_finding",
        "verification.close_finding",
    ]


def test_the_period_waits_for_the_last_of_its_findings(jiangkou, task):
    first, second = raised(jiangkou, task, "car"), raised(jiangkou, task, "cl")
    assert [first.number, second.number, raised(jiangkou, task, "car").number] == ["CAR-1", "CL-1", "CAR-2"]
    for finding in task.findings.all():
        findings.answer(actor=jiangkou.owner, finding=finding, text="So.")
    findings.close(actor=jiangkou.lead, finding=first)
    assert jiangkou.fresh().state == "findings"
    for finding in task.findings.filter(state="answered"):
        findings.close(actor=jiangkou.lead, finding=finding)
    assert jiangkou.fresh().state == "under_verification"


def test_a_remark_settles_nothing(jiangkou, task):
    finding = raised(jiangkou, task, "cl")
    findings.remark(actor=jiangkou.owner, finding=finding, text="Which day?")
    findings.remark(actor=jiangkou.lead, finding=finding, text="The third.")
    assert (Finding.objects.get(pk=finding.pk).state, finding.entries.count()) == ("raised", 3)
    findings.answer(actor=jiangkou.owner, finding=finding, text="Done.")
    findings.close(actor=jiangkou.lead, finding=finding)
    assert code_of(findings.remark, actor=jiangkou.owner, finding=finding, text="More") == "FINDING_ENDED"


# --- who ----------------------------------------------------------------------------------------------------


def test_only_the_raiser_closes(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    findings.answer(actor=jiangkou.owner, finding=finding, text="So.")
    colleague = member(jiangkou.body, Role.VERIFIER)
    other_lead = member(jiangkou.body, Role.LEAD_VERIFIER, email="second-lead@body.test")
    for actor in (jiangkou.owner, jiangkou.clerk, jiangkou.reviewer, colleague, other_lead):
        with pytest.raises(NotAllowed):
            findings.close(actor=actor, finding=finding, reason="I would")
    with pytest.raises(IntegrityError, match="closed_by_its_raiser"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(state="closed", closed_by=colleague.user_id, closed_at=clock.now())
    assert findings.close(actor=jiangkou.lead, finding=finding).state == "closed"


def test_a_lead_verifier_stands_in_for_one_who_left_and_says_why(jiangkou, task):
    colleague = member(jiangkou.body, Role.VERIFIER)
    finding = raised(jiangkou, task, "car", by=colleague)
    findings.answer(actor=jiangkou.owner, finding=finding, text="So.")
    Membership.objects.filter(user_id=colleague.user_id).update(ended_at=clock.now())
    gone = replace(colleague, roles=frozenset(), organisation_id=None)
    with pytest.raises(NotVisible):
        findings.close(actor=gone, finding=finding)
    assert code_of(findings.close, actor=jiangkou.lead, finding=finding) == "REASON_MISSING"
    closed = findings.close(actor=jiangkou.lead, finding=finding, reason="The raiser left in June; checked again.")
    assert (closed.state, closed.closing_reason[:10]) == ("closed", "The raiser")


def test_who_is_not_involved_sees_nothing(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    strangers = [
        member(jiangkou.validator, Role.LEAD_VERIFIER),
        member(developer("Another", "DEV-9"), Role.REPRESENTATIVE),
    ]
    for actor in strangers:
        with pytest.raises(NotVisible):
            selectors.finding_for(actor, finding.pk)
        with pytest.raises(NotVisible):
            findings.answer(actor=actor, finding=finding, text="x")
        assert not selectors.visible_findings(actor).exists()
    for actor in (jiangkou.owner, jiangkou.lead, jiangkou.reviewer, jiangkou.clerk):
        assert selectors.finding_for(actor, finding.pk) == finding
        assert finding in selectors.visible_findings(actor)


@pytest.mark.parametrize("who", ["owner", "clerk", "reviewer"])
def test_only_the_bodys_verifiers_raise(jiangkou, task, who):
    with pytest.raises(NotAllowed):
        raised(jiangkou, task, "car", by=getattr(jiangkou, who))
    assert not task.findings.exists()


def test_nothing_is_raised_before_the_declaration(jiangkou):
    confirmed = jiangkou.confirmed()
    with pytest.raises(NotAllowed):
        raised(jiangkou, confirmed, "car")


# --- what may not be said -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "nonsense"}, "FINDING_KIND"),
        ({"severity": "huge"}, "FINDING_KIND"),
        ({"statement": "  "}, "FINDING_EMPTY"),
        ({"requirement": ""}, "FINDING_EMPTY"),
        ({"statement": "x" * 20_001}, "TEXT_TOO_LONG"),
        ({"due_on": date(2020, 1, 1)}, "DUE_DAY_PAST"),
        ({"anchor_kind": "moon"}, "ANCHOR_KIND"),
        ({"anchor_kind": "file_row", "anchor": {"sha256": "0" * 64, "row": 1}}, "ANCHOR_FILE"),
        ({"anchor_kind": "span", "anchor": {"parameter": "ph", "from": "2021-05-02", "to": "x"}}, "ANCHOR_SPAN"),
        (
            {
                "anchor_kind": "span",
                "anchor": {"parameter": "ph", "from": "2020-05-02T00:00", "to": "2020-05-03T00:00"},
            },
            "ANCHOR_SPAN",
        ),
        (
            {
                "anchor_kind": "span",
                "anchor": {"parameter": "gold", "from": "2021-05-02T00:00", "to": "2021-05-03T00:00"},
            },
            "ANCHOR_SPAN",
        ),
        ({"anchor_kind": "parameter", "anchor": {"parameter": "no_such"}}, "ANCHOR_PARAMETER"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_leaves_nothing(jiangkou, task, given, code):
    said = {"kind": "car", "requirement": CLAUSE, "statement": "x", **given}
    assert code_of(findings.raise_finding, actor=jiangkou.lead, assignment=task, **said) == code
    assert not task.findings.exists()
    assert jiangkou.fresh().state == "under_verification"


def test_an_answer_is_not_empty_and_not_too_large(jiangkou, task, monkeypatch):
    finding = raised(jiangkou, task, "car")
    monkeypatch.setattr(finding_thread, "MOST_BYTES", 10)
    answers = [
        ({"text": " "}, "ANSWER_EMPTY"),
        ({"text": "x", "documents": [finding_thread.Document("a", b"")]}, "DOCUMENT_EMPTY"),
        ({"text": "x", "documents": [finding_thread.Document("a", b"12345678901")]}, "DOCUMENT_TOO_LARGE"),
        ({"text": "x", "documents": [finding_thread.Document("a", b"1")] * 11}, "TOO_MANY_DOCUMENTS"),
    ]
    for given, code in answers:
        assert code_of(findings.answer, actor=jiangkou.owner, finding=finding, **given) == code
    assert (Finding.objects.get(pk=finding.pk).state, finding.entries.count()) == ("raised", 1)


def test_each_act_belongs_to_its_state(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    with pytest.raises(IllegalTransition):
        findings.close(actor=jiangkou.lead, finding=finding)
    findings.answer(actor=jiangkou.owner, finding=finding, text="So.")
    with pytest.raises(IllegalTransition):
        findings.answer(actor=jiangkou.owner, finding=finding, text="Again.")
    assert code_of(findings.raise_again, actor=jiangkou.lead, finding=finding, text="") == "REASON_MISSING"


def test_a_thread_is_only_ever_added_to(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    for change in (
        lambda: Finding.objects.filter(pk=finding.pk).update(statement="nothing"),
        lambda: Finding.objects.filter(pk=finding.pk).delete(),
        lambda: FindingEntry.objects.filter(finding=finding).update(text="nothing"),
        lambda: Finding.objects.filter(pk=finding.pk).update(state="closed", closed_by=jiangkou.lead.user_id),
    ):
        with pytest.raises(Exception, match=r"finding|Cannot"), transaction.atomic():
            change()


# --- anchors --------------------------------------------------------------------------------------------------


def test_an_anchor_leads_exactly_there(jiangkou, task):
    logger = next(each for each in anchors.files_of(task) if each.kind == "logger")
    row = raised(jiangkou, task, "cl", anchor_kind="file_row", anchor={"sha256": logger.sha256, "row": "17"})
    assert row.anchor == {"file": logger.name, "sha256": logger.sha256, "row": 17}
    assert anchors.address(row).endswith(f"?file={logger.sha256}&row=17#file-row")
    span = {"parameter": "ph", "from": "2021-05-03T00:00", "to": "2021-05-03T06:00"}
    span = raised(jiangkou, task, "cl", anchor_kind="span", anchor=span)
    assert span.anchor["from"] == "2021-05-02T16:00:00Z", "wall time of the station"
    assert "from=2021-05-03T00%3A00&to=2021-05-03T06%3A00&panel=ph#hydrograph" in anchors.address(span)
    assert "2021-05-03 00:00 – 2021-05-03 06:00" in anchors.said(span)
    named = raised(jiangkou, task, "cl", anchor_kind="parameter", anchor={"parameter": "kappa_ref"})
    assert anchors.address(named).endswith("#parameter-kappa_ref")


# --- the opinion ----------------------------------------------------------------------------------------------


def test_an_open_car_or_cl_holds_the_opinion_and_a_far_does_not(jiangkou, task):
    far = raised(jiangkou, task, "far")
    assert jiangkou.fresh().state == "under_verification"
    finding = raised(jiangkou, task, "cl")
    assert not selectors.may_sign_now(jiangkou.lead, task)
    assert code_of(jiangkou.signed, task) == "FINDINGS_OPEN"
    assert code_of(jiangkou.signed, task, positive=False) == "FINDINGS_OPEN"
    findings.answer(actor=jiangkou.owner, finding=finding, text="So.")
    assert code_of(jiangkou.signed, task) == "FINDINGS_OPEN", "answered is still open"
    findings.close(actor=jiangkou.lead, finding=finding)
    opinion = jiangkou.signed(task)
    assert code_of(raised, jiangkou, task, "car") == "NOT_UNDER_VERIFICATION", "the lead verifier has signed"
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=opinion)
    assert Finding.objects.get(pk=far.pk).state == "carried"


def test_the_database_holds_the_opinion_too(jiangkou, task):
    raised(jiangkou, task, "car")
    run = jiangkou.fresh().official_run
    with pytest.raises(IntegrityError, match="a CAR or CL of this task is open"), transaction.atomic():
        Opinion.objects.create(
            assignment=task, number="VER-X", positive=True, **WORDS, assurance="reasonable", materiality_pct=5, run=run,
            result_digest=run.result_digest, quantity_claimed_t=1, quantity_verified_t=1,
            lead_signed_by_id=jiangkou.lead.user_id,
        )  # fmt: skip


def test_who_never_answers_ends_with_a_negative_opinion(jiangkou, task):
    finding = raised(jiangkou, task, "car")
    assert code_of(findings.give_up, actor=jiangkou.lead, finding=finding, reason="x") == "ANSWER_NOT_OVERDUE"
    clock.advance_to(clock.now() + timedelta(days=60))
    finding = findings.give_up(actor=jiangkou.lead, finding=finding, reason="No answer for two months.")
    assert (finding.state, jiangkou.fresh().state) == ("unresolved", "under_verification")
    assert code_of(jiangkou.signed, task) == "FINDINGS_UNRESOLVED"
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=jiangkou.signed(task, positive=False))
    assert jiangkou.fresh().state == "not_verified"


def test_who_raised_a_finding_is_not_the_independent_reviewer(jiangkou, task):
    worked = member(jiangkou.body, Role.VERIFIER, Role.INDEPENDENT_REVIEWER)
    finding = raised(jiangkou, task, "cl", by=worked)
    findings.answer(actor=jiangkou.owner, finding=finding, text="So.")
    findings.close(actor=worked, finding=finding)
    assert code_of(services.countersign_opinion, actor=worked, opinion=jiangkou.signed(task)) == "SAME_PERSON"


# --- from period to period --------------------------------------------------------------------------------------


def next_task(court) -> Assignment:
    """A later submitted period of the project, under verification by the same body."""
    first = court.fresh()
    later = MonitoringPeriod(
        project=first.project, station=first.station, number=2, first_day=date(2021, 6, 1), last_day=date(2021, 6, 30),
        start=first.end, end=first.end + timedelta(days=30), zone=first.zone,
    )  # fmt: skip
    later.save()
    from mrv.periods.states import PERIOD

    PERIOD.move(later, "seal", bundle_digest="0" * 64, bundle_sha256="0" * 64, official_run=first.official_run)
    PERIOD.move(later, "submit")
    proposed = services.propose_verification(actor=court.owner, period=later, body=court.body)
    services.confirm(actor=court.clerk, assignment=proposed)
    return services.accept(actor=court.lead, assignment=proposed, declaration=DECLARATION)


def test_an_open_far_is_raised_again_in_the_next_period(jiangkou, task):
    far = raised(jiangkou, task, "far")
    answered = raised(jiangkou, task, "far")
    findings.answer(actor=jiangkou.owner, finding=answered, text="From June on.")
    closed = raised(jiangkou, task, "far")
    findings.answer(actor=jiangkou.owner, finding=closed, text="Done.")
    findings.close(actor=jiangkou.lead, finding=closed)
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=jiangkou.signed(task))
    later = next_task(jiangkou)
    again = list(later.findings.all())
    assert [each.carried_from for each in again] == [far, answered]
    assert [(each.number, each.state, each.raised_by_id) for each in again] == [
        ("FAR-1", "raised", jiangkou.lead.user_id),
        ("FAR-2", "raised", jiangkou.lead.user_id),
    ]
    assert MonitoringPeriod.objects.get(pk=later.period_id).state == "under_verification"
    project = jiangkou.site.project
    project.refresh_from_db()
    PROJECT.move(project, "complete")
    assert code_of(findings.close_carried, actor=jiangkou.clerk, finding=far, reason="x") == "FINDING_CARRIED_ON"


def test_a_far_that_no_period_takes_up_closes_with_the_project(jiangkou, task):
    far = raised(jiangkou, task, "far")
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=jiangkou.signed(task))
    registrar = official(Role.REGISTRAR)
    reason = "The logger was taken down with the project."
    assert code_of(findings.close_carried, actor=registrar, finding=far, reason=reason) == "PROJECT_NOT_COMPLETED"
    project = jiangkou.site.project
    project.refresh_from_db()
    PROJECT.move(project, "complete")
    with pytest.raises(InvalidInput):
        findings.close_carried(actor=registrar, finding=far, reason="")
    with pytest.raises(NotAllowed):
        findings.close_carried(actor=jiangkou.lead, finding=far, reason=reason)
    assert findings.close_carried(actor=registrar, finding=far, reason=reason).state == "closed"
