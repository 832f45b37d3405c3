"""People and organisations for tests, made through the same services as real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from registry.core.actors import SYSTEM, Actor
from registry.core.roles import OrganisationKind, Role
from registry.organisations import services
from registry.organisations.models import Organisation
from registry.organisations.selectors import actor_of

FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The people of the tests have just shown their second factor; tests about it say otherwise."""
_AUTHORITY = "11520000TEST00001"


def authority() -> Organisation:
    found = Organisation.objects.filter(kind=OrganisationKind.AUTHORITY).first()
    return found or services.found_authority(name_zh="省厅", name_en="Province", registration_code=_AUTHORITY)


def official(*roles: str, email: str = "") -> Actor:
    return member(authority(), *roles, email=email)


def organisation(kind: str, name: str, code: str) -> Organisation:
    reviewer = official(Role.REVIEWER, email=f"reviewer-for-{code}@authority.test")
    applied = services.apply_for_registration(kind=kind, name_zh=name, name_en=name, registration_code=code)
    return services.approve(actor=reviewer, organisation=applied)


def developer(name: str = "Developer", code: str = "DEV-1") -> Organisation:
    return organisation(OrganisationKind.DEVELOPER, name, code)


def verification_body(name: str = "Body", code: str = "VVB-1", *scopes: str) -> Organisation:
    body = organisation(OrganisationKind.VERIFICATION_BODY, name, code)
    approver = official(Role.APPROVER, email=f"approver-for-{code}@authority.test")
    for scope in scopes:
        services.grant_accreditation(
            actor=approver, organisation=body, scope=scope, valid_from=date(2000, 1, 1), valid_to=date(2099, 12, 31)
        )
    return body


def member(of: Organisation, *roles: str, email: str = "") -> Actor:
    email = email or f"{'-'.join(sorted(roles))}-{of.pk}@{of.registration_code.lower()}.test"
    from registry.organisations.models import User

    user = User.objects.filter(email=email.lower()).first() or services.add_member(
        actor=SYSTEM, organisation=of, email=email, name_zh="某人", name_en="Person", roles=list(roles)
    )
    return replace(actor_of(user), second_factor_at=FOR_EVER)
