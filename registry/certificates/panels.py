from __future__ import annotations

from typing import Any

from registry.certificates import selectors, states
from registry.core import panels
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.credits.models import Retirement
from registry.projects.models import Project


def certificates(actor: Actor, project: Project) -> dict[str, Any] | None:
    found = [one for one in selectors.certificates_of(project) if may(actor, "certificates.read", one)]
    return {"certificates": found, "machine": states.CERTIFICATE} if found else None


def of_retirement(actor: Actor, retirement: Retirement) -> dict[str, Any]:
    return {"retirement": retirement, "certificate": selectors.of_retirement(retirement), "may_read": True}


panels.register("project", "certificates/_of_project.html", certificates, order=410)
panels.register("retirement", "certificates/_of_retirement.html", of_retirement)
