"""The six lines by which an official judges a case: each with a word, a sign and the evidence behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mrv.decisions.models import Review
from mrv.runs.models import Run
from mrv.runs.selectors import result_of
from mrv.verification import independence
from mrv.verification.models import Assignment, Finding
from mrv.verification.states import OPEN_FINDING
from registry.core import clock
from registry.core.languages import local_name
from registry.organisations.models import Accreditation
from registry.projects.models import Declaration, Project
from registry.projects.overlaps import Overlap
from registry.projects.selectors import overlaps_of

FEW_MEASURED_PCT = Decimal(90)
MUCH_FILLED_PCT = Decimal(10)
MUCH_EXTRAPOLATED_PCT = Decimal(20)
MUCH_OUTSIDE_PCT = Decimal(20)
"""Beyond these a line asks for a closer look; what is refused stands in the methodology's own conditions."""

COMPLETENESS_FIGURES = (
    "volume_measured_pct", "time_measured_pct", "filled_volume_pct", "extrapolated_volume_pct",
    "outside_calibration_pct", "missing_slots", "expected_slots",
)  # fmt: skip
"""The result's figures on which the first line rests."""

WORDS = {
    "ok": (gettext_lazy("In order"), "✔", "success"),
    "look": (gettext_lazy("Look closer"), "!", "warning"),
    "bad": (gettext_lazy("Not in order"), "✖", "danger"),
}
TITLES = {
    "completeness": gettext_lazy("Completeness of the data"),
    "recomputation": gettext_lazy("Independent recomputation"),
    "findings": gettext_lazy("Findings"),
    "verifier": gettext_lazy("Verifier accredited and independent"),
    "overlap": gettext_lazy("Overlap and double counting"),
    "comments": gettext_lazy("Public comments"),
}


@dataclass(frozen=True)
class Fact:
    """One line of evidence: what, its value, where it stands, and whether this is what makes the light change."""

    what: str
    value: str
    url: str = ""
    stands_out: bool = False


@dataclass(frozen=True)
class Light:
    key: str
    level: str
    summary: str
    facts: list[Fact] = field(default_factory=list)

    @property
    def title(self) -> Any:
        return TITLES[self.key]

    @property
    def word(self) -> Any:
        return WORDS[self.level][0]

    @property
    def icon(self) -> str:
        return WORDS[self.level][1]

    @property
    def tone(self) -> str:
        return WORDS[self.level][2]


def lights_of(review: Review) -> list[Light]:
    """The six lines of a case, as things stand now."""
    makers: tuple[Callable[[Review], Light], ...] = (
        completeness,
        recomputation,
        findings,
        verifier,
        overlap,
        comments,
    )
    return [make(review) for make in makers]


def _pct(value: Decimal) -> str:
    return f"{value:.1f} %"


# ---- 1 completeness


def completeness(review: Review) -> Light:
    """By water where the result knows it, for a gap in a flood is another thing than one at low water."""
    run = review.opinion.run
    assert run is not None
    figures = result_of(run)["figures"]

    def figure(name: str) -> Decimal | None:
        value = figures.get(name, {}).get("value")
        return None if value is None else Decimal(value)

    named = (
        ("volume_measured_pct", _("Share of the water that was measured"), lambda v: v < FEW_MEASURED_PCT),
        ("time_measured_pct", _("Share of the time that was measured"), lambda v: v < FEW_MEASURED_PCT),
        ("filled_volume_pct", _("Share of the water in filled gaps"), lambda v: v > MUCH_FILLED_PCT),
        (
            "extrapolated_volume_pct",
            _("Share of the water above the gauged range"),
            lambda v: v > MUCH_EXTRAPOLATED_PCT,
        ),
        (
            "outside_calibration_pct",
            _("Share of the flux outside the calibrated conductivity"),
            lambda v: v > MUCH_OUTSIDE_PCT,
        ),
    )
    url = reverse("runs:detail", args=[run.pk])
    facts, told = [], []
    for name, what, stands_out in named:
        value = figure(name)
        if value is not None:
            facts.append(Fact(what, _pct(value), url, stands_out(value)))
            told.append(name)
    for name, what in (("missing_slots", _("Readings missing")), ("expected_slots", _("Readings expected"))):
        value = figure(name)
        if value is not None:
            facts.append(Fact(what, f"{int(value):,}", url))
    if not told:
        return Light("completeness", "ok", _("This methodology does not measure by a logger."), facts)
    level = "look" if any(fact.stands_out for fact in facts) else "ok"
    lead = facts[0]
    return Light("completeness", level, f"{lead.what}: {lead.value}", facts)


