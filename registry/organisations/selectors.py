from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from registry.core.actors import PUBLIC, Actor
from registry.organisations.models import Accreditation, Membership, Organisation, User


def actor_of(user: User | AnonymousUser) -> Actor:
    """The person with the roles held now. Memberships are read at every act: an ended role is gone at once."""
    if not user.is_authenticated or not user.is_active:
        return PUBLIC
    memberships = list(
        Membership.objects.filter(user=user, ended_at__isnull=True).select_related("organisation").order_by("id")
    )
    if not memberships:
        return Actor(name=str(user), user_id=user.pk)
    organisation = memberships[0].organisation
    return Actor(
        name=str(user),
        user_id=user.pk,
        organisation_id=organisation.pk,
        organisation_kind=organisation.kind,
        organisation_approved=organisation.state == "approved",
        roles=frozenset(m.role for m in memberships if m.organisation_id == organisation.pk),
    )


def is_accredited(organisation: Organisation, scope: str, day: date) -> bool:
    return Accreditation.objects.filter(
        organisation=organisation, scope=scope, state="granted", valid_from__lte=day, valid_to__gte=day
    ).exists()


def demo_accounts() -> list[User]:
    return list(
        User.objects.filter(is_demo=True, is_active=True).prefetch_related("memberships__organisation").order_by("id")
    )
