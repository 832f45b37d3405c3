"""Complaints by anybody and appeals by a party: numbers, days, one reply, another person's decision."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.audit.models import Event
from registry.complaints import decisions, selectors, services, states
from registry.complaints.models import Complaint
from registry.core import clock, deadlines, todo, workdays
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal, SecondFactorNeeded
from registry.core.roles import Role
from registry.organisations import services as organisations
from registry.organisations.models import Organisation, User
from registry.projects import services as projects
from tests.people import developer, member, official
from tests.registry.credits.world import approver, one_world, registered_project

pytestmark = pytest.mark.django_db
TEXT = "The spring was captured and the planting never happened."
ANSWER = "The office looked at the slope and found the trees."


@pytest.fixture(scope="module")
def project(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield registered_project()


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True
    cache.clear()


@pytest.fixture
def owner(project):
    return member(project.proponent, Role.REPRESENTATIVE, Role.EDITOR)


@pytest.fixture
def clerk():
    return official(Role.REVIEWER, email="clerk@authority.test")


@pytest.fixture
def other_approver():
    return official(Role.APPROVER, email="second-approver@authority.test")


def complain(project, **changes):
    given = {"subject_kind": "project", "subject_ref": project.code, "text": TEXT}
    return services.file_complaint(actor=PUBLIC, **{**given, **changes})


def suspended(project):
    """A decision of the approver of the credits' world, against which its proponent may appeal."""
    projects.suspend(actor=approver(), project=project, reason="A reversal is looked into.")
    return Event.objects.filter(action="projects.suspend").latest("id")


def appealed(owner, event):
    return services.appeal(actor=owner, decision=decisions.decision_for(owner, event.pk), text=TEXT)


def pass_days(day):
    clock.advance_to(deadlines.end_of(day))


# --- complaints -------------------------------------------------------------------------------------------------


def test_anybody_complains_without_a_name_and_gets_a_number_and_a_day(project, settings):
    filed = complain(project)
    complaint = filed.complaint
    assert complaint.number == f"C-{clock.today().year}-0001"
    assert complaint.answer_due_on == workdays.add_working_days(clock.today(), settings.COMPLAINT_ANSWER_WORKING_DAYS)
    assert complain(project).complaint.number.endswith("-0002")
    event = Event.objects.get(action="complaints.file", object_id=str(complaint.pk))
    assert TEXT.encode() not in bytes(event.body)


def test_the_contact_is_the_authoritys_alone(project, owner, clerk):
    filed = complain(project, author_name=" 村民 ", contact="13800000000")
    number = filed.complaint.number
    for actor in (None, owner):
        client = Client()
        if actor is not None:
            client.force_login(User.objects.get(pk=actor.user_id))
        for url in (f"/complaints/{number}/", f"/api/v1/complaints/{number}/", "/api/v1/complaints/"):
            content = client.get(url).content.decode()
            assert "13800000000" not in content
            assert filed.secret not in content
    client = Client()
    client.force_login(User.objects.get(pk=clerk.user_id))
    assert "13800000000" in client.get(f"/complaints/{number}/").content.decode()
    assert not Event.objects.filter(body__contains=b"13800000000").exists()


def test_a_complaint_is_answered_replied_to_once_and_closed(project, clerk):
    filed = complain(project)
    complaint = services.answer(actor=clerk, complaint=filed.complaint, outcome="dismissed", text=ANSWER)
    with pytest.raises(Refusal) as refusal:
        services.close(actor=clerk, complaint=complaint)
    assert refusal.value.code == "REPLY_DAYS_RUN"
    services.reply(actor=PUBLIC, secret=filed.secret, text="Those are the neighbour's trees.")
    with pytest.raises(Refusal) as refusal:
        services.reply(actor=PUBLIC, secret=filed.secret, text="And another thing besides.")
    assert refusal.value.code == "REPLIED_ALREADY"
    with pytest.raises(InvalidInput) as refusal:
        services.close(actor=clerk, complaint=complaint)
    assert refusal.value.code == "TEXT_LENGTH"
    closed = services.close(actor=clerk, complaint=complaint, conclusion="The parcel map settles it.")
    assert closed.state == "closed"


