"""A project's file made whole, so that it can be submitted."""

from __future__ import annotations

from decimal import Decimal

from registry.core.actors import Actor
from registry.projects import services
from registry.projects.models import Project
from registry.projects.services.estimates import years_of

TEXT = "二十个字以上的说明。 Long enough to say something."


def ready(actor: Actor, project: Project) -> Project:
    """The draft with everything that the readiness list asks for; its karst area is stated when it is drafted."""
    services.declare_programmes(actor=actor, project=project, programmes=(), none=True)
    services.declare_safeguards(actor=actor, project=project, safeguards=(), none_because=TEXT)
    services.declare_baseline(actor=actor, project=project, scenario=TEXT, justification=TEXT, quantification=TEXT)
    services.declare_additionality(actor=actor, project=project, argument=TEXT, barriers=TEXT, common_practice=TEXT)
    services.estimate_years(actor=actor, project=project, t_co2={year: Decimal("200.5") for year in years_of(project)})
    services.add_document(
        actor=actor, project=project, kind="design", title="设计 Design", language="zh-en", file_name="design.txt",
        data=b"design",
    )  # fmt: skip
    return Project.objects.get(pk=project.pk)
