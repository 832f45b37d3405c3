"""Checking a certificate file: genuine, or why not. Works offline, with no database and no Django.

A file that comes to be checked comes from anybody, so no PDF parser sees it before its signature is known to be good:
the signature's place is found in the raw bytes, the bytes around it are hashed, and only a file that the registry's own
key signed, whole, is opened (then by pyHanko, whose verdict must agree). A hostile file therefore never reaches a
decompressor. Demanding that the signature covers the *entire* file matters: with less, a page appended after the
signature would pass.
"""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Literal

import rfc8785
from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.generic import EncryptedObjAccess
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from registry.audit.notes import VerifierKey
from registry.certificates import log_place

RECORD_NAME = "record.json"
MAX_BYTES = 20 * 1024 * 1024

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_PREVIOUS_TABLE = re.compile(rb"/Prev (\d{1,10})\b")


@dataclass(frozen=True)
class Reason:
    """One finding about the file, in both languages; ``code`` never changes."""

    code: str
    zh: str
    en: str


def _reasons(*rows: tuple[str, str, str]) -> dict[str, Reason]:
    return {code: Reason(code, zh, en) for code, zh, en in rows}


REASONS = _reasons(
    ("GENUINE", "真实：签名完好，覆盖整个文件，签名人可信。",
     "Genuine: the signature is intact, covers the entire file, and the signer is trusted."),
    ("NOT_A_PDF", "不是 PDF 文件。", "This is not a PDF file."),
    ("TOO_LARGE", "文件过大，不可能是证书。", "The file is too large to be a certificate."),
    ("NOT_SIGNED", "文件没有电子签名。请从登记系统重新下载证书。",
     "The file carries no digital signature. Download the certificate from the registry again."),
    ("FILE_DIFFERS", "文件与登记的不同（SHA-256 不一致）。请从登记系统重新下载证书。",
     "The file differs from the one registered (SHA-256). Download the certificate from the registry again."),
    ("SIGNATURE_BROKEN", "签名不完好：文件在签名后被改动。",
     "The signature is not intact: the file was changed after signing."),
    ("NOT_ENTIRE_FILE", "签名没有覆盖整个文件：签名后有内容被追加。",
     "The signature does not cover the entire file: something was appended after signing."),
    ("UNKNOWN_SIGNER", "签名人不在所信任的根证书之下，不能认定由登记机构签发。",
     "The signer is not under a trusted root certificate: nothing shows that the registry issued this."),
    ("SIGNED_OUT_OF_TIME", "签名所称的时间不在签名证书的有效期内。",
     "The time that the signature claims lies outside its certificate's validity."),
    ("RECORD_MISSING", "文件内没有机读记录 record.json。", "The file lacks its machine-readable record.json."),
    ("RECORD_UNREADABLE", "文件内的 record.json 无法读取。", "The record.json inside the file cannot be read."),
    ("LOG_PROOF_WRONG", "文件内的审计日志证明（log-proof.json）不成立。",
     "The proof of the audit log inside the file (log-proof.json) does not hold."),
    ("IN_THE_LOG", "签发事件在审计日志中，检查点的签名已核验。",
     "Its issuing stands in the audit log; the checkpoint's signature was checked."),
    ("LOG_KEYS_UNKNOWN", "附有审计日志证明；未提供该日志的公钥，检查点的签名未核验（--log-key）。",
     "It carries a proof of the audit log; without the log's public key the checkpoint's signature was not checked "
     "(--log-key)."),
    ("NUMBER_UNKNOWN", "登记系统中没有这个证书编号。", "The register has no certificate of this number."),
    ("DEMO", "演示数据，非真实签发。", "Demonstration: not a real issuance."),
    ("SUPERSEDED", "证书已被更新的版本取代，不再有效。", "The certificate was superseded and is no longer in force."),
    ("CANCELLED", "证书已被撤销，不再有效。", "The certificate was cancelled and is no longer in force."),
    ("ASK_ONLINE", "签名只说明由谁签发；是否仍然有效，请在线查验。",
     "The signature shows who issued it; whether it is still in force, check online."),
)  # fmt: skip


