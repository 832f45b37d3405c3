"""Public comment with its answers, and the ways in which a project ends or pauses."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from registry.audit.models import Event
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, Refusal
from registry.core.roles import Role
from registry.projects import services
from registry.projects.models import Comment, Project
from tests.people import developer, member, official
from tests.registry.credits.world import registered_project
from tests.registry.projects.test_cycle import draft
from tests.registry.projects.whole_file import ready

pytestmark = pytest.mark.django_db
QUESTION = "Who looks after the spring when the project ends?"


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


@pytest.fixture
def commented(owner, settings):
    settings.DEMO = True
    project = services.submit(actor=owner, project=ready(owner, draft(owner)))
    return services.open_comment(actor=official(Role.REVIEWER), project=project)


def say(project, text=QUESTION, actor=PUBLIC):
    return services.comment(actor=actor, project=project, author_name=" 李 ", text=text)


def close(project):
    clock.advance_to(services.comment_end(project))
    return services.close_comment(actor=official(Role.REVIEWER), project=project)


def test_anybody_comments_and_the_proponent_answers_once(commented, owner):
    first = say(commented)
    assert (first.number, first.author_name, first.author_id) == (1, "李", None)
    services.answer_comment(actor=owner, comment=first, answer="The county's forest office does.")
    with pytest.raises(Refusal) as refusal:
        services.answer_comment(actor=owner, comment=first, answer="Somebody else after all.")
    assert refusal.value.code == "COMMENT_ANSWERED"
    assert Event.objects.filter(action__in=("projects.comment", "projects.answer_comment")).count() == 2


@pytest.mark.parametrize("text", ["", "short", "x" * 4001])
def test_a_comment_of_no_length_is_refused_and_nothing_is_kept(commented, text):
    with pytest.raises(InvalidInput) as refusal:
        say(commented, text)
    assert refusal.value.code == "TEXT_LENGTH"
    assert not Comment.objects.exists()


def test_comments_end_with_their_days(commented, owner):
    say(commented)
    clock.advance_to(services.comment_end(commented))
    with pytest.raises(Refusal) as refusal:
        say(commented)
    assert refusal.value.code == "COMMENT_CLOSED"


def test_only_the_proponent_answers(commented):
    made = say(commented)
    stranger = member(developer("Other", "DEV-2"), Role.REPRESENTATIVE)
    with pytest.raises(NotAllowed):
        services.answer_comment(actor=stranger, comment=made, answer="I answer for them all.")


def test_sql_changes_no_words_and_no_answer(commented, owner):
    made = services.answer_comment(actor=owner, comment=say(commented), answer="The forest office does.")
    for change in ({"text": "nicer words"}, {"answer": "another answer"}, {"answered_at": None}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Comment.objects.filter(pk=made.pk).update(**change)


def test_nothing_is_registered_while_a_comment_waits(commented, owner):
    made = say(commented)
    project = close(commented)
    from tests.triggers import triggers_off

    with triggers_off(Project):  # validation belongs to the work floor
        Project.objects.filter(pk=project.pk).update(state="authority_review")
    project.refresh_from_db()
    approver = official(Role.APPROVER)
    with pytest.raises(Refusal) as refusal:
        services.register(actor=approver, project=project)
    assert refusal.value.code == "COMMENTS_UNANSWERED"
    services.answer_comment(actor=owner, comment=made, answer="The forest office does.")
    assert services.register(actor=approver, project=project).state == "registered"


def test_the_public_page_takes_a_comment_and_an_address_only_so_many(client, commented):
    address = reverse("projects:comment", args=[commented.code])
    page = reverse("projects:detail", args=[commented.code])
    assert client.post(address, {"text": QUESTION}).url == f"{page}#comments"
    assert QUESTION in client.get(page).content.decode()
    for _ in range(12):
        answer = client.post(address, {"text": QUESTION})
    assert Comment.objects.count() == 10
    assert answer.status_code >= 400


def test_a_project_is_suspended_and_comes_back(settings):
    settings.DEMO = True
    project, approver = registered_project(), official(Role.APPROVER)
    with pytest.raises(InvalidInput):
        services.suspend(actor=approver, project=project, reason=" ")
    project = services.suspend(actor=approver, project=project, reason="Stolen loggers.")
    assert project.state == "suspended"
    assert services.reinstate(actor=approver, project=project, reason="New loggers.").state == "registered"
    assert services.complete(actor=approver, project=project, reason="Crediting is over.").state == "completed"
    with pytest.raises(IllegalTransition):
        services.suspend(actor=approver, project=project, reason="Too late.")


def test_two_persons_revoke(settings):
    settings.DEMO = True
    project, first = registered_project(), official(Role.APPROVER)
    second = official(Role.APPROVER, email="second@authority.test")
    services.ask_revocation(actor=first, project=project, reason="The readings were invented.")
    with pytest.raises(NotAllowed) as refusal:
        services.confirm_revocation(actor=first, project=project)
    assert refusal.value.code == "SEPARATION_OF_DUTIES"
    with pytest.raises(Refusal, match=r".*"):
        services.ask_revocation(actor=second, project=project, reason="Again.")
    assert services.confirm_revocation(actor=second, project=project).state == "revoked"
    assert project.revocations.get().state == "confirmed"


def test_sql_too_needs_two_persons_to_revoke(settings):
    settings.DEMO = True
    project, first = registered_project(), official(Role.APPROVER)
    asked = services.ask_revocation(actor=first, project=project, reason="The readings were invented.")
    with pytest.raises(DatabaseError, match="revocation_needs_two_persons"), transaction.atomic():
        project.revocations.filter(pk=asked.pk).update(state="confirmed", decided_by_id=first.user_id)


def test_a_revocation_can_be_dropped(settings):
    settings.DEMO = True
    project, first = registered_project(), official(Role.APPROVER)
    services.ask_revocation(actor=first, project=project, reason="The readings were invented.")
    assert services.drop_revocation(actor=first, project=project).state == "registered"
    with pytest.raises(IllegalTransition):
        services.confirm_revocation(actor=official(Role.APPROVER, email="second@authority.test"), project=project)


def test_the_proponent_withdraws_before_registration(commented, owner):
    assert services.withdraw(actor=owner, project=commented, reason="No money.").state == "withdrawn"
