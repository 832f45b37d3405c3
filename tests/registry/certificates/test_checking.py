"""Checking a file: genuine only when the registry's key signed every byte of it."""

import binascii
import hashlib
import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pypdf import PdfReader, PdfWriter

from registry.certificates import checking
from registry.certificates.checking import REASONS, RegisterEntry, check
from registry.certificates.drawing import CertificateRecord, draw
from registry.certificates.signing import sign
from tests.registry.certificates import sample


def codes(verdict: checking.Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def gap_of(data: bytes) -> tuple[int, int]:
    start, end = re.findall(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", data)[-1]
    return int(start), int(end)


def with_gap(data: bytes, container: bytes) -> bytes:
    """The file with another signature container in the gap, padded with zeros."""
    start, end = gap_of(data)
    room = (end - start - 2) // 2
    return data[:start] + b"<" + binascii.hexlify(container.ljust(room, b"\0")).upper() + b">" + data[end:]


def container_of(data: bytes) -> cms.ContentInfo:
    start, end = gap_of(data)
    return cms.ContentInfo.load(binascii.unhexlify(data[start + 1 : end - 1]))


def test_a_signed_certificate_is_genuine():
    verdict = check(sample.signed().data, sample.roots())
    assert codes(verdict) == []
    assert verdict.genuine
    assert verdict.record == sample.issuance().to_dict()
    assert verdict.sha256 == sample.signed().signed_sha256
    assert verdict.unsigned_sha256 == sample.signed().unsigned_sha256
    assert "DEMO" in verdict.signer
    assert [note.code for note in verdict.notes] == ["DEMO", "ASK_ONLINE"]
    assert verdict.in_force is None


def test_a_real_one_carries_no_demonstration_note():
    verdict = check(sign(sample.drawn("statement"), sample.key()).data, sample.roots())
    assert verdict.genuine
    assert [note.code for note in verdict.notes] == ["ASK_ONLINE"]


def test_drawing_the_attached_record_again_gives_the_unsigned_bytes():
    verdict = check(sample.signed().data, sample.roots())
    again = draw(CertificateRecord.from_dict(verdict.record), sample.fonts_dir())
    assert hashlib.sha256(again).hexdigest() == verdict.unsigned_sha256


# --- changed files ----------------------------------------------------------------------------------------------


def test_a_flipped_byte_anywhere_is_found():
    data = bytearray(sample.signed().data)
    start, end = gap_of(bytes(data))
    digits = 2 * len(container_of(bytes(data)).dump())
    places = [*range(start + 1, start + digits, 19), *range(start + digits, end, 1999), *range(0, start, 19973)]
    places += [start, end - 1, *range(end, len(data), 97), len(data) - 1]
    assert len(places) > 200
    for place in places:
        for bit in (0x01, 0x20):
            data[place] ^= bit
            assert not check(bytes(data), sample.roots()).genuine, f"byte {place} of {len(data)} does not matter"
            data[place] ^= bit
    assert check(bytes(data), sample.roots()).genuine


def test_a_changed_number_is_named_as_a_broken_signature():
    data = sample.signed().data
    at = data.index(b"stream") + 40
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert codes(check(changed, sample.roots())) == ["SIGNATURE_BROKEN"]


def test_an_appended_revision_is_found():
    writer = IncrementalPdfFileWriter(BytesIO(sample.signed().data))
    writer.root["/Lang"] = writer.root["/Lang"].__class__("en")
    writer.update_root()
    appended = BytesIO()
    writer.write(appended)
    verdict = check(appended.getvalue(), sample.roots())
    assert appended.getvalue().startswith(sample.signed().data)
    assert codes(verdict) == ["NOT_ENTIRE_FILE"]
    assert verdict.record is None


def test_anything_appended_is_found():
    for tail in (b"\n", b"%%EOF\n", b"\n% a comment"):
        assert codes(check(sample.signed().data + tail, sample.roots())) == ["NOT_ENTIRE_FILE"]


def test_a_revision_appended_and_signed_by_somebody_else_is_found():
    writer = IncrementalPdfFileWriter(BytesIO(sample.signed().data))
    writer.root["/Lang"] = writer.root["/Lang"].__class__("en")
    writer.update_root()
    metadata = signers.PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES)
    forged = signers.PdfSigner(metadata, signer=sample.other_key().signer).sign_pdf(writer, bytes_reserved=16384)
    assert codes(check(forged.getvalue(), sample.roots())) == ["UNKNOWN_SIGNER"]


def test_two_signatures_of_the_registry_are_one_too_many():
    """Nothing that the registry issues is signed twice, so even its own second signature is not taken."""
    metadata = signers.PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(metadata, signer=sample.key().signer)
    twice = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(sample.signed().data)), bytes_reserved=16384)
    assert codes(check(twice.getvalue(), sample.roots())) == ["NOT_ENTIRE_FILE"]


