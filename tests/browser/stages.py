"""Projects and periods brought to where a journey begins, in the stack's own database; run beside the server.

``server.shell("from tests.browser.stages import ...")``: each prints where a person finds it.
"""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

from calculations.methodologies import methodology_bytes, read_methodology
from mrv.demo import project_stage
from mrv.demo.checks import look_at_everything
from mrv.demo.precheck import ENHANCEMENT
from mrv.demo.scene import Site
from mrv.demo.world import VERIFIER, World, ensure_world, renew_accreditations
from mrv.periods import services as periods
from mrv.periods.models import MonitoringPeriod
from mrv.periods.preparation import prepare_evidence
from mrv.runs.models import Run
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from mrv.stations.services import create_station
from mrv.uploads.services import receive_upload
from mrv.verification import services as verification
from mrv.verification.models import Assignment
from registry.projects import services as projects
from registry.projects.models import Project
from registry.projects.states import PROJECT
from tests.mrv.evidence import BASELINE, GAUGINGS, LAB, part_of_year

FIRST_DAY, LAST_DAY = date(2021, 5, 1), date(2021, 5, 30)
REASONS = {"reasons_zh": "证据完整。", "reasons_en": "The evidence is complete."}


def draft(world: World, chinese: str, english: str, until: str = "") -> Project:
    """A project of the demonstration's developer in the state ``until``, without the waiting on the way."""
    project = project_stage.draft(
        world,
        Site(chinese, english),
        kind=Project.Kind.VEGETATION,
        methodology=read_methodology(methodology_bytes(*ENHANCEMENT)),
        area_km2=Decimal(28),
        crediting_start=FIRST_DAY,
        crediting_end=date(2031, 4, 30),
        baseline=BASELINE,
    )
    for action, state in (
        ("submit", "submitted"),
        ("open_comment", "public_comment"),
        ("close_comment", "under_validation"),
        ("validate", "authority_review"),
        ("register", "registered"),
    ):
        if project.state == until:
            break
        PROJECT.move(project, action)
        assert project.state == state
    return project


def calculated(world: World, project: Project) -> MonitoringPeriod:
    """A month of readings at a new station, sealed, calculated and submitted."""
    editor = world.actor("editor")
    station = create_station(
        actor=editor,
        project=project,
        code="B1",
        name_zh="示范泉",
        name_en="Spring",
        longitude_deg=Decimal("108.84"),
        latitude_deg=Decimal("27.70"),
        zone="Asia/Shanghai",
        catchment_area_km2=Decimal(28),
    )
    files = {"logger": part_of_year(30), "gaugings": GAUGINGS.read_bytes(), "samples": LAB.read_bytes()}
    for kind, data in files.items():
        receive_upload(actor=editor, station=station, kind=kind, file_name=f"{kind}.csv", data=data)
    period = periods.open_period(actor=editor, project=project, station=station, first_day=FIRST_DAY, last_day=LAST_DAY)
    prepare_evidence(actor=editor, period=period)
    run = request_run(actor=editor, period=periods.seal_period(actor=editor, period=period))
    calculate(run.pk)  # where the stack's own worker was faster, this finds nothing to do
    while Run.objects.get(pk=run.pk).state in ("queued", "running"):
        time.sleep(0.1)
    return periods.submit_period(actor=world.actor("representative"), period=MonitoringPeriod.objects.get(pk=period.pk))


def confirmed(world: World, period: MonitoringPeriod) -> Assignment:
    renew_accreditations(world)
    proposed = verification.propose_verification(
        actor=world.actor("representative"), period=period, body=world.organisation(VERIFIER)
    )
    return verification.confirm(actor=world.actor("clerk"), assignment=proposed)


def for_a_verifier() -> None:
    world = ensure_world()
    period = calculated(world, draft(world, "待核查泉域", "Spring to verify", "registered"))
    assignment = confirmed(world, period)
    print(
        "where",
        assignment.pk,
        Run.objects.get(pk=MonitoringPeriod.objects.get(pk=period.pk).official_run_id).result_digest,
    )


def for_the_authority() -> None:
    world = ensure_world()
    lead = world.actor("verification_lead")
    waiting = draft(world, "待登记泉域", "Spring to register", "authority_review")
    period = calculated(world, draft(world, "待签发泉域", "Spring to issue", "registered"))
    assignment = verification.accept(
        actor=lead, assignment=confirmed(world, period), declaration=project_stage.DECLARATION
    )
    digest = MonitoringPeriod.objects.get(pk=period.pk).official_run.result_digest
    verification.record_recomputation(actor=lead, assignment=assignment, result_digest=digest)
    look_at_everything(lead, assignment)
    opinion = verification.sign_opinion(actor=lead, assignment=assignment, positive=True, **REASONS)
    verification.countersign_opinion(actor=world.actor("verification_reviewer"), opinion=opinion)
    print("where", waiting.code, period.pk, period.project.code)


def for_the_public() -> None:
    world = ensure_world()
    project = draft(world, "公示中的泉域", "Spring under comment", "submitted")
    project = projects.open_comment(actor=world.actor("clerk"), project=project)
    print("where", project.code)
