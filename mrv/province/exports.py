"""The fixed list of tables that a department may be given: existing exports, nothing made for one reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from mrv.province import network, selectors, tables, years
from registry.core.actors import PUBLIC
from registry.credits.models import Issuance
from registry.projects.selectors import visible_projects
from registry.public import selectors as public
from registry.public import tables as public_tables
from registry.public.filters import RetirementsAsked
from registry.public.packages import Table


@dataclass(frozen=True)
class Export:
    label: Any
    make: Callable[[], Table]


EXPORTS: dict[str, Export] = {
    "counties": Export(_("Inventory by county"), lambda: tables.counties(selectors.province())),
    "years": Export(_("Trends by year"), lambda: tables.years(years.years(selectors.province().rows))),
    "network": Export(
        _("Observation network by county"), lambda: tables.network(network.network(selectors.province()))
    ),
    "stations": Export(_("Stations of public projects"), tables.stations),
    "periods": Export(_("Verified periods with their results"), lambda: tables.periods(selectors.province().rows)),
    "projects": Export(_("Public projects"), lambda: public_tables.projects(visible_projects(PUBLIC).order_by("code"))),
    "issuances": Export(
        _("Issuances by block of serials"),
        lambda: public_tables.issuances(Issuance.objects.filter(project__in=visible_projects(PUBLIC))),
    ),
    "retirements": Export(
        _("Retirements"), lambda: public_tables.retirements(public.retirements(RetirementsAsked()).order_by("id"))
    ),
}
