"""Which key signs, and which roots vouch: the demonstration's own, or in production the one the operator names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from asn1crypto import x509
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.certificates.checking import read_roots
from registry.certificates.signing import KEY_FILE, ROOT_FILE, SigningKey, ensure_demo_key, load_key
from registry.core.errors import Refusal

RETIRED_ROOTS_FILE = "retired-roots.pem"
"""Roots of keys that sign no more; certificates that they signed go on verifying."""


def signing_key() -> SigningKey:
    """The key of ``settings.KEYS_DIR``. A demonstration makes its own on first use; production never does.

    Raises :class:`Refusal` ``SIGNING_KEY_MISSING`` or ``SIGNING_KEY_IS_DEMO`` in production, ``KeyUnusable`` when the
    key's files are unreadable, open to others or do not fit together.
    """
    directory = Path(settings.KEYS_DIR)
    if not settings.PRODUCTION and not (directory / KEY_FILE).exists():
        ensure_demo_key(directory)
    if not (directory / KEY_FILE).exists():
        raise Refusal(
            "SIGNING_KEY_MISSING",
            _(
                "There is no signing key in %(directory)s. Put signer.key, signer.pem and root.pem there, or name "
                "their directory in KEYS_DIR; certificates wait until then."
            ),
            directory=directory,
        )
    key = _load(directory, (directory / KEY_FILE).stat().st_mtime_ns)
    if settings.PRODUCTION and "DEMO" in key.signer.signing_cert.subject.human_friendly:
        raise Refusal(
            "SIGNING_KEY_IS_DEMO",
            _("The key in %(directory)s is a demonstration key; production does not sign with it. Install a real one."),
            directory=directory,
        )
    return key


@lru_cache(maxsize=2)
def _load(directory: Path, _stamp: int) -> SigningKey:
    return load_key(directory)  # its checks of the numbers cost a tenth of a second


def trusted_roots() -> list[x509.Certificate]:
    """Present and retired roots; empty before any key was made."""
    directory = Path(settings.KEYS_DIR)
    files = (directory / name for name in (ROOT_FILE, RETIRED_ROOTS_FILE))
    return [root for file in files if file.exists() for root in read_roots(file.read_bytes())]
