"""The public evidence page of a period: what was measured, what was made of it, who looked, and how to check it.

It shows sealed evidence and the official result only, and only from the opinion on, whoever asks: a draft, an open
period or a preview is never on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calculations.evidence import Evidence
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import sealed_bundle
from mrv.periods.states import PUBLIC as PUBLIC_STATES
from mrv.publication.daily import CHEMISTRY, Grid, by_day, readings
from mrv.publication.figure import Figure
from mrv.publication.figures import figures_of
from mrv.runs.models import Run
from mrv.runs.presentation import headline, remarks
from mrv.runs.selectors import result_of
from mrv.verification.anchors import place_query, place_said
from mrv.verification.evidence_view import samples_of
from mrv.verification.models import Assignment, Finding, Opinion
from mrv.verification.statements import certificates_of
from registry.certificates.models import Certificate
from registry.certificates.selectors import OF_A_PERIOD
from registry.core.errors import NotVisible
from registry.projects.models import Project
from registry.public.caching import kept_sealed
from registry.public.selectors import public_projects


@dataclass(frozen=True)
class Published:
    """A period that everybody may see, with the run that counts."""

    project: Project
    period: MonitoringPeriod
    run: Run

    @property
    def digests(self) -> tuple[str, str]:
        """What everything drawn from the sealed evidence depends on."""
        return self.run.bundle_digest, self.run.result_digest


def published(code: str, number: int) -> Published:
    """Raises NotVisible for a period that is not published, exactly as for one that does not exist."""
    period = (
        MonitoringPeriod.objects.select_related(
            "project__proponent", "station", "verifier", "official_run__methodology"
        )
        .filter(
            project__in=public_projects(),
            project__code=code,
            number=number,
            state__in=PUBLIC_STATES,
            official_run__kind=Run.Kind.OFFICIAL,
            official_run__state="succeeded",
        )
        .order_by("-revision")
        .first()
    )
    if period is None or period.official_run is None or period.official_run.bundle_digest != period.bundle_digest:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return Published(period.project, period, period.official_run)


def daily_grid(shown: Published) -> Grid:
    return by_day(shown.period, readings(shown.run))


def figures(shown: Published) -> list[Figure]:
    """Every plot of the page. Reading and checking the bundle takes a moment: kept under its digests."""
    found: list[Figure] = kept_sealed("figures", *shown.digests, make=lambda: _figures(shown, _evidence(shown)))
    return found


def figure(shown: Published, name: str) -> Figure:
    found = next((each for each in figures(shown) if each.name == name), None)
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def _evidence(shown: Published) -> Evidence:
    return sealed_bundle(shown.period).evidence


def _figures(shown: Published, evidence: Evidence) -> list[Figure]:
    chemistry = by_day(shown.period, readings(shown.run, CHEMISTRY))
    return figures_of(shown.period, evidence, result_of(shown.run), daily_grid(shown), chemistry)


def context(shown: Published) -> dict[str, Any]:
    """Everything that ``publication/evidence.html`` shows."""
    period, run = shown.period, shown.run
    opinion = _opinion(period)
    certificate = _certificate(opinion)
    return {
        **kept_sealed("facts", *shown.digests, make=lambda: _sealed_facts(shown)),
        "project": shown.project,
        "period": period,
        "run": run,
        "methodology": run.methodology,
        "figures": figures(shown),
        "counts": period.evidence or {},
        "files": (period.evidence or {}).get("files", []),
        "opinion": opinion,
        "statement": certificates_of([opinion]).get(opinion.number) if opinion is not None else None,
        "findings": _findings(period),
        "certificate": certificate,
    }


def _sealed_facts(shown: Published) -> dict[str, Any]:
    result = result_of(shown.run)
    return {
        "headline": headline(result),
        "reasons": remarks(result),
        "earns_credits": result["outcome"] == "credits",
        "samples": samples_of(_evidence(shown), shown.period),
    }


def _opinion(period: MonitoringPeriod) -> Opinion | None:
    return (
        Opinion.objects.filter(assignment__period=period, state="signed")
        .select_related("assignment__body")
        .order_by("-id")
        .first()
    )


def _certificate(opinion: Opinion | None) -> Certificate | None:
    if opinion is None:
        return None
    found = Certificate.objects.filter(statement_number=opinion.number, kind__in=OF_A_PERIOD)
    return found.defer("record").order_by("-id").first()


def _findings(period: MonitoringPeriod) -> list[dict[str, Any]]:
    """Every finding of the finished verification, closed ones too, with what both sides said."""
    found = (
        Finding.objects.filter(assignment__period=period, assignment__state="done")
        .select_related("assignment__period__project", "assignment__project", "assignment__body")
        .prefetch_related("entries")
        .order_by("id")
    )
    return [{"finding": each, "entries": each.entries.all(), **_place(each.assignment, each.anchor)} for each in found]


def _place(assignment: Assignment, anchor: dict[str, Any]) -> dict[str, str]:
    query = place_query(assignment, anchor) if "from" in anchor else ""
    return {"place": place_said(assignment, anchor), "query": query}