def test_a_file_cut_short_is_found():
    data = sample.signed().data
    assert codes(check(data[: len(data) // 2], sample.roots())) == ["NOT_SIGNED"]
    assert codes(check(data[:-10], sample.roots())) == ["SIGNATURE_BROKEN"]


def test_a_stripped_attachment_is_found():
    stripped = sample.signed().data.replace(b"/Names [ (record.json)", b"/Nemes [ (record.json)")
    assert stripped != sample.signed().data
    assert codes(check(stripped, sample.roots())) == ["SIGNATURE_BROKEN"]
    writer = PdfWriter()
    for page in PdfReader(BytesIO(sample.signed().data)).pages:
        writer.add_page(page)
    rewritten = BytesIO()
    writer.write(rewritten)
    assert codes(check(rewritten.getvalue(), sample.roots())) in (["NOT_SIGNED"], ["SIGNATURE_BROKEN"])


def test_a_file_written_anew_with_the_old_signature_is_found():
    writer = copy_into_new_writer(PdfFileReader(BytesIO(sample.signed().data)))
    rewritten = BytesIO()
    writer.write(rewritten)
    assert not check(rewritten.getvalue(), sample.roots()).genuine


def test_the_registrys_signature_on_a_file_without_record_is_not_enough():
    bare = sample.drawn().replace(b"(record.json)", b"(rekord.json)")
    assert codes(check(sign(bare, sample.key()).data, sample.roots())) == ["RECORD_MISSING"]


def test_a_record_that_is_not_canonical_is_not_read(monkeypatch):
    monkeypatch.setattr(CertificateRecord, "to_json", lambda self: b'{"number": "1"}')
    odd = draw(sample.issuance(), sample.fonts_dir())
    assert codes(check(sign(odd, sample.key()).data, sample.roots())) == ["RECORD_UNREADABLE"]


# --- the part that a signature cannot cover ---------------------------------------------------------------------


def test_a_certificate_put_beside_the_signature_is_found():
    data = sample.signed().data
    container = container_of(data)
    extra = sample.other_key().signer.signing_cert
    container["content"]["certificates"].append(cms.CertificateChoices("certificate", extra))
    verdict = check(with_gap(data, container.dump(force=True)), sample.roots())
    assert codes(verdict) == ["SIGNATURE_BROKEN"]


def test_an_unsigned_attribute_put_beside_the_signature_is_found():
    data = sample.signed().data
    container = container_of(data)
    note = cms.CMSAttribute({"type": "content_type", "values": ["data"]})
    container["content"]["signer_infos"][0]["unsigned_attrs"] = [note]
    verdict = check(with_gap(data, container.dump(force=True)), sample.roots())
    assert codes(verdict) == ["SIGNATURE_BROKEN"]


def test_the_signature_of_another_certificate_does_not_fit():
    other = sign(sample.drawn("statement"), sample.key()).data
    verdict = check(with_gap(sample.signed().data, container_of(other).dump()), sample.roots())
    assert codes(verdict) == ["SIGNATURE_BROKEN"]


def test_hex_digits_in_lower_case_are_another_file():
    data = sample.signed().data
    start, end = gap_of(data)
    lower = data[:start] + data[start:end].lower() + data[end:]
    assert codes(check(lower, sample.roots())) == ["SIGNATURE_BROKEN"]


@pytest.mark.parametrize(
    "numbers", [b"0 0 0 0", b"1 10 20 30", b"0 99999999 999999999 1", b"0 100 90 10", b"0 10 20 9999999999"]
)
def test_a_byte_range_that_makes_no_sense_is_no_signature(numbers):
    data = sample.drawn() + b"\n/ByteRange [" + numbers + b"]\n"
    assert codes(check(data, sample.roots())) == ["SIGNATURE_BROKEN"]


# --- other signers, other files ---------------------------------------------------------------------------------


def test_somebody_elses_signature_is_not_the_registrys():
    forged = sign(sample.drawn(), sample.other_key())
    verdict = check(forged.data, sample.roots())
    assert codes(verdict) == ["UNKNOWN_SIGNER"]
    assert verdict.record is None
    assert verdict.signer is None


def test_without_any_root_nobody_is_known():
    assert codes(check(sample.signed().data, [])) == ["UNKNOWN_SIGNER"]


def test_a_retired_root_still_vouches():
    both = [*checking.read_roots(sample.other_key().root_pem), *sample.roots()]
    assert check(sample.signed().data, both).genuine


def test_the_signers_own_certificate_may_be_the_root():
    assert check(sample.signed().data, [sample.key().signer.signing_cert]).genuine


def test_an_old_signature_stays_good():
    old = sign(sample.drawn(), sample.key(), signed_at=datetime(2016, 1, 1, tzinfo=UTC))
    assert check(old.data, sample.roots()).genuine


def test_a_certificate_outlives_the_key_that_signed_it():
    old = sign(sample.drawn(), sample.expired_key(), signed_at=datetime(2020, 6, 1, tzinfo=UTC))
    assert check(old.data, checking.read_roots(sample.expired_key().root_pem)).genuine


def test_an_expired_key_signs_nothing_new():
    metadata = signers.PdfSignatureMetadata(field_name="Late", subfilter=SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(metadata, signer=sample.expired_key().signer)
    late = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(sample.drawn())), bytes_reserved=16384).getvalue()
    assert codes(check(late, checking.read_roots(sample.expired_key().root_pem))) == ["SIGNED_OUT_OF_TIME"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "NOT_A_PDF"),
        (b"PK\x03\x04 a zip", "NOT_A_PDF"),
        (b"%PDF-1.7\nnothing here", "NOT_SIGNED"),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3]", "SIGNATURE_BROKEN"),
        (b"%PDF-1.7\n" + b"/ByteRange [0 9 19 0] " * 1000, "SIGNATURE_BROKEN"),
        (b"%PDF-" + b"0" * (checking.MAX_BYTES + 1), "TOO_LARGE"),
    ],
)
def test_what_is_not_a_signed_certificate_is_named(data, code):
    verdict = check(data, sample.roots())
    assert codes(verdict) == [code]
    assert verdict.sha256 == hashlib.sha256(data).hexdigest()


