"""Organisations, their people, their accreditations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core.actors import SYSTEM, Actor
from registry.core.errors import InvalidInput
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.roles import ROLES_OF_KIND, OrganisationKind, Role
from registry.organisations import states
from registry.organisations.models import Accreditation, Membership, Organisation, User


@transaction.atomic
def apply_for_registration(*, kind: str, name_zh: str, name_en: str, registration_code: str) -> Organisation:
    """An organisation applies; anybody may. The authority decides (:func:`approve`)."""
    organisation = Organisation(kind=kind, name_zh=name_zh, name_en=name_en, registration_code=registration_code)
    organisation.full_clean(exclude=["state", "created_at"])
    organisation.save()
    record(SYSTEM, "organisations.apply", organisation, after={"code": registration_code, "kind": kind})
    return organisation


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


@transaction.atomic
def approve(*, actor: Actor, organisation: Organisation) -> Organisation:
    organisation = lock(Organisation, organisation.pk)
    require(actor, "organisations.decide", organisation)
    before = states.ORGANISATION.move(organisation, "approve")
    record(
        actor,
        "organisations.approve",
        organisation,
        before={"state": before},
        after={"state": organisation.state},
    )
    return organisation


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
    allowed = ROLES_OF_KIND[OrganisationKind(organisation.kind)] | {Role.ADMINISTRATOR}
    for role in roles:
        if role not in allowed:
            raise InvalidInput(
                "ROLE_OF_OTHER_KIND",
                _("The role “%(role)s” does not belong to this kind of organisation."),
                role=Role(role).label,
            )
    user = User.objects.create_user(email, None, name_zh=name_zh, name_en=name_en, is_demo=demo)
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    record(actor, "organisations.add_member", organisation, after={"user": user.pk, "roles": sorted(roles)})
    return user


@transaction.atomic
def grant_accreditation(
    *, actor: Actor, organisation: Organisation, scope: str, valid_from: date, valid_to: date
) -> Accreditation:
    require(actor, "accreditations.grant")
    if organisation.kind != OrganisationKind.VERIFICATION_BODY:
        raise InvalidInput("NOT_A_VERIFICATION_BODY", _("Only a verification body can be accredited."))
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
