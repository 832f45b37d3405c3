"""The kinds of certificates: how each reads its record, how it is drawn, and whether everybody may read it.

One line here is a kind; number, digests, log place, signing, checking and the public page are common to all. What a
kind's record is made from is said in :mod:`registry.certificates.records`, what its page says in ``pages``, and what it
is worth today in ``standing``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from registry.certificates.drawing import CertificateRecord, document, opinion, registration, retirement, statement
from registry.certificates.drawing import record as issuances
from registry.certificates.drawing import records as others
from registry.certificates.drawing.records import (
    AccountStatementRecord,
    OpinionRecord,
    RegistrationRecord,
    RetirementRecord,
)


class OfKind(Protocol):
    kind: Any


@dataclass(frozen=True)
class Kind:
    schema: str
    """What the record calls itself."""
    read: Callable[[bytes], Any]
    draw: Callable[[Any, Path, bytes | None], bytes]
    is_public: Callable[[Any], bool] = lambda _record: True
    """Whether everybody may read what it says; that it exists and whether it is in force is always public."""


def kind_of(certificate: OfKind) -> Kind:
    return KINDS[str(certificate.kind)]


KINDS = {
    "issuance": Kind(issuances.SCHEMA, CertificateRecord.from_json, document.draw),
    "inventory_statement": Kind(issuances.SCHEMA, CertificateRecord.from_json, document.draw),
    "registration": Kind(others.REGISTRATION, RegistrationRecord.from_json, registration.draw),
    "retirement": Kind(others.RETIREMENT, RetirementRecord.from_json, retirement.draw),
    "account_statement": Kind(
        others.ACCOUNT_STATEMENT,
        AccountStatementRecord.from_json,
        statement.draw,
        is_public=lambda _record: False,
    ),
    "opinion": Kind(
        others.OPINION,
        OpinionRecord.from_json,
        opinion.draw,
        is_public=lambda record: bool(record.content["positive"]),
    ),
}
