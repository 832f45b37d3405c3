"""The demonstration's world: nine counties with a spring and a project each, in every state a visitor should see.

Everything is made by the services that people use, as the people who may. What has the same waiting period waits
together, so that the programme's clock passes each period once. Every step looks whether it is done already: a
seeding that was interrupted goes on, and one that is finished changes nothing, whatever visitors did since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TextIO

from django.utils.translation import gettext_lazy as _

from mrv.demo import cast, library, market, measuring, project_stage, registering
from mrv.demo.cast import EXTRAS, PARTS, Part, Span
from mrv.demo.measuring import Case
from mrv.demo.progress import Progress
from mrv.demo.scene import CALCULATION_AT_MOST_S, CERTIFICATE_AT_MOST_S, not_drawn, refuse_failed, watch
from mrv.demo.showing import name_area
from mrv.demo.spring_stage import draft_extra, draft_part, found
from mrv.demo.versions import record_impacts, start_impacts
from mrv.demo.worker import Worker, worker
from mrv.demo.world import World, ensure_world
from mrv.runs.tasks import resend_lost_runs
from registry.certificates.models import Certificate
from registry.certificates.tasks import resend_waiting
from registry.core.errors import Refusal
from registry.projects.models import Project

PHASES = 10
WORKERS = 2
"""While they calculate or draw, nobody else has much to do."""
SHORT_DAYS = 45
"""Of a period, where only the acts matter: a trial of the whole scene in half the time."""
SHORT_MONTH = 5
"""In the rains, when there is something to credit."""


def seed(stream: TextIO, *, short: bool = False) -> bool:
    """Make what is missing; False when everything was there. The database must be up to date."""
    if is_complete():
        return False
    progress = Progress(stream, PHASES)
    parts = tuple(_shortened(part) for part in PARTS) if short else PARTS
    with worker(WORKERS) as running:
        _Seeding(progress, running, parts).run()
    return True


def is_complete() -> bool:
    return market.complained() and all(found(each.site) for each in (*PARTS, *EXTRAS))


def _shortened(part: Part) -> Part:
    """Generated springs for some weeks only, one period after another."""
    if not part.generated:
        return part
    spans: list[Span] = []
    for span in part.spans:
        before = sum(earlier.station == span.station for earlier in spans)
        first_day = date(part.spans[0].first_day.year, SHORT_MONTH, 1) + timedelta(days=before * SHORT_DAYS)
        spans.append(replace(span, first_day=first_day, last_day=first_day + timedelta(days=SHORT_DAYS - 1)))
    return replace(part, spans=tuple(spans))


class _Seeding:
    """One run over all phases, in the order in which a tonne passes."""

    def __init__(self, progress: Progress, running: Worker, parts: Sequence[Part]) -> None:
        self.progress, self.running, self.parts = progress, running, parts
        self.world: World = None  # type: ignore[assignment]  made by the first phase
        self.projects: dict[str, Project] = {}

    def run(self) -> None:
        self.people()
        self.drafts()
        self.registrations()
        cases = measuring.cases_of((part, self.project(part)) for part in self.parts if not registering.is_shown(part))
        self.evidence(cases)
        self.calculations(cases)
        self.verifications(cases)
        self.decisions(cases)
        self.after_issuance()
        self.methodologies()
        self.certificates()

    def project(self, part: Part) -> Project:
        project = self.projects[part.site.en]
        project.refresh_from_db()
        return project

    def people(self) -> None:
        with self.progress.phase(_("People, accreditations and methodologies"), 3):
            self.world = ensure_world()
            self.progress.step()
            self.world = market.ensure_market(self.world)
            self.progress.step()
            project_stage.publish_methodologies(self.world)
            self.progress.step()

    def drafts(self) -> None:
        with self.progress.phase(_("Springs and their files"), len(self.parts) + len(EXTRAS)):
            for part in self.progress.over(self.parts):
                self.projects[part.site.en] = draft_part(self.world, part)
            for extra in self.progress.over(EXTRAS):
                self.projects[extra.site.en] = draft_extra(self.world, extra)

    def registrations(self) -> None:
        """Comment, validation, registration; what is shown under comment is opened after the others' wait."""
        together = [part for part in self.parts if not registering.is_shown(part)]
        shown = [part for part in self.parts if registering.is_shown(part)]
        waiting = [extra for extra in EXTRAS if extra.becomes in registering.WAITED_FOR]
        with self.progress.phase(_("Public comment, validation, registration"), len(self.parts) + len(EXTRAS)):
            begun = [self.projects[each.site.en] for each in (*together, *waiting)]
            for project in begun:
                registering.open_comment(self.world, project)
                project.refresh_from_db()
            registering.pass_comment_time(self.world, begun)
            for part in self.progress.over(together):
                for step in (registering.close_comment, registering.validate, registering.register):
                    step(self.world, self.project(part))
            for extra in self.progress.over(EXTRAS):
                project = self.projects[extra.site.en]
                if extra in waiting:
                    registering.close_comment(self.world, project)
                project.refresh_from_db()
                registering.bring_extra(self.world, extra, project)
            for part in self.progress.over(shown):
                registering.show_under_comment(self.world, self.project(part))

    def evidence(self, cases: Sequence[Case]) -> None:
        with self.progress.phase(_("Evidence sealed"), len(cases)):
            for case in self.progress.over(cases):
                measuring.seal(self.world, case)

    def calculations(self, cases: Sequence[Case]) -> None:
        """The workers began with the first seal; here the last ones are waited for."""
        asked = measuring.runs_of(cases)
        left = {run.pk: run for run in asked}

        def finished() -> bool:
            for run in list(left.values()):
                run.refresh_from_db()
                if run.is_finished:
                    refuse_failed(left.pop(run.pk))
                    self.progress.step()
            return not left

        with self.progress.phase(_("Official calculations, by the worker"), len(asked)):
            if not watch(self.running, finished, resend_lost_runs, CALCULATION_AT_MOST_S):
                raise Refusal("CALCULATION_TOO_LONG", _("The calculation did not finish in time. See its page."))

    def verifications(self, cases: Sequence[Case]) -> None:
        to_verify = [case for case in cases if case.span.becomes != cast.OPEN]
        with self.progress.phase(_("Recomputed outside the server and verified"), len(to_verify)):
            for _case in measuring.verified(self.world, to_verify):
                self.progress.step()

    def decisions(self, cases: Sequence[Case]) -> None:
        decided = [case for case in cases if case.span.becomes in cast.CONCLUDED]
        with self.progress.phase(_("Public notice, decisions, issuance"), len(decided)):
            for case in decided:
                measuring.begin_review(self.world, case)
            measuring.pass_notice(decided)
            start_impacts(self.world)  # every past period is official now; the worker has time while others decide
            for case in self.progress.over(decided):
                measuring.decide(self.world, case)

    def after_issuance(self) -> None:
        """Trade and retirement of the first project, a reversal; what the authority shows and hands to others."""
        with self.progress.phase(_("Trade, retirement, reversal, library, exchange"), 6):
            market.trade(self.world, cast.JIANGKOU.site)
            self.progress.step()
            market.retire(self.world, cast.JIANGKOU.site)
            self.progress.step()
            market.reverse(self.world, cast.PANZHOU.site)
            self.progress.step()
            name_area(self.world, cast.PUDING.site)
            self.progress.step()
            library.fill(self.world)
            self.progress.step()
            library.exchange_tables(self.world)
            self.progress.step()

    def methodologies(self) -> None:
        with self.progress.phase(_("Impact of the drafted methodology versions"), 1):
            record_impacts(self.world, self.running)
            self.progress.step()

    def certificates(self) -> None:
        made = list(Certificate.objects.filter(rendered_at=None).order_by("id"))
        left = {certificate.pk for certificate in made}

        def drawn() -> bool:
            waiting = set(Certificate.objects.filter(pk__in=left, rendered_at=None).values_list("pk", flat=True))
            for _certificate in left - waiting:
                self.progress.step()
            left.intersection_update(waiting)
            return not left

        with self.progress.phase(_("Certificates drawn and signed"), len(made) + 1):
            if not watch(self.running, drawn, resend_waiting, CERTIFICATE_AT_MOST_S):
                raise not_drawn(", ".join(Certificate.objects.filter(pk__in=left).values_list("number", flat=True)))
            market.complain(cast.JIANGKOU.site)
            self.progress.step()
