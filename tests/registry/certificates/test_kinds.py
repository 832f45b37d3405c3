"""What holds for every kind of certificate: its record, its bytes, its check, and what is done to its file."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from registry.certificates import stated
from registry.certificates.checking import RegisterEntry, Verdict, check, read_roots
from registry.certificates.drawing import CertificateRecord
from registry.certificates.drawing.records import AccountStatementRecord
from registry.certificates.kinds import KINDS
from registry.certificates.models import SUBJECTS, Certificate
from registry.certificates.signing import sign
from tests.registry.certificates import kinds_sample, sample
from tests.registry.certificates.test_log_place import KEY, issued, proof_of

EVERY = pytest.mark.parametrize("kind", list(KINDS))
_files: dict[str, bytes] = {}


def proof_for(kind: str, of: str = "") -> bytes:
    return proof_of(issued(kinds_sample.PLAIN[of or kind]().to_json())).to_json()


def unsigned(kind: str) -> bytes:
    if kind not in _files:
        _files[kind] = KINDS[kind].draw(kinds_sample.PLAIN[kind](), sample.fonts_dir(), proof_for(kind))
    return _files[kind]


def signed(kind: str) -> bytes:
    return sign(unsigned(kind), sample.key(), signed_at=datetime(2022, 7, 18, tzinfo=UTC)).data


def verdict_on(data: bytes, **asked) -> Verdict:
    return check(data, sample.roots(), log_keys=[KEY.verifier], **asked)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def test_every_kind_is_described_everywhere():
    assert set(KINDS) == set(SUBJECTS) == set(Certificate.Kind.values)
    assert {kind.schema for kind in KINDS.values()} == set(stated.KINDS)


@EVERY
def test_the_record_survives_json_and_drawing_it_again_gives_the_same_bytes(kind):
    record = kinds_sample.PLAIN[kind]()
    again = KINDS[kind].read(record.to_json())
    assert again == record
    assert KINDS[kind].draw(again, sample.fonts_dir(), proof_for(kind)) == unsigned(kind)


@EVERY
def test_the_file_is_genuine_and_carries_record_and_log_place(kind):
    verdict = verdict_on(signed(kind))
    assert codes(verdict) == []
    assert verdict.record == kinds_sample.PLAIN[kind]().to_dict()
    assert verdict.unsigned_sha256 == hashlib.sha256(unsigned(kind)).hexdigest()
    assert verdict.log_place.signed
    assert len(stated.lines_of(verdict.record)) >= 4


@EVERY
def test_the_pages_are_numbered_in_both_languages_and_every_font_is_embedded(kind):
    reader = PdfReader(BytesIO(unsigned(kind)))
    count = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        text = "".join(page.extract_text().split())
        assert f"第{number}/{count}页" in text
        assert f"Page{number}/{count}" in text
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()
            inner = described.get("/DescendantFonts")
            holder = inner[0].get_object() if inner else described
            assert "/FontFile2" in holder["/FontDescriptor"]
    files = reader.trailer["/Root"]["/AF"]
    assert [each.get_object()["/AFRelationship"] for each in files] == ["/Data", "/Data"]
    record = kinds_sample.PLAIN[kind]()
    everything = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for said in (record.number, record.title.zh, "".join(record.title.en.split()), record.check_url):
        assert said in everything


def flipped(kind: str) -> bytes:
    data = bytearray(signed(kind))
    data[len(unsigned(kind)) // 2] ^= 1
    return bytes(data)


def appended(kind: str) -> bytes:
    return signed(kind) + b"\n% another revision\n%%EOF\n"


def swapped(kind: str) -> bytes:
    """The attached record exchanged for another one by renaming the two attachments."""
    return signed(kind).replace(b"(record.json)", b"(recorD.json)")


def of_another_key(kind: str) -> bytes:
    return sign(unsigned(kind), sample.other_key()).data


def of_another_record(kind: str) -> bytes:
    """Signed by the registry's own key, but its record is not the one whose issuing the log has."""
    other = "registration" if kind != "registration" else "retirement"
    pdf = KINDS[kind].draw(kinds_sample.PLAIN[kind](), sample.fonts_dir(), proof_for(kind, other))
    return sign(pdf, sample.key()).data


