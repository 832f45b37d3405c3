"""The world that the page tests look at: the demonstration's people, projects in every state, one period that moves.

The period's way is a list of stages; :meth:`Journey.go_to` moves forward along it, through the same services that
the pages call, and never back. Everything is rolled back when the last test of a module is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client, override_settings

from calculations.methodologies import methodology_bytes, read_methodology
from mrv.decisions import services as decisions
from mrv.decisions.models import Review
from mrv.decisions.notice import notice_end
from mrv.decisions.selectors import planned_issuance
from mrv.demo import project_stage
from mrv.demo.checks import look_at_everything
from mrv.demo.precheck import ENHANCEMENT
from mrv.demo.scene import Site as Place
from mrv.demo.scene import pass_time_until
from mrv.demo.world import VALIDATOR, VERIFIER, World, ensure_world
from mrv.periods import services as periods
from mrv.periods.models import MonitoringPeriod
from mrv.periods.preparation import prepare_evidence
from mrv.quality.lab_reports import attach_lab_report
from mrv.quality.models import RatingShift, ReviewAct
from mrv.quality.rating_services import add_shift
from mrv.quality.reviewing import record_act
from mrv.quality.services import fit_rating_curve
from mrv.runs.models import Run
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from mrv.stations import equipment, telemetry, visits
from mrv.stations.models import Station
from mrv.stations.services import create_station
from mrv.uploads.models import Upload
from mrv.uploads.preview import take_in
from mrv.uploads.services import receive_upload
from mrv.verification import services as verification
from mrv.verification.models import Assignment, Finding, Opinion
from registry.certificates.models import Certificate
from registry.certificates.services import render_now
from registry.core.actors import PUBLIC, Actor
from registry.core.roles import Role
from registry.organisations import services as organisations
from registry.organisations.models import Organisation, User
from registry.projects import services as projects
from registry.projects.models import Project
from tests.mrv.evidence import BASELINE, GAUGINGS, LAB, part_of_year
from tests.people import developer, member
from tests.triggers import outermost
from tests.web.findings import question, raised
from tests.web.stages import STAGES

ANONYMOUS = "anonymous"
STRANGER = "stranger"
"""The representative of another developer: signed in, approved, and nothing to do with these projects."""
ROLES = (
    ANONYMOUS,
    STRANGER,
    "editor",
    "representative",
    "validation_lead",
    "validation_reviewer",
    "verification_lead",
    "verification_reviewer",
    "clerk",
    "approver",
    "methodology_editor",
)
LANGUAGES = ("zh-hans", "en")
FIRST_DAY, LAST_DAY = date(2021, 5, 1), date(2021, 5, 30)
WORDS = {"reasons_zh": "证据完整。", "reasons_en": "The evidence is complete."}


@dataclass(frozen=True)
class Answer:
    status: int
    html: str
    """Empty where the answer is not a page."""
    sent_to: str


class Journey:
    """People, projects (``project["draft"]`` …, by state), the validations under way, and the one period."""

    def __init__(self) -> None:
        self.people: World = ensure_world()
        project_stage.publish_methodologies(self.people)
        stranger = member(developer("Other developer", "DEV-OTHER"), Role.REPRESENTATIVE, email="other@developer.test")
        self.users: dict[str, User] = {**self.people.users, STRANGER: User.objects.get(pk=stranger.user_id)}
        self.organisation: dict[str, Organisation] = self._make_organisations()
        self._clients = {(who, language): self._sign_in(who, language) for who in ROLES for language in LANGUAGES}
        self._opened: dict[tuple[str, str, str], Answer] = {}
        self.project: dict[str, Project] = {}
        self.validation: dict[str, Assignment] = {}
        self.finding: dict[str, Finding] = {}
        self._make_projects()
        self.finding |= question(self)
        self.station = self._make_station(self.project["registered"])
        self.control = self._make_station(self.project["registered"], code="CT-01", kind="control")
        self._equip()
        self.upload = self._make_uploads()
        from tests.web.table_records import bring_in

        self.records = bring_in(self)
        from tests.web import table_complaints, table_province, table_requests

        self.renewal = table_requests.ask(self)
        self.complaint = table_complaints.complain(self)
        self.province = table_province.set_up(self)
        self.review_act = self._make_note()
        self.shift = self._make_shift()
        [self.received] = take_in(
            actor=self.actor("editor"),
            station=self.station,
            kind="gaugings",
            file_name="more.csv",
            data=GAUGINGS.read_bytes().rsplit(b"\n", 3)[0] + b"\n",
        )
        self.period: MonitoringPeriod = periods.open_period(
            actor=self.actor("editor"),
            project=self.project["registered"],
            station=self.station,
            first_day=FIRST_DAY,
            last_day=LAST_DAY,
        )
        self.stage = STAGES[0]
        self.run: Run | None = None
        self.assignment: Assignment | None = None
        self.opinion: Opinion | None = None
        self.review: Review | None = None
        self.certificate: Certificate | None = None

    def actor(self, who: str) -> Actor:
        return self.people.actor(who)

    def client(self, who: str, language: str = "en") -> Client:
        """The browser of this person."""
        return self._clients[who, language]

    def opened(self, who: str, url: str, language: str = "en") -> Answer:
        """What this person meets at an address in the present stage; opened once and remembered."""
        key = (who, url, language)
        if key not in self._opened:
            answer = self.client(who, language).get(url)
            content = b"".join(answer) if answer.streaming else answer.content
            is_page = answer.get("Content-Type", "").startswith("text/html")
            sent_to = answer.url if answer.status_code == 302 else ""
            self._opened[key] = Answer(answer.status_code, content.decode() if is_page else "", sent_to)
        return self._opened[key]

    def _sign_in(self, who: str, language: str) -> Client:
        """Faults of the server arrive as answers with status 500."""
        client = Client(raise_request_exception=False, headers={"accept-language": language})
        if who != ANONYMOUS:
            client.force_login(self.users[who])
        return client

    def _make_organisations(self) -> dict[str, Organisation]:
        applied = organisations.apply_for_registration(
            kind="developer", name_zh="新源公司", name_en="New Spring Co", registration_code="91520123DEM001236P"
        )
        suspended = organisations.suspend(
            actor=self.actor("approver"), organisation=developer("Downstream Co", "DEV-SUSPENDED"), reason="Test."
        )
        return {"applied": applied, "approved": developer("Upstream Co", "DEV-APPROVED"), "suspended": suspended}

    # --- the projects -----------------------------------------------------------------------------------

    def _draft(self, name: str) -> Project:
        return project_stage.draft(
            self.people,
            Place(f"{name} 项目", f"Project {name}"),
            kind=Project.Kind.VEGETATION,
            methodology=read_methodology(methodology_bytes(*ENHANCEMENT)),
            area_km2=Decimal(28),
            crediting_start=FIRST_DAY,
            crediting_end=date(2031, 4, 30),
            baseline=BASELINE,
        )

    def _make_projects(self) -> None:
        """One project per state that waits for somebody; the comment days pass once for all of them."""
        for state in ("draft", "submitted", "public_comment", "under_validation", "proposed"):
            self.project[state] = self._draft(state)
        for state in ("confirmed", "accepted", "questioned", "lead_signed", "authority_review", "registered"):
            self.project[state] = self._draft(state)
        representative, clerk = self.actor("representative"), self.actor("clerk")
        for state, project in self.project.items():
            if state != "draft":
                self.project[state] = projects.submit(actor=representative, project=project)
        commented = [state for state in self.project if state not in ("draft", "submitted")]
        for state in commented:
            self.project[state] = projects.open_comment(actor=clerk, project=self.project[state])
        projects.comment(
            actor=PUBLIC,
            project=self.project["public_comment"],
            author_name="",
            text="Who looks after the spring when the project ends?",
        )
        pass_time_until(max(projects.comment_end(self.project[state]) for state in commented))
        for state in commented[1:]:
            self.project[state] = projects.close_comment(actor=clerk, project=self.project[state])
        for state in commented[2:]:
            self._validate(state)
        self.project["registered"] = projects.register(actor=self.actor("approver"), project=self.project["registered"])

    def _validate(self, until: str) -> None:
        lead, reviewer = self.actor("validation_lead"), self.actor("validation_reviewer")
        assignment = verification.propose_validation(
            actor=self.actor("representative"),
            project=self.project[until],
            body=self.people.organisation(VALIDATOR),
        )
        self.validation[until] = assignment
        if until == "proposed":
            return
        verification.confirm(actor=self.actor("clerk"), assignment=assignment)
        if until == "confirmed":
            return
        verification.accept(actor=lead, assignment=assignment, declaration=project_stage.DECLARATION)
        if until == "accepted":
            look_at_everything(lead, assignment)
        if until in ("accepted", "questioned"):
            return
        look_at_everything(lead, assignment)
        opinion = verification.sign_opinion(actor=lead, assignment=assignment, positive=True, **WORDS)
        if until != "lead_signed":
            verification.countersign_opinion(actor=reviewer, opinion=opinion)
            self.project[until] = Project.objects.get(pk=self.project[until].pk)

    def _make_station(self, project: Project, *, code: str = "JK-01", kind: str = "spring") -> Station:
        return create_station(
            actor=self.actor("editor"),
            project=project,
            code=code,
            kind=kind,
            name_zh="江口泉",
            name_en="Jiangkou spring",
            longitude_deg=Decimal("108.84"),
            latitude_deg=Decimal("27.70"),
            zone="Asia/Shanghai",
            catchment_area_km2=Decimal(28),
        )

    def _equip(self) -> None:
        """A sensor that hangs at the station and one that does not, a visit with a photograph, a logger's token."""
        editor, since = self.actor("editor"), datetime(2021, 4, 30, 16, tzinfo=UTC)
        for serial_number in ("025399", "spare"):
            sensor = equipment.add_sensor(
                actor=editor,
                project=self.station.project,
                parameter="stage",
                maker="Greenspan",
                model="CTDP300",
                serial_number=serial_number,
                range_low=Decimal(0),
                range_high=Decimal(10),
                resolution=Decimal("0.001"),
                accuracy=Decimal("0.01"),
                vented=True,
            )
            if serial_number != "spare":
                equipment.deploy_sensor(actor=editor, station=self.station, sensor=sensor, deployed_from=since)
        visits.record_field_visit(
            actor=editor,
            station=self.station,
            visited_at=since,
            visitor="Li",
            ph=Decimal("7.4"),
            photos=[visits.Photo("gauge.jpg", b"\xff\xd8\xff a photograph")],
        )
        telemetry.issue_token(actor=editor, station=self.station, name="modem")

    def _make_uploads(self) -> Upload:
        files = {"logger": part_of_year(30), "gaugings": GAUGINGS.read_bytes(), "samples": LAB.read_bytes()}
        received = {
            kind: receive_upload(
                actor=self.actor("editor"), station=self.station, kind=kind, file_name=f"{kind}.csv", data=data
            )
            for kind, data in files.items()
        }
        attach_lab_report(
            actor=self.actor("editor"), upload=received["samples"], file_name="report.pdf", data=b"%PDF-1.7\n%%EOF"
        )
        return received["logger"]

    def _make_note(self) -> ReviewAct:
        return record_act(
            actor=self.actor("editor"),
            station=self.station,
            kind=ReviewAct.Kind.NOTE,
            parameter="ph",
            start=datetime(2021, 5, 2, tzinfo=UTC),
            end=datetime(2021, 5, 3, tzinfo=UTC),
            reason="水位计曾清洗",
        )

    def _make_shift(self) -> RatingShift:
        """A shift of an older curve, whose validity ended long before the period."""
        editor, gaugings = self.actor("editor"), self.station.uploads.filter(kind="gaugings").latest("id")
        curve = fit_rating_curve(
            actor=editor,
            upload=gaugings,
            valid_from=datetime(2015, 1, 1, tzinfo=UTC),
            valid_to=datetime(2016, 1, 1, tzinfo=UTC),
        )
        return add_shift(
            actor=editor,
            curve=curve,
            at=datetime(2015, 6, 1, tzinfo=UTC),
            shift_m=Decimal("0.02"),
            sd_m=Decimal("0.005"),
            reason="洪水冲刷",
        )

    # --- the period -------------------------------------------------------------------------------------

    def go_to(self, stage: str) -> Journey:
        for each in STAGES[STAGES.index(self.stage) + 1 : STAGES.index(stage) + 1]:
            self._steps()[each]()
            self._opened.clear()
            self.stage = each
            self._refresh()
        return self

    def _refresh(self) -> None:
        self.period = MonitoringPeriod.objects.get(pk=self.period.pk)
        for name in ("assignment", "opinion", "review"):
            record = getattr(self, name)
            if record is not None:
                setattr(self, name, type(record).objects.get(pk=record.pk))

    def _steps(self) -> dict[str, Callable[[], Any]]:
        return {
            "fitted": lambda: prepare_evidence(actor=self.actor("editor"), period=self.period),
            "sealed": lambda: periods.seal_period(actor=self.actor("editor"), period=self.period),
            "calculated": self._calculate,
            "submitted": lambda: periods.submit_period(actor=self.actor("representative"), period=self.period),
            "proposed": self._propose,
            "confirmed": lambda: verification.confirm(actor=self.actor("clerk"), assignment=self.assignment),
            "accepted": lambda: verification.accept(
                actor=self.actor("verification_lead"),
                assignment=self.assignment,
                declaration=project_stage.DECLARATION,
            ),
            "recomputed": self._recompute,
            "lead_signed": self._sign,
            "verified": lambda: verification.countersign_opinion(
                actor=self.actor("verification_reviewer"), opinion=self.opinion
            ),
            "begun": self._begin,
            "prepared": lambda: decisions.prepare(
                actor=self.actor("clerk"), review=self.review, confirmed_quantity=self.quantity_t
            ),
            "issued": self._issue,
        }

    @property
    def quantity_t(self) -> int:
        return planned_issuance(self.review).total_t

    def _calculate(self) -> None:
        run = request_run(actor=self.actor("editor"), period=self.period)
        calculate(run.pk)
        self.run = Run.objects.get(pk=run.pk)

    def _propose(self) -> None:
        self.assignment = verification.propose_verification(
            actor=self.actor("representative"), period=self.period, body=self.people.organisation(VERIFIER)
        )

    def _recompute(self) -> None:
        """With a forward action request, which holds nothing up."""
        lead = self.actor("verification_lead")
        verification.record_recomputation(actor=lead, assignment=self.assignment, result_digest=self.run.result_digest)
        look_at_everything(lead, self.assignment)
        self.finding["far"] = raised(self, self.assignment, "verification_lead", "far")

    def _sign(self) -> None:
        self.opinion = verification.sign_opinion(
            actor=self.actor("verification_lead"), assignment=self.assignment, positive=True, **WORDS
        )

    def _begin(self) -> None:
        self.review = decisions.begin_review(actor=self.actor("clerk"), period=self.period)
        pass_time_until(notice_end(self.period))

    def _issue(self) -> None:
        certificate = decisions.approve(
            actor=self.actor("approver"), review=self.review, confirmed_quantity=self.quantity_t
        )
        self.certificate = render_now(certificate)


@contextmanager
def journey(blocker: Any, folder: Path) -> Iterator[Journey]:
    """The world for the tests of one module; nothing of it stays."""
    kept = {"EVIDENCE_STORE": folder / "store", "KEYS_DIR": folder / "keys", "DEMO": True}
    kept |= {"CREDITING_RENEWAL_OPENS_DAYS": 4000}  # the window of a renewal stands open
    kept |= {"LOG_SIGNING_KEY": folder / "keys" / "log.key", "LOG_CHECKPOINTS_DIR": folder / "checkpoints"}
    with blocker.unblock(), override_settings(**kept), outermost():
        yield Journey()
        transaction.set_rollback(True)
