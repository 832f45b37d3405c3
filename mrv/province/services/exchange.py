from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.province.exports import EXPORTS
from mrv.province.models import Agreement
from mrv.province.pages import table_bytes
from mrv.province.reads import agreement_of, own_agreement
from registry.audit.services import record, record_refusal
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal, text_between
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.roles import OrganisationKind, Role
from registry.organisations.models import Membership, Organisation, User

SHORTEST, LONGEST = 3, 200


@transaction.atomic
def record_agreement(
    *, actor: Actor, department: Organisation, liaison: User, tables: Iterable[str], valid_from: date, reference: str
) -> Agreement:
    """Agree with a department on tables of the fixed list; an agreement that it had ends in the same moment.

    Raises InvalidInput NOT_A_DEPARTMENT, NOT_ITS_LIAISON, NO_TABLES, TEXT_LENGTH.
    """
    department = lock(Organisation, department.pk)
    require(actor, "province.agree", Agreement(department=department))
    if department.kind != OrganisationKind.DEPARTMENT or department.state != "approved":
        raise InvalidInput("NOT_A_DEPARTMENT", _("Choose an approved department."))
    if not Membership.objects.filter(
        user=liaison, organisation=department, role=Role.LIAISON, ended_at__isnull=True
    ).exists():
        raise InvalidInput(
            "NOT_ITS_LIAISON",
            _("This person holds no role of liaison officer in the department. Its administrator grants the role."),
        )
    asked = set(tables)
    if not asked or not asked <= set(EXPORTS):
        raise InvalidInput("NO_TABLES", _("Choose at least one table of the list."))
    before = agreement_of(department.pk)
    if before is not None:
        _end(actor, lock(Agreement, before.pk), "superseded by a newer agreement")
    agreement = Agreement.objects.create(
        department=department,
        liaison=liaison,
        tables=[name for name in EXPORTS if name in asked],
        valid_from=valid_from,
        reference=text_between(reference, SHORTEST, LONGEST),
        agreed_by_id=actor.user_id,
    )
    record(
        actor,
        "province.agree",
        agreement,
        before={"tables": before.tables} if before else {},
        after={"department": department.pk, "tables": agreement.tables, "valid_from": valid_from},
    )
    return agreement


@transaction.atomic
def end_agreement(*, actor: Actor, agreement: Agreement, reason: str) -> Agreement:
    """End an agreement: nothing more is delivered from this moment on. Raises Refusal ALREADY_ENDED."""
    agreement = lock(Agreement, agreement.pk)
    require(actor, "province.agree", agreement)
    if agreement.ended_at is not None:
        raise Refusal("ALREADY_ENDED", _("This was ended already."))
    _end(actor, agreement, text_between(reason, SHORTEST, LONGEST))
    return agreement


def _end(actor: Actor, agreement: Agreement, reason: str) -> None:
    agreement.ended_at, agreement.ended_by_id, agreement.end_reason = clock.now(), actor.user_id, reason
    agreement.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record(actor, "province.end_agreement", agreement, before={"tables": agreement.tables}, reason=reason)


def deliver(*, actor: Actor, name: str, form: str) -> bytes:
    """A table agreed with the actor's department, as ``csv`` or ``json``.

    Each delivery is in the audit log, and each refusal of a reader with an account. Raises NotAllowed NO_AGREEMENT,
    AGREEMENT_NOT_BEGUN, TABLE_NOT_AGREED: whatever was not agreed is refused, whether or not there is such a table.
    """
    try:
        return _deliver(actor, name, form)
    except NotAllowed as refusal:
        if not actor.is_anonymous:
            record_refusal(actor, "province.deliver", object_type="table", object_id=name[:80], reason=refusal.code)
        raise


@transaction.atomic
def _deliver(actor: Actor, name: str, form: str) -> bytes:
    agreement = own_agreement(actor)
    if agreement is None:
        raise NotAllowed(
            "NO_AGREEMENT", _("No tables are agreed with your organisation. The authority agrees on them.")
        )
    if not agreement.has_begun(clock.today()):
        raise NotAllowed(
            "AGREEMENT_NOT_BEGUN", _("Your department's tables are agreed from %(day)s on."), day=agreement.valid_from
        )
    if name not in agreement.tables or name not in EXPORTS:
        raise NotAllowed("TABLE_NOT_AGREED", _("This table is not agreed with your department."))
    content = table_bytes(EXPORTS[name].make(), form)
    facts = {"table": name, "form": form, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    record(actor, "province.deliver", agreement, after=facts)
    return content