@dataclass(frozen=True)
class RegisterEntry:
    """What the register knows of a certificate number."""

    signed_sha256: str
    status: Literal["valid", "superseded", "cancelled"]


@dataclass(frozen=True)
class Verdict:
    """The outcome. ``reasons`` say why the file is not genuine (empty when it is); ``notes`` add what else to know.

    ``record``, ``signer`` and ``signed_at`` are given only when a trusted signature vouches for them. ``in_force`` is
    None when no register was asked.
    """

    sha256: str
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...] = ()
    record: dict[str, Any] | None = None
    unsigned_sha256: str | None = None
    signer: str | None = None
    signed_at: datetime | None = None
    in_force: bool | None = None
    log_place: log_place.LogPlace | None = None
    """Where its issuing stands in the audit log, when the file carries a proof and it holds."""

    @property
    def genuine(self) -> bool:
        return not self.reasons

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-able content, for ``--json`` and for pages."""

        def plain(reasons: tuple[Reason, ...]) -> list[dict[str, str]]:
            return [{"code": reason.code, "zh": reason.zh, "en": reason.en} for reason in reasons]

        return {
            "genuine": self.genuine,
            "reasons": plain(self.reasons),
            "notes": plain(self.notes),
            "in_force": self.in_force,
            "sha256": self.sha256,
            "unsigned_sha256": self.unsigned_sha256,
            "signer": self.signer,
            "signed_at": self.signed_at.isoformat() if self.signed_at else None,
            "record": self.record,
            "log": self.log_place.as_dict() if self.log_place else None,
        }


RecordLookup = Callable[[str], RegisterEntry | None]


def check(
    pdf_bytes: bytes,
    trusted_roots: Sequence[x509.Certificate],
    expected_sha256: str | None = None,
    record_lookup: RecordLookup | None = None,
    log_keys: Sequence[VerifierKey] = (),
) -> Verdict:
    """Judge a file that claims to be a certificate.

    ``trusted_roots`` are the registry's roots, present and retired (see :func:`read_roots`); trust means anything they
    vouch for, so a root that also signs for others does not belong here, but the signer's own certificate may.
    ``expected_sha256`` is the digest of the signed file as delivered, when the caller knows which certificate it should
    be. ``record_lookup`` asks the register by certificate number; offline there is none. ``log_keys`` are the public
    keys of the audit log.
    """
    sha256 = hashlib.sha256(pdf_bytes).hexdigest()
    codes: list[str] = []
    if expected_sha256 is not None and not hmac.compare_digest(sha256, expected_sha256.lower()):
        codes.append("FILE_DIFFERS")
    seal = _find_seal(pdf_bytes)
    if isinstance(seal, str):
        return Verdict(sha256, _named([*codes, seal]))
    codes += _judge_seal(pdf_bytes, seal, trusted_roots)
    if set(codes) - {"FILE_DIFFERS"}:
        return Verdict(sha256, _named(codes))
    return _open_trusted(pdf_bytes, sha256, seal, codes, record_lookup, log_keys)


def read_roots(pem_bytes: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises ValueError when there is none."""
    try:
        found = [x509.Certificate.load(der) for _, _, der in pem.unarmor(pem_bytes, multiple=True)]
        for certificate in found:
            certificate.public_key.native  # noqa: B018  asn1crypto parses on access; a broken one must fail here
    except (ValueError, TypeError) as error:
        raise ValueError(f"not a PEM certificate: {error}") from error
    if not found:
        raise ValueError("no certificate inside")
    return found


def _named(codes: Sequence[str]) -> tuple[Reason, ...]:
    return tuple(REASONS[code] for code in dict.fromkeys(codes))


# --- the raw bytes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seal:
    """The last signature of a file: the gap that holds it, where its cover ends, and the signature itself."""

    gap_start: int
    gap_end: int
    cover_end: int
    container: cms.ContentInfo
    certificate: x509.Certificate = field(repr=False)


