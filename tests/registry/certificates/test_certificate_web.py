"""The public check page and its files: what a holder of a number, a QR code or a PDF learns."""

import json
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from registry.certificates import services, states, web
from registry.certificates.fonts import build_fonts
from registry.certificates.models import Certificate
from registry.core import store
from tests.registry.certificates.world import certificate, inventory, statement
from tests.registry.credits.world import one_world, registered_project

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One certificate whose file is drawn and signed, and one that waits."""
    build_fonts(settings.NODE_MODULES, settings.FONTS_DIR)
    store_of_module = override_settings(EVIDENCE_STORE=tmp_path_factory.mktemp("store"))
    with store_of_module, one_world(django_db_blocker):
        project = registered_project()
        yield services.render_now(certificate(project)).pk, certificate(project, year=2022).pk


@pytest.fixture
def rendered(world, db):
    return Certificate.objects.get(pk=world[0])


@pytest.fixture
def waiting(world, db):
    return Certificate.objects.get(pk=world[1])


HALF = re.compile(r'<span lang="[^"]+">([^<]*)</span>')
"""Of a verdict in two languages: each half is marked as what it is."""


def get(client, url: str, status: int = 200) -> str:
    response = client.get(url, headers=ENGLISH)
    assert response.status_code == status
    return HALF.sub(r"\1", response.content.decode())


def test_a_valid_certificate_shows_everything_without_a_login(client, rendered):
    page = get(client, f"/v/{rendered.number}")
    block = rendered.content.serials.blocks[0]
    for expected in (
        "有效 Valid",
        rendered.project.code,
        "2021-01-01 – 2021-12-31",
        "KCS-ENH-BACI 1.0.0",
        "0.86",
        f"-{block.first}-{block.first + 181}",
        "Buffer pool",
        "Project developer",
        rendered.signed_sha256,
        rendered.unsigned_sha256,
        rendered.record_sha256,
        "c" * 64,
        "b" * 64,
        reverse("certificates:pdf", args=[rendered.number]),
    ):
        assert expected in page
    assert "alert-success" in page


def test_the_holders_name_is_not_published_with_the_serials(client, rendered):
    rows = get(client, f"/v/{rendered.number}").split("<tr>")[1:]
    assert any("Project developer" in row for row in rows)
    assert not any("Developer DEV-1" in row for row in rows)


def test_the_qr_codes_own_address_raises_no_doubt_and_a_wrong_code_does(client, rendered):
    address = rendered.content.check_url.split("/v/")[1]
    assert "does not belong to this certificate" not in get(client, f"/v/{address}")
    for wrong in ("00000000", "x", "岩", rendered.content.result_digest[:8]):
        assert "does not belong to this certificate" in get(client, f"/v/{rendered.number}?h={wrong}")


@pytest.mark.parametrize("typed", ["kcr-c-{}", " KCR-C-{} "])
def test_a_number_is_found_however_it_is_typed(client, waiting, typed):
    assert waiting.number in get(client, "/v/" + typed.format(waiting.number[6:]))


@pytest.mark.parametrize(("action", "word"), [("cancel", "已撤销 Cancelled"), ("supersede", "已被替代 Superseded")])
def test_a_certificate_that_is_no_longer_in_force_says_so(client, waiting, action, word):
    states.CERTIFICATE.move(waiting, action)
    page = get(client, f"/v/{waiting.number}")
    assert word in page
    assert "alert-success" not in page
    assert client.get(f"/api/v1/certificates/{waiting.number}").json()["in_force"] is False


@pytest.mark.parametrize("number", ["KCR-C-2026-999999", "nonsense", "' OR 1=1", "%00", "岩溶"])
def test_an_unknown_number_is_answered_with_advice(client, number):
    page = get(client, f"/v/{number}", status=404)
    assert "查无此证 Not found" in page
    assert "begins with KCR-C-" in page
    assert client.get(f"/api/v1/certificates/{number}").status_code == 404


def test_a_number_is_escaped(client):
    assert "<script>alert" not in get(client, "/v/<script>alert(1)<", status=404)


def test_before_its_file_is_drawn_a_certificate_is_valid_and_says_that_the_file_follows(client, waiting):
    page = get(client, f"/v/{waiting.number}")
    assert "有效 Valid" in page
    assert "being drawn" in page
    assert "certificate.pdf" not in page
    assert "being drawn" in get(client, f"/v/{waiting.number}/certificate.pdf", status=503)


def test_the_downloads_are_the_very_bytes(client, rendered):
    pdf = client.get(f"/v/{rendered.number}/certificate.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content == store.read(rendered.signed_sha256)
    record = client.get(f"/v/{rendered.number}/record.json")
    assert record.content == bytes(rendered.record)
    assert json.loads(record.content)["number"] == rendered.number
    assert client.get("/v/KCR-C-1999-000001/certificate.pdf").status_code == 404


def test_the_api_says_the_same_by_number_and_by_file(client, rendered):
    answer = client.get(f"/api/v1/certificates/{rendered.number}").json()
    assert (answer["state"], answer["in_force"], answer["quantity_t"], answer["buffer_t"]) == ("valid", True, 203, 21)
    assert [holder["quantity_t"] for holder in answer["holders"]] == [182, 21]
    assert answer["signed_sha256"] == rendered.signed_sha256
    assert client.get(f"/api/v1/certificates/by-file/{rendered.signed_sha256}").json() == answer
    assert client.get(f"/api/v1/certificates/by-file/{'0' * 64}").status_code == 404


def send(client, data: bytes, name: str = "certificate.pdf"):
    return client.post("/v/check/", {"file": SimpleUploadedFile(name, data)}, headers=ENGLISH)


def test_the_server_confirms_a_genuine_file(client, rendered):
    page = send(client, store.read(rendered.signed_sha256)).content.decode()
    assert "alert-success" in page
    assert rendered.number in page


def test_a_genuine_file_of_a_cancelled_certificate_is_not_green(client, rendered):
    data = store.read(rendered.signed_sha256)
    states.CERTIFICATE.move(rendered, "cancel")
    page = send(client, data).content.decode()
    assert "cancelled" in page
    assert "alert-success" not in page


@pytest.mark.parametrize("tamper", ["flip", "append", "cut", "text"])
def test_the_server_notices_what_was_done_to_a_file(client, rendered, tamper):
    data = bytearray(store.read(rendered.signed_sha256))
    if tamper == "flip":
        data[len(data) // 3] ^= 1
    changed = {"flip": data, "append": data + b"\n%", "cut": data[:-100], "text": b"not a PDF"}[tamper]
    page = send(client, bytes(changed)).content.decode()
    assert "Not genuine" in page
    assert "alert-danger" in page


def test_no_file_and_too_large_a_file_are_refused_in_words(client, monkeypatch):
    assert client.post("/v/check/", headers=ENGLISH).status_code == 422
    monkeypatch.setattr(web, "FILE_LIMIT_BYTES", 100)
    response = send(client, b"%PDF-" + b"0" * 100)
    assert response.status_code == 422
    assert "FILE_TOO_LARGE" in response.content.decode()


def test_the_pages_carry_no_inline_script(client, rendered):
    for url in ("/v/", f"/v/{rendered.number}"):
        response = client.get(url)
        scripts = [tag for tag in response.content.decode().split("<script")[1:] if not tag.lstrip().startswith("src=")]
        assert scripts == []
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_statement_has_a_page_without_serials(client, waiting):
    made = statement(inventory(waiting.project, year=2023))
    page = get(client, f"/v/{made.number}")
    assert "KCS-INV" in page
    assert "KCR-CN-" not in page
    assert client.get(f"/api/v1/certificates/{made.number}").json()["quantity_t"] == 0


def test_the_project_page_leads_to_its_certificates(client, rendered):
    assert f"/v/{rendered.number}" in get(client, reverse("projects:detail", args=[rendered.project.code]))
    response = client.get(reverse("certificates:of_issuance", args=[rendered.issuance_id]))
    assert response.url == f"/v/{rendered.number}"


def test_the_number_form_leads_to_the_page(client):
    assert client.get("/v/", {"number": "KCR-C-2026-000001"}).url == "/v/KCR-C-2026-000001"
