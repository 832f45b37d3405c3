"""The last days of projects: public comment and crediting periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import clock, deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.projects import crediting, selectors
from registry.projects.models import Project


def named(project: Project) -> str:
    return f"{project.code} {local_name(project)}"


@deadlines.provider
def comment_ends(actor: Actor) -> Iterator[Deadline]:
    """Public comment that runs, for the proponent (to answer) and the authority (to close)."""
    running = selectors.visible_projects(actor).filter(state="public_comment", comment_closes_on__isnull=False)
    if actor.organisation_kind != OrganisationKind.AUTHORITY:
        running = running.filter(proponent_id=actor.organisation_id)
    for project in running.order_by("comment_closes_on")[: deadlines.MOST]:
        yield Deadline(
            kind="comment_end",
            subject=deadlines.subject_of(project),
            title=_("Public comment ends"),
            detail=named(project),
            url=reverse("projects:detail", args=[project.code]) + "#comments",
            due=deadlines.end_of(project.comment_closes_on),
            acts=may(actor, "projects.close_comment", project),
        )


@deadlines.provider
def crediting_ends(actor: Actor) -> Iterator[Deadline]:
    """Crediting that ends soon, told to the proponent: first until when a renewal may be asked for, then the end."""
    if actor.organisation_id is None or not actor.organisation_approved:
        return
    opens = clock.today() + timedelta(days=settings.CREDITING_RENEWAL_OPENS_DAYS)
    own = Project.objects.filter(proponent_id=actor.organisation_id, state="registered", crediting_end__lte=opens)
    for project in own[: deadlines.MOST]:
        window = crediting.window_of(project)
        end = window.starts_on - timedelta(days=1)
        if not window.opens_on <= clock.today() <= end:
            continue
        asks = window.is_open and not project.renewals.filter(state="requested").exists()
        yield Deadline(
            kind="renewal_window" if asks else "crediting_end",
            subject=deadlines.subject_of(project),
            title=_("Crediting ends: ask for its renewal in time") if asks else _("Crediting ends"),
            detail=named(project),
            url=reverse("projects:requests", args=[project.code]),
            due=deadlines.end_of(window.closes_on if asks else end),
            acts=asks and may(actor, "projects.request_renewal", project),
        )
