"""The project's file as it stands: each subject's declaration, and what is still missing before submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.projects import overlaps
from registry.projects.boundaries import REFUSED_PERCENT, area_km2, as_km2, percent_off
from registry.projects.models import Declaration, Project
from registry.projects.services.estimates import years_of


@dataclass(frozen=True)
class Need:
    """One line of the readiness list. ``step`` is the part of the draft's pages where it is mended."""

    key: str
    step: str
    label: Any
    ok: bool
    blocking: bool
    text: Any = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """What is missing and what to do, in the reader's language; empty where nothing is."""
        return str(self.text) % self.params if self.params else str(self.text)

    def __str__(self) -> str:
        return f"{self.label}: {self.detail}" if self.detail else str(self.label)


def declarations_of(project: Project) -> dict[str, Declaration]:
    """Subject -> the declaration that counts."""
    rows = project.declarations.select_related("declared_by").order_by("id")
    return {row.subject: row for row in rows}


def estimates_of(project: Project) -> dict[int, Decimal]:
    """Calendar year -> t CO2; empty where nothing was estimated."""
    row = project.declarations.filter(subject=Declaration.Subject.ESTIMATES).order_by("-id").first()
    return {int(year): Decimal(tonnes) for year, tonnes in row.content.items()} if row else {}


def readiness(project: Project, found: list[overlaps.Overlap] | None = None) -> list[Need]:
    """What a submission needs, line by line. ``found``: the overlaps that the asking actor may see."""
    return list(_needs(project, overlaps.find(project) if found is None else found))


def _needs(project: Project, found: list[overlaps.Overlap]) -> Iterator[Need]:
    declared = declarations_of(project)
    yield _boundary(project)
    yield Need(
        "karst_area",
        "basics",
        _("Karst area stated"),
        project.karst_area_km2 is not None,
        True,
        "" if project.karst_area_km2 is not None else _("State how much of the catchment is carbonate rock."),
    )
    yield _overlaps(found)
    texts = {
        Declaration.Subject.PROGRAMMES: _("Name the other programmes, or declare that there is none."),
        Declaration.Subject.SAFEGUARDS: _("Say what could be harmed and what is done, or why nothing can be."),
        Declaration.Subject.BASELINE: _("Describe what would happen without the project."),
        Declaration.Subject.ADDITIONALITY: _("Argue why the project goes beyond that."),
    }
    for subject, text in texts.items():
        ok = subject in declared
        yield Need(subject.value, _STEPS[subject], subject.label, ok, True, "" if ok else text)
    yield _estimates(project)
    ok = project.documents.filter(kind="design").exists()
    yield Need(
        "design", "documents", _("Project design document"), ok, True,
        "" if ok else _("Add the design document to the file."),
    )  # fmt: skip


_STEPS = {
    Declaration.Subject.PROGRAMMES: "programmes",
    Declaration.Subject.SAFEGUARDS: "safeguards",
    Declaration.Subject.BASELINE: "baseline",
    Declaration.Subject.ADDITIONALITY: "additionality",
}


def _boundary(project: Project) -> Need:
    if project.boundary_is_drawn:
        detail = _("Only a circle was drawn from the area; upload the surveyed boundary if there is one.")
        return Need("boundary", "boundary", _("Surveyed boundary"), False, False, detail)
    inside = as_km2(area_km2(project.boundary))
    if percent_off(inside, project.area_km2) > REFUSED_PERCENT:
        text = _("The line bounds %(area)s km², the stated area is %(stated)s km². Correct one of them.")
        params = {"area": f"{inside:.4f}", "stated": project.area_km2}
        return Need("boundary", "boundary", _("Surveyed boundary"), False, True, text, params)
    return Need("boundary", "boundary", _("Surveyed boundary"), True, False)


def _overlaps(found: list[overlaps.Overlap]) -> Need:
    label = _("Overlaps with other projects justified")
    waiting = [overlap.code for overlap in found if overlap.needs_justification]
    if waiting:
        text = _("Justify the overlap with %(codes)s.")
        return Need("overlaps", "overlaps", label, False, True, text, {"codes": _few(waiting)})
    if circles := [overlap.code for overlap in found if overlap.drawn_as_circle]:
        text = _("A drawn circle lies over %(codes)s: a hint only.")
        return Need("overlaps", "overlaps", label, True, False, text, {"codes": _few(circles)})
    return Need("overlaps", "overlaps", label, True, False)


def _few(codes: list[str]) -> str:
    return ", ".join(codes[:5]) + (f" … (+{len(codes) - 5})" if len(codes) > 5 else "")


def _estimates(project: Project) -> Need:
    missing = sorted(set(years_of(project)) ^ set(estimates_of(project)))
    if not missing:
        return Need("estimates", "estimates", Declaration.Subject.ESTIMATES.label, True, True)
    text = _("The years %(years)s are not as the crediting period has them.")
    years = f"{missing[0]}–{missing[-1]}" if len(missing) > 1 else missing[0]
    return Need("estimates", "estimates", Declaration.Subject.ESTIMATES.label, False, True, text, {"years": years})