def without_signature(kind: str) -> bytes:
    return unsigned(kind)


MATRIX = {
    flipped: ["SIGNATURE_BROKEN"],
    appended: ["NOT_ENTIRE_FILE"],
    swapped: ["SIGNATURE_BROKEN"],
    of_another_key: ["UNKNOWN_SIGNER"],
    of_another_record: ["RECORD_DIFFERS_FROM_LOG"],
    without_signature: ["NOT_SIGNED"],
}


@EVERY
@pytest.mark.parametrize("harm", MATRIX, ids=lambda harm: harm.__name__)
def test_a_changed_file_is_refused_with_its_own_reason(kind, harm):
    verdict = verdict_on(harm(kind))
    assert codes(verdict) == MATRIX[harm]
    assert not verdict.genuine


@EVERY
def test_the_register_tells_what_only_it_can_know(kind):
    data, record = signed(kind), kinds_sample.PLAIN[kind]().to_json()
    same = {"signed_sha256": hashlib.sha256(data).hexdigest(), "record_sha256": hashlib.sha256(record).hexdigest()}

    def answered(**changed):
        entry = RegisterEntry(**{"status": "valid", **same, **changed})
        return verdict_on(data, record_lookup=lambda number: entry)

    assert answered().in_force
    assert codes(answered(record_sha256="0" * 64)) == ["RECORD_DIFFERS"]
    assert codes(answered(signed_sha256="0" * 64)) == ["FILE_DIFFERS"]
    assert not answered(status="cancelled").in_force
    assert codes(verdict_on(data, record_lookup=lambda number: None)) == ["NUMBER_UNKNOWN"]


def test_a_rotated_key_leaves_old_certificates_verifying():
    """The retired root stays with the checkers, the new key signs from now on; each vouches for its own."""
    old = sign(unsigned("retirement"), sample.expired_key(), signed_at=datetime(2020, 6, 1, tzinfo=UTC)).data
    new = signed("retirement")
    both = [*sample.roots(), *read_roots(sample.expired_key().root_pem)]
    for data in (old, new):
        assert check(data, both, log_keys=[KEY.verifier]).genuine
    assert codes(check(old, sample.roots())) == ["UNKNOWN_SIGNER"]
    assert codes(check(new, read_roots(sample.expired_key().root_pem))) == ["UNKNOWN_SIGNER"]


def test_the_longest_texts_flow_from_page_to_page_and_none_is_lost():
    for kind, record in kinds_sample.longest().items():
        reader = PdfReader(BytesIO(KINDS[kind].draw(record, sample.fonts_dir(), None)))
        text = "".join("".join(page.extract_text().split()) for page in reader.pages)
        assert len(reader.pages) >= 3, kind
        for block in getattr(record, "blocks", ()):
            assert block.printed in text
        if isinstance(record, AccountStatementRecord):
            assert all(serials in text for line in record.lines for serials in line.serials)
        for page in reader.pages:
            assert lowest_text(page) > 40, kind


def lowest_text(page: PageObject) -> float:
    """Height of the lowest line that is drawn upright (the watermark is not)."""
    found: list[float] = []

    def seen(said: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if said.strip() and list(cm[:4]) == [1, 0, 0, 1]:
            found.append(tm[5] + cm[5])

    page.extract_text(visitor_text=seen)
    return min(found)


def test_a_statement_that_does_not_reconcile_is_no_record():
    said = kinds_sample.account().to_dict()
    with pytest.raises(ValueError, match="do not reconcile"):
        AccountStatementRecord.from_dict({**said, "closing_t": said["closing_t"] + 1})
    lines = [{**said["lines"][0], "change_t": 1}, *said["lines"][1:]]
    with pytest.raises(ValueError, match="do not reconcile"):
        AccountStatementRecord.from_dict({**said, "lines": lines})


def test_a_kind_may_learn_to_say_more_without_older_records_changing_a_byte():
    content = json.loads(sample.issuance().to_json())
    assert "corrections" not in content
    assert "replaces" not in content
    more = CertificateRecord.from_dict({**content, "replaces": "KCR-C-2022-000001"})
    assert json.loads(more.to_json())["replaces"] == "KCR-C-2022-000001"
    assert CertificateRecord.from_dict(content).to_json() == sample.issuance().to_json()
