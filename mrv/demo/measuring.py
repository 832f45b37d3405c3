"""Monitoring periods of the demonstration: sealed, calculated, verified and decided as far as each is to come."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mrv.decisions import services as decisions
from mrv.decisions.models import Review
from mrv.decisions.notice import notice_end
from mrv.decisions.selectors import planned_issuance
from mrv.demo.cast import CONCLUDED, DECIDED, FINDINGS, NOTHING, OPEN, RETURNED, REVIEWED, SIGNED, Part, Span
from mrv.demo.period_stage import Recomputation, assign_verifier, sign_recomputed
from mrv.demo.scene import pass_time_until
from mrv.demo.world import World
from mrv.periods import services as periods
from mrv.periods.models import MonitoringPeriod
from mrv.quality import reviewing
from mrv.quality.models import ReviewAct
from mrv.quality.selectors import station_review
from mrv.runs import services as runs
from mrv.runs.models import Run
from mrv.verification import findings
from mrv.verification import services as verification
from mrv.verification.models import Assignment, Finding, Opinion
from registry.core.actors import Actor
from registry.projects.models import Project

AT_ONCE = 2
"""Recomputations beside each other: one for each core that a small machine has."""
FLAG_REASON = "与降雨和洪水过程一致，读数保留。 It agrees with the rain and the flood: the readings stay."
GAP_FINDING = (
    "7月下旬记录器缺测约九天，请补充该时段的处理说明与同期降雨记录。\n"
    "The logger failed for about nine days in late July: explain how these days are treated, with the rain of the time."
)
METHOD_FINDING = (
    "外源水比例取零，但流域上游有砂岩出露，请说明依据。\n"
    "The allogenic share is taken as zero, yet sandstone crops out upstream: give the reason."
)
RETURN_REASONS = {
    "light:completeness": "请核查机构说明暴雨期电导率读数与水样的比对。\n"
    "The body explains how conductivity in storms compares with the samples.",
    "light:overlap": "请说明与相邻自然保护地的边界关系。\nState how the boundary lies against the nature reserve.",
}


@dataclass(frozen=True)
class Case:
    """A span of a part and its period, where it is opened already."""

    part: Part
    span: Span
    project: Project

    @property
    def period(self) -> MonitoringPeriod:
        return self.known[0]

    @property
    def known(self) -> list[MonitoringPeriod]:
        found = MonitoringPeriod.objects.filter(
            project=self.project, station__code=f"S{self.span.station + 1}", first_day=self.span.first_day
        )
        return list(found.select_related("project", "station", "official_run").order_by("-revision")[:1])


def cases_of(parts: Iterable[tuple[Part, Project]]) -> list[Case]:
    return [Case(part, span, project) for part, project in parts for span in part.spans if span.becomes != NOTHING]


def seal(world: World, case: Case) -> None:
    """Open the period when it is over on the programme's clock, seal it, and ask the workers for the calculation."""
    editor = world.actor("editor")
    if not case.known:
        station = case.project.stations.get(code=f"S{case.span.station + 1}")
        first_day, last_day = case.span.first_day, case.span.last_day
        period = periods.open_period(
            actor=editor, project=case.project, station=station, first_day=first_day, last_day=last_day
        )
    else:
        period = case.period
    if case.span.becomes == OPEN:
        return
    if period.state == "open":
        decide_flags(editor, period)
        period = periods.seal_period(actor=editor, period=period)
    if period.state == "sealed":
        runs.request_run(actor=editor, period=period, kind=Run.Kind.OFFICIAL)


def decide_flags(editor: Actor, period: MonitoringPeriod) -> None:
    """What the automatic tests found suspect is looked at: these springs were generated without faults."""
    for item in station_review(period.station, period.start, period.end).undecided:
        reviewing.record_act(
            actor=editor,
            station=period.station,
            kind=ReviewAct.Kind.REJECT,
            parameter=item.flag.parameter,
            start=item.flag.start,
            end=item.flag.end,
            code=item.flag.code,
            reason=FLAG_REASON,
        )


