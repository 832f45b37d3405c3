"""Whatever is sent to the API, no answer is a fault of the server.

schemathesis makes the requests from the committed description; they are sent in this process, as nobody, as an
organisation's person and as the authority's, and rolled back. ``KCR_LONG`` sends many more.
"""

import json
import os
from urllib.parse import quote

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rest_framework.throttling import SimpleRateThrottle

from registry.core.roles import Role
from registry.organisations import services
from registry.organisations.models import User
from tests.people import developer, member, official, verification_body

LONG = bool(os.environ.get("KCR_LONG"))
EXAMPLES = 100 if LONG else 3
pytestmark = pytest.mark.django_db
DESCRIPTION = json.loads((django_settings.ROOT / "docs" / "openapi.json").read_text())
OPERATIONS = [found.ok() for found in schemathesis.openapi.from_dict(DESCRIPTION).get_all_operations()]


@pytest.fixture
def world(monkeypatch):
    """Who sends, and the numbers that exist."""
    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *_: True)
    cache.clear()
    own, body = developer(), verification_body("Body", "VVB-5", "validation", "verification")
    applied = services.apply_for_registration(kind="developer", name_zh="甲", name_en="A", registration_code="DE-77")
    actors = [
        member(own, Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR),
        official(Role.REVIEWER, Role.REGISTRAR, Role.APPROVER),
        member(body, Role.LEAD_VERIFIER),
    ]
    clients = [Client(raise_request_exception=False)]
    for actor in actors:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(pk=actor.user_id))
        clients.append(client)
    numbers = [own.pk, body.pk, applied.pk, body.accreditations.first().pk, actors[0].user_id, 10**18, 2**63]
    return clients, numbers


def send(client, case, path):
    """The answer to what schemathesis made; whatever the act did is rolled back."""
    headers = {name: str(value) for name, value in (case.headers or {}).items() if str(value).isprintable()}
    headers = {name: value for name, value in headers.items() if value.isascii()}
    sent = {}
    if case.method == "POST" and case.media_type == "multipart/form-data":
        parts = case.body if isinstance(case.body, dict) else {}
        files = {"file": ContentFile(str(parts.get("file")).encode(), name="file.csv")}
        sent = {"data": {**{name: str(value) for name, value in parts.items()}, **files}}
    elif case.method == "POST":
        body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else {}
        sent = {"data": json.dumps(body), "content_type": "application/json"}
    with transaction.atomic():
        answer = getattr(client, case.method.lower())(path, query_params=case.query or None, headers=headers, **sent)
        transaction.set_rollback(True)
    return answer


def asker(operation, world, seen):
    clients, numbers = world

    @seed(20211)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data):
        case = data.draw(operation.as_strategy())
        path = operation.path
        for name, value in (case.path_parameters or {}).items():
            chosen = data.draw(st.sampled_from(numbers)) if name in ("id", "pk", "user_pk") else value
            path = path.replace("{" + name + "}", quote(str(chosen), safe="") or "-")
        answer = send(data.draw(st.sampled_from(clients)), case, path)
        why = repr(answer.exc_info[1])[:300] if answer.status_code >= 500 else ""
        seen.append((answer.status_code, f"{case.method} {path} {why}"))

    return ask


def test_no_request_makes_a_fault(world):
    seen = []
    for operation in OPERATIONS:
        asker(operation, world, seen)()
    assert sorted({line for status, line in seen if status >= 500}) == []
    assert len(seen) >= len(OPERATIONS)
    assert {200, 201, 403, 404, 422} <= {status for status, _line in seen}
