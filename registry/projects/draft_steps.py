"""The steps in which a draft becomes a whole file: each shows what is there, and saves by one service."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.core.actors import Actor
from registry.projects import draft_forms as forms
from registry.projects import services
from registry.projects.file_parts import declarations_of, estimates_of
from registry.projects.models import Declaration, Project
from registry.projects.services.estimates import years_of


@dataclass(frozen=True)
class Step:
    """``bind`` makes the forms (empty for reading, filled from a post); ``save`` calls the service with them."""

    name: str
    label: Any
    lead: Any
    bind: Callable[[Project, HttpRequest | None], list[Any]]
    save: Callable[[Actor, Project, list[Any]], object]
    template: str = ""
    """What is shown above the forms."""


def _sent(request: HttpRequest | None) -> tuple[Any, Any]:
    return (None, None) if request is None else (request.POST, request.FILES)


def _content(project: Project, subject: str) -> dict[str, Any]:
    row = declarations_of(project).get(subject)
    return row.content if row else {}


def _basics(project: Project, request: HttpRequest | None) -> list[Any]:
    names = ("name_zh", "name_en", "area_km2", "karst_area_km2", "crediting_start", "crediting_end")
    there = {name: getattr(project, name) for name in names}
    there |= {"longitude_deg": project.outlet_longitude_deg, "latitude_deg": project.outlet_latitude_deg}
    return [forms.BasicsForm(_sent(request)[0], initial=there)]


def _save_basics(actor: Actor, project: Project, bound: list[Any]) -> object:
    return services.change_draft(actor=actor, project=project, **bound[0].cleaned_data)


def _boundary(_project: Project, request: HttpRequest | None) -> list[Any]:
    return [forms.BoundaryForm(*_sent(request))]


def _save_boundary(actor: Actor, project: Project, bound: list[Any]) -> object:
    given = dict(bound[0].cleaned_data)
    file = given.pop("file")
    return services.set_boundary(actor=actor, project=project, file_name=file.name, data=file.read(), **given)


def _programmes(project: Project, request: HttpRequest | None) -> list[Any]:
    there = _content(project, Declaration.Subject.PROGRAMMES)
    sent = _sent(request)[0]
    return [
        forms.ProgrammeRows(sent, initial=there.get("entries", []), prefix="programmes"),
        forms.NoneForm(sent, initial={"none": there.get("none", False)}),
    ]


def _save_programmes(actor: Actor, project: Project, bound: list[Any]) -> object:
    entries = [services.OtherProgramme(**entry) for entry in bound[0].entries()]
    none = bound[1].cleaned_data["none"]
    return services.declare_programmes(actor=actor, project=project, programmes=entries, none=none)


def _safeguards(project: Project, request: HttpRequest | None) -> list[Any]:
    there = _content(project, Declaration.Subject.SAFEGUARDS)
    sent = _sent(request)[0]
    return [
        forms.SafeguardRows(sent, initial=there.get("entries", []), prefix="safeguards"),
        forms.NoneBecauseForm(sent, initial={"none_because": there.get("none_because", "")}),
    ]


def _save_safeguards(actor: Actor, project: Project, bound: list[Any]) -> object:
    entries = [services.Safeguard(**entry) for entry in bound[0].entries()]
    reason = bound[1].cleaned_data["none_because"]
    return services.declare_safeguards(actor=actor, project=project, safeguards=entries, none_because=reason)


def _baseline(project: Project, request: HttpRequest | None) -> list[Any]:
    return [forms.BaselineForm(_sent(request)[0], initial=_content(project, Declaration.Subject.BASELINE))]


def _save_baseline(actor: Actor, project: Project, bound: list[Any]) -> object:
    return services.declare_baseline(actor=actor, project=project, **bound[0].cleaned_data)


def _additionality(project: Project, request: HttpRequest | None) -> list[Any]:
    there = {"argument": project.additionality, **_content(project, Declaration.Subject.ADDITIONALITY)}
    return [forms.AdditionalityForm(_sent(request)[0], initial=there)]


def _save_additionality(actor: Actor, project: Project, bound: list[Any]) -> object:
    return services.declare_additionality(actor=actor, project=project, **bound[0].cleaned_data)


def _estimates(project: Project, request: HttpRequest | None) -> list[Any]:
    there = {f"y{year}": tonnes for year, tonnes in estimates_of(project).items()}
    return [forms.EstimatesForm(_sent(request)[0], years=years_of(project), initial=there)]


def _save_estimates(actor: Actor, project: Project, bound: list[Any]) -> object:
    return services.estimate_years(actor=actor, project=project, t_co2=bound[0].tonnes())


def _documents(_project: Project, request: HttpRequest | None) -> list[Any]:
    return [forms.DocumentForm(*_sent(request))]


def _save_document(actor: Actor, project: Project, bound: list[Any]) -> object:
    given = dict(bound[0].cleaned_data)
    file = given.pop("file")
    return services.add_document(actor=actor, project=project, file_name=file.name, data=file.read(), **given)


STEPS = (
    Step("basics", _("Facts"), _("Names, areas, outlet and crediting days."), _basics, _save_basics),
    Step(
        "boundary",
        _("Boundary"),
        _("Upload the surveyed catchment. Without one, a circle of the stated area stands for it and is marked so."),
        _boundary,
        _save_boundary,
        "projects/_boundary.html",
    ),
    Step(
        "programmes",
        _("Other programmes"),
        _("Every programme under which the same activity or area is, was or is asked to be credited."),
        _programmes,
        _save_programmes,
    ),
    Step(
        "safeguards",
        _("Safeguards"),
        _("What the project could harm (water, ecosystems, people), what is done, and how one would notice."),
        _safeguards,
        _save_safeguards,
    ),
    Step("baseline", _("Baseline"), _("The world without the project."), _baseline, _save_baseline),
    Step(
        "additionality",
        _("Additionality"),
        _("Why what is claimed would not have come anyway."),
        _additionality,
        _save_additionality,
    ),
    Step(
        "estimates",
        _("Estimates by year"),
        _("Tonnes of CO₂ in each calendar year; the first and the last year for their days of crediting only."),
        _estimates,
        _save_estimates,
    ),
    Step(
        "documents",
        _("Documents"),
        _("Each is kept by the digest of its bytes; a newer one does not replace an older one."),
        _documents,
        _save_document,
        "projects/_documents.html",
    ),
)
BY_NAME = {step.name: step for step in STEPS}
AFTER = {step.name: following.name for step, following in itertools.pairwise(STEPS)}
"""Where a saved step leads; the last one back to the project. Documents are added one by one, so it stays."""
