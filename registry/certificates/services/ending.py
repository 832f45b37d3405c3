"""What ends a certificate: another takes its place, or it is cancelled. Either is said on its page for ever."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.certificates import records, states
from registry.certificates.drawing import CertificateRecord
from registry.certificates.drawing.plain import Stated
from registry.certificates.models import Certificate
from registry.certificates.services.certifying import needed_reason
from registry.certificates.services.issuing import of_issuance
from registry.certificates.services.keeping import keep, new_edition, take_turn
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import Refusal
from registry.core.locking import lock
from registry.core.permissions import require

EDITION = ("number", "check_url", "issued_on", "replaces", "demo")
"""What differs between two editions of the same certificate though nothing else was corrected."""


@transaction.atomic
def replace_certificate(*, actor: Actor, certificate: Certificate, reason_zh: str, reason_en: str) -> Certificate:
    """State anew what the register says today (a name was corrected, credits were reversed); the old one says so.

    Raises Refusal ``CERTIFICATE_NOT_REPLACEABLE`` for kinds that are stated only once, ``NOTHING_CORRECTED`` when the
    new one would say the same.
    """
    old = _locked(actor, certificate, "certificates.withdraw")
    states.CERTIFICATE.target(old.state, "supersede")
    reason = needed_reason(reason_zh, reason_en)
    content, columns = _stated_today(old)
    if not _differs(content, old):
        raise Refusal(
            "NOTHING_CORRECTED",
            _("A new certificate would say the same as this one. Correct what the register says first."),
        )
    _end(actor, old, "supersede", *reason)
    new = keep(actor, content, **columns)
    old.superseded_by = new
    old.save(update_fields=["superseded_by"])
    return new


@transaction.atomic
def cancel_certificate(*, actor: Actor, certificate: Certificate, reason_zh: str, reason_en: str) -> Certificate:
    """Take a certificate out of force for good, with the reason that everybody reads."""
    old = _locked(actor, certificate, "certificates.withdraw")
    return _end(actor, old, "cancel", *needed_reason(reason_zh, reason_en))


@transaction.atomic
def set_aside_opinion(*, actor: Actor, statement_number: str, reason: str) -> Certificate | None:
    """The authority returned a verified period: the opinion on it is no longer in force. None if there is none."""
    take_turn()
    found = Certificate.objects.filter(
        kind=Certificate.Kind.OPINION, statement_number=statement_number, state="valid"
    ).first()
    if found is None:
        return None
    old = _locked(actor, found, "certificates.set_aside_opinion")
    return _end(actor, old, "cancel", f"主管部门退回：{reason}", f"Returned by the authority: {reason}")


def says_more_today(certificate: Certificate) -> bool:
    """Whether a new edition would say anything else: a name was corrected, credits were reversed."""
    try:
        content, _columns = _stated_today(certificate)
    except Refusal:
        return False
    return _differs(content, certificate)


def _locked(actor: Actor, certificate: Certificate, permission: str) -> Certificate:
    take_turn()
    old = lock(Certificate, certificate.pk)
    require(actor, permission, old)
    return old


def _end(actor: Actor, old: Certificate, action: str, reason_zh: str, reason_en: str) -> Certificate:
    before = states.CERTIFICATE.move(
        old, action, ended_at=clock.now(), ended_because_zh=reason_zh, ended_because_en=reason_en
    )
    record(
        actor,
        f"certificates.{action}",
        old,
        before={"state": before},
        after={"state": old.state, "number": old.number},
        reason=reason_zh,
    )
    return old


def _stated_today(old: Certificate) -> tuple[Stated, dict[str, Any]]:
    """The record that the register would make now, and the columns of its row."""
    if old.issuance is not None:
        issuance = old.issuance
        assert isinstance(old.content, CertificateRecord)
        occasion = records.Occasion(
            edition=new_edition(issuance.project, replaces=old.number),
            project=issuance.project,
            authority=old.content.authority,
            prepared_by=issuance.request.prepared_by,
            approved_by=issuance.approved_by,
        )
        content = records.record_of_issuance(occasion, issuance.request.verified_outcome, issuance)
        return content, of_issuance(issuance)
    if old.retirement is not None:
        made = records.record_of_retirement(new_edition(replaces=old.number), old.retirement)
        return made, {"retirement": old.retirement}
    if old.kind == Certificate.Kind.REGISTRATION and old.project is not None:
        edition = new_edition(old.project, replaces=old.number)
        return records.record_of_registration(edition, old.project), {"project": old.project}
    raise Refusal(
        "CERTIFICATE_NOT_REPLACEABLE",
        _("A certificate of this kind is not replaced: its statement is made anew by the act that it speaks of."),
    )


def _differs(content: Stated, old: Certificate) -> bool:
    now, then = (
        {name: value for name, value in each.to_dict().items() if name not in EDITION}
        for each in (content, old.content)
    )
    return now != then
