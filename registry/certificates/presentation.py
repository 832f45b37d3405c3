"""A certificate as a page and as JSON: the stored record, and what the register says about it today."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.certificates import records, selectors, states
from registry.certificates.drawing import Bilingual, CertificateRecord
from registry.certificates.models import Certificate
from registry.credits.models import Account, Holding

VERDICTS = {"valid": "有效 Valid", "superseded": "已被替代 Superseded", "cancelled": "已撤销 Cancelled"}
"""In both languages at once: whoever holds a certificate reads one of them, whatever the page is set to."""

EXPLANATIONS = {
    "valid": gettext_lazy("The registry issued this certificate, and it is in force."),
    "superseded": gettext_lazy("The registry issued this certificate, but a newer one took its place."),
    "cancelled": gettext_lazy("The registry issued this certificate, but it was cancelled and is no longer in force."),
}


@dataclass(frozen=True)
class HolderRow:
    """A range of serials and who holds it, as far as the public may know: the class, never the name."""

    serials: str
    quantity_t: int
    holder: str
    status: str
    status_code: str


def in_page_language(words: Bilingual) -> str:
    chinese = (translation.get_language() or "").startswith("zh")
    return (words.zh or words.en) if chinese else (words.en or words.zh)


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


def page_of(certificate: Certificate, *, asked_code: str) -> dict[str, Any]:
    """The context of the check page. ``asked_code`` is what stood behind ``?h=`` (may be empty)."""
    content = certificate.content
    state = states.CERTIFICATE.state(certificate.state)
    return {
        "certificate": certificate,
        "machine": states.CERTIFICATE,
        "tone": state.tone,
        "icon": state.icon,
        "verdict": VERDICTS[certificate.state],
        "explanation": EXPLANATIONS[certificate.state],
        "code_differs": bool(asked_code) and not _same_code(asked_code, content),
        "is_demo": content.demo,
        "title": in_page_language(content.title),
        "headline": content.headline_figure,
        "headline_label": in_page_language(content.headline_figure.label),
        "facts": _facts(certificate, content),
        "figures": [(in_page_language(figure.label), figure) for figure in content.figures],
        "blocks": content.serials.blocks if content.serials else (),
        "holders": holders(certificate),
        "reason": in_page_language(content.reason) if content.reason else "",
        "record_sha256": certificate.record_sha256,
    }


def as_json(certificate: Certificate) -> dict[str, Any]:
    """What a program learns about a certificate; the full record is at ``links.record``."""
    content = certificate.content
    link = {"number": certificate.number}
    return {
        "number": certificate.number,
        "kind": certificate.kind,
        "state": certificate.state,
        "in_force": certificate.state == "valid",
        "demo": content.demo,
        "project": content.project.code,
        "period": {
            "start": content.period.start,
            "end": content.period.end,
            "utc_offset": content.period.utc_offset,
        },
        "statement_number": certificate.statement_number,
        "methodology": {
            "id": content.methodology.id,
            "version": content.methodology.version,
            "digest": content.methodology.digest,
        },
        "quantity_t": content.serials.total if content.serials else 0,
        "buffer_t": content.serials.buffer if content.serials else 0,
        "serials": [block.printed for block in content.serials.blocks] if content.serials else [],
        "holders": [
            {"serials": row.serials, "quantity_t": row.quantity_t, "status": row.status_code}
            for row in holders(certificate)
        ],
        "result_digest": content.result_digest,
        "bundle_digest": content.bundle_digest,
        "record_sha256": certificate.record_sha256,
        "unsigned_sha256": certificate.unsigned_sha256 or None,
        "signed_sha256": certificate.signed_sha256 or None,
        "created_at": certificate.created_at.isoformat(),
        "rendered_at": certificate.rendered_at.isoformat() if certificate.rendered_at else None,
        "links": {
            "page": reverse("certificates:show", kwargs=link),
            "pdf": reverse("certificates:pdf", kwargs=link) if certificate.rendered_at else None,
            "record": reverse("certificates:record", kwargs=link),
        },
    }


def _same_code(asked: str, content: CertificateRecord) -> bool:
    return hmac.compare_digest(asked.strip().lower().encode(), records.check_code(content).encode())


def _holder_class(holding: Holding) -> str:
    if holding.account.kind == Account.Kind.BUFFER:
        return holding.account.get_kind_display()
    return holding.account.owner.get_kind_display()


def _facts(certificate: Certificate, content: CertificateRecord) -> list[tuple[str, str]]:
    return [
        (_("Project"), f"{content.project.code} {in_page_language(content.project.name)}"),
        (_("Kind"), in_page_language(content.project.kind)),
        (_("Proponent"), f"{in_page_language(content.proponent.name)} {content.proponent.registration_code}"),
        (_("County"), f"{in_page_language(content.place.county)} {content.place.division_code}"),
        (_("Period"), f"{content.period.start} – {content.period.end} ({content.period.utc_offset})"),
        (
            _("Methodology"),
            f"{content.methodology.id} {content.methodology.version} {in_page_language(content.methodology.title)}",
        ),
        (_("Retained share κ"), f"{content.retention.kappa} · {in_page_language(content.retention.horizon)}"),
        (
            _("Verification"),
            f"{in_page_language(content.verification.body)} · {content.verification.statement_number} · "
            f"{in_page_language(content.verification.assurance)}",
        ),
        (_("Authority"), in_page_language(content.authority)),
        (_("Date of issue"), content.issued_on),
    ]
