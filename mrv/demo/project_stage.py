"""The project: drafted with its station and files, validated by one body, registered by the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from calculations.methodologies import Methodology
from mrv.demo.checks import look_at_everything
from mrv.demo.precheck import STATION_CODE
from mrv.demo.project_file import KARST_SHARE, complete_file
from mrv.demo.scene import Scene, Site, pass_time_until
from mrv.demo.world import VALIDATOR, World, renew_accreditations
from mrv.methodologies import services as methodologies
from mrv.methodologies.models import MethodologyVersion
from mrv.quality import services as quality
from mrv.quality.models import IonModels, QualityReport, RatingCurve
from mrv.stations import services as stations
from mrv.stations.models import Station
from mrv.uploads import services as uploads
from mrv.uploads.models import Upload
from mrv.verification import services as verification
from mrv.verification.models import Assignment, Opinion
from registry.projects import services as projects
from registry.projects.models import Project, ProjectDocument

CREDITING = timedelta(days=3652)
DECLARATION = (
    "本机构及参与人员未开发、未受托咨询、未持有该项目，与结果无利害关系。"
    "Neither this body nor its people developed, advised or own this project; nothing depends on the outcome."
)
SITES = {
    "credits": Site("走查示范流域（植被恢复）", "Walkthrough catchment (vegetation restoration)"),
    "statement": Site("走查示范流域（天然碳汇核算）", "Walkthrough catchment (natural inventory)"),
}


@dataclass(frozen=True)
class Measured:
    """A project with everything that was measured for it."""

    project: Project
    station: Station
    uploads: dict[str, Upload]
    curve: RatingCurve
    ions: IonModels
    report: QualityReport


def publish_methodologies(world: World) -> list[MethodologyVersion]:
    """The shipped versions as governed records, by two editors; those that are there are left alone."""
    with transaction.atomic():
        with connection.cursor() as cursor:  # two walkthroughs may begin at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo.methodologies'))")
        return methodologies.publish_shipped(
            editor=world.actor("methodology_editor"), publisher=world.actor("methodology_signer")
        )


@transaction.atomic
def draft_with_evidence(scene: Scene) -> Measured:
    """The draft, its baseline and station, the files, and what is fitted to them: all of it, or nothing."""
    inputs, editor = scene.inputs, scene.actor("editor")
    project = _draft(scene)
    station = stations.create_station(
        actor=editor,
        project=project,
        code=STATION_CODE,
        name_zh="出口站",
        name_en="Outlet",
        longitude_deg=scene.site.longitude_deg,
        latitude_deg=scene.site.latitude_deg,
        zone=inputs.zone,
        catchment_area_km2=inputs.area_km2,
    )
    received = {
        kind: uploads.receive_upload(
            actor=editor,
            station=station,
            kind=kind,
            file_name=path.name,
            data=path,
            zone=inputs.zone if kind == Upload.Kind.GAUGINGS else inputs.stated_zone,
        )
        for kind, path in inputs.files.items()
        if kind != Upload.Kind.BASELINE
    }
    start, end = inputs.start, inputs.end
    return Measured(
        project=project,
        station=station,
        uploads=received,
        curve=quality.fit_rating_curve(actor=editor, upload=received["gaugings"], valid_from=start, valid_to=end),
        ions=quality.fit_ion_models(actor=editor, upload=received["samples"], start=start, end=end),
        report=quality.report_on_series(actor=editor, station=station, start=start, end=end),
    )


def _draft(scene: Scene) -> Project:
    """The walkthrough's own project: a vegetation restoration against its baseline, or a natural inventory."""
    inputs, methodology = scene.inputs, scene.plan.methodology
    return draft(
        scene.world,
        scene.site,
        kind=Project.Kind.VEGETATION if methodology.earns_credits else Project.Kind.INVENTORY,
        methodology=methodology,
        area_km2=inputs.area_km2,
        crediting_start=inputs.first_day,
        crediting_end=max(inputs.first_day + CREDITING, inputs.last_day),
        baseline=inputs.files.get("baseline"),
    )


