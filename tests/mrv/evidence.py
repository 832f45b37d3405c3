"""A registered project with its station and files, made through the services, for tests of the work floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from calculations.bundle import Bundle
from calculations.calculation import Progress
from calculations.engine import compute
from calculations.methodologies import Methodology
from calculations.result import Result
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.services import publish_shipped
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import open_period, seal_period, submit_period
from mrv.quality.services import fit_ion_models, fit_rating_curve, report_on_series
from mrv.stations.models import Station
from mrv.stations.services import create_station
from mrv.uploads.models import Upload
from mrv.uploads.services import receive_upload
from registry.core.actors import Actor
from registry.core.roles import Role
from registry.projects.models import Project
from registry.projects.services import add_document, draft_project
from registry.projects.states import PROJECT
from tests.people import developer, member, official

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
LOGGER = SAMPLES / "12_template_full_year_jiangkou.csv"
GAUGINGS = SAMPLES / "14_gaugings_jiangkou.csv"
LAB = SAMPLES / "15_lab_samples_consistent_jiangkou.csv"
BASELINE = SAMPLES / "16_baseline_jiangkou.json"
ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY, LAST_DAY = date(2021, 5, 1), date(2022, 4, 30)
START, END = datetime(2021, 5, 1, tzinfo=ZONE), datetime(2022, 5, 1, tzinfo=ZONE)


def methodologies() -> dict[str, MethodologyVersion]:
    """The shipped versions, published by two persons; identifier -> version."""
    editor = official(Role.METHODOLOGY_EDITOR, email="editor@authority.test")
    publisher = official(Role.APPROVER, email="publisher@authority.test")
    versions = publish_shipped(editor=editor, publisher=publisher, effective_from=date(2021, 1, 1))
    return {version.identifier: version for version in versions}


@dataclass
class Site:
    """A project and station with the actor who works for it."""

    owner: Actor
    project: Project
    station: Station

    def upload(self, kind: str, path_or_data: Path | bytes, name: str = "", **options: str) -> Upload:
        data = path_or_data
        name = name or (data.name if isinstance(data, Path) else f"{kind}.csv")
        return receive_upload(actor=self.owner, station=self.station, kind=kind, file_name=name, data=data, **options)

    def fit(self, gaugings: Path | bytes = GAUGINGS, samples: Path | bytes = LAB) -> None:
        fit_rating_curve(actor=self.owner, upload=self.upload("gaugings", gaugings))
        fit_ion_models(actor=self.owner, upload=self.upload("samples", samples), start=START, end=END)

    def whole_evidence(self) -> None:
        self.upload("logger", LOGGER)
        report_on_series(actor=self.owner, station=self.station, start=START, end=END)
        self.fit()

    def month_of_evidence(self) -> MonitoringPeriod:
        """An open period of thirty days with everything it needs: quick to calculate."""
        self.upload("logger", part_of_year(30))
        period = self.period(last_day=date(2021, 5, 30))
        fit_rating_curve(actor=self.owner, upload=self.upload("gaugings", GAUGINGS))
        fit_ion_models(actor=self.owner, upload=self.upload("samples", LAB), start=period.start, end=period.end)
        return period

    def submitted(self) -> MonitoringPeriod:
        """A submitted period of thirty days with its official result, calculated here as a worker would."""
        from mrv.runs.services import request_run
        from mrv.runs.tasks import calculate

        period = seal_period(actor=self.owner, period=self.month_of_evidence())
        calculate(request_run(actor=self.owner, period=period).pk)
        return submit_period(actor=self.owner, period=period)

    def period(self, first_day: date = FIRST_DAY, last_day: date = LAST_DAY) -> MonitoringPeriod:
        return open_period(
            actor=self.owner, project=self.project, station=self.station, first_day=first_day, last_day=last_day
        )


def site(
    methodology: str = "KCS-ENH-BACI",
    *,
    name: str = "DEV-1",
    baseline: Path | None = BASELINE,
    state: str = "registered",
    area_km2: Decimal = Decimal("28"),
) -> Site:
    """A project of a new developer; the way to ``registered`` is that of the state machine, without its waiting."""
    version = methodologies()[methodology]
    owner = member(developer(f"Developer {name}", name), Role.EDITOR, Role.REPRESENTATIVE)
    project = draft_project(
        actor=owner,
        name_zh="江口泉域",
        name_en="Jiangkou spring",
        kind="vegetation" if version.outcome == "credits" else "inventory",
        division_code="520621",
        county_zh="江口县",
        county_en="Jiangkou",
        area_km2=area_km2,
        karst_area_km2=area_km2,
        longitude_deg=Decimal("108.84"),
        latitude_deg=Decimal("27.70"),
        crediting_start=date(2021, 5, 1),
        crediting_end=date(2031, 4, 30),
        methodology_id=version.identifier,
        methodology_version=version.version,
        methodology_digest=version.digest,
    )
    if baseline is not None and version.outcome == "credits":
        add_document(actor=owner, project=project, kind="baseline", file_name=baseline.name, data=baseline.read_bytes())
    if state == "registered":
        for action in ("submit", "open_comment", "close_comment", "validate", "register"):
            PROJECT.move(project, action)
    station = create_station(
        actor=owner,
        project=project,
        code="JK-01",
        name_zh="江口泉",
        name_en="Jiangkou spring",
        longitude_deg=Decimal("108.84"),
        latitude_deg=Decimal("27.70"),
        zone="Asia/Shanghai",
        catchment_area_km2=area_km2,
    )
    return Site(owner, project, station)


def part_of_year(days: int, *, every: int = 1) -> bytes:
    """The first days of the sample year (96 readings each), every ``every``-th reading."""
    lines = LOGGER.read_text().splitlines()
    return "\n".join([lines[0], *lines[1 : 1 + 96 * days : every]]).encode() + b"\n"


_results: dict[tuple[str, str], Result] = {}


def remembered_compute(bundle: Bundle, methodology: Methodology, progress: Progress | None = None) -> Result:
    """The engine's ``compute``, each calculation of a test session done once: for tests of what surrounds it."""
    key = (bundle.digest, methodology.digest)
    if key not in _results:
        _results[key] = compute(bundle, methodology, progress)
    return _results[key]
