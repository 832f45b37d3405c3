"""What the pages of areas, exchange and library read, narrowed to what the actor may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.province.models import Agreement, DemonstrationArea, PolicyDocument
from registry.core.actors import PUBLIC, Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may, require
from registry.core.roles import OrganisationKind, Role
from registry.organisations.models import Membership, Organisation
from registry.projects.models import Project
from registry.projects.selectors import visible_projects


def live_areas() -> QuerySet[DemonstrationArea]:
    """The areas that are named now, of public projects."""
    return _areas().filter(ended_at__isnull=True)


def past_areas() -> QuerySet[DemonstrationArea]:
    return _areas().filter(ended_at__isnull=False).order_by("-ended_at")


def _areas() -> QuerySet[DemonstrationArea]:
    return DemonstrationArea.objects.filter(project__in=visible_projects(PUBLIC)).select_related("project__proponent")


def area_for(actor: Actor, code: str) -> DemonstrationArea:
    """The newest naming of this project as an area, ended or not. Raises NotVisible."""
    found = DemonstrationArea.objects.filter(project__code=code).select_related("project__proponent").order_by("-id")
    area = found.first()
    if area is None or not may(actor, "province.view_area", area):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return area


def areas_to_name() -> QuerySet[Project]:
    """Public projects that are no demonstration area now."""
    live = DemonstrationArea.objects.filter(project=OuterRef("pk"), ended_at__isnull=True)
    return visible_projects(PUBLIC).exclude(Exists(live)).order_by("code")


def visible_agreements(actor: Actor) -> QuerySet[Agreement]:
    """The department's own agreements; all of them for the authority. Raises NotAllowed for anybody else."""
    require(actor, "province.view_exchange")
    found = Agreement.objects.select_related("department", "liaison", "agreed_by", "ended_by")
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return found
    return found.filter(department_id=actor.organisation_id)


def agreement_for(actor: Actor, pk: int) -> Agreement:
    found = Agreement.objects.select_related("department", "liaison").filter(pk=pk).first()
    if found is None or not may(actor, "province.view_agreement", found):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def agreement_of(department_id: int) -> Agreement | None:
    """The department's agreement that was not ended, begun or not."""
    return (
        Agreement.objects.filter(department_id=department_id, ended_at__isnull=True)
        .select_related("department", "liaison")
        .first()
    )


def own_agreement(actor: Actor) -> Agreement | None:
    """The agreement under which this actor reads tables; None for whoever is no liaison officer of a department."""
    found = None if actor.organisation_id is None else agreement_of(actor.organisation_id)
    return found if found is not None and may(actor, "province.deliver", found) else None


def liaison_officers() -> QuerySet[Membership]:
    """Who holds the role of liaison officer now, by department."""
    return (
        Membership.objects.filter(role=Role.LIAISON, ended_at__isnull=True, organisation__state="approved")
        .select_related("user", "organisation")
        .order_by("organisation__name_en", "user__name_en", "pk")
    )


def department_of(pk: int) -> Organisation:
    found = Organisation.objects.filter(pk=pk, kind=OrganisationKind.DEPARTMENT).first()
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def documents() -> QuerySet[PolicyDocument]:
    """The library: the newest document of each line first, what was superseded after it."""
    return PolicyDocument.objects.select_related("supersedes", "superseded_by")


def document_for(actor: Actor, pk: int) -> PolicyDocument:
    found = documents().filter(pk=pk).first()
    if found is None or not may(actor, "province.view_document", found):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found