def draft(
    world: World,
    site: Site,
    *,
    kind: str,
    methodology: Methodology,
    area_km2: Decimal,
    crediting_start: date,
    crediting_end: date,
    baseline: Path | None,
) -> Project:
    """A draft of the demonstration's developer with its whole file, and its baseline's figures where it has them."""
    editor = world.actor("editor")
    project = projects.draft_project(
        actor=editor,
        name_zh=site.zh,
        name_en=site.en,
        kind=kind,
        division_code=site.division_code,
        county_zh=site.county_zh,
        county_en=site.county_en,
        area_km2=area_km2,
        longitude_deg=site.longitude_deg,
        latitude_deg=site.latitude_deg,
        crediting_start=crediting_start,
        crediting_end=crediting_end,
        methodology_id=methodology.id,
        methodology_version=methodology.version,
        methodology_digest=methodology.digest,
        karst_area_km2=(area_km2 * KARST_SHARE).quantize(Decimal("0.0001")),
        is_demo=True,
    )
    complete_file(editor, project, earns_credits=methodology.earns_credits)
    if baseline is not None:
        projects.add_document(
            actor=editor,
            project=project,
            kind=ProjectDocument.Kind.BASELINE,
            title="基线 Baseline",
            language=ProjectDocument.Language.BOTH,
            file_name=baseline.name,
            data=baseline.read_bytes(),
        )
    return project


def show_measured(scene: Scene, measured: Measured) -> None:
    """What the files hold and what was fitted to them, for a person to read."""
    project, report = measured.project, measured.report
    scene.narrator.step(
        _("Project drafted; files received, rating curve and ion models fitted"),
        project=project.code,
        methodology=f"{project.methodology_id} {project.methodology_version}",
        area_km2=scene.inputs.area_km2,
        **{kind: f"{upload.file_name} sha256 {upload.sha256[:12]}…" for kind, upload in measured.uploads.items()},
        slots=f"{report.slots_present} / {report.slots_expected}, {report.slots_missing} missing",
        rating=_curve(measured.curve),
        ion_models=f"n = {measured.ions.record['n']}",
    )


def _curve(curve: RatingCurve) -> str:
    """``Q = 2.488 (h - 0.153)^1.829, left out: row 10``."""
    record = curve.record
    text = f"Q = {record['a']:.4g} (h - {record['h0_m']:.4g})^{record['b']:.4g}"
    left_out = [str(item["row"]) for item in record.get("exclusions", ())]
    return f"{text}, left out: row {', '.join(left_out)}" if left_out else text


def register(scene: Scene, project: Project) -> Project:
    """Submission, public comment, validation by another organisation, registration."""
    narrator = scene.narrator
    project = open_comment(scene.world, project)
    narrator.step(_("Submitted; public comment opened"), until=project.comment_closes_on)
    project = close_comment(scene.world, project)
    narrator.step(_("Public comment has passed on the programme's clock"))
    opinion = sign_validation(scene.world, propose_validation(scene.world, project))
    verification.countersign_opinion(actor=scene.actor("validation_reviewer"), opinion=opinion)
    project = projects.register(actor=scene.actor("approver"), project=project)
    narrator.step(_("Validated by one body and registered by the authority"), project=project.code)
    return project


def open_comment(world: World, project: Project) -> Project:
    project = projects.submit(actor=world.actor("representative"), project=project)
    return projects.open_comment(actor=world.actor("clerk"), project=project)


def close_comment(world: World, project: Project) -> Project:
    pass_time_until(projects.comment_end(project))
    renew_accreditations(world)
    return projects.close_comment(actor=world.actor("clerk"), project=project)


def propose_validation(world: World, project: Project) -> Assignment:
    """The body is proposed by the proponent and confirmed by the authority."""
    assignment = verification.propose_validation(
        actor=world.actor("representative"), project=project, body=world.organisation(VALIDATOR)
    )
    return verification.confirm(actor=world.actor("clerk"), assignment=assignment)


def sign_validation(world: World, assignment: Assignment) -> Opinion:
    """The body accepts with its declaration, and its lead signs a positive opinion."""
    lead = world.actor("validation_lead")
    assignment = verification.accept(actor=lead, assignment=assignment, declaration=DECLARATION)
    look_at_everything(lead, assignment)
    return verification.sign_opinion(
        actor=lead,
        assignment=assignment,
        positive=True,
        reasons_zh="项目设计符合所选方法学，基线与监测方案完整。",
        reasons_en="The design follows the chosen methodology; baseline and monitoring plan are complete.",
    )
