"""Signing a drawn certificate: PAdES baseline B-B with the registry's key.

A key directory holds ``signer.key`` (PKCS#8), ``signer.pem`` (its certificate), ``chain.pem`` (issuers between it and
the root, may be absent) and ``root.pem`` (what checkers are given). For the demonstration :func:`ensure_demo_key`
makes one; elsewhere the operator puts the real one there. Retired roots stay with the checkers, so that certificates
signed with an older key go on verifying.

RSA with PKCS#1 v1.5 padding, not ECDSA: an ECDSA signature has a second valid form that anybody can compute, so one
could make another file that verifies. With RSA every byte of a signed file is fixed (a test flips them).
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

FIELD_NAME = "RegistrySignature"
ROOT_FILE, CHAIN_FILE, SIGNER_FILE, KEY_FILE = "root.pem", "chain.pem", "signer.pem", "signer.key"
_KEY_BITS = 3072
_RESERVED_HEX_DIGITS = 16384  # room for a signature with a chain of several issuers
# Wide, because the demonstration's clock may be set to any year of a walkthrough.
_DEMO_FROM, _DEMO_TO = datetime(2015, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)


class KeyUnusable(Exception):  # noqa: N818  said to an operator, with what to do
    """The signing key cannot be used: absent, readable by others, or not the key of its certificate."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True)
class SigningKey:
    """A private key with its certificate and the issuers that go into each signature; ``root_pem`` is for checkers."""

    signer: signers.SimpleSigner
    root_pem: bytes


@dataclass(frozen=True)
class SignedCertificate:
    """The file as delivered, and both digests that the register keeps (SHA-256, hex)."""

    data: bytes
    unsigned_sha256: str
    signed_sha256: str


def sign(pdf_bytes: bytes, key: SigningKey, *, signed_at: datetime | None = None) -> SignedCertificate:
    """Append one invisible PAdES signature that covers the whole file.

    ``signed_at`` (aware) is the time the signature claims; by default now. The unsigned bytes stay as they are, in
    front. Raises KeyUnusable when the certificate is not valid at that time: no checker would believe the signature.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415  takes most of a second
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    moment = (signed_at or datetime.now(UTC)).replace(microsecond=0)
    if moment.tzinfo is None:
        raise ValueError("the time of signing has no time zone")
    certificate = key.signer.signing_cert
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        raise KeyUnusable(
            f"签名证书在 {moment:%Y-%m-%d} 不在有效期内。请更换签名证书。",
            f"The signing certificate is not valid on {moment:%Y-%m-%d}. Install a current one.",
        )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signer = signers.PdfSigner(metadata, signer=key.signer)
    writer = IncrementalPdfFileWriter(BytesIO(pdf_bytes))
    data = asyncio.run(_signed_at(signer, writer, moment))
    return SignedCertificate(
        data=data,
        unsigned_sha256=hashlib.sha256(pdf_bytes).hexdigest(),
        signed_sha256=hashlib.sha256(data).hexdigest(),
    )


async def _signed_at(signer: signers.PdfSigner, writer: IncrementalPdfFileWriter, moment: datetime) -> bytes:
    from pyhanko.sign import signers  # noqa: PLC0415  takes most of a second

    # The steps of PdfSigner.sign_pdf, which takes its time from the machine and not from the registry's clock.
    session = signer.init_signing_session(writer)
    session.system_time = moment
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED_HEX_DIGITS)
    digest, output = document.digest_tbs_document()
    attributes = signers.pdf_cms.PdfCMSSignedAttributes(signing_time=moment)
    finished = await document.perform_signature(digest.document_digest, attributes)
    await finished.post_signature_processing(output)
    return output.getvalue()


# --- keys -------------------------------------------------------------------------------------------------------


def load_key(directory: Path, passphrase: bytes | None = None) -> SigningKey:
    """Read a key directory. Raises KeyUnusable when a file is absent, open to others, or does not belong."""
    from registry.certificates.signer import RegistrySigner  # noqa: PLC0415  loads pyHanko, which takes most of a second

    try:
        key_file, certificate = directory / KEY_FILE, _certificate(directory / SIGNER_FILE)
        if stat.S_IMODE(key_file.stat().st_mode) & 0o077:
            raise KeyUnusable(
                f"签名私钥 {key_file} 可被他人读取。请执行 chmod 600 {key_file}。",
                f"The signing key {key_file} can be read by others. Run: chmod 600 {key_file}",
            )
        private = serialization.load_pem_private_key(key_file.read_bytes(), passphrase)
        chain_file = directory / CHAIN_FILE
        chain = _certificates(chain_file.read_bytes()) if chain_file.exists() else []
        root_pem = (directory / ROOT_FILE).read_bytes()
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(
            f"无法读取签名密钥目录 {directory}：{error}。",
            f"The signing key directory {directory} cannot be read: {error}.",
        ) from error
    if not isinstance(private, rsa.RSAPrivateKey) or _public(private) != certificate.public_key.dump():
        raise KeyUnusable(
            f"{directory} 中的私钥不是 RSA 密钥，或与签名证书不配对。",
            f"The private key in {directory} is not an RSA key or does not belong to the signing certificate.",
        )
    return SigningKey(signer=RegistrySigner(private, certificate, chain), root_pem=root_pem)


def ensure_demo_key(directory: Path) -> SigningKey:
    """The demonstration's key in ``directory``, made on the first call: own root, RSA-3072, files for the owner only.

    Several processes may call it at once: one makes the key while the others wait, and all of them read the same one.
    What else lies in the directory is left alone. Raises KeyUnusable when the directory cannot be written.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not (directory / KEY_FILE).exists():
                _make_demo_key(directory)
        finally:
            os.close(descriptor)  # which also ends the lock
    except OSError as error:
        raise KeyUnusable(
            f"无法在 {directory} 中生成演示签名密钥：{error}。",
            f"The demonstration's signing key cannot be made in {directory}: {error}.",
        ) from error
    return load_key(directory)


def _make_demo_key(directory: Path) -> None:
    root_key, signer_key = (rsa.generate_private_key(65537, _KEY_BITS) for _ in range(2))
    root_name = _name("Karst Carbon Registry DEMO root 演示根证书")
    root = (
        _template(root_name, root_name, root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    signer = (
        _template(_name("Karst Carbon Registry DEMO certificates 演示签发"), root_name, signer_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(issuer, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    _write(directory / ROOT_FILE, root.public_bytes(serialization.Encoding.PEM))
    _write(directory / SIGNER_FILE, signer.public_bytes(serialization.Encoding.PEM))
    _write_whole(directory / KEY_FILE, _private_pem(signer_key))  # last: where it lies, the rest is complete
    # The root's private key is thrown away: nobody can ever make a second signer under the demonstration's root.


def _template(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_DEMO_FROM)
        .not_valid_after(_DEMO_TO)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Karst Carbon Registry (DEMO)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)  # left by a process that was killed before it wrote the private key
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _write_whole(path: Path, data: bytes) -> None:
    aside = path.with_suffix(".making")
    _write(aside, data)
    os.replace(aside, path)


def _private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _certificate(path: Path) -> asn1_x509.Certificate:
    return _certificates(path.read_bytes())[0]


def _certificates(data: bytes) -> list[asn1_x509.Certificate]:
    found = [asn1_x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]
    if not found:
        raise ValueError("no certificate inside")
    return found
