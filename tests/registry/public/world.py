"""What the public looks at besides projects and certificates: credits that somebody used up."""

from __future__ import annotations

from registry.credits.models import Issuance, Retirement
from registry.credits.services import endings
from registry.projects.models import Project
from tests.registry.credits.market import claim, key, market, span


def retirement(project: Project, beneficiary: str, quantity: int = 3, **words: object) -> Retirement:
    """The first free credits of the project's first issuance, retired by the project's owner."""
    found = market(Issuance.objects.filter(project=project).earliest("id"))
    return endings.retire(
        actor=found.seller,
        account=found.account,
        serials=span(found.first, quantity),
        claim=claim(beneficiary_name=beneficiary, **words),
        key=key(),
    )
