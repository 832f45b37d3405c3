"""Reads of renewals and changes of proponent, narrowed to what the actor may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation
from registry.projects.models import ChangeOfProponent, Project, Renewal

NOT_FOUND = ("NOT_FOUND", _("There is no such record, or it is not yours to see."))


def visible_renewals(actor: Actor) -> QuerySet[Renewal]:
    """Approved ones are everybody's; the others the proponent's and the authority's."""
    found = Renewal.objects.select_related("project__proponent", "baseline_document")
    if actor.organisation_id is None or not actor.organisation_approved:
        return found.filter(state="approved")
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return found
    return found.filter(Q(state="approved") | Q(project__proponent_id=actor.organisation_id))


def visible_changes(actor: Actor) -> QuerySet[ChangeOfProponent]:
    """Approved ones are everybody's; the others both parties' and the authority's."""
    found = ChangeOfProponent.objects.select_related("project__proponent", "from_organisation", "to_organisation")
    if actor.organisation_id is None or not actor.organisation_approved:
        return found.filter(state="approved")
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return found
    own = Q(from_organisation_id=actor.organisation_id) | Q(to_organisation_id=actor.organisation_id)
    return found.filter(Q(state="approved") | own)


def renewal_for(actor: Actor, pk: int) -> Renewal:
    found = Renewal.objects.select_related("project__proponent", "baseline_document").filter(pk=pk).first()
    if found is None or not may(actor, "projects.view_request", found):
        raise NotVisible(*NOT_FOUND)
    return found


def change_for(actor: Actor, pk: int) -> ChangeOfProponent:
    found = (
        ChangeOfProponent.objects.select_related("project__proponent", "from_organisation", "to_organisation")
        .filter(pk=pk)
        .first()
    )
    if found is None or not may(actor, "projects.view_request", found):
        raise NotVisible(*NOT_FOUND)
    return found


def possible_proponents(project: Project) -> QuerySet[Organisation]:
    """The approved developers to whom the project may pass."""
    return (
        Organisation.objects.filter(kind=OrganisationKind.DEVELOPER, state="approved")
        .exclude(pk=project.proponent_id)
        .order_by("name_en", "pk")
    )
