from __future__ import annotations

from typing import Any

from registry.certificates import selectors, states
from registry.core import panels
from registry.core.actors import Actor
from registry.projects.models import Project


def certificates(actor: Actor, project: Project) -> dict[str, Any] | None:
    found = list(selectors.certificates_of(project))
    return {"certificates": found, "machine": states.CERTIFICATE} if found else None


panels.register("project", "certificates/_of_project.html", certificates, order=410)