def _find_seal(data: bytes) -> _Seal | str:
    """The seal, or the code of the reason why there is none that could be judged."""
    if len(data) > MAX_BYTES:
        return "TOO_LARGE"
    if not data.startswith(b"%PDF-"):
        return "NOT_A_PDF"
    ranges = list(_BYTE_RANGE.finditer(data))
    if not ranges:
        return "NOT_SIGNED"
    start, gap_start, gap_end, tail = (int(number) for number in ranges[-1].groups())
    fits = start == 0 < gap_start < gap_end <= gap_end + tail <= len(data)
    container = _container(data[gap_start:gap_end]) if fits else None
    if container is None:
        return "SIGNATURE_BROKEN"
    return _Seal(gap_start, gap_end, gap_end + tail, container, _signers_certificate(container["content"]))


def _container(gap: bytes) -> cms.ContentInfo | None:
    """The signature in the gap, if it is written in the one way in which the registry writes it.

    The gap is the only part of the file that the signature cannot cover, so nothing in it may vary: upper-case hex
    digits, one DER structure, then zeros. What the structure says besides the signed attributes, the signature and the
    certificates is compared with what :func:`_as_written` says.
    """
    try:
        raw = binascii.unhexlify(gap[1:-1])
        if gap != b"<" + binascii.hexlify(raw).upper() + b">":
            return None
        container = cms.ContentInfo.load(raw)
        der = _as_written(container["content"]).dump()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
    return cms.ContentInfo.load(der) if raw.rstrip(b"\0") == der.rstrip(b"\0") else None


def _as_written(signed: cms.SignedData) -> cms.ContentInfo:
    """The container as the registry writes it around the covered parts of ``signed``: RSA with SHA-256, one signer."""
    given = signed["signer_infos"][0]
    certificate = _signers_certificate(signed)
    identifier = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": identifier}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signed_attrs": given["signed_attrs"],
            "signature": given["signature"],
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": signed["certificates"],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": content})


def _signers_certificate(signed: cms.SignedData) -> x509.Certificate:
    wanted = signed["signer_infos"][0]["sid"].chosen
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if (certificate.issuer, certificate.serial_number) == (wanted["issuer"], wanted["serial_number"].native):
            return certificate
    raise ValueError("the signature does not bring its signer's certificate")


def _judge_seal(data: bytes, seal: _Seal, roots: Sequence[x509.Certificate]) -> list[str]:
    """Codes of what is wrong with the signature, its cover or its signer; none when all is well."""
    covered = data[: seal.gap_start] + data[seal.gap_end : seal.cover_end]
    signed = seal.container["content"]
    try:
        context = ValidationContext(
            trust_roots=list(roots),
            allow_fetching=False,
            # Chains are judged at a moment of the signer's own validity, so that certificates outlive the key that
            # signed them; that it signed within it is checked against its claimed time once the file may be opened.
            moment=seal.certificate.not_valid_before + timedelta(seconds=1),
        )
        status = asyncio.run(async_validate_detached_cms(covered, signed, signer_validation_context=context))
    except Exception:  # a signature can be malformed in endless ways; all of them mean the same
        return ["SIGNATURE_BROKEN"]
    if not (status.intact and status.valid):
        return ["SIGNATURE_BROKEN"]
    codes = [] if seal.cover_end == len(data) else ["NOT_ENTIRE_FILE"]
    if not status.trusted:
        return [*codes, "UNKNOWN_SIGNER"]
    path = {certificate.dump() for certificate in status.validation_path.iter_certs(include_root=True)}
    if any(choice.chosen.dump() not in path for choice in signed["certificates"]):
        return [*codes, "SIGNATURE_BROKEN"]  # something was put beside the signature
    return codes


# --- the opened file --------------------------------------------------------------------------------------------