def test_without_a_reply_it_is_closed_when_the_days_are_over(project, clerk):
    complaint = services.answer(actor=clerk, complaint=complain(project).complaint, outcome="upheld", text=ANSWER)
    pass_days(complaint.reply_until)
    assert services.close(actor=clerk, complaint=complaint).state == "closed"


def test_no_reply_before_the_answer_and_none_with_a_wrong_secret(project):
    filed = complain(project)
    with pytest.raises(IllegalTransition):
        services.reply(actor=PUBLIC, secret=filed.secret, text="I have waited long enough.")
    with pytest.raises(NotVisible):
        services.reply(actor=PUBLIC, secret="guess", text="I have waited long enough.")


@pytest.mark.parametrize(
    ("kind", "ref"),
    [("project", "KC-000000-0001"), ("body", "x"), ("decision", "99999999999"), ("person", "1"), ("", "")],
)
def test_what_is_not_public_or_not_there_is_no_subject(project, kind, ref):
    with pytest.raises(InvalidInput) as refusal:
        complain(project, subject_kind=kind, subject_ref=ref)
    assert refusal.value.code == "SUBJECT_UNKNOWN"


def test_a_draft_is_no_subject_even_for_its_own_proponent(project, owner):
    from tests.registry.projects.test_cycle import draft

    hidden = draft(owner)
    with pytest.raises(InvalidInput) as refusal:
        services.file_complaint(actor=owner, subject_kind="project", subject_ref=hidden.code, text=TEXT)
    assert refusal.value.code == "SUBJECT_UNKNOWN"


@pytest.mark.parametrize("text", ["", "short", "x" * 8001])
def test_a_text_of_no_length_is_refused_and_nothing_is_kept(project, text):
    with pytest.raises(InvalidInput) as refusal:
        complain(project, text=text)
    assert refusal.value.code == "TEXT_LENGTH"
    assert not Complaint.objects.exists()


def test_only_the_authority_answers_and_with_a_fresh_factor(project, owner, clerk):
    complaint = complain(project).complaint
    for nobody in (PUBLIC, owner, official(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            services.answer(actor=nobody, complaint=complaint, outcome="upheld", text=ANSWER)
    with pytest.raises(SecondFactorNeeded):
        services.answer(actor=replace(clerk, second_factor_at=None), complaint=complaint, outcome="upheld", text=ANSWER)


def test_late_ones_are_marked_and_counted_in_working_days(project, clerk):
    complaint = complain(project).complaint
    assert selectors.days_left(complaint) == 20
    [told] = [each for each in deadlines.deadlines_of(clerk) if each.kind == "complaint_answer"]
    assert (told.acts, told.late) == (True, False)
    assert any(item.due == told.due for item in todo.items_of(clerk))
    late = workdays.add_working_days(complaint.answer_due_on, 2)
    assert selectors.days_left(complaint, late) == -2
    pass_days(late)
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=clerk.user_id))
    assert "late" in client.get("/complaints/").content.decode()


def test_a_long_list_asks_as_often_as_a_short_one(project):
    def asked():
        with CaptureQueriesContext(connection) as made:
            assert Client().get("/complaints/").status_code == 200
        return len(made)

    complain(project)
    asked()
    few = asked()
    for _ in range(4):
        complain(project)
    assert asked() == few


