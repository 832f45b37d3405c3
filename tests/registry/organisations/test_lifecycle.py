"""Organisations from the application to the closing, their people and their accreditations."""

import re
from datetime import date

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from registry.audit.models import Event
from registry.core import guards
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.organisations import members, selectors, services, states, uscc
from registry.organisations.models import Membership, Organisation, User
from tests.people import developer, member, official, verification_body

pytestmark = pytest.mark.django_db
REAL = ("91230184MA1BUFLT44", "92371000MA3MXH0E3W", "91350200776049653A")
EARLY = ("91350100M0001TGQXM", "91350211M0000XUF46")
"""Legal codes of the first months in Fujian; their check character is wrong."""
FORM = {
    "kind": "developer",
    "name_zh": "新机构",
    "name_en": "New organisation",
    "code_kind": "uscc",
    "registration_code": " 91520123dem001236p ",
    "code_reason": "",
    "applicant_name": "Li",
    "applicant_email": "Li@New.test",
}


def reviewer():
    return official(Role.REVIEWER, email="reviewer@authority.test")


def approver():
    return official(Role.APPROVER, email="approver@authority.test")


def link_in(message):
    return re.search(r"/join/\S+", message.body)[0]


# --- the code ---


@pytest.mark.parametrize("code", REAL)
def test_real_codes_pass(code):
    assert uscc.faults(code) == []


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_sign_is_noticed(place):
    for code in REAL:
        other = "2" if code[place] != "2" else "3"
        assert uscc.faults(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("code", EARLY)
def test_early_codes_need_a_reason_and_then_pass(code):
    with pytest.raises(InvalidInput) as refused:
        services.apply_for_registration(kind="developer", name_zh="闽", name_en="Min", registration_code=code)
    assert refused.value.code == "USCC_CHECK_FAILED"
    assert len(refused.value.messages) >= 1
    taken = services.apply_for_registration(
        kind="developer", name_zh="闽", name_en="Min", registration_code=code, code_reason="Licence of 2015 shows it."
    )
    assert taken.code_kind == "uscc"
    assert taken.code_reason


def test_foreign_numbers_are_not_checked():
    taken = services.apply_for_registration(
        kind="account_holder", name_zh="外", name_en="Foreign", registration_code="HRB 12345 B", code_kind="foreign"
    )
    assert taken.registration_code == "HRB12345B"


def test_nobody_applies_twice_with_one_code():
    developer(code="91520123DEM001236P")
    with pytest.raises(InvalidInput) as refused:
        services.apply_for_registration(
            kind="developer", name_zh="二", name_en="Two", registration_code="91520123dem001236p"
        )
    assert refused.value.code == "CODE_TAKEN"


# --- the way of an organisation ---


def test_from_the_application_on_the_page_to_the_first_administrator(client, django_capture_on_commit_callbacks):
    assert client.post(reverse("organisations:apply"), {**FORM, "registration_code": "123"}).status_code == 422
    assert client.post(reverse("organisations:apply"), FORM).status_code == 200
    organisation = Organisation.objects.get(registration_code="91520123DEM001236P")
    assert client.get(reverse("organisations:detail", args=[organisation.pk])).status_code == 404
    assert "New organisation" not in client.get(reverse("organisations:list")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        services.approve(actor=reviewer(), organisation=organisation)
    (invitation,) = mail.outbox
    assert invitation.to == ["li@new.test"]
    assert "邀请" in invitation.body
    assert "invites you" in invitation.body
    link = link_in(invitation)
    person = {"name_zh": "李", "name_en": "Li", "password": "limestone dissolves slowly"}
    assert client.post(link, {**person, "password": "password1234"}).status_code == 422
    assert not User.objects.filter(email="li@new.test").exists()
    assert client.post(link, person).url == reverse("core:to_do")
    held = Membership.objects.get(user__email="li@new.test")
    assert (held.role, held.organisation) == ("administrator", organisation)
    assert client.get(link).status_code == 404  # works once


def test_a_refusal_ends_the_application_with_its_reason(django_capture_on_commit_callbacks):
    form = {name: value for name, value in FORM.items() if name != "code_reason"}
    organisation = services.apply_for_registration(**form)
    with pytest.raises(InvalidInput):
        services.refuse(actor=reviewer(), organisation=organisation, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        services.refuse(actor=reviewer(), organisation=organisation, reason="The licence has ended.")
    assert "The licence has ended." in mail.outbox[0].body
    with pytest.raises(IllegalTransition):
        services.approve(actor=reviewer(), organisation=organisation)
    event = Event.objects.get(action="organisations.refuse")
    assert event.reason == "The licence has ended."


def test_suspension_takes_effect_at_the_next_act_of_a_member(client):
    organisation = developer()
    editor = User.objects.get(pk=member(organisation, Role.EDITOR).user_id)
    client.force_login(editor)
    assert client.get(reverse("methodologies:new_project")).status_code == 200
    services.suspend(actor=approver(), organisation=organisation, reason="Under inquiry.")
    assert client.get(reverse("methodologies:new_project")).status_code == 403
    services.reinstate(actor=approver(), organisation=organisation)
    assert client.get(reverse("methodologies:new_project")).status_code == 200


def test_a_suspended_body_is_not_accredited_though_its_accreditation_stands():
    body = verification_body("Body", "VVB-9", "validation")
    assert selectors.is_accredited(body, "validation", date(2026, 1, 1))
    services.suspend(actor=approver(), organisation=body, reason="Under inquiry.")
    assert not selectors.is_accredited(body, "validation", date(2026, 1, 1))


def test_closing_is_the_administrators_and_later_rooms_may_object(monkeypatch):
    organisation = developer()
    administrator = member(organisation, Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        services.close(actor=approver(), organisation=organisation, reason="No.")

    def objection(_organisation):
        raise Refusal("OPEN_HOLDINGS", "There are open holdings.")

    monkeypatch.setitem(guards._checks, "organisations.close", [objection])
    with pytest.raises(Refusal, match="open holdings"):
        services.close(actor=administrator, organisation=organisation, reason="We stop.")
    monkeypatch.setitem(guards._checks, "organisations.close", [])
    closed = services.close(actor=administrator, organisation=organisation, reason="We stop.")
    assert closed.state == "closed"
    assert selectors.actor_of(User.objects.get(pk=administrator.user_id)).organisation_approved is False


@pytest.mark.parametrize("machine", [states.ORGANISATION, states.ACCREDITATION], ids=lambda machine: machine.name)
def test_every_way_that_is_not_in_the_table_is_refused_by_the_database(machine):
    allowed = {(t.source, t.target) for t in machine.transitions}
    body = verification_body("Body", "VVB-8", "validation")
    row = body if machine is states.ORGANISATION else body.accreditations.get()
    model = type(row)
    for target in {state.name for state in machine.states} - {row.state}:
        before = row.state
        if (before, target) in allowed:
            continue
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(state=target)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(state="no such state")


# --- people ---


def invite(organisation, *roles, email="new@person.test", capture):
    with capture(execute=True):
        members.invite_member(
            actor=member(organisation, Role.ADMINISTRATOR), organisation=organisation, email=email, roles=roles
        )
    return link_in(mail.outbox[-1]).removeprefix("/join/").rstrip("/")


JOIN = {"name_zh": "王", "name_en": "Wang", "password": "limestone dissolves slowly"}


def test_only_the_own_administrator_invites(django_capture_on_commit_callbacks):
    organisation, other = developer(), developer("Other", "DEV-2")
    for outsider in (member(organisation, Role.REPRESENTATIVE), member(other, Role.ADMINISTRATOR), approver()):
        with pytest.raises(NotAllowed):
            members.invite_member(actor=outsider, organisation=organisation, email="a@b.test", roles=["editor"])
    with pytest.raises(InvalidInput):
        invite(organisation, Role.APPROVER, capture=django_capture_on_commit_callbacks)
    token = invite(organisation, Role.EDITOR, capture=django_capture_on_commit_callbacks)
    user = members.accept_invitation(token=token, **JOIN)
    assert selectors.actor_of(user).roles == {"editor"}


def test_a_second_invitation_replaces_the_first_and_a_withdrawn_one_does_not_work(django_capture_on_commit_callbacks):
    organisation = developer()
    first = invite(organisation, Role.EDITOR, capture=django_capture_on_commit_callbacks)
    second = invite(organisation, Role.EDITOR, capture=django_capture_on_commit_callbacks)
    with pytest.raises(NotVisible):
        members.open_invitation(first)
    members.withdraw_invitation(
        actor=member(organisation, Role.ADMINISTRATOR), invitation=members.open_invitation(second)
    )
    with pytest.raises(NotVisible):
        members.accept_invitation(token=second, **JOIN)


def test_nobody_takes_over_an_account_by_an_invitation(django_capture_on_commit_callbacks):
    organisation, other = developer(), developer("Other", "DEV-2")
    victim = User.objects.get(pk=member(other, Role.EDITOR, email="victim@other.test").user_id)
    token = invite(organisation, Role.EDITOR, email=victim.email, capture=django_capture_on_commit_callbacks)
    with pytest.raises(Refusal) as refused:
        members.accept_invitation(token=token, **JOIN)
    assert refused.value.code == "SIGN_IN_FIRST"
    with pytest.raises(Refusal) as refused:
        members.accept_invitation(token=token, signed_in=victim)
    assert refused.value.code == "MEMBER_ELSEWHERE"


def test_roles_end_at_once_and_the_last_administrator_stays(client):
    organisation = developer()
    administrator = member(organisation, Role.ADMINISTRATOR)
    editor = User.objects.get(pk=member(organisation, Role.EDITOR).user_id)
    client.force_login(editor)
    members.end_role(actor=administrator, organisation=organisation, user=editor, role="editor")
    assert client.get(reverse("methodologies:new_project")).status_code == 403
    with pytest.raises(Refusal) as refused:
        members.end_role(actor=administrator, organisation=organisation, user=editor, role="editor")
    assert refused.value.code == "ROLE_NOT_HELD"
    boss = User.objects.get(pk=administrator.user_id)
    with pytest.raises(Refusal) as refused:
        members.end_role(actor=administrator, organisation=organisation, user=boss, role="administrator")
    assert refused.value.code == "LAST_ADMINISTRATOR"
    with pytest.raises(NotVisible):  # who left is invited again, not granted a role
        members.grant_role(actor=administrator, organisation=organisation, user=editor, role="editor")


def test_members_are_seen_by_their_own_and_the_authority_only(client):
    organisation = developer()
    person = member(organisation, Role.ADMINISTRATOR, email="boss@developer.test")
    page = reverse("organisations:detail", args=[organisation.pk])
    stranger = member(developer("Other", "DEV-2"), Role.ADMINISTRATOR)
    for who, sees in ((None, False), (stranger, False), (person, True), (reviewer(), True)):
        client.logout()
        if who is not None:
            client.force_login(User.objects.get(pk=who.user_id))
        assert ("boss@developer.test" in client.get(page).content.decode()) is sees


def test_the_administrator_works_by_page(client):
    organisation = developer()
    boss = User.objects.get(pk=member(organisation, Role.ADMINISTRATOR).user_id)
    editor = User.objects.get(pk=member(organisation, Role.EDITOR).user_id)
    client.force_login(boss)
    html = client.get(reverse("organisations:detail", args=[organisation.pk])).content.decode()
    for name, args in (("invite", []), ("change_role", [editor.pk, "grant"]), ("change_role", [editor.pk, "end"])):
        assert f'action="{reverse(f"organisations:{name}", args=[organisation.pk, *args])}"' in html
    granted = client.post(
        reverse("organisations:change_role", args=[organisation.pk, editor.pk, "grant"]), {"role": "representative"}
    )
    assert granted.status_code == 302
    client.post(reverse("organisations:invite", args=[organisation.pk]), {"email": "x@y.test", "roles": ["editor"]})
    invitation = organisation.invitations.get(ended_at=None)
    client.post(reverse("organisations:withdraw_invitation", args=[invitation.pk]))
    assert not organisation.invitations.filter(ended_at=None).exists()
    assert selectors.actor_of(editor).roles == {"editor", "representative"}


# --- accreditation ---


def test_an_accreditation_counts_within_its_days_and_its_state():
    body = verification_body("Body", "VVB-7")
    given = services.grant_accreditation(
        actor=approver(),
        organisation=body,
        scope="verification",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )

    def counts(*day):
        return selectors.is_accredited(body, "verification", date(*day))

    assert [counts(2025, 12, 31), counts(2026, 1, 1), counts(2026, 12, 31), counts(2027, 1, 1)] == [0, 1, 1, 0]
    services.decide_accreditation(actor=approver(), accreditation=given, action="suspend", reason="Late reports.")
    assert not counts(2026, 6, 1)
    services.decide_accreditation(actor=approver(), accreditation=given, action="reinstate")
    assert counts(2026, 6, 1)
    services.decide_accreditation(actor=approver(), accreditation=given, action="suspend", reason="Again.")
    services.decide_accreditation(actor=approver(), accreditation=given, action="end", reason="For good.")
    with pytest.raises(IllegalTransition):
        services.decide_accreditation(actor=approver(), accreditation=given, action="reinstate")


def test_only_an_approved_body_is_accredited_and_only_by_the_approver():
    days = {"scope": "validation", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}
    with pytest.raises(InvalidInput):
        services.grant_accreditation(actor=approver(), organisation=developer(), **days)
    body = verification_body("Body", "VVB-6")
    with pytest.raises(NotAllowed):
        services.grant_accreditation(actor=reviewer(), organisation=body, **days)
    with pytest.raises(InvalidInput):
        services.grant_accreditation(actor=approver(), organisation=body, **{**days, "valid_to": date(2025, 1, 1)})
