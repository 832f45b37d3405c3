"""Notices: written behind the act, for those whom it concerns; read, mailed once, and never more than one may see."""

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from registry.audit.models import Event
from registry.core import told
from registry.core.errors import NotVisible
from registry.core.roles import Role
from registry.notices import mails, services, tasks, telling
from registry.notices.models import Notice
from registry.organisations import members
from registry.organisations import services as organisations
from registry.organisations.models import User
from tests.people import authority, developer, member, official
from tests.registry.notices.following import tell_everybody

pytestmark = pytest.mark.django_db


STORY = {"begins_after": 0}


@pytest.fixture(autouse=True)
def _people():
    """The authority and its people were made before the story: nobody is told of that."""
    authority()
    official(Role.REVIEWER, email="one@authority.test")
    official(Role.REVIEWER, email="two@authority.test")
    STORY["begins_after"] = Event.objects.latest("id").pk


@pytest.fixture
def reviewers():
    return official(Role.REVIEWER, email="one@authority.test"), official(Role.REVIEWER, email="two@authority.test")


def apply(code="APP-1"):
    applied = organisations.apply_for_registration(
        kind="developer", name_zh="新源", name_en="New Spring", registration_code=code
    )
    tell_everybody(after=STORY["begins_after"])
    return applied


def told_to(actor):
    tell_everybody(after=STORY["begins_after"])
    return list(services.of_person(actor))


