"""pyHanko's signer with the registry's key in it; apart, because pyHanko is loaded only where something is signed."""

from __future__ import annotations

from asn1crypto import algos, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore


class RegistrySigner(signers.Signer):
    """Holds the key loaded: pyHanko's own signer reads and checks it again for every signature (150 ms)."""

    def __init__(
        self, private: rsa.RSAPrivateKey, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        self._private = private
        issuers = SimpleCertificateStore()
        issuers.register_multiple(chain)
        super().__init__(
            signing_cert=certificate,
            cert_registry=issuers,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            embed_roots=False,  # a checker brings its own root; one inside the file would only seem to vouch for it
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError(f"the registry signs with sha256, not {digest_algorithm}")
        return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())
