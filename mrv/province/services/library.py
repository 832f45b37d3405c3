from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mrv.province.models import PolicyDocument
from mrv.uploads.services import plain_file_name
from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, refuse_larger, text_between
from registry.core.permissions import require

LIMIT_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Described:
    """What a document says of itself."""

    kind: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    issued_on: date
    number: str = ""
    link: str = ""


@transaction.atomic
def add_document(*, actor: Actor, described: Described, file_name: str = "", data: bytes = b"") -> PolicyDocument:
    """Put a document into the library: its file, kept by digest, or the address where it is published, or both.

    Raises InvalidInput KIND_UNKNOWN, TEXT_LENGTH, LINK_UNREADABLE, NOTHING_TO_READ, FILE_TOO_LARGE.
    """
    require(actor, "province.keep_document")
    document = _create(actor, described, file_name, data, None)
    record(actor, "province.add_document", document, after=_facts(document))
    return document


@transaction.atomic
def supersede_document(
    *, actor: Actor, document: PolicyDocument, described: Described, file_name: str = "", data: bytes = b""
) -> PolicyDocument:
    """Put a newer document in the place of one, which stays readable. Raises Refusal ALREADY_SUPERSEDED besides."""
    require(actor, "province.keep_document", document)
    try:
        with transaction.atomic():  # documents are never changed, so none is locked: the database keeps one successor
            newer = _create(actor, described, file_name, data, document)
    except IntegrityError as error:
        raise Refusal(
            "ALREADY_SUPERSEDED", _("A newer document took this one's place already. Supersede the newest.")
        ) from error
    record(actor, "province.supersede_document", newer, before=_facts(document), after=_facts(newer))
    return newer


def _create(
    actor: Actor, described: Described, file_name: str, data: bytes, supersedes: PolicyDocument | None
) -> PolicyDocument:
    if described.kind not in PolicyDocument.Kind.values:
        raise InvalidInput("KIND_UNKNOWN", _("Choose the kind of the document."))
    link = described.link.strip()
    if link and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).netloc or len(link) > 400):
        raise InvalidInput("LINK_UNREADABLE", _("The address begins with https:// or http://."))
    if not link and not data:
        raise InvalidInput("NOTHING_TO_READ", _("Give the document's file, or the address where it is published."))
    refuse_larger(file_name, data, LIMIT_BYTES)
    words: dict[str, Any] = asdict(described)
    for name, longest in (("title_zh", 200), ("title_en", 200), ("issuer_zh", 120), ("issuer_en", 120)):
        words[name] = text_between(words[name], 2, longest)
    return PolicyDocument.objects.create(
        **words | {"number": described.number.strip()[:80], "link": link},
        file_name=plain_file_name(file_name) if data else "",
        sha256=store.put(data) if data else "",
        size_bytes=len(data) if data else None,
        supersedes=supersedes,
        added_by_id=actor.user_id,
    )


def _facts(document: PolicyDocument) -> dict[str, Any]:
    return {"title": document.title_zh, "number": document.number, "sha256": document.sha256, "link": document.link}