# ---- 2 recomputation


def recomputation(review: Review) -> Light:
    run, assignment = review.opinion.run, review.opinion.assignment
    assert run is not None
    facts = [Fact(_("Official result"), run.result_digest[:16], reverse("runs:detail", args=[run.pk]))]
    outside = assignment.recomputations.select_related("recorded_by").order_by("id")
    agreed = [each for each in outside if each.result_digest == run.result_digest]
    facts += [
        Fact(_("Outside the server, from the kit"), f"{each.result_digest[:16]} · {local_name(each.recorded_by)}")
        for each in outside
    ]
    on_server = Run.objects.filter(period=review.period, kind=Run.Kind.VERIFIER, state="succeeded")
    others = [
        each
        for each in on_server.filter(bundle_digest=run.bundle_digest, methodology=run.methodology)
        if each.result_digest != run.result_digest
    ]
    facts += [
        Fact(
            _("In the verifiers' queue"),
            each.result_digest[:16],
            reverse("runs:detail", args=[each.pk]),
            each in others,
        )
        for each in on_server
    ]
    if others:
        return Light("recomputation", "bad", _("A recalculation on the server gave another result."), facts)
    if not agreed:
        return Light("recomputation", "bad", _("Nobody recomputed the result outside the server."), facts)
    return Light("recomputation", "ok", _("The verifier recomputed the kit and got the same digest."), facts)


# ---- 3 findings


def findings(review: Review) -> Light:
    """Every CAR and CL of this period, whatever its revision; the FARs that go on are named."""
    found = Finding.objects.filter(
        assignment__period__project=review.period.project, assignment__period__number=review.period.number
    ).order_by("assignment_id", "id")
    asked = [each for each in found if each.kind != Finding.Kind.FAR]
    forward = [each for each in found if each.kind == Finding.Kind.FAR and each.state in (*OPEN_FINDING, "carried")]
    not_closed = [each for each in asked if each.state in (*OPEN_FINDING, "unresolved")]
    facts = [
        Fact(
            f"{each.number} · {each.requirement}",
            str(each.get_state_display()),
            reverse("verification:finding", args=[each.pk]),
            each in not_closed or each in forward,
        )
        for each in found
    ]
    if not_closed:
        numbers = ", ".join(each.number for each in not_closed)
        return Light("findings", "bad", _("Not closed: %(numbers)s.") % {"numbers": numbers}, facts)
    if forward:
        numbers = ", ".join(each.number for each in forward)
        said = _("All %(count)s CAR and CL closed; carried to the next period: %(numbers)s.")
        return Light("findings", "look", said % {"count": len(asked), "numbers": numbers}, facts)
    if not asked:
        return Light("findings", "ok", _("No CAR or CL was raised."), facts)
    return Light("findings", "ok", _("All %(count)s CAR and CL are closed.") % {"count": len(asked)}, facts)


# ---- 4 verifier


def verifier(review: Review) -> Light:
    """Accredited on the days of its acts, by what is in force; independent by the rules as they stand."""
    opinion, assignment = review.opinion, review.opinion.assignment
    body, facts, level = assignment.body, [], "ok"
    url = reverse("organisations:detail", args=[body.pk])
    acts = (
        (_("Accepted with declaration"), assignment.accepted_at),
        (_("Signed by the lead verifier"), opinion.lead_signed_at),
        (_("Signed by the independent reviewer"), opinion.reviewer_signed_at),
    )
    for what, at in acts:
        if at is None:
            continue
        day = clock.day_of(at)
        state = _accreditation_on(assignment, day)
        ok = state == "granted"
        said = {
            "granted": _("accredited on %(day)s"),
            "": _("no accreditation covered %(day)s"),
        }.get(state, _("the accreditation of %(day)s was ended or suspended since"))
        facts.append(Fact(what, said % {"day": f"{day:%Y-%m-%d}"}, url, not ok))
        if not ok:
            level = "bad" if not state else _worse(level, "look")
    if body.state != "approved":
        facts.append(Fact(_("The body now"), str(body.get_state_display()), url, stands_out=True))
        level = _worse(level, "look")
    for refusal in independence.conflicts(body=body, project=assignment.project, task=assignment.task):
        facts.append(Fact(refusal.code, str(refusal), url, stands_out=True))
        level = "bad"
    said = {
        "ok": _("%(body)s was accredited on each day it acted, and no rule speaks against its independence."),
        "look": _("%(body)s was accredited when it acted; something changed since."),
        "bad": _("%(body)s was not accredited on a day it acted, or is not independent."),
    }[level]
    return Light("verifier", level, said % {"body": local_name(body)}, facts)


