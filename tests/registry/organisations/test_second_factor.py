"""The second factor: who needs it, when it counts, and what happens without it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from registry.audit.models import Event
from registry.core.errors import SecondFactorNeeded
from registry.core.roles import Role
from registry.organisations import second_factor, services
from registry.organisations.models import Organisation, User
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db
PASSWORD = "limestone dissolves slowly"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def reviewer():
    actor = official(Role.REVIEWER, email="reviewer@authority.test")
    user = User.objects.get(pk=actor.user_id)
    user.set_password(PASSWORD)
    user.save()
    return user


def code_of(user, step=0):
    secret = second_factor.get_adapter().decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
    return totp.format_hotp_value(totp.hotp_value(secret, int(timezone.now().timestamp()) // 30 + step))


def sign_in(client, user, code=None):
    answer = client.post(reverse("organisations:sign_in"), {"login": user.email, "password": PASSWORD})
    if code:
        assert answer.url == reverse("mfa_authenticate")
        answer = client.post(answer.url, {"code": code})
    return answer


def applicant():
    return services.apply_for_registration(
        kind="developer", name_zh="甲", name_en="A", registration_code="91520123DEM001236P"
    )


def approve(client, organisation, **fields):
    return client.post(reverse("organisations:act", args=[organisation.pk, "approve"]), fields)


def test_a_deciding_act_without_a_fresh_factor_is_refused_by_the_service():
    actor, organisation = official(Role.REVIEWER), applicant()
    stale = timezone.now() - timedelta(seconds=301)
    for shown in (None, stale):
        with pytest.raises(SecondFactorNeeded):
            services.approve(actor=replace(actor, second_factor_at=shown), organisation=organisation)
    just_now = timezone.now() - timedelta(seconds=290)
    services.approve(actor=replace(actor, second_factor_at=just_now), organisation=organisation)


def test_the_page_asks_for_the_code_keeps_the_form_and_then_does_it(client, reviewer):
    second_factor.enrol(reviewer)
    organisation = applicant()
    sign_in(client, reviewer, code_of(reviewer))
    asked = approve(client, organisation, note="seen <b>")
    assert asked.status_code == 403
    assert 'name="note" value="seen &lt;b&gt;"' in asked.content.decode()
    assert Organisation.objects.get(pk=organisation.pk).state == "applied"
    assert Event.objects.filter(refused=True, reason="SECOND_FACTOR_NEEDED", actor_id=reviewer.pk).exists()
    wrong = approve(client, organisation, second_factor_code="000000")
    assert wrong.status_code == 403
    assert 'role="alert"' in wrong.content.decode()
    assert approve(client, organisation, second_factor_code=code_of(reviewer, 1)).status_code == 302
    assert Organisation.objects.get(pk=organisation.pk).state == "approved"


def test_a_code_works_once(client, reviewer):
    second_factor.enrol(reviewer)
    code = code_of(reviewer)
    sign_in(client, reviewer, code)
    assert approve(client, applicant(), second_factor_code=code).status_code == 403


def test_a_recovery_code_stands_for_the_phone_once(client, reviewer):
    second_factor.enrol(reviewer)
    lost = RecoveryCodes(Authenticator.objects.get(user=reviewer, type="recovery_codes")).get_unused_codes()[0]
    assert sign_in(client, reviewer, lost).url == reverse("core:to_do")
    assert approve(client, applicant(), second_factor_code=lost).status_code == 403


def test_a_role_that_decides_is_withheld_until_the_factor_is_set_up(client, reviewer):
    organisation = applicant()
    assert sign_in(client, reviewer).url == reverse("core:to_do")
    assert reverse("mfa_index") in client.get("/to-do/").content.decode()
    assert approve(client, organisation).status_code == 404  # an applied organisation is not even seen without it
    # set it up: the password again, then the app's first code
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    page = client.post(
        page.redirect_chain[-1][0], {"password": PASSWORD, "next": reverse("mfa_activate_totp")}, follow=True
    )
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})<", page.content.decode())[1]
    now = totp.format_hotp_value(totp.hotp_value(secret, int(timezone.now().timestamp()) // 30))
    done = client.post(reverse("mfa_activate_totp"), {"code": now})
    assert done.url == reverse("mfa_view_recovery_codes")
    assert len(re.findall(r'<li class="col">\d{8}</li>', client.get(done.url).content.decode())) == 10
    assert approve(client, organisation, second_factor_code=code_of(reviewer, 1)).status_code == 302


def test_it_cannot_be_taken_off_by_somebody_who_decides(client, reviewer):
    second_factor.enrol(reviewer)
    sign_in(client, reviewer, code_of(reviewer))
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(reviewer, 1)})
    client.post(reverse("mfa_deactivate_totp"))
    assert second_factor.is_enrolled(reviewer)


def test_an_editor_needs_none(client):
    editor = User.objects.get(pk=member(developer(), Role.EDITOR).user_id)
    client.force_login(editor, second_factor=False)
    assert client.get(reverse("methodologies:new_project")).status_code == 200


def test_secrets_are_not_readable_in_the_database(reviewer):
    second_factor.enrol(reviewer)
    stored = Authenticator.objects.get(user=reviewer, type="totp").data["secret"]
    assert not re.fullmatch(r"[A-Z2-7]{32}", stored)
    assert re.fullmatch(r"[A-Z2-7]{32}", second_factor.get_adapter().decrypt(stored))


def test_guessing_passwords_is_slowed_down_and_recorded(client, reviewer):
    for _attempt in range(5):
        client.post(reverse("organisations:sign_in"), {"login": reviewer.email, "password": "guess"})
    assert Event.objects.filter(action="people.sign_in", refused=True, reason="BAD_CREDENTIALS").count() == 5
    right = sign_in(client, reviewer)
    assert right.status_code == 200  # not even the right one, for five minutes
    assert not client.get("/to-do/").context


def test_a_sign_in_begins_a_new_session_and_is_recorded(client, reviewer):
    second_factor.enrol(reviewer)
    client.get("/")
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key
    sign_in(client, reviewer, code_of(reviewer))
    assert client.session.session_key != before
    event = Event.objects.get(action="people.sign_in", refused=False)
    assert event.actor_id == reviewer.pk


def test_sessions_are_listed_and_one_can_be_ended_from_another(client, reviewer):
    second_factor.enrol(reviewer)
    other = type(client)(headers={"user-agent": "The old laptop"})
    sign_in(other, reviewer, code_of(reviewer))
    sign_in(client, reviewer, code_of(reviewer, 1))
    html = client.get(reverse("usersessions_list")).content.decode()
    assert "The old laptop" in html
    session = re.search(r'name="session" value="(\d+)"', html)[1]
    client.post(reverse("usersessions_list"), {"session": session})
    assert other.get("/to-do/").status_code == 302
    assert client.get("/to-do/").status_code == 200


def test_a_forgotten_password_is_replaced_by_mail_and_nobody_learns_who_has_an_account(client, reviewer):
    for email in (reviewer.email, "nobody@nowhere.test"):
        assert client.post(reverse("account_reset_password"), {"email": email}).url == reverse(
            "account_reset_password_done"
        )
    assert [message.to for message in mail.outbox] == [[reviewer.email]]
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    weak = client.post(page.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    fresh = "dolines and poljes 7"
    client.post(page.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    assert User.objects.get(pk=reviewer.pk).check_password(fresh)
