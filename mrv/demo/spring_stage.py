"""A part of the demonstration as a project with everything that was measured for it: made once, found ever after."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from calculations.methodologies import Methodology, methodology_bytes, read_methodology
from mrv.demo import field_work, springs
from mrv.demo.cast import Extra, Part, Span
from mrv.demo.inputs import DEFAULT_ZONE
from mrv.demo.project_stage import draft
from mrv.demo.scene import Site
from mrv.demo.world import World
from mrv.quality import services as quality
from mrv.stations import services as stations
from mrv.stations.models import Station
from mrv.stations.regions import place_in_region
from mrv.uploads import services as uploads
from mrv.uploads.models import Upload
from registry.core import clock
from registry.projects.models import Project

DATA = Path(__file__).resolve().parent / "data"
SAMPLE_FILES = {
    Upload.Kind.LOGGER: DATA / "12_template_full_year_jiangkou.csv",
    Upload.Kind.SAMPLES: DATA / "15_lab_samples_consistent_jiangkou.csv",
    Upload.Kind.GAUGINGS: DATA / "14_gaugings_jiangkou.csv",
}
SAMPLE_BASELINE = DATA / "16_baseline_jiangkou.json"
SAMPLE_AREA_KM2 = Decimal(28)
SPRING_NAMES = (
    ("泉口站（生成数据）", "Outlet (generated data)"),
    ("上泉站（生成数据）", "Upper spring (generated data)"),
)
SAMPLE_NAMES = (("出口站（示例数据）", "Outlet (sample data)"),)


@dataclass(frozen=True)
class Evidence:
    """The files of one span at one station, as bytes."""

    span: Span
    files: dict[str, tuple[str, bytes]]
    """kind of upload -> file name and bytes."""


@dataclass(frozen=True)
class Files:
    """Everything that a part hands in, made before anything is stored."""

    evidence: tuple[Evidence, ...]
    baseline: bytes | None
    area_km2: Decimal
    areas_km2: tuple[Decimal, ...]
    """Of the stations."""


def found(site: Site) -> Project | None:
    return Project.objects.filter(is_demo=True, name_zh=site.zh, name_en=site.en).order_by("id").first()


def files_of(part: Part) -> Files:
    """Generate (or read) what the part's loggers, field books and laboratories wrote."""
    earns = _methodology(part.methodology).earns_credits
    if not part.generated:
        files = {kind: (path.name, path.read_bytes()) for kind, path in SAMPLE_FILES.items()}
        evidence = (Evidence(part.spans[0], files),)
        return Files(evidence, SAMPLE_BASELINE.read_bytes(), SAMPLE_AREA_KM2, (SAMPLE_AREA_KM2,))
    made = [(span, springs.record_of(part.springs[span.station], span.first_day, _days(span))) for span in part.spans]
    name = part.site.county_en.lower()
    evidence = tuple(_evidence(part, span, record, f"{name}_{span.station + 1}") for span, record in made)
    areas = tuple(Decimal(str(each.area_km2)) for each in part.springs)
    span, record = made[0]
    baseline = springs.before_the_project(part.springs[0], record, span.first_day) if earns else None
    return Files(
        evidence,
        json.dumps(baseline, indent=1).encode() if baseline is not None else None,
        sum(areas, Decimal(0)),
        areas,
    )


def _evidence(part: Part, span: Span, record: springs.Record, name: str) -> Evidence:
    character = part.springs[span.station]
    tail = f"{name}_{span.first_day:%Y%m}.csv"
    code = f"{part.site.county_en[:2].upper()}{span.station + 1}"
    return Evidence(
        span,
        {
            Upload.Kind.LOGGER: (f"logger_{tail}", springs.logger_csv(record)),
            Upload.Kind.GAUGINGS: (f"gaugings_{tail}", springs.gaugings_csv(character, record)),
            Upload.Kind.SAMPLES: (f"samples_{tail}", springs.samples_csv(character, record, code)),
        },
    )


def _days(span: Span) -> int:
    return (span.last_day - span.first_day).days + 1


def _methodology(which: tuple[str, str]) -> Methodology:
    return read_methodology(methodology_bytes(*which))


