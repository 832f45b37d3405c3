"""Checking a certificate file: genuine, or why not. Works offline, with no database and no Django.

A file that comes to be checked comes from anybody, so no PDF parser sees it before its signature is known to be good:
the signature's place is found in the raw bytes, the bytes around it are hashed, and only a file that the registry's own
key signed, whole, is opened (then by pyHanko, whose verdict must agree). A hostile file therefore never reaches a
decompressor. Demanding that the signature covers the *entire* file matters: with less, a page appended after the
signature would pass.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import rfc8785
from asn1crypto import pem, x509

from registry.audit.notes import VerifierKey
from registry.certificates import log_place
from registry.certificates.reasons import REASONS, Reason, named
from registry.certificates.seal import MAX_BYTES, Seal, find_seal, judge_seal, unsigned_part

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

__all__ = ["MAX_BYTES", "REASONS", "Reason", "RegisterEntry", "Verdict", "check", "read_roots", "unsigned_part"]

RECORD_NAME = "record.json"


@dataclass(frozen=True)
class RegisterEntry:
    """What the register knows of a certificate number."""

    signed_sha256: str
    status: Literal["valid", "superseded", "cancelled"]
    record_sha256: str = ""
    replaced_by: str = ""
    """Number of the certificate that took its place, where one did."""


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
    seal = find_seal(pdf_bytes)
    if isinstance(seal, str):
        return Verdict(sha256, named([*codes, seal]))
    codes += judge_seal(pdf_bytes, seal, trusted_roots)
    if set(codes) - {"FILE_DIFFERS"}:
        return Verdict(sha256, named(codes))
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


# --- the opened file --------------------------------------------------------------------------------------------


def _open_trusted(
    data: bytes,
    sha256: str,
    seal: Seal,
    codes: list[str],
    record_lookup: RecordLookup | None,
    log_keys: Sequence[VerifierKey],
) -> Verdict:
    """Open what the registry's key signed, whole; read the record and ask the register."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415  takes most of a second
    from pyhanko.sign.validation import SignatureCoverageLevel  # noqa: PLC0415

    reader = PdfFileReader(BytesIO(data))
    for signature in reader.embedded_signatures:
        signature.compute_integrity_info(skip_diff=True)
    if [each.coverage for each in reader.embedded_signatures] != [SignatureCoverageLevel.ENTIRE_FILE]:
        return Verdict(sha256, named([*codes, "NOT_ENTIRE_FILE"]))
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
            codes += _differences(sha256, record, entry)
            in_force = entry is not None and entry.status == "valid" and not codes
            notes += [entry.status.upper()] if entry is not None and entry.status != "valid" else []
    return Verdict(
        sha256=sha256,
        reasons=named(codes),
        notes=named([*notes, *(said if place is not None else [])]),
        record=record,
        log_place=place,
        unsigned_sha256=hashlib.sha256(unsigned_part(data)).hexdigest(),
        signer=seal.certificate.subject.native.get("common_name") or seal.certificate.subject.human_friendly,
        signed_at=signed_at,
        in_force=in_force,
    )


def _within_validity(certificate: x509.Certificate, moment: datetime | None) -> bool:
    return moment is not None and certificate.not_valid_before <= moment <= certificate.not_valid_after


def _differences(sha256: str, record: dict[str, Any], entry: RegisterEntry | None) -> list[str]:
    if entry is None:
        return ["NUMBER_UNKNOWN"]
    if entry.record_sha256 and hashlib.sha256(rfc8785.dumps(record)).hexdigest() != entry.record_sha256:
        return ["RECORD_DIFFERS"]
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
    except log_place.OtherRecord:
        return None, ["RECORD_DIFFERS_FROM_LOG"]
    except (log_place.ProofInvalid, log_place.NoteInvalid):
        return None, ["LOG_PROOF_WRONG"]
    return place, ["IN_THE_LOG" if place.signed else "LOG_KEYS_UNKNOWN"]


def _attached(reader: PdfFileReader, name: str) -> bytes | None:
    """The bytes of an attached file; None when there is none of this name."""
    from pyhanko.pdf_utils.generic import EncryptedObjAccess  # noqa: PLC0415  takes most of a second

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
