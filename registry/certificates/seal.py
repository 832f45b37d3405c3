"""The signature of a file, found and judged in the raw bytes before any PDF parser sees them."""

from __future__ import annotations

import asyncio
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from asn1crypto import cms, x509

MAX_BYTES = 20 * 1024 * 1024
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_PREVIOUS_TABLE = re.compile(rb"/Prev (\d{1,10})\b")


@dataclass(frozen=True)
class Seal:
    """The last signature of a file: the gap that holds it, where its cover ends, and the signature itself."""

    gap_start: int
    gap_end: int
    cover_end: int
    container: cms.ContentInfo
    certificate: x509.Certificate = field(repr=False)


def find_seal(data: bytes) -> Seal | str:
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
    return Seal(gap_start, gap_end, gap_end + tail, container, _signers_certificate(container["content"]))


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


def judge_seal(data: bytes, seal: Seal, roots: Sequence[x509.Certificate]) -> list[str]:
    """Codes of what is wrong with the signature, its cover or its signer; none when all is well."""
    # Loaded only where a signature is judged: pyHanko takes most of a second.
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

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
