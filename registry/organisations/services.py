"""Organisations and their accreditations: application, decision, suspension, closing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import guards, mailing
from registry.core.actors import SYSTEM, Actor
from registry.core.errors import InvalidInput, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.printing import refuse_undrawable
from registry.core.roles import OrganisationKind, Role
from registry.organisations import second_factor, states, uscc
from registry.organisations.members import invite_first_administrator, refuse_role_of_other_kind
from registry.organisations.models import Accreditation, Membership, Organisation, User


@transaction.atomic
def apply_for_registration(
    *,
    kind: str,
    name_zh: str,
    name_en: str,
    registration_code: str,
    code_kind: str = "",
    code_reason: str = "",
    applicant_name: str = "",
    applicant_email: str = "",
) -> Organisation:
    """An organisation applies; anybody may. The authority decides (:func:`approve`).

    A unified social credit code that fails its check is refused, unless ``code_reason`` says why it is right all the
    same. Without ``code_kind`` a code of eighteen signs is taken for one.
    """
    code = uscc.normalized(registration_code)
    code_kind = code_kind or ("uscc" if len(code) == uscc.LENGTH else "foreign")
    if code_kind == Organisation.CodeKind.USCC:
        refuse_faulty_code(code, code_reason)
    refuse_undrawable(name_zh, name_en)
    organisation = Organisation(
        kind=kind,
        name_zh=name_zh,
        name_en=name_en,
        registration_code=code,
        code_kind=code_kind,
        code_reason=code_reason.strip(),
        applicant_name=applicant_name,
        applicant_email=applicant_email.lower(),
    )
    try:
        organisation.full_clean(exclude=["state", "created_at"])
    except ValidationError as error:
        raise _invalid(error) from error
    organisation.save()
    record(SYSTEM, "organisations.apply", organisation, after={"code": code, "kind": kind})
    return organisation


def refuse_faulty_code(code: str, reason: str) -> None:
    """Raise :class:`InvalidInput` for a code that fails its check and has no reason beside it."""
    faults = uscc.faults(code)
    if faults and not reason.strip():
        raise InvalidInput(
            "USCC_CHECK_FAILED",
            _("The unified social credit code fails its check. Compare it with the licence; if it is right, say why."),
            messages=tuple(faults),
        )


def _invalid(error: ValidationError) -> InvalidInput:
    if any(e.code == "unique" for errors in error.error_dict.values() for e in errors):
        return InvalidInput(
            "CODE_TAKEN", _("An organisation with this registration code has applied or is registered already.")
        )
    return InvalidInput("APPLICATION_INCOMPLETE", _("The application cannot be taken."), messages=tuple(error.messages))


@transaction.atomic
def found_authority(*, name_zh: str, name_en: str, registration_code: str) -> Organisation:
    """The first authority of an empty registry approves itself: somebody must begin. Refused once one exists."""
    if Organisation.objects.filter(kind=OrganisationKind.AUTHORITY).exists():
        raise InvalidInput("AUTHORITY_EXISTS", _("This registry already has its authority."))
    organisation = apply_for_registration(
        kind=OrganisationKind.AUTHORITY, name_zh=name_zh, name_en=name_en, registration_code=registration_code
    )
    states.ORGANISATION.move(organisation, "approve")
    record(SYSTEM, "organisations.found_authority", organisation)
    return organisation


def _move(actor: Actor, organisation: Organisation, action: str, permission: str, reason: str = "") -> Organisation:
    organisation = lock(Organisation, organisation.pk)
    require(actor, permission, organisation)
    before = states.ORGANISATION.move(organisation, action)
    record(
        actor,
        f"organisations.{action}",
        organisation,
        before={"state": before},
        after={"state": organisation.state},
        reason=reason,
    )
    return organisation


def _reason(text: str) -> str:
    return needed_text(text, "REASON_MISSING", _("Say why; the organisation and the log keep the reason."))


@transaction.atomic
def approve(*, actor: Actor, organisation: Organisation) -> Organisation:
    """Approve, and invite the applicant as the organisation's first administrator."""
    organisation = _move(actor, organisation, "approve", "organisations.decide")
    if organisation.applicant_email:
        invite_first_administrator(actor, organisation)
    return organisation


