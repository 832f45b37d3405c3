"""The proponent's estimate of the uptake in each calendar year of crediting."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.projects.models import Declaration, Project
from registry.projects.services.declarations import declare

GRAM = Decimal("0.000001")
MOST_T = Decimal(1_000_000_000)


def years_of(project: Project) -> range:
    """The calendar years that the crediting period touches."""
    return range(project.crediting_start.year, project.crediting_end.year + 1)


def estimate_years(*, actor: Actor, project: Project, t_co2: Mapping[int, Decimal]) -> Declaration:
    """The estimate as tonnes of CO2 by calendar year: every year of the crediting period and no other.

    The first and the last year are estimated for the days inside the crediting period only.
    """
    wanted = set(years_of(project))
    if wrong := wanted ^ set(t_co2):
        raise InvalidInput(
            "ESTIMATE_YEARS",
            _("The estimate needs the years %(first)s to %(last)s, each once. Missing or too many: %(wrong)s."),
            first=min(wanted),
            last=max(wanted),
            wrong=", ".join(map(str, sorted(wrong))),
        )
    for year, tonnes in t_co2.items():
        if not tonnes.is_finite() or not 0 <= tonnes <= MOST_T or tonnes != tonnes.quantize(GRAM):
            raise InvalidInput(
                "ESTIMATE_VALUE",
                _("The estimate of %(year)s is %(value)s; give tonnes of CO₂ from 0, with six decimals at most."),
                year=year,
                value=tonnes,
            )
    content = {str(year): str(t_co2[year]) for year in sorted(t_co2)}
    return declare(actor=actor, project=project, subject=Declaration.Subject.ESTIMATES, content=content)