def test_the_drawn_file_itself_is_not_signed():
    assert codes(check(sample.drawn(), sample.roots())) == ["NOT_SIGNED"]


def test_a_hostile_file_never_reaches_the_pdf_reader(monkeypatch):
    forged = sign(sample.drawn(), sample.other_key()).data
    files = (sample.drawn(), forged, sample.signed().data + b"\n", b"%PDF-1.7")
    monkeypatch.setattr(PdfFileReader, "__init__", lambda *_args, **_options: pytest.fail("a parser saw it"))
    for data in files:
        assert not check(data, sample.roots()).genuine


# --- the register -----------------------------------------------------------------------------------------------


def entry(status: str = "valid", digest: str | None = None) -> RegisterEntry:
    return RegisterEntry(digest or sample.signed().signed_sha256, status)


def test_the_register_confirms():
    asked = []

    def lookup(number):
        asked.append(number)
        return entry()

    verdict = check(sample.signed().data, sample.roots(), sample.signed().signed_sha256.upper(), lookup)
    assert asked == ["KCR-C-2022-000017"]
    assert verdict.genuine
    assert verdict.in_force is True


def test_another_file_than_the_one_expected_is_named_besides_what_else_is_wrong():
    assert codes(check(sample.signed().data, sample.roots(), "0" * 64)) == ["FILE_DIFFERS"]
    verdict = check(sample.signed().data + b"\n", sample.roots(), sample.signed().signed_sha256)
    assert codes(verdict) == ["FILE_DIFFERS", "NOT_ENTIRE_FILE"]


def test_signed_again_it_is_another_file_than_the_registered_one():
    again = sign(sample.drawn(), sample.key(), signed_at=datetime(2023, 1, 1, tzinfo=UTC)).data
    verdict = check(again, sample.roots(), None, lambda number: entry())
    assert codes(verdict) == ["FILE_DIFFERS"]
    assert verdict.in_force is False


def test_a_number_that_the_register_does_not_know_is_not_genuine():
    verdict = check(sample.signed().data, sample.roots(), None, lambda number: None)
    assert codes(verdict) == ["NUMBER_UNKNOWN"]
    assert verdict.in_force is False


@pytest.mark.parametrize("status", ["superseded", "cancelled"])
def test_a_genuine_certificate_may_be_out_of_force(status):
    verdict = check(sample.signed().data, sample.roots(), None, lambda number: entry(status))
    assert verdict.genuine
    assert verdict.in_force is False
    assert status.upper() in [note.code for note in verdict.notes]


def test_every_reason_speaks_both_languages():
    for reason in REASONS.values():
        assert re.search("[\u4e00-\u9fff]", reason.zh)
        assert re.search("[a-z]{3}", reason.en)
        assert not re.search("[\u4e00-\u9fff]", reason.en)


def test_roots_must_be_certificates():
    for pem in (b"", b"nonsense", sample.key().root_pem.replace(b"MII", b"AAA", 1)):
        with pytest.raises(ValueError, match="certificate"):
            checking.read_roots(pem)
