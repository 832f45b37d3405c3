"""Two people on one page: the second is told what the first did, nothing is done, and what was typed is kept."""

import re

import pytest
from django.test import Client
from django.utils import translation

from registry.audit.models import Event
from registry.core.roles import Role
from registry.organisations import services as organisations
from registry.organisations.models import Organisation, User
from tests.people import developer, member, official
from tests.web.forms import Page

pytestmark = pytest.mark.django_db


class Person:
    """Somebody at a browser, with a page open."""

    def __init__(self, actor, language="en"):
        self.actor = actor
        self.client = Client(headers={"accept-language": language})
        self.client.force_login(User.objects.get(pk=actor.user_id))

    def opens(self, url):
        self.page = Page(self.client.get(url).content.decode())
        return self

    def posts(self, url, **typed):
        form = next(form for form in self.page.forms if form.action == url)
        return self.client.post(url, {**form.fields, **typed})


@pytest.fixture
def home():
    return developer("Home", "DEV-HOME")


def approver(name):
    return official(Role.APPROVER, email=f"{name}@authority.test")


def state(organisation):
    return Organisation.objects.get(pk=organisation.pk).state


def test_every_form_of_a_signed_in_person_says_what_it_has_seen(home):
    one = Person(approver("one")).opens(f"/organisations/{home.pk}/")
    forms = [form for form in one.page.forms if form.method == "post"]
    assert len(forms) >= 3
    assert {form.fields["as_of"] for form in forms} == {str(Event.objects.latest("pk").pk)}
    anonymous = Page(Client().get(f"/organisations/{home.pk}/").content.decode())
    assert all("as_of" not in form.fields for form in anonymous.forms)


def test_the_second_of_two_is_told_who_did_what_and_when_and_nothing_is_done(home):
    """The other suspended and reinstated: the state is as before, and still the page was old."""
    address, act = f"/organisations/{home.pk}/", f"/organisations/{home.pk}/act/suspend/"
    one = Person(approver("one")).opens(address)
    other = approver("two")
    organisations.suspend(actor=other, organisation=home, reason="The licence is questioned.")
    organisations.reinstate(actor=other, organisation=home)
    answer = one.posts(act, reason="Their bank writes that <they> are gone.")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "CHANGED_MEANWHILE" in html
    assert "Organisation suspended" in html
    assert "Organisation reinstated" in html
    assert "The licence is questioned." in html
    assert "Person" in html
    assert re.search(r"<textarea[^>]*>Their bank writes that &lt;they&gt; are gone\.</textarea>", html)
    assert state(home) == "approved"
    refused = Event.objects.filter(refused=True).latest("pk")
    assert (refused.actor_id, refused.reason) == (one.actor.user_id, "CHANGED_MEANWHILE")


def test_who_has_seen_the_change_may_do_it_all_the_same(home):
    address, act = f"/organisations/{home.pk}/", f"/organisations/{home.pk}/act/suspend/"
    one = Person(approver("one")).opens(address)
    other = approver("two")
    organisations.suspend(actor=other, organisation=home, reason="A.")
    organisations.reinstate(actor=other, organisation=home)
    again = Page(one.posts(act, reason="Still.").content.decode())
    form = next(form for form in again.forms if "reason" in form.fields)
    assert one.client.post(act, {**form.fields, "reason": "Still."}).status_code == 302
    assert state(home) == "suspended"


def test_a_step_that_the_other_took_first_says_so_and_offers_no_second_try(home):
    address, act = f"/organisations/{home.pk}/", f"/organisations/{home.pk}/act/suspend/"
    one = Person(approver("one"), "zh-hans").opens(address)
    organisations.suspend(actor=approver("two"), organisation=home, reason="First.")
    answer = one.posts(act, reason="Second.")
    html = answer.content.decode()
    assert answer.status_code == 409
    with translation.override("zh-hans"):
        assert "Organisation suspended" not in html
        assert "CHANGED_MEANWHILE" in html
        assert "Second." in html
    assert [form.fields.get("reason") for form in Page(html).forms if "reason" in form.fields] != []
    assert Event.objects.filter(action="organisations.suspend", refused=False).count() == 1


def test_ones_own_acts_and_those_of_the_programme_change_nothing(home):
    one = Person(approver("one")).opens(f"/organisations/{home.pk}/")
    organisations.suspend(actor=one.actor, organisation=home, reason="Mine.")
    organisations.reinstate(actor=one.actor, organisation=home)
    assert one.posts(f"/organisations/{home.pk}/act/suspend/", reason="Mine again.").status_code == 302


def test_what_only_adds_is_not_held_up(home):
    boss, second = (member(home, Role.ADMINISTRATOR, email=f"{name}@home.test") for name in ("boss", "second"))
    page = Person(boss).opens(f"/organisations/{home.pk}/")
    other = Person(second).opens(f"/organisations/{home.pk}/")
    invite = f"/organisations/{home.pk}/invite/"
    assert other.posts(invite, email="a@home.test", roles="editor").status_code == 302
    assert page.posts(invite, email="b@home.test", roles="editor").status_code == 302


def test_a_colleague_is_named_another_organisation_only_as_such(home):
    boss = member(home, Role.ADMINISTRATOR)
    page = Person(boss).opens(f"/organisations/{home.pk}/")
    official_ = approver("two")
    organisations.suspend(actor=official_, organisation=home, reason="Asked.")
    organisations.reinstate(actor=official_, organisation=home)
    html = page.posts(f"/organisations/{home.pk}/act/close/", reason="We leave.").content.decode()
    assert "Province" in html
    assert "Person" not in html.split("somebody else acted")[1].split("</ul>")[0]


@pytest.mark.parametrize("text", ["", "x", "-1", "9" * 40, "１２", "1 OR 1"])
def test_a_position_that_is_no_number_counts_as_none(home, text):
    one = Person(approver("one"))
    answer = one.client.post(f"/organisations/{home.pk}/act/suspend/", {"reason": "R.", "as_of": text})
    assert answer.status_code == 302
