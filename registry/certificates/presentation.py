"""A certificate as a page and as JSON: the stored record, and what the register says about it today."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.certificates import pages, records, selectors
from registry.certificates.drawing import Bilingual
from registry.certificates.drawing.plain import Stated
from registry.certificates.log_place import LogPlace, NoteInvalid, ProofInvalid
from registry.certificates.models import Certificate
from registry.certificates.services.ending import says_more_today
from registry.certificates.standing import Standing, standing_of
from registry.core.actors import PUBLIC, Actor
from registry.core.languages import is_chinese
from registry.core.permissions import may
from registry.credits.models import Account, Holding


@dataclass(frozen=True)
class HolderRow:
    """A range of serials and who holds it, as far as the public may know: the class, never the name."""

    serials: str
    quantity_t: int
    holder: str
    status: str
    status_code: str


def holders(certificate: Certificate) -> list[HolderRow]:
    return [
        HolderRow(
            serials=holding.printed_serials,
            quantity_t=holding.quantity_t,
            holder=_holder_class(holding),
            status=holding.get_status_display(),
            status_code=holding.status,
        )
        for holding in selectors.present_holdings(certificate)
    ]


def page_of(actor: Actor, certificate: Certificate, *, asked_code: str) -> dict[str, Any]:
    """The context of the check page. ``asked_code`` is what stood behind ``?h=`` (may be empty): whoever has it holds
    the paper, and reads here what stands on it, so that the two can be compared."""
    content: Stated = certificate.content
    standing = standing_of(certificate)
    may_read = may(actor, "certificates.read", certificate)
    holds_paper = bool(asked_code) and _same_code(asked_code, content)
    shown = may_read or holds_paper
    return {
        "certificate": certificate,
        "standing": standing,
        "code_differs": bool(asked_code) and not holds_paper,
        "is_demo": content.demo,
        "title": in_page_language(content.title),
        "authority": in_page_language(content.authority),
        "issued_on": content.issued_on,
        "may_read": may_read,
        "shown": shown,
        "page": pages.of(certificate) if shown else None,
        "holders": holders(certificate) if shown else (),
        "record_sha256": certificate.record_sha256,
        "log": log_place_of(certificate),
        "because": in_page_language(Bilingual(certificate.ended_because_zh, certificate.ended_because_en)),
        "replaced": getattr(certificate, "replaced", None),
        "actions": _actions(actor, certificate),
    }


def log_place_of(certificate: Certificate) -> LogPlace | None:
    """Where its issuing stands in the audit log, as its file tells; None until the file is drawn."""
    if not certificate.log_proof:
        return None
    try:
        return LogPlace.of(bytes(certificate.log_proof))
    except (ProofInvalid, NoteInvalid):
        return None


def as_json(certificate: Certificate) -> dict[str, Any]:
    """What a program learns about a certificate; the full record is at ``links.record`` where it is public."""
    standing: Standing = standing_of(certificate)
    link = {"number": certificate.number}
    is_public = may(PUBLIC, "certificates.read", certificate)
    replaced = getattr(certificate, "replaced", None)
    place = log_place_of(certificate)
    answer = {
        "number": certificate.number,
        "kind": certificate.kind,
        "state": certificate.state,
        "standing": standing.code,
        "in_force": standing.in_force,
        "demo": certificate.content.demo,
        "superseded_by": certificate.superseded_by.number if certificate.superseded_by else None,
        "replaces": replaced.number if replaced else None,
        "record_sha256": certificate.record_sha256,
        "unsigned_sha256": certificate.unsigned_sha256 or None,
        "signed_sha256": certificate.signed_sha256 or None,
        "created_at": certificate.created_at.isoformat(),
        "rendered_at": certificate.rendered_at.isoformat() if certificate.rendered_at else None,
        "ended_at": certificate.ended_at.isoformat() if certificate.ended_at else None,
        "log": place.as_dict() if place else None,
        "links": {
            "page": reverse("certificates:show", kwargs=link),
            "pdf": reverse("certificates:pdf", kwargs=link) if certificate.rendered_at and is_public else None,
            "record": reverse("certificates:record", kwargs=link) if is_public else None,
        },
    }
    if is_public:
        answer |= {
            **pages.facts_json(certificate),
            "holders": [
                {"serials": row.serials, "quantity_t": row.quantity_t, "status": row.status_code}
                for row in holders(certificate)
            ],
        }
    return answer


def in_page_language(words: Bilingual) -> str:
    chinese = is_chinese()
    return (words.zh or words.en) if chinese else (words.en or words.zh)


def _same_code(asked: str, content: Stated) -> bool:
    return hmac.compare_digest(asked.strip().lower().encode(), records.check_code(content).encode())


def _holder_class(holding: Holding) -> str:
    if holding.account.kind == Account.Kind.BUFFER:
        return holding.account.get_kind_display()
    return holding.account.owner.get_kind_display()


def _actions(actor: Actor, certificate: Certificate) -> list[tuple[str, Any]]:
    """What this actor may do to end it, as buttons; replacing only where a new one would say something else."""
    if certificate.state != "valid" or not may(actor, "certificates.withdraw", certificate):
        return []
    cancel = ("cancel", _("Cancel it"))
    return [("supersede", _("Replace it by a new one")), cancel] if says_more_today(certificate) else [cancel]
