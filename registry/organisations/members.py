"""The people of an organisation: invitation by e-mail, roles granted and ended by its own administrator."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock, mailing
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.printing import refuse_undrawable
from registry.core.roles import ROLES_OF_KIND, OrganisationKind, Role
from registry.organisations.models import Invitation, Membership, Organisation, User
from registry.organisations.selectors import actor_of

NOT_FOUND = _("There is no such record, or it is not yours to see.")
VALID_FOR = timedelta(days=14)


def roles_of(organisation: Organisation) -> list[Role]:
    """The roles that members of this kind of organisation may hold, in the order of :class:`Role`."""
    allowed = ROLES_OF_KIND[OrganisationKind(organisation.kind)] | {Role.ADMINISTRATOR}
    return [role for role in Role if role in allowed]


def refuse_role_of_other_kind(organisation: Organisation, role: str) -> None:
    if role not in roles_of(organisation):
        label = Role(role).label if role in Role.values else role
        raise InvalidInput(
            "ROLE_OF_OTHER_KIND",
            _("The role “%(role)s” does not belong to this kind of organisation."),
            role=label,
        )


@transaction.atomic
def invite_member(*, actor: Actor, organisation: Organisation, email: str, roles: Iterable[str]) -> Invitation:
    """Send a link that lets this address join with these roles. An open invitation of the address is replaced."""
    organisation = lock(Organisation, organisation.pk)
    require(actor, "organisations.invite", organisation)
    roles = sorted(set(roles))
    if not roles:
        raise InvalidInput("ROLE_MISSING", _("Choose at least one role."))
    for role in roles:
        refuse_role_of_other_kind(organisation, role)
    return _invite(actor, organisation, email, roles)


def invite_first_administrator(actor: Actor, organisation: Organisation) -> Invitation:
    """Part of approving an application: the applicant becomes the organisation's administrator."""
    return _invite(actor, organisation, organisation.applicant_email, [Role.ADMINISTRATOR.value])


def _invite(actor: Actor, organisation: Organisation, email: str, roles: list[str]) -> Invitation:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput("EMAIL_INVALID", _("This is not an e-mail address.")) from error
    now = clock.now()
    Invitation.objects.filter(organisation=organisation, email=email, ended_at__isnull=True).update(ended_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation, email=email, roles=roles, token_sha256=_digest(token), expires_at=now + VALID_FOR
    )
    record(actor, "organisations.invite", organisation, after={"invitation": invitation.pk, "roles": roles})
    mailing.send(
        email,
        _("Invitation of %(name)s to the Karst Carbon Registry"),
        _(
            "%(name)s invites you to work in its name in the Karst Carbon Registry. "
            "Open this link within 14 days:\n%(link)s"
        ),
        name=str(organisation),
        link=urljoin(settings.PUBLIC_BASE_URL, reverse("organisations:join", args=[token])),
    )
    return invitation


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str, *, locked: bool = False) -> Invitation:
    """The invitation of a link that still works; one answer for unknown, used, withdrawn and expired links."""
    rows = Invitation.objects.select_for_update(of=("self",)) if locked else Invitation.objects
    found = rows.select_related("organisation").filter(token_sha256=_digest(token), ended_at__isnull=True).first()
    if found is None or found.expires_at < clock.now() or found.organisation.state != "approved":
        raise NotVisible(
            "INVITATION_NOT_OPEN", _("This invitation was used, withdrawn or is too old. Ask for a new one.")
        )
    return found


@transaction.atomic
def accept_invitation(
    *, token: str, name_zh: str = "", name_en: str = "", password: str = "", signed_in: User | None = None
) -> User:
    """The invited person joins: with a new account, or with the account of the same address that is signed in."""
    invitation = open_invitation(token, locked=True)
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = _new_account(invitation.email, name_zh, name_en, password)
    elif signed_in is None or signed_in.pk != user.pk:
        raise Refusal("SIGN_IN_FIRST", _("This address has an account. Sign in with it and open the link again."))
    others = Membership.objects.filter(user=user, ended_at__isnull=True).exclude(organisation=invitation.organisation)
    if others.exists():
        raise Refusal(
            "MEMBER_ELSEWHERE",
            _("A person works for one organisation at a time. Ask your present one to end your roles first."),
        )
    for role in invitation.roles:
        Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, role=role, ended_at=None, defaults={}
        )
    invitation.accepted_by, invitation.ended_at = user, clock.now()
    invitation.save(update_fields=["accepted_by", "ended_at"])
    record(
        actor_of(user),
        "organisations.accept_invitation",
        invitation.organisation,
        after={"user": user.pk, "roles": invitation.roles},
    )
    return user


def _new_account(email: str, name_zh: str, name_en: str, password: str) -> User:
    name_zh, name_en = name_zh.strip() or name_en.strip(), name_en.strip() or name_zh.strip()
    if not name_zh:
        raise InvalidInput("NAME_MISSING", _("Enter your name."))
    try:
        validate_password(password, User(email=email, name_zh=name_zh, name_en=name_en))
    except ValidationError as error:
        raise InvalidInput("PASSWORD_WEAK", _("Choose another password."), messages=tuple(error.messages)) from error
    refuse_undrawable(name_zh, name_en)
    return User.objects.create_user(email, password, name_zh=name_zh[:100], name_en=name_en[:100])


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> None:
    organisation = lock(Organisation, invitation.organisation_id)
    require(actor, "organisations.invite", organisation)
    invitation = lock(Invitation, invitation.pk)
    if invitation.ended_at is not None:
        raise Refusal("INVITATION_NOT_OPEN", _("This invitation was used, withdrawn or is too old. Ask for a new one."))
    invitation.ended_at = clock.now()
    invitation.save(update_fields=["ended_at"])
    record(actor, "organisations.withdraw_invitation", organisation, after={"invitation": invitation.pk})


@transaction.atomic
def grant_role(*, actor: Actor, organisation: Organisation, user: User, role: str) -> Membership:
    """One more role for a member."""
    organisation = lock(Organisation, organisation.pk)
    require(actor, "organisations.change_roles", organisation)
    refuse_role_of_other_kind(organisation, role)
    held = _live(organisation, user)
    if not held.exists():
        raise NotVisible("NOT_FOUND", NOT_FOUND)
    if held.filter(role=role).exists():
        raise Refusal("ROLE_HELD", _("This person holds the role already."))
    membership = Membership.objects.create(user=user, organisation=organisation, role=role)
    record(actor, "organisations.grant_role", organisation, after={"user": user.pk, "role": role})
    return membership


@transaction.atomic
def end_role(*, actor: Actor, organisation: Organisation, user: User, role: str) -> Membership:
    """The role is gone at once: it is read at every act. The last administrator stays."""
    organisation = lock(Organisation, organisation.pk)
    require(actor, "organisations.change_roles", organisation)
    membership = _live(organisation, user).filter(role=role).first()
    if membership is None:
        raise Refusal("ROLE_NOT_HELD", _("This person does not hold this role here (any more). Reload the page."))
    administrators = Membership.objects.filter(
        organisation=organisation, role=Role.ADMINISTRATOR, ended_at__isnull=True
    )
    if role == Role.ADMINISTRATOR and administrators.count() == 1:
        raise Refusal(
            "LAST_ADMINISTRATOR", _("This is the last administrator. Make another person administrator first.")
        )
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    record(actor, "organisations.end_role", organisation, before={"user": user.pk, "role": role})
    return membership


def _live(organisation: Organisation, user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=organisation, user=user, ended_at__isnull=True)
