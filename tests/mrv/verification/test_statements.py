"""The verification statement: what it says, that it is drawn and signed once, and that a stranger can check it."""

import hashlib
import io

import pytest
from django.conf import settings
from django.db import transaction
from pypdf import PdfReader

from mrv.demo.checks import look_at_sample
from mrv.periods import moves
from mrv.verification import findings, services, statements
from mrv.verification.models import Opinion
from registry.certificates.checking import check
from registry.certificates.drawing import opinion as drawing
from registry.certificates.drawing.records import OpinionRecord
from registry.certificates.keys import trusted_roots
from registry.certificates.models import Certificate
from registry.certificates.services import render_now
from registry.core import store
from registry.core.actors import PUBLIC
from registry.core.errors import NotVisible, Refusal
from registry.core.permissions import may
from registry.core.roles import Role
from tests.mrv.verification.finding_world import CLAUSE, raised
from tests.people import member

pytestmark = pytest.mark.django_db


def signed(court, *, positive=True):
    """An opinion after a closed CAR, with an open FAR and a sample."""
    task = court.recomputed()
    car, _far = raised(court, task, "car"), raised(court, task, "far")
    findings.answer(actor=court.owner, finding=car, text="Calibrated in April; see annex.")
    findings.close(actor=court.lead, finding=car)
    look_at_sample(court.lead, task, seed="2021")
    services.countersign_opinion(actor=court.reviewer, opinion=court.signed(task, positive=positive))
    return Certificate.objects.get(kind="opinion", statement_number__in=task.opinions.values("number"))


def test_the_record_says_everything_and_never_changes(jiangkou):
    statement = signed(jiangkou)
    said = statement.content.to_dict()
    assert said["statement_number"] == statement.statement_number
    assert said["number"] == statement.number
    assert said["check_url"].startswith(f"{settings.PUBLIC_BASE_URL}/v/{statement.number}?h=")
    assert said["quantity_verified_t"] == said["quantity_claimed_t"] != ""
    assert [each["number"] for each in said["findings"]] == ["CAR-1", "FAR-1"]
    assert said["findings"][0]["requirement"] == CLAUSE
    assert said["findings"][0]["state"] == {"zh": "已关闭", "en": "Closed"}
    assert said["findings"][1]["state"]["en"] == "Carried to the next period"
    assert said["checklist"]["counts"]["open"] == 0
    assert said["sampling"]["seed"] == "2021"
    assert len(said["signatories"]) == 2
    assert said["recomputations"][0]["digest"] == said["result_digest"]
    with pytest.raises(Exception, match="does not change"), transaction.atomic():
        Certificate.objects.update(record=b"{}")


def test_it_is_drawn_signed_and_checked(jiangkou, tmp_path, settings):
    settings.KEYS_DIR = tmp_path / "keys"
    statement = render_now(signed(jiangkou))
    data = store.read(statement.signed_sha256)
    verdict = check(data, trusted_roots())
    assert verdict.genuine, verdict.reasons
    again = drawing.draw(statement.content, settings.FONTS_DIR, bytes(statement.log_proof))
    assert hashlib.sha256(again).hexdigest() == statement.unsigned_sha256, "drawn again, byte for byte"
    before = statement.rendered_at
    assert render_now(statement).rendered_at == before
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    assert len(pages) >= 3
    text = "\n".join(pages)
    for word in (
        statement.statement_number,
        statement.number,
        "岩溶碳汇核查报告",
        "CAR-1",
        "FAR-1",
        "2021",
        "Reasonable assurance",
    ):
        assert word in text
    fonts = {font for page in PdfReader(io.BytesIO(data)).pages for font in embedded(page)}
    assert fonts == {True}, "every font is embedded"


def embedded(page):
    for font in page["/Resources"]["/Font"].values():
        described = font.get_object()
        inner = described.get("/DescendantFonts")
        holder = inner[0].get_object() if inner else described
        yield "/FontFile2" in holder["/FontDescriptor"]


def test_a_sign_that_no_font_draws_does_not_stop_it(jiangkou):
    record = signed(jiangkou).content.to_dict()
    record["reasons"]["en"] = "Fine \ue000."
    pdf = drawing.draw(OpinionRecord(record), settings.FONTS_DIR)
    assert "Fine 〓." in "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_who_may_read_it_and_when(jiangkou, tmp_path, settings):
    settings.KEYS_DIR = tmp_path / "keys"
    statement = signed(jiangkou, positive=False)
    opinion = Opinion.objects.get(number=statement.statement_number).pk
    with pytest.raises(Refusal) as waits:
        statements.drawn_for(jiangkou.owner, opinion)
    assert waits.value.code == "STATEMENT_WAITS"
    render_now(statement)
    for actor in (jiangkou.owner, jiangkou.lead, jiangkou.clerk):
        assert statements.drawn_for(actor, opinion) == statement
        assert may(actor, "certificates.read", statement)
    for actor in (PUBLIC, member(jiangkou.validator, Role.LEAD_VERIFIER)):
        with pytest.raises(NotVisible):
            statements.drawn_for(actor, opinion)
        assert not may(actor, "certificates.read", statement)


def test_a_returned_opinion_is_cancelled_and_the_next_one_takes_its_place(jiangkou):
    first = signed(jiangkou)
    period = jiangkou.fresh()
    moves.begin_issuance_review(actor=jiangkou.clerk, period=period)
    moves.return_to_verification(actor=jiangkou.clerk, period=period, reason="A gauging is missing.")
    task = services.reopen(actor=jiangkou.clerk, period=period, reason="A gauging is missing.")
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert "A gauging is missing." in first.ended_because_en
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=jiangkou.signed(task))
    first.refresh_from_db()
    second = first.superseded_by
    assert second.content.to_dict()["replaces"] == first.number
    assert second.statement_number != first.statement_number