@transaction.atomic
def refuse(*, actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    organisation = _move(actor, organisation, "refuse", "organisations.decide", _reason(reason))
    if organisation.applicant_email:
        mailing.send(
            organisation.applicant_email,
            _("The application of %(name)s was refused"),
            _("The authority refused the application of %(name)s.\nReason: %(reason)s"),
            name=str(organisation),
            reason=reason.strip(),
        )
    return organisation


@transaction.atomic
def suspend(*, actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    """From this moment nothing happens in the organisation's name: every act asks for its state."""
    organisation = _move(actor, organisation, "suspend", "organisations.suspend", _reason(reason))
    _tell_administrators(
        organisation,
        _("%(name)s is suspended"),
        _(
            "The authority suspended %(name)s. Nothing can be done in its name until it is reinstated.\n"
            "Reason: %(reason)s"
        ),
        reason=reason.strip(),
    )
    return organisation


@transaction.atomic
def reinstate(*, actor: Actor, organisation: Organisation) -> Organisation:
    organisation = _move(actor, organisation, "reinstate", "organisations.suspend")
    _tell_administrators(
        organisation, _("%(name)s is reinstated"), _("The authority reinstated %(name)s. Work can go on.")
    )
    return organisation


@transaction.atomic
def close(*, actor: Actor, organisation: Organisation, reason: str) -> Organisation:
    """The organisation leaves, by its own administrator. Later rooms may object (open holdings, running projects)."""
    organisation = lock(Organisation, organisation.pk)
    require(actor, "organisations.close", organisation)
    guards.ask("organisations.close", organisation)
    return _move(actor, organisation, "close", "organisations.close", _reason(reason))


def _tell_administrators(organisation: Organisation, subject: Any, text: Any, **params: Any) -> None:
    administrators = User.objects.filter(
        memberships__organisation=organisation, memberships__role=Role.ADMINISTRATOR, memberships__ended_at__isnull=True
    )
    for person in administrators:
        mailing.send(person.email, subject, text, name=str(organisation), **params)


@transaction.atomic
def add_member(
    *,
    actor: Actor,
    organisation: Organisation,
    email: str,
    name_zh: str,
    name_en: str,
    roles: Iterable[str],
    demo: bool = False,
) -> User:
    """A person joins with roles that fit the organisation's kind. Demonstration accounts have no password."""
    organisation = lock(Organisation, organisation.pk)
    require(actor, "organisations.add_member", organisation)
    roles = list(roles)
    for role in roles:
        refuse_role_of_other_kind(organisation, role)
    refuse_undrawable(name_zh, name_en)
    user = User.objects.create_user(email, None, name_zh=name_zh, name_en=name_en, is_demo=demo)
    if demo:
        second_factor.enrol(user)
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    record(actor, "organisations.add_member", organisation, after={"user": user.pk, "roles": sorted(roles)})
    return user


# --- accreditation ------------------------------------------------------------------------------------------


@transaction.atomic
def grant_accreditation(
    *, actor: Actor, organisation: Organisation, scope: str, valid_from: date, valid_to: date
) -> Accreditation:
    require(actor, "accreditations.grant")
    if organisation.kind != OrganisationKind.VERIFICATION_BODY:
        raise InvalidInput("NOT_A_VERIFICATION_BODY", _("Only a verification body can be accredited."))
    if organisation.state != "approved":
        raise InvalidInput("NOT_APPROVED", _("Only an approved organisation can be accredited."))
    if scope not in Accreditation.Scope.values:
        raise InvalidInput("SCOPE_UNKNOWN", _("Choose the scope of the accreditation."))
    if valid_to < valid_from:
        raise InvalidInput("DATES_SWAPPED", _("The last day is before the first. Correct the dates."))
    accreditation = Accreditation.objects.create(
        organisation=organisation, scope=scope, valid_from=valid_from, valid_to=valid_to
    )
    record(
        actor,
        "accreditations.grant",
        accreditation,
        after={"organisation": organisation.pk, "scope": scope, "from": valid_from, "to": valid_to},
    )
    return accreditation


@transaction.atomic
def decide_accreditation(*, actor: Actor, accreditation: Accreditation, action: str, reason: str = "") -> Accreditation:
    """``suspend``, ``reinstate`` or ``end``; it counts from this moment, also for assignments under way."""
    accreditation = lock(Accreditation, accreditation.pk)
    require(actor, "accreditations.decide", accreditation)
    if action != "reinstate":
        reason = _reason(reason)
    before = states.ACCREDITATION.move(accreditation, action)
    record(
        actor,
        f"accreditations.{action}",
        accreditation,
        before={"state": before},
        after={"state": accreditation.state},
        reason=reason,
    )
    return accreditation