def runs_of(cases: Sequence[Case]) -> list[Run]:
    periods_of_cases = [case.period.pk for case in cases if case.span.becomes != OPEN]
    return list(Run.objects.filter(period__in=periods_of_cases, kind=Run.Kind.OFFICIAL).order_by("id"))


def hand_over(world: World, case: Case) -> Assignment | None:
    """Submitted, with a body at work; None where there is nothing for it to do any more."""
    period = case.period
    if period.state == "sealed":
        period = periods.submit_period(actor=world.actor("representative"), period=period)
    if period.state == "submitted":
        return assign_verifier(world, period)
    if period.state != "under_verification":
        return None
    done = Review.objects.filter(period=period, state="returned").exists()
    return None if done else Assignment.objects.filter(period=period, state="accepted").order_by("-id").first()


def verified(world: World, cases: Sequence[Case]) -> Iterator[Case]:
    """Verify each, yielding it when it is done; kits are recomputed outside the server while others are looked at."""
    waiting: deque[tuple[Case, Recomputation]] = deque()
    for case in cases:
        assignment = hand_over(world, case)
        if assignment is None:
            yield case
        elif case.span.becomes == FINDINGS:
            raise_findings(world, assignment)
            yield case
        else:
            waiting.append((case, Recomputation(world, assignment)))
        if len(waiting) == AT_ONCE:
            yield _concluded(world, *waiting.popleft())
    while waiting:
        yield _concluded(world, *waiting.popleft())


def _concluded(world: World, case: Case, recomputation: Recomputation) -> Case:
    assignment = recomputation.assignment
    known = Opinion.objects.filter(assignment=assignment, state="lead_signed").first()
    digest = recomputation.digest()
    opinion = known or sign_recomputed(world, assignment, digest)
    if case.span.becomes != SIGNED:
        verification.countersign_opinion(actor=world.actor("verification_reviewer"), opinion=opinion)
    return case


def raise_findings(world: World, assignment: Assignment) -> None:
    """A correction and a clarification wait for the proponent."""
    if assignment.findings.exists():
        return
    lead = world.actor("verification_lead")
    findings.raise_finding(
        actor=lead,
        assignment=assignment,
        kind=Finding.Kind.CAR,
        requirement="KCS-ENH-BACI 1.1.0, 9",
        statement=GAP_FINDING,
    )
    findings.raise_finding(
        actor=lead,
        assignment=assignment,
        kind=Finding.Kind.CL,
        requirement="KCS-ENH-BACI 1.1.0, allogenic_share",
        statement=METHOD_FINDING,
        severity=Finding.Severity.MINOR,
        anchor_kind=Finding.AnchorKind.PARAMETER,
        anchor={"parameter": "allogenic_share"},
    )


def begin_review(world: World, case: Case) -> None:
    """Taken up by an official; one case goes back to the body with its reasons."""
    clerk, period = world.actor("clerk"), case.period
    if case.span.becomes not in CONCLUDED or period.state != "verified":
        return
    if Review.objects.filter(period=period).exists():
        return
    review = decisions.begin_review(actor=clerk, period=period)
    if case.span.becomes == RETURNED:
        decisions.return_to_verification(actor=clerk, review=review, items=RETURN_REASONS)


def pass_notice(cases: Sequence[Case]) -> None:
    """One wait for all that is under public notice."""
    ends = [notice_end(case.period) for case in cases if case.span.becomes in (*DECIDED, REVIEWED)]
    if ends:
        pass_time_until(max(ends))


def decide(world: World, case: Case) -> None:
    """Prepared by one official and, where it comes that far, decided by another."""
    review = Review.objects.filter(period=case.period, state__in=("begun", "prepared")).order_by("-id").first()
    if review is None or case.span.becomes not in (*DECIDED, REVIEWED):
        return
    quantity = planned_issuance(review).total_t if review.outcome == Review.Outcome.CREDITS else None
    if review.state == "begun":
        review = decisions.prepare(actor=world.actor("clerk"), review=review, confirmed_quantity=quantity)
    if case.span.becomes in DECIDED:
        decisions.approve(actor=world.actor("approver"), review=review, confirmed_quantity=quantity)
