from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.core.actors import PUBLIC, Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.organisations.models import LISTED, Accreditation, Invitation, Membership, Organisation, User

ROLES_NOW = """
    SELECT m.role, m.organisation_id, o.kind, o.state = 'approved'
      FROM organisations_membership m JOIN organisations_organisation o ON o.id = m.organisation_id
     WHERE m.user_id = %s AND m.ended_at IS NULL
     ORDER BY m.id
"""
"""Asked at every act and page: written out, since the ORM takes several times as long to say it."""


def actor_of(user: User | AnonymousUser) -> Actor:
    """The person with the roles held now. Memberships are read at every act: an ended role is gone at once."""
    if not user.is_authenticated or not user.is_active:
        return PUBLIC
    with connection.cursor() as cursor:
        cursor.execute(ROLES_NOW, [user.pk])
        held = cursor.fetchall()
    if not held:
        return Actor(name=str(user), user_id=user.pk)
    _role, organisation, kind, approved = held[0]
    return Actor(
        name=str(user),
        user_id=user.pk,
        organisation_id=organisation,
        organisation_kind=kind,
        organisation_approved=approved,
        roles=frozenset(role for role, of, _kind, _approved in held if of == organisation),
    )


def is_accredited(organisation: Organisation, scope: str, day: date) -> bool:
    return Accreditation.objects.filter(
        organisation=organisation,
        organisation__state="approved",
        scope=scope,
        state="granted",
        valid_from__lte=day,
        valid_to__gte=day,
    ).exists()


def demo_accounts() -> list[User]:
    return list(
        User.objects.filter(is_demo=True, is_active=True).prefetch_related("memberships__organisation").order_by("id")
    )


def visible_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The register: what everybody may see, one's own, and for the authority also applications and refusals."""
    if may(actor, "organisations.view"):
        return Organisation.objects.all()
    seen = Q(state__in=LISTED)
    if actor.organisation_approved:
        seen |= Q(pk=actor.organisation_id)
    return Organisation.objects.filter(seen)


def search(organisations: QuerySet[Organisation], *, query: str = "", kind: str = "", state: str = "") -> QuerySet:
    """By name or registration code, kind and state."""
    if query:
        organisations = organisations.filter(
            Q(name_zh__icontains=query) | Q(name_en__icontains=query) | Q(registration_code__istartswith=query)
        )
    if kind:
        organisations = organisations.filter(kind=kind)
    if state:
        organisations = organisations.filter(state=state)
    return organisations.order_by("name_en", "pk")


def organisation_for(actor: Actor, pk: int) -> Organisation:
    organisation = Organisation.objects.filter(pk=pk).first()
    if organisation is None or not may(actor, "organisations.view", organisation):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return organisation


def accreditation_for(actor: Actor, pk: int) -> Accreditation:
    accreditation = Accreditation.objects.select_related("organisation").filter(pk=pk).first()
    if accreditation is None or not may(actor, "organisations.view", accreditation):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return accreditation


def members_of(actor: Actor, organisation: Organisation) -> list[dict[str, object]]:
    """Each person with the roles held now; nothing for somebody who may not see them."""
    if not may(actor, "organisations.view_members", organisation):
        return []
    people: dict[int, dict[str, object]] = {}
    for membership in (
        Membership.objects.filter(organisation=organisation, ended_at__isnull=True)
        .select_related("user")
        .order_by("user__name_en", "user_id", "id")
    ):
        person = people.setdefault(membership.user_id, {"user": membership.user, "roles": []})
        person["roles"].append({"role": membership.role, "label": membership.get_role_display()})  # type: ignore[attr-defined]
    return list(people.values())


def open_invitations_of(actor: Actor, organisation: Organisation) -> QuerySet[Invitation]:
    if not may(actor, "organisations.invite", organisation):
        return Invitation.objects.none()
    return Invitation.objects.filter(organisation=organisation, ended_at__isnull=True).order_by("-id")