def _accreditation_on(assignment: Assignment, day: date) -> str:
    """The present state of the accreditation whose days hold ``day``: the best of several, empty for none."""
    states = list(
        Accreditation.objects.filter(
            organisation=assignment.body, scope=assignment.task, valid_from__lte=day, valid_to__gte=day
        ).values_list("state", flat=True)
    )
    return "granted" if "granted" in states else (states[0] if states else "")


def _worse(first: str, second: str) -> str:
    order = ("ok", "look", "bad")
    return max(first, second, key=order.index)


# ---- 5 overlap


def overlap(review: Review) -> Light:
    """Other projects over the same ground in the same years, and the other programmes that the proponent declared."""
    project = review.period.project
    crossing = overlaps_of(project)
    counted_twice = [each for each in crossing if each.needs_justification]
    facts = [
        Fact(
            f"{each.code} {local_name(each.other)}",
            _("%(share)s of this catchment, years %(years)s: %(why)s")
            % {
                "share": _pct(each.percent),
                "years": f"{each.shared_years[0]}–{each.shared_years[-1]}",
                "why": _why(each),
            },
            reverse("projects:detail", args=[each.code]),
            each.needs_justification or each.drawn_as_circle,
        )
        for each in crossing
    ]
    programmes = _programmes(project)
    facts += programmes
    if project.boundary_is_drawn:
        said = _("a drawn circle of the declared area, not surveyed")
        facts.append(Fact(_("Boundary"), said, _page_of(project), stands_out=True))
    if counted_twice:
        said = _("Other projects over the same ground in the same years, without a justification: %(count)s.")
        return Light("overlap", "bad", said % {"count": len(counted_twice)}, facts)
    level = "look" if any(fact.stands_out for fact in facts) or crossing else "ok"
    if crossing:
        said = _(
            "Other projects over the same ground in the same years: %(count)s; each justified or only a drawn circle."
        )
        return Light("overlap", level, said % {"count": len(crossing)}, facts)
    said = _("No other project's boundary overlaps in the same years.")
    if project.boundary_is_drawn:
        said = _("No other project overlaps in the same years, but this boundary is only a drawn circle, not surveyed.")
    return Light("overlap", level, said, facts)


def _why(each: Overlap) -> str:
    if each.justification is not None:
        return each.justification.text[:160]
    return _("one boundary is only a drawn circle") if each.drawn_as_circle else _("not justified")


def _programmes(project: Project) -> list[Fact]:
    """What the last declaration says; a project without one has said nothing, which is to be looked at."""
    declared = project.declarations.filter(subject=Declaration.Subject.PROGRAMMES).order_by("-id").first()
    what, url = _("Other programmes"), _page_of(project)
    if declared is None:
        return [Fact(what, _("nothing was declared"), url, stands_out=True)]
    entries = declared.content.get("entries", [])
    if not entries:
        return [Fact(what, _("declared: none"), url)]
    return [
        Fact(what, f"{each['programme']} {each['identifier']}: {each['relation']}"[:240], url, stands_out=True)
        for each in entries
    ]


def _page_of(project: Project) -> str:
    return reverse("projects:detail", args=[project.code])


# ---- 6 comments


def comments(review: Review) -> Light:
    project = review.period.project
    made = list(project.comments.all())
    open_ones = [each for each in made if each.answered_at is None]
    facts = [
        Fact(
            f"#{each.number} {each.text[:80]}",
            _("answered on %(day)s") % {"day": f"{clock.day_of(each.answered_at):%Y-%m-%d}"}
            if each.answered_at
            else _("not answered"),
            _page_of(project),
            each.answered_at is None,
        )
        for each in made
    ]
    if open_ones:
        said = _("%(open)s of %(count)s comments are not answered.")
        return Light("comments", "bad", said % {"open": len(open_ones), "count": len(made)}, facts)
    if not made:
        return Light("comments", "ok", _("Nobody commented while the comment was open."), facts)
    return Light("comments", "ok", _("All %(count)s comments are answered.") % {"count": len(made)}, facts)
