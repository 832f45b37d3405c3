"""The library of rules: documents by digest, superseded and kept; rights read from the table that decides."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from mrv.province import rules, services
from mrv.province.models import PolicyDocument
from mrv.province.services.library import Described
from registry.audit.models import Event
from registry.core import acts, store
from registry.core.errors import NotAllowed
from registry.core.permissions import table
from registry.core.roles import Role
from tests.mrv.bodies import code_of
from tests.mrv.province.tokens import bearer
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db
WORDS = {
    "kind": "policy",
    "title_zh": "岩溶碳汇试点通知",
    "title_en": "Notice on karst sink pilots",
    "issuer_zh": "省厅",
    "issuer_en": "The province",
    "number": "12/2026",
}


@pytest.fixture(autouse=True)
def _own_store(tmp_path):
    with override_settings(EVIDENCE_STORE=tmp_path / "store"):
        yield


def described(**changed) -> Described:
    return Described(**{**WORDS, "issued_on": date(2026, 1, 5), "link": "", **changed})


def added(**changed) -> PolicyDocument:
    return services.add_document(
        actor=official(Role.REVIEWER), described=described(**changed), file_name="notice.pdf", data=b"%PDF-1.7 notice"
    )


def page_of(client, language: str = "en") -> str:
    answer = client.get("/province/rules/", HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_document_is_kept_by_its_digest_and_seen_at_once(client):
    assert "has not put a document into the library yet" in page_of(client)
    made = added()
    assert store.read(made.sha256) == b"%PDF-1.7 notice"
    assert WORDS["title_en"] in page_of(client)
    assert WORDS["title_zh"] in page_of(client, "zh-hans")
    answer = client.get(f"/province/rules/documents/{made.pk}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 notice"
    assert answer["Content-Type"] == "application/octet-stream"
    assert made.sha256 in bytes(Event.objects.filter(action="province.add_document").last().body).decode()


def test_a_newer_document_takes_the_place_and_both_stay(client):
    first = added()
    newer = services.supersede_document(
        actor=official(Role.APPROVER),
        document=first,
        described=described(title_en="The newer notice", link="https://example.test/2"),
    )
    assert newer.supersedes == first
    page = page_of(client)
    assert page.index("The newer notice") < page.index("Superseded documents") < page.index(WORDS["title_en"])
    again = {"actor": official(Role.APPROVER), "document": first, "described": described(link="https://example.test/3")}
    assert code_of(services.supersede_document, **again) == "ALREADY_SUPERSEDED"
    assert client.get(f"/province/rules/documents/{newer.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "rumour"}, "KIND_UNKNOWN"),
        ({"title_zh": ""}, "TEXT_LENGTH"),
        ({"link": "javascript:alert(1)"}, "LINK_UNREADABLE"),
        ({"link": "ftp://example.test/x"}, "LINK_UNREADABLE"),
    ],
)
def test_what_is_no_document(changed, code):
    assert code_of(added, **changed) == code


def test_a_document_that_nobody_can_read_is_none():
    assert code_of(services.add_document, actor=official(Role.REVIEWER), described=described()) == "NOTHING_TO_READ"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REGISTRAR, Role.METHODOLOGY_EDITOR])
def test_other_officials_keep_no_documents(role):
    with pytest.raises(NotAllowed):
        services.add_document(actor=official(role), described=described(link="https://example.test/"))


def test_a_developer_keeps_none():
    with pytest.raises(NotAllowed):
        services.add_document(
            actor=member(developer(), Role.REPRESENTATIVE), described=described(link="https://e.test/")
        )


def test_a_document_is_never_changed():
    made = added()
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyDocument.objects.filter(pk=made.pk).update(title_en="Another")


def test_the_rights_on_the_page_are_those_of_the_table():
    every = table()
    liaison = next(
        role for holder in rules.rights() for role in holder.roles if str(role.label) == str(Role.LIAISON.label)
    )
    assert every["province.deliver"]
    assert all(right.label for right in liaison.rights)
    approver = next(
        role for holder in rules.rights() for role in holder.roles if str(role.label) == str(Role.APPROVER.label)
    )
    named = {str(right.label): right.with_factor for right in approver.rights}
    assert named[str(acts.NAMES["projects.register"])] is True
    assert str(acts.NAMES["projects.comment"]) not in named


def test_the_answers_name_the_published_settings(client):
    with override_settings(PUBLIC_NOTICE_WORKING_DAYS=7):
        said = " ".join(str(each.answer) for each in rules.answers())
    assert "7" in said
    assert "%(" not in said
    assert "What if a credit cannot be sold?" in page_of(client)


def test_a_program_reads_the_library_and_a_developers_adds_nothing(client):
    made = added()
    [listed] = client.get("/api/v1/province/documents/").json()["results"]
    assert (listed["id"], listed["sha256"]) == (made.pk, made.sha256)
    given = {**WORDS, "issued_on": "2026-01-05", "link": "https://example.test/1"}
    heading = {**bearer(member(developer(), Role.EDITOR), "write"), "HTTP_IDEMPOTENCY_KEY": "library-0"}
    assert client.post("/api/v1/province/documents/", given, **heading).status_code == 403
    assert PolicyDocument.objects.count() == 1


def test_more_documents_ask_no_more(client):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client)
        return len(captured)

    page_of(client)
    added()
    few = asked()
    for number in range(4):
        added(number=f"{number}/2026")
    assert asked() == few