def test_a_withheld_text_is_the_authoritys_and_the_reason_everybodys(project, clerk):
    filed = complain(project, author_name="Neighbour Li")
    number = filed.complaint.number
    services.withhold(actor=clerk, complaint=filed.complaint, reason="It names a private person.")
    for url in (f"/complaints/{number}/", f"/api/v1/complaints/{number}/"):
        content = Client(headers={"accept-language": "en"}).get(url).content.decode()
        assert TEXT not in content
        assert "Neighbour Li" not in content
        assert "It names a private person." in content
    assert TEXT in Client().get(f"/complaints/mine/{filed.secret}/").content.decode()
    with pytest.raises(IllegalTransition):
        services.withhold(actor=clerk, complaint=filed.complaint, reason="Again.")
    services.show_again(actor=clerk, complaint=filed.complaint)
    assert TEXT in Client().get(f"/complaints/{number}/").content.decode()
    with pytest.raises(NotAllowed):
        services.withhold(actor=official(Role.AUDITOR), complaint=filed.complaint, reason="I do not like it.")


def test_sql_changes_no_words_and_skips_no_state(project, clerk):
    complaint = complain(project).complaint
    for change in ({"text": "Nicer."}, {"number": "C-1"}, {"answer_due_on": "2099-01-01"}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Complaint.objects.filter(pk=complaint.pk).update(**change)
    with pytest.raises(IntegrityError, match="no way from received to closed"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(state="closed")
    services.answer(actor=clerk, complaint=complaint, outcome="upheld", text=ANSWER)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(answer="Another answer.")


# --- pages without an account -----------------------------------------------------------------------------------


def test_the_form_the_secret_page_and_the_reply_need_no_account(project, clerk):
    client = Client(headers={"accept-language": "en"})
    form = client.get(f"/complaints/new/?about=project&ref={project.code}").content.decode()
    assert project.code in form
    given = {"about": "project", "ref": project.code, "text": TEXT, "website": ""}
    sent_to = client.post("/complaints/new/", given).url
    assert TEXT in client.get(sent_to).content.decode()
    complaint = Complaint.objects.get()
    services.answer(actor=clerk, complaint=complaint, outcome="partly", text=ANSWER)
    assert client.post(sent_to, {"text": "Thank you, but it is not done."}).status_code == 302
    assert "Thank you" in Client().get(f"/complaints/{complaint.number}/").content.decode()
    assert complaint.number in Client().get(f"/projects/{project.code}/").content.decode()


def test_a_program_that_fills_in_every_field_is_told_and_nothing_is_kept(project):
    given = {"about": "project", "ref": project.code, "text": TEXT, "website": "https://spam.example"}
    assert Client().post("/complaints/new/", given).status_code == 422
    assert not Complaint.objects.exists()


def test_an_address_makes_only_so_many(project):
    given = {"about": "project", "ref": project.code, "text": TEXT}
    answers = [Client().post("/complaints/new/", given).status_code for _ in range(6)]
    assert answers == [302] * 5 + [409]


# --- appeals ----------------------------------------------------------------------------------------------------


def test_a_party_appeals_and_another_person_decides(project, owner, other_approver):
    event = suspended(project)
    assert decisions.appealable_by(owner)[0].pk == event.pk
    filed = appealed(owner, event)
    assert filed.complaint.number.startswith("A-")
    taker = approver()
    with pytest.raises(NotAllowed) as refusal:
        services.answer(actor=taker, complaint=filed.complaint, outcome="dismissed", text=ANSWER)
    assert refusal.value.code == "SEPARATION_OF_DUTIES"
    assert states.COMPLAINT.actions_of(taker, filed.complaint) == []
    assert not any("appeal" in str(item.url) for item in todo.items_of(taker))
    answered = services.answer(actor=other_approver, complaint=filed.complaint, outcome="upheld", text=ANSWER)
    with pytest.raises(IntegrityError, match="who took the decision"), transaction.atomic():
        Complaint.objects.filter(pk=answered.pk).update(closed_by_id=taker.user_id)
    pass_days(answered.reply_until)
    assert services.close(actor=other_approver, complaint=answered).state == "closed"


def test_an_appeal_is_an_approvers_and_no_reviewers(project, owner, clerk):
    with pytest.raises(NotAllowed):
        services.answer(
            actor=clerk, complaint=appealed(owner, suspended(project)).complaint, outcome="upheld", text=ANSWER
        )


def test_an_appeal_comes_in_time_and_once(project, owner):
    event = suspended(project)
    decision = decisions.decision_for(owner, event.pk)
    told = [each for each in deadlines.deadlines_of(owner) if each.subject == f"audit.Event:{event.pk}"]
    assert [each.due for each in told] == [deadlines.end_of(decision.appeal_until)]
    appealed(owner, event)
    with pytest.raises(Refusal) as refusal:
        appealed(owner, event)
    assert refusal.value.code == "APPEAL_FILED"
    assert not [each for each in deadlines.deadlines_of(owner) if each.subject == f"audit.Event:{event.pk}"]


def test_after_the_days_no_appeal_but_a_complaint(project, owner):
    event = suspended(project)
    pass_days(decisions.decision_for(owner, event.pk).appeal_until)
    with pytest.raises(Refusal) as refusal:
        appealed(owner, event)
    assert refusal.value.code == "APPEAL_LATE"
    about = complain(project, subject_kind="decision", subject_ref=str(event.pk)).complaint
    assert about.decided_by_ids == [approver().user_id]


def test_nobody_but_a_party_with_its_role_appeals(project, owner, clerk):
    event = suspended(project)
    stranger = member(developer("Other", "DEV-2"), Role.REPRESENTATIVE)
    editor = member(project.proponent, Role.EDITOR, email="plain@dev.test")
    for nobody in (PUBLIC, stranger, editor, clerk):
        with pytest.raises(NotAllowed):
            appealed(nobody, event)
    with pytest.raises(SecondFactorNeeded):
        appealed(replace(owner, second_factor_at=None), event)


def test_a_suspended_organisation_appeals_against_its_suspension(project, owner):
    company = Organisation.objects.get(pk=project.proponent_id)
    organisations.suspend(actor=approver(), organisation=company, reason="Fraud.")
    gone = replace(owner, organisation_approved=False)
    event = Event.objects.filter(action="organisations.suspend").latest("id")
    assert appealed(gone, event).complaint.filed_for_id == company.pk


def test_an_entry_that_is_no_decision_is_not_appealed(project, owner):
    event = Event.objects.filter(action="projects.submit").latest("id")
    with pytest.raises(NotVisible):
        decisions.decision_for(owner, event.pk)


def test_the_api_does_what_the_pages_do(project, owner, other_approver):
    def client(actor):
        made = Client(headers={"accept-language": "en"})
        made.force_login(User.objects.get(pk=actor.user_id))
        return made

    def post(who, url, key, **sent):
        return who.post(url, sent, content_type="application/json", headers={"idempotency-key": key})

    made = post(Client(), "/api/v1/complaints/", "complain-1", about="project", ref=project.code, text=TEXT)
    assert made.status_code == 201
    assert made.json()["complaint"]["state"] == "received"
    event = suspended(project)
    party = client(owner)
    assert party.get("/api/v1/appeals/").json()["results"][0]["decision"] == event.pk
    appeal = post(party, "/api/v1/appeals/", "appeal-it-1", decision=event.pk, text=TEXT).json()
    number = appeal["complaint"]["number"]
    url = f"/api/v1/complaints/{number}/answer/"
    assert post(client(other_approver), url, "answer-it-1", outcome="dismissed", text=ANSWER).status_code == 200
    replied = post(
        Client(), "/api/v1/complaint-replies/", "reply-it-1", secret=appeal["secret"], text="We disagree still."
    )
    assert replied.status_code == 201
    assert Client().get("/api/v1/complaints/?kind=appeal").json()["results"][0]["reply"] == "We disagree still."


def test_numbers_begin_anew_each_year(project):
    first = complain(project).complaint
    clock.advance_to(datetime(clock.today().year + 1, 3, 1, tzinfo=UTC))
    second = complain(project).complaint
    assert (first.number[-4:], second.number[-4:]) == ("0001", "0001")
    assert first.number != second.number
