"""What every endpoint stands on: tokens, scopes, problems, keys, pages, ETags."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from registry.audit.models import Event
from registry.core.models import IdempotentAnswer
from registry.core.roles import Role
from registry.organisations import second_factor, services, tokens
from registry.organisations.models import ApiToken, Organisation, User
from tests.people import FOR_EVER, developer, member, official
from tests.registry.api.described import faults_of_description

pytestmark = pytest.mark.django_db
EVERYTHING = ("read", "write", "decide")


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


class Program:
    """A program that acts for a person."""

    def __init__(self, actor, *scopes):
        self.user = User.objects.get(pk=actor.user_id)
        second_factor.enrol(self.user)
        self.token, secret = tokens.create_token(user=self.user, actor=actor, name="test", scopes=scopes, days=30)
        self.client = Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})
        self.count = 0

    def get(self, path, **headers):
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def post(self, path, data=None, *, key=None, code=False, **headers):
        self.count += 1
        headers["idempotency-key"] = key or f"a-new-key-{self.token.pk}-{self.count}"
        if code:
            headers["x-second-factor"] = self.code()
        return self.client.post(f"/api/v1/{path}", data or {}, content_type="application/json", headers=headers)

    def code(self):
        cache.clear()  # the same half minute serves several acts of a test
        secret = second_factor.get_adapter().decrypt(
            Authenticator.objects.get(user=self.user, type="totp").data["secret"]
        )
        return totp.format_hotp_value(totp.hotp_value(secret, int(timezone.now().timestamp()) // 30))


def applied():
    return services.apply_for_registration(
        kind="developer", name_zh="甲", name_en="A", registration_code="91520123DEM001236P"
    )


@pytest.fixture
def reviewer():
    return Program(official(Role.REVIEWER), *EVERYTHING)


def test_a_token_acts_with_the_roles_of_its_person(reviewer):
    organisation = applied()
    assert reviewer.get("me/").json()["roles"] == ["reviewer"]
    assert reviewer.get(f"organisations/{organisation.pk}/").json()["actions"] == ["approve", "refuse"]
    done = reviewer.post(f"organisations/{organisation.pk}/approve/", code=True)
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    assert Event.objects.get(action="organisations.approve").actor_id == reviewer.user.pk


def test_without_the_code_a_deciding_act_is_refused_and_recorded(reviewer):
    organisation = applied()
    refused = reviewer.post(f"organisations/{organisation.pk}/approve/")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    body = refused.json()
    assert body["code"] == "SECOND_FACTOR_NEEDED"
    assert body["messages"]["en"] == body["detail"]
    assert "验证" in body["messages"]["zh"]
    assert Event.objects.filter(refused=True, reason="SECOND_FACTOR_NEEDED", actor_id=reviewer.user.pk).exists()
    wrong = reviewer.post(f"organisations/{organisation.pk}/approve/", **{"x-second-factor": "000000"})
    assert wrong.json()["code"] == "SECOND_FACTOR_WRONG"
    assert Event.objects.filter(refused=True, reason="SECOND_FACTOR_WRONG", actor_id=reviewer.user.pk).exists()
    assert Organisation.objects.get(pk=organisation.pk).state == "applied"


@pytest.mark.parametrize("scopes", [("read",), ("read", "write"), ("write",)])
def test_scopes_limit_what_a_token_does(scopes):
    organisation = applied()
    program = Program(official(Role.REVIEWER), *scopes)
    assert program.get("organisations/").status_code == (200 if "read" in scopes else 403)
    assert program.post(f"organisations/{organisation.pk}/approve/", code=True).json()["code"] == "SCOPE_MISSING"


def test_ended_expired_and_invented_tokens_are_refused():
    program = Program(official(Role.REVIEWER), "read")
    ApiToken.objects.filter(pk=program.token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert program.get("me/").status_code == 401
    ApiToken.objects.filter(pk=program.token.pk).update(expires_at=FOR_EVER)
    assert program.get("me/").status_code == 200
    tokens.end_token(user=program.user, actor=official(Role.REVIEWER), token_id=program.token.pk)
    answer = program.get("me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")
    assert answer["WWW-Authenticate"] == "Bearer"
    invented = Client(headers={"authorization": "Bearer kcr_x"}).get("/api/v1/organisations/")
    assert invented.status_code == 401


def test_the_secret_is_not_in_the_database():
    program = Program(official(Role.REVIEWER), "read")
    secret = program.client.defaults["HTTP_AUTHORIZATION"].split()[1]
    rows = json.dumps(list(ApiToken.objects.values()), default=str)
    assert secret not in rows
    assert len(secret) > 40


def test_an_act_that_is_sent_twice_is_done_once(reviewer):
    application = {
        "kind": "developer",
        "name_zh": "乙",
        "name_en": "B",
        "code_kind": "uscc",
        "registration_code": "91520621DEM006213D",
        "applicant_email": "b@b.test",
    }
    first = reviewer.post("organisations/", application, key="the-same-key")
    again = reviewer.post("organisations/", application, key="the-same-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Organisation.objects.filter(registration_code="91520621DEM006213D").count() == 1
    other = reviewer.post("organisations/", {**application, "name_en": "C"}, key="the-same-key")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_refused_act_leaves_its_key_free(reviewer):
    organisation = applied()
    path = f"organisations/{organisation.pk}/approve/"
    assert reviewer.post(path, key="my-own-key").status_code == 403
    assert not IdempotentAnswer.objects.exists()
    assert reviewer.post(path, key="my-own-key", code=True).status_code == 200


def test_a_post_needs_a_key(reviewer):
    answer = reviewer.client.post("/api/v1/organisations/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")


def test_faults_of_fields_are_named(reviewer):
    body = reviewer.post("organisations/", {"kind": "authority"}).json()
    assert body["code"] == "FIELDS_INVALID"
    assert {"kind", "name_zh", "registration_code", "applicant_email"} <= {line["field"] for line in body["errors"]}
    code = {
        "kind": "developer", "name_zh": "乙", "name_en": "B", "code_kind": "uscc",
        "registration_code": "91520621DEM006213X", "applicant_email": "b@b.test",
    }  # fmt: skip
    body = reviewer.post("organisations/", code).json()
    assert body["code"] == "USCC_CHECK_FAILED"
    assert body["errors"][0]["detail"]


def test_lists_come_in_pages_and_filters_refuse_what_they_do_not_know(reviewer):
    for number in range(5):
        developer(f"D{number}", f"DEV-{number}")
    seen, path = [], "organisations/?page_size=2&kind=developer"
    while path:
        page = reviewer.get(path).json()
        seen += [row["name_en"] for row in page["results"]]
        path = page["next"] and page["next"].split("/api/v1/")[1]
    assert sorted(seen) == [f"D{number}" for number in range(5)]
    assert reviewer.get("organisations/?q=D3").json()["results"][0]["name_en"] == "D3"
    refused = reviewer.get("organisations/?state=dreaming")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "state")


def test_an_unchanged_answer_is_not_sent_again_and_a_changed_record_is_not_decided_on(reviewer):
    organisation = applied()
    path = f"organisations/{organisation.pk}/"
    etag = reviewer.get(path)["ETag"]
    assert reviewer.get(path, **{"if-none-match": etag}).status_code == 304
    Organisation.objects.filter(pk=organisation.pk).update(name_en="Another name")
    stale = reviewer.post(f"{path}approve/", code=True, **{"if-match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "CHANGED_MEANWHILE")
    fresh = reviewer.get(path)["ETag"]
    assert reviewer.post(f"{path}approve/", code=True, **{"if-match": fresh}).status_code == 200


def test_a_session_needs_the_csrf_token(reviewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reviewer.user)
    assert client.get("/api/v1/me/").json()["roles"] == ["reviewer"]
    answer = client.post("/api/v1/organisations/", {}, content_type="application/json")
    assert answer.status_code == 403


def test_too_many_requests_are_told_when_to_come_back(reviewer, monkeypatch):
    from rest_framework.throttling import UserRateThrottle

    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min", "anon": "2/min"})
    answers = [reviewer.get("me/") for _request in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "TOO_MANY_REQUESTS"
    assert int(answers[2]["Retry-After"]) <= 61


def test_what_others_may_not_see_is_not_there():
    organisation = applied()
    stranger = Program(member(developer(), Role.EDITOR), "read", "write")
    assert stranger.get(f"organisations/{organisation.pk}/").status_code == 404
    assert organisation.pk not in [row["id"] for row in stranger.get("organisations/").json()["results"]]
    other = developer("Other", "DEV-2")
    assert stranger.get(f"organisations/{other.pk}/").status_code == 200
    assert stranger.get(f"organisations/{other.pk}/members/").status_code == 403
    assert (
        stranger.post(f"organisations/{other.pk}/invitations/", {"email": "a@b.test", "roles": ["editor"]}).status_code
        == 403
    )


def test_the_committed_description_is_the_present_one(tmp_path):
    made = tmp_path / "openapi.json"
    call_command("spectacular", file=str(made), format="openapi-json", lang="en", fail_on_warn=True)
    committed = (settings.ROOT / "docs" / "openapi.json").read_text()
    assert made.read_text() == committed, (
        "run: manage.py spectacular --lang en --format openapi-json --file docs/openapi.json"
    )
    document = json.loads(committed)
    assert document["openapi"].startswith("3.1")
    assert faults_of_description(document) == []
    wrong = {"parameters": [{"name": "kind", "in": "nowhere", "schema": {}}]}
    assert faults_of_description({**document, "components": {}, "paths": {"/one/": wrong}}) != []


def test_the_page_of_the_api_loads_nothing_from_elsewhere(client):
    page = client.get("/api/v1/docs/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "swagger-ui-bundle" in html
    assert "://" not in "".join(part.split('"')[0] for part in html.split('src="')[1:])


def test_an_address_without_an_answer_and_a_fault_are_problems_too(client, monkeypatch):
    answer = client.get("/api/v1/no-such-thing/", headers={"accept-language": "zh"})
    assert (answer.status_code, answer["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "NO_SUCH_ADDRESS"
    assert answer.json()["detail"] == answer.json()["messages"]["zh"]
    assert client.get("/no-such-thing/")["content-type"].startswith("text/html")
    client.raise_request_exception = False
    monkeypatch.setattr("registry.notices.api.Notices.rows", lambda _view: 1 // 0)
    broken = client.get("/api/v1/notices/")
    assert (broken.status_code, broken.json()["code"]) == (500, "FAULT")