@transaction.atomic
def draft_part(world: World, part: Part) -> Project:
    """The draft with its file, stations, uploads and what is fitted to them: all of it, or nothing."""
    known = found(part.site)
    if known is not None:
        return known
    files = files_of(part)
    methodology = _methodology(part.methodology)
    first_day = min(span.first_day for span in part.spans)
    with tempfile.TemporaryDirectory(prefix="kcr-demo-") as folder:
        baseline = Path(folder) / f"baseline_{part.site.county_en.lower()}.json"
        if files.baseline is not None:
            baseline.write_bytes(files.baseline)
        project = draft(
            world,
            part.site,
            kind=part.kind,
            methodology=methodology,
            area_km2=files.area_km2,
            crediting_start=first_day,
            crediting_end=_ten_years(first_day),
            baseline=baseline if files.baseline is not None else None,
        )
    for number, area_km2 in enumerate(files.areas_km2):
        station = _station(world, part, project, number, area_km2)
        handed_in = [evidence for evidence in files.evidence if evidence.span.station == number]
        _work_in_the_field(world, station, handed_in)
        for evidence in handed_in:
            _hand_in(world, station, evidence)
    return project


def _work_in_the_field(world: World, station: Station, handed_in: Sequence[Evidence]) -> None:
    """Sensors before the first reading, visits in every span."""
    editor, spans = world.actor("editor"), [evidence.span for evidence in handed_in]
    first_day, last_day = min(span.first_day for span in spans), max(span.last_day for span in spans)
    field_work.equip(editor, station, first_day, last_day)
    for evidence in handed_in:
        _name, logger = evidence.files[Upload.Kind.LOGGER]
        field_work.visit(editor, station, logger, evidence.span.first_day, evidence.span.last_day)


def _ten_years(first_day: date) -> date:
    return first_day.replace(year=first_day.year + 10) - timedelta(days=1)


def _station(world: World, part: Part, project: Project, number: int, area_km2: Decimal) -> Station:
    editor = world.actor("editor")
    zh, en = (SPRING_NAMES if part.generated else SAMPLE_NAMES)[number]
    aside = Decimal("0.012") * number
    station = stations.create_station(
        actor=editor,
        project=project,
        code=f"S{number + 1}",
        name_zh=zh,
        name_en=en,
        longitude_deg=part.site.longitude_deg + aside,
        latitude_deg=part.site.latitude_deg + aside,
        zone=DEFAULT_ZONE,
        catchment_area_km2=area_km2,
    )
    return place_in_region(actor=editor, station=station, region=part.region)


def _hand_in(world: World, station: Station, evidence: Evidence) -> None:
    editor, span = world.actor("editor"), evidence.span
    received = {
        kind: uploads.receive_upload(
            actor=editor,
            station=station,
            kind=kind,
            file_name=name,
            data=data,
            zone=DEFAULT_ZONE if kind == Upload.Kind.GAUGINGS else None,
        )
        for kind, (name, data) in evidence.files.items()
    }
    zone = ZoneInfo(DEFAULT_ZONE)
    start = datetime.combine(span.first_day, time.min, zone)
    end = datetime.combine(span.last_day + timedelta(days=1), time.min, zone)
    quality.fit_rating_curve(actor=editor, upload=received[Upload.Kind.GAUGINGS], valid_from=start, valid_to=end)
    quality.fit_ion_models(actor=editor, upload=received[Upload.Kind.SAMPLES], start=start, end=end)
    quality.report_on_series(actor=editor, station=station, start=start, end=end)


@transaction.atomic
def draft_extra(world: World, extra: Extra) -> Project:
    """A project of the present without a station, under the enhancement methodology and the sample baseline."""
    known = found(extra.site)
    if known is not None:
        return known
    today = clock.today()
    return draft(
        world,
        extra.site,
        kind=extra.kind,
        methodology=_methodology(("KCS-ENH-BACI", "1.1.0")),
        area_km2=Decimal(extra.area_km2),
        crediting_start=date(today.year + 1, 1, 1),
        crediting_end=date(today.year + 10, 12, 31),
        baseline=SAMPLE_BASELINE,
    )