def _open_trusted(
    data: bytes,
    sha256: str,
    seal: _Seal,
    codes: list[str],
    record_lookup: RecordLookup | None,
    log_keys: Sequence[VerifierKey],
) -> Verdict:
    """Open what the registry's key signed, whole; read the record and ask the register."""
    reader = PdfFileReader(BytesIO(data))
    for signature in reader.embedded_signatures:
        signature.compute_integrity_info(skip_diff=True)
    if [each.coverage for each in reader.embedded_signatures] != [SignatureCoverageLevel.ENTIRE_FILE]:
        return Verdict(sha256, _named([*codes, "NOT_ENTIRE_FILE"]))
    signed_at = reader.embedded_signatures[0].self_reported_timestamp
    if not _within_validity(seal.certificate, signed_at):
        codes.append("SIGNED_OUT_OF_TIME")
    record, fault = _attached_record(reader)
    codes += [fault] if fault else []
    place, said = _place_in_log(reader, record, log_keys)
    codes += said if place is None else []
    notes: list[str] = []
    in_force: bool | None = None
    if record is not None:
        notes += ["DEMO"] if record.get("demo") is True else []
        if record_lookup is None:
            notes.append("ASK_ONLINE")
        else:
            entry = record_lookup(str(record.get("number", "")))
            codes += _differences(sha256, entry)
            in_force = entry is not None and entry.status == "valid" and not codes
            notes += [entry.status.upper()] if entry is not None and entry.status != "valid" else []
    return Verdict(
        sha256=sha256,
        reasons=_named(codes),
        notes=_named([*notes, *(said if place is not None else [])]),
        record=record,
        log_place=place,
        unsigned_sha256=hashlib.sha256(unsigned_part(data)).hexdigest(),
        signer=seal.certificate.subject.native.get("common_name") or seal.certificate.subject.human_friendly,
        signed_at=signed_at,
        in_force=in_force,
    )


def _within_validity(certificate: x509.Certificate, moment: datetime | None) -> bool:
    return moment is not None and certificate.not_valid_before <= moment <= certificate.not_valid_after


def _differences(sha256: str, entry: RegisterEntry | None) -> list[str]:
    if entry is None:
        return ["NUMBER_UNKNOWN"]
    return [] if hmac.compare_digest(sha256, entry.signed_sha256.lower()) else ["FILE_DIFFERS"]


def _place_in_log(
    reader: PdfFileReader, record: dict[str, Any] | None, keys: Sequence[VerifierKey]
) -> tuple[log_place.LogPlace | None, list[str]]:
    """Where the issuing stands in the audit log, with the codes of what to say; nothing in files without a proof."""
    proof = _attached(reader, log_place.PROOF_NAME)
    if proof is None or record is None:
        return None, []
    try:
        place = log_place.check(proof, rfc8785.dumps(record), keys)
    except (log_place.ProofInvalid, log_place.NoteInvalid):
        return None, ["LOG_PROOF_WRONG"]
    return place, ["IN_THE_LOG" if place.signed else "LOG_KEYS_UNKNOWN"]


def _attached(reader: PdfFileReader, name: str) -> bytes | None:
    """The bytes of an attached file; None when there is none of this name."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        entries = {str(names[i]): names[i + 1] for i in range(0, len(names), 2)}
        return entries[name]["/EF"].raw_get("/F", decrypt=EncryptedObjAccess.TRANSPARENT).get_object().data
    except (KeyError, IndexError, AttributeError):
        return None


def _attached_record(reader: PdfFileReader) -> tuple[dict[str, Any] | None, str | None]:
    """The record inside the file, or the code of what is wrong with it."""
    content = _attached(reader, RECORD_NAME)
    if content is None:
        return None, "RECORD_MISSING"
    try:
        record = json.loads(content)
        if isinstance(record, dict) and rfc8785.dumps(record) == content:
            return record, None
    except ValueError:
        pass
    return None, "RECORD_UNREADABLE"


def unsigned_part(signed_pdf: bytes) -> bytes:
    """The bytes that were drawn, before the signature was appended: drawing the record again must give them.

    Only for files whose signature was found good. Raises ValueError when nothing was appended.
    """
    previous = _PREVIOUS_TABLE.findall(signed_pdf)
    if not previous:
        raise ValueError("the file has one revision only")
    end = signed_pdf.index(b"%%EOF", int(previous[-1])) + len(b"%%EOF")
    while signed_pdf[end : end + 1] in (b"\r", b"\n"):
        end += 1
    return signed_pdf[:end]
