"""The demonstration's world: one period that went the whole way, and something to do for every role.

Idempotent: each project is made once, under its name; what a person did with it since is left alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from calculations.methodologies import Methodology, methodology_bytes, read_methodology
from mrv.demo import period_stage, project_stage
from mrv.demo.delivery import Delivery
from mrv.demo.inputs import Inputs, read_inputs
from mrv.demo.narrator import Narrator
from mrv.demo.precheck import ENHANCEMENT, plan_for
from mrv.demo.scene import Scene, Site
from mrv.demo.walkthrough import walk
from mrv.demo.worker import Worker, worker
from mrv.demo.world import World, ensure_world
from mrv.periods import services as periods
from mrv.periods.models import MonitoringPeriod
from mrv.stations.models import Station
from registry.core import clock
from registry.projects import services as projects
from registry.projects.models import Project

DATA = Path(__file__).resolve().parent / "data"
FILES = {
    "logger": DATA / "12_template_full_year_jiangkou.csv",
    "samples": DATA / "15_lab_samples_consistent_jiangkou.csv",
    "gaugings": DATA / "14_gaugings_jiangkou.csv",
}
BASELINE = DATA / "16_baseline_jiangkou.json"
YEAR = (date(2021, 5, 1), date(2022, 4, 30))
QUARTERS = (
    (date(2021, 5, 1), date(2021, 7, 31)),
    (date(2021, 8, 1), date(2021, 10, 31)),
    (date(2021, 11, 1), date(2022, 1, 31)),
    (date(2022, 2, 1), date(2022, 4, 30)),
)

MAIN = Site("江口泉域植被恢复示范", "Jiangkou spring catchment, vegetation restoration")
QUARTERLY = Site("江口地下河天然碳汇核算", "Jiangkou underground stream, natural inventory")
DRAFT = Site(
    "修文石漠化治理造林", "Xiuwen afforestation of stony land", "520123", "修文县", "Xiuwen",
    Decimal("106.5920"), Decimal("26.8390"),
)  # fmt: skip
SUBMITTED = Site(
    "普定坡地土壤改良", "Puding slope soil improvement", "520422", "普定县", "Puding",
    Decimal("105.7430"), Decimal("26.3010"),
)  # fmt: skip
AT_VALIDATOR = Site(
    "贵定灌丛恢复", "Guiding shrub restoration", "522723", "贵定县", "Guiding",
    Decimal("107.2350"), Decimal("26.5800"),
)  # fmt: skip
AT_REVIEWER = Site(
    "余庆次生林恢复", "Yuqing secondary forest restoration", "520329", "余庆县", "Yuqing",
    Decimal("107.8880"), Decimal("27.2250"),
)  # fmt: skip


def seed(narrator: Narrator) -> bool:
    """Make what is missing; False when everything was there. The database must be up to date."""
    missing = [make for site, make in _MAKERS if not _there(site)]
    if not missing:
        return False
    world = ensure_world()
    project_stage.publish_methodologies(world)
    with worker() as running:
        for make in missing:
            make(world, narrator, running)
    return True


def _there(site: Site) -> bool:
    return Project.objects.filter(is_demo=True, name_zh=site.zh, name_en=site.en).exists()


def _inputs(span: tuple[date, date], *, baseline: bool) -> Inputs:
    options: dict[str, Any] = {**FILES, "baseline": BASELINE if baseline else None, "zone": None}
    return read_inputs({**options, "area_km2": "28", "start": f"{span[0]}", "end": f"{span[1]}"})


def _whole_way(world: World, narrator: Narrator, running: Worker) -> None:
    """The sample year as a walkthrough; its files are not kept, the pages offer them."""
    inputs = _inputs(YEAR, baseline=True)
    with tempfile.TemporaryDirectory(prefix="kcr-demo-") as folder, Delivery(Path(folder)) as delivery:
        walk(inputs=inputs, plan=plan_for(inputs), narrator=narrator, delivery=delivery, site=MAIN, running=running)


def _quarters(world: World, narrator: Narrator, running: Worker) -> None:
    """An inventory by quarters, each left with another person: approver, reviewer, lead verifier, editor."""
    inputs = _inputs(YEAR, baseline=False)
    scene = Scene(world, inputs, plan_for(inputs), narrator, running, QUARTERLY)
    measured = project_stage.draft_with_evidence(scene)
    project_stage.register(scene, measured.project)
    station = measured.station
    period = period_stage.verify(scene, _submitted(scene, station, 0))
    period_stage.prepare_decision(scene, period)
    period_stage.sign_verification(scene, period_stage.assign_verifier(scene, _submitted(scene, station, 1)))
    period_stage.assign_verifier(scene, _submitted(scene, station, 2))
    first_day, last_day = QUARTERS[3]
    periods.open_period(
        actor=scene.actor("editor"), project=measured.project, station=station, first_day=first_day, last_day=last_day
    )


def _submitted(scene: Scene, station: Station, quarter: int) -> MonitoringPeriod:
    first_day, last_day = QUARTERS[quarter]
    of_quarter = replace(scene, inputs=replace(scene.inputs, first_day=first_day, last_day=last_day))
    period = period_stage.seal(of_quarter, station)
    period_stage.calculate(of_quarter, period)
    return period_stage.submit(of_quarter, MonitoringPeriod.objects.get(pk=period.pk))


def _project(world: World, site: Site, kind: str, area_km2: str) -> Project:
    """A draft of the present, under the enhancement methodology, with the sample baseline in its file."""
    methodology: Methodology = read_methodology(methodology_bytes(*ENHANCEMENT))
    today = clock.now().date()
    return project_stage.draft(
        world,
        site,
        kind=kind,
        methodology=methodology,
        area_km2=Decimal(area_km2),
        crediting_start=date(today.year + 1, 1, 1),
        crediting_end=date(today.year + 10, 12, 31),
        baseline=BASELINE,
    )


@transaction.atomic
def _draft(world: World, narrator: Narrator, running: Worker) -> None:
    _project(world, DRAFT, Project.Kind.VEGETATION, "12.4")


@transaction.atomic
def _submission(world: World, narrator: Narrator, running: Worker) -> None:
    project = _project(world, SUBMITTED, Project.Kind.SOIL, "8.6")
    projects.submit(actor=world.actor("representative"), project=project)


@transaction.atomic
def _at_validator(world: World, narrator: Narrator, running: Worker) -> None:
    """Confirmed by the authority; the validation body has to accept."""
    project = _project(world, AT_VALIDATOR, Project.Kind.VEGETATION, "21.0")
    project_stage.propose_validation(
        world, project_stage.close_comment(world, project_stage.open_comment(world, project))
    )


@transaction.atomic
def _at_reviewer(world: World, narrator: Narrator, running: Worker) -> None:
    """The lead has signed; the independent reviewer has to."""
    project = _project(world, AT_REVIEWER, Project.Kind.VEGETATION, "17.3")
    project = project_stage.close_comment(world, project_stage.open_comment(world, project))
    project_stage.sign_validation(world, project_stage.propose_validation(world, project))


Maker = Callable[[World, Narrator, Worker], None]
_MAKERS: tuple[tuple[Site, Maker], ...] = (
    (MAIN, _whole_way),
    (QUARTERLY, _quarters),
    (AT_VALIDATOR, _at_validator),
    (AT_REVIEWER, _at_reviewer),
    (SUBMITTED, _submission),
    (DRAFT, _draft),
)