def client_of(actor, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_an_application_is_told_to_those_who_decide_on_it_and_to_nobody_else(reviewers):
    approver = official(Role.APPROVER, email="approver@authority.test")
    applied = apply()
    for reviewer in reviewers:
        [notice] = told_to(reviewer)
        assert (notice.action, notice.object_id, notice.kind) == (
            "organisations.apply",
            str(applied.pk),
            "organisations",
        )
        assert notice.url == f"/organisations/{applied.pk}/"
        assert (notice.name_zh, notice.name_en) == ("新源", "New Spring")
        assert "decide" in notice.text_en
    assert told_to(approver) == []


def test_a_notice_is_gone_with_the_act_that_was_rolled_back(reviewers):
    with transaction.atomic():
        apply()
        transaction.set_rollback(True)
    assert told_to(reviewers[0]) == []


def test_who_acts_is_not_told_of_the_own_act_but_the_person_concerned_is():
    home = developer()
    boss = member(home, Role.ADMINISTRATOR)
    editor = member(home, Role.EDITOR)
    members.grant_role(actor=boss, organisation=home, user=User.objects.get(pk=editor.user_id), role="representative")
    assert told_to(editor)[0].action == "organisations.grant_role"
    assert "organisations.grant_role" not in [notice.action for notice in told_to(boss)]


def test_a_suspended_organisation_learns_it():
    home = developer()
    editor = member(home, Role.EDITOR)
    organisations.suspend(actor=official(Role.APPROVER), organisation=home, reason="The licence ended.")
    assert told_to(editor)[0].action == "organisations.suspend"


# --- reading ----------------------------------------------------------------------------------------------------


def test_the_bell_counts_the_list_shows_and_opening_reads(reviewers):
    applied = apply()
    client = client_of(reviewers[0])
    page = client.get("/notices/").content.decode()
    assert "An organisation applied: decide on its application" in page
    assert "New Spring" in page
    assert '1<span class="visually-hidden"> unread' in page
    assert "有机构提出申请" in client_of(reviewers[0], "zh-hans").get("/notices/").content.decode()
    [notice] = told_to(reviewers[0])
    assert client.post(f"/notices/{notice.pk}/").url == f"/organisations/{applied.pk}/"
    assert " unread</span>" not in client.get("/notices/").content.decode()
    assert client.get("/notices/?unread=1").content.decode().count("New Spring") == 0


def test_anothers_notice_is_not_there(reviewers):
    apply()
    [notice] = told_to(reviewers[0])
    assert client_of(reviewers[1]).post(f"/notices/{notice.pk}/").status_code == 404
    with pytest.raises(NotVisible):
        services.mark_read(actor=reviewers[1], notice_id=notice.pk)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_became_invisible_is_neither_shown_nor_mailed(reviewers):
    """An application is the authority's to see: who is no longer an official learns nothing of it any more."""
    apply()
    one = reviewers[0]
    home = authority()
    boss = member(home, Role.ADMINISTRATOR)
    person = User.objects.get(pk=one.user_id)
    members.grant_role(actor=boss, organisation=home, user=person, role=Role.ADMINISTRATOR)
    members.end_role(actor=boss, organisation=home, user=person, role=Role.REVIEWER)
    page = client_of(one).get("/notices/").content.decode()
    assert "About a record that you cannot see now." in page
    assert "New Spring" not in page
    answer = client_of(one).get("/api/v1/notices/").json()["results"]
    [hidden] = [each for each in answer if each["kind"] == "organisations"]
    assert {hidden[name] for name in ("text", "name", "url", "action", "object_id")} == {""}
    mail.outbox.clear()
    mails.send_those_of(Notice.objects.get(user=person, action="organisations.apply").key)
    assert [sent for sent in mail.outbox if person.email in sent.to] == []


# --- mails ------------------------------------------------------------------------------------------------------


def mail_of(actor):
    return [sent for sent in mail.outbox if User.objects.get(pk=actor.user_id).email in sent.to]


def send(actor):
    """As the worker does when the row is committed."""
    for notice in told_to(actor):
        mails.send_those_of(notice.key)


def test_a_mail_follows_in_both_languages_with_the_link_and_goes_once(reviewers, settings):
    applied = apply()
    send(reviewers[0])
    send(reviewers[0])
    [sent] = mail_of(reviewers[0])
    assert f"{settings.PUBLIC_BASE_URL.rstrip('/')}/organisations/{applied.pk}/" in sent.body
    assert "新源" in sent.body
    assert "New Spring" in sent.body
    assert sent.extra_headers["Message-ID"].startswith("<notice-")
    [notice] = told_to(reviewers[0])
    assert (notice.mail, notice.mailed_at is not None) == ("sent", True)


def test_the_act_writes_none_and_the_queue_hears_of_the_mails_with_the_rows(
    reviewers, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr(telling, "tell", lambda task, args: sent.append((task, *args)))
    with django_capture_on_commit_callbacks(execute=True):
        organisations.apply_for_registration(
            kind="developer", name_zh="新源", name_en="New Spring", registration_code="APP-1"
        )
    assert (services.of_person(reviewers[0]).count(), sent) == (0, [])
    with django_capture_on_commit_callbacks(execute=True):
        [notice] = told_to(reviewers[0])
    assert sent == [(telling.MAIL_TASK, notice.key)]


# --- following the log ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_worker_goes_on_where_it_ended(monkeypatch):
    monkeypatch.setattr(telling, "tell", lambda *_a, **_k: None)
    clerk = official(Role.REVIEWER, email="one@authority.test")
    tasks.follow_the_log()
    before = services.of_person(clerk).count()
    for code in ("APP-1", "APP-2"):
        organisations.apply_for_registration(kind="developer", name_zh="新源", name_en=code, registration_code=code)
    tasks.follow_the_log()
    assert services.of_person(clerk).count() == before + 2
    assert telling.follow() == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_told_of_does_not_keep_the_others_waiting(monkeypatch):
    monkeypatch.setattr(telling, "tell", lambda *_a, **_k: None)
    clerk = official(Role.REVIEWER, email="one@authority.test")
    for code in ("APP-1", "APP-2"):
        organisations.apply_for_registration(kind="developer", name_zh="新源", name_en=code, registration_code=code)
    bad = Event.objects.filter(action="organisations.apply").order_by("-id")[1].pk
    tell_of = telling.tell_of
    monkeypatch.setattr(telling, "tell_of", lambda event_id: 1 / 0 if event_id == bad else tell_of(event_id))
    tasks.follow_the_log()
    assert [n.name_en for n in services.of_person(clerk) if n.name_en.startswith("APP-")] == ["APP-2"]


def test_a_server_that_is_down_gets_the_mail_later_by_the_sweep(reviewers, monkeypatch):
    apply()
    with monkeypatch.context() as broken:
        broken.setattr(mails.EmailMessage, "send", lambda _self: 1 / 0)
        send(reviewers[0])
    [notice] = told_to(reviewers[0])
    assert (notice.mail, notice.mail_attempts) == ("waiting", 1)
    monkeypatch.setattr(mails, "SWEEP_AFTER", -mails.SWEEP_AFTER)  # as if a minute had passed
    mails.sweep()
    mails.sweep()
    assert len(mail_of(reviewers[0])) == 1


def test_a_server_that_stays_down_is_asked_five_times(reviewers, monkeypatch):
    apply()
    monkeypatch.setattr(mails.EmailMessage, "send", lambda _self: 1 / 0)
    for _ in range(7):
        send(reviewers[0])
    [notice] = told_to(reviewers[0])
    assert (notice.mail, notice.mail_attempts) == ("failed", 5)


def test_a_claimed_mail_is_nobody_elses(reviewers):
    """A worker that died with the mail in its hands may have sent it: the sweep leaves it."""
    apply()
    Notice.objects.update(mail=Notice.Mail.BEGUN)
    send(reviewers[0])
    assert mail_of(reviewers[0]) == []


def test_a_person_chooses_kinds_and_language_but_security_is_always_mailed(reviewers):
    one = reviewers[0]
    client = client_of(one)
    assert client.get("/notices/settings/").status_code == 200
    kept = [kind for kind in told.Kind.values if kind not in ("organisations", "security")]
    assert client.post("/notices/settings/", {"language": "zh-hans", "mailed": kept}).status_code == 302
    apply()
    send(one)
    assert mail_of(one) == []
    boss = member(authority(), Role.ADMINISTRATOR)
    person = User.objects.get(pk=one.user_id)
    members.grant_role(actor=boss, organisation=authority(), user=person, role=Role.REGISTRAR)
    send(one)
    [sent] = mail_of(one)
    with override("en"):
        assert told_to(one)[0].text not in sent.body
    with override("zh-hans"):
        assert told_to(one)[0].text in sent.body


def test_the_api_lists_reads_and_sets(reviewers):
    apply()
    client = client_of(reviewers[0])
    [notice] = client.get("/api/v1/notices/?unread=true").json()["results"]
    assert notice["text"] == "An organisation applied: decide on its application"
    key = {"headers": {"idempotency-key": "notice-read-1"}, "content_type": "application/json"}
    assert client.post(f"/api/v1/notices/{notice['id']}/read/", {}, **key).json()["read_at"] is not None
    assert client.get("/api/v1/notices/?unread=true").json()["results"] == []
    key["headers"] = {"idempotency-key": "notice-set-1"}
    wanted = {"language": "en", "mailed": ["findings"]}
    client.post("/api/v1/notices/settings/", wanted, **key)
    assert client.get("/api/v1/notices/settings/").json() == {"language": "en", "mailed": ["findings", "security"]}
    assert Client().get("/api/v1/notices/").status_code == 401
