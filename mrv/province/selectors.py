"""The province as the register has it: counties, kinds, years, and what is under way. Queries do not grow with rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from mrv.periods.selectors import visible_periods
from mrv.periods.states import PERIOD
from mrv.province.counties import Place, known, prefecture_of
from mrv.province.verified import Sums, Verified, verified
from mrv.stations.models import Station
from registry.core.actors import PUBLIC, Actor
from registry.core.errors import NotVisible
from registry.core.states import State
from registry.credits.models import Holding
from registry.credits.selectors.holdings import LENGTH
from registry.projects.models import Project
from registry.projects.selectors import visible_projects
from registry.projects.states import PROJECT


@dataclass(frozen=True)
class Tonnes:
    """Credits and where they are now: everything issued is in one of the other places."""

    issued_t: int = 0
    held_t: int = 0
    buffer_t: int = 0
    retired_t: int = 0
    cancelled_t: int = 0

    @classmethod
    def of(cls, by_status: dict[str, int]) -> Tonnes:
        status = Holding.Status
        held = sum(by_status.get(each, 0) for each in (status.ACTIVE, status.IN_TRANSFER, status.LISTED))
        return cls(
            issued_t=sum(by_status.values()),
            held_t=held,
            buffer_t=by_status.get(status.BUFFER, 0),
            retired_t=by_status.get(status.RETIRED, 0),
            cancelled_t=by_status.get(status.CANCELLED, 0),
        )

    def __add__(self, other: Tonnes) -> Tonnes:
        return Tonnes(
            self.issued_t + other.issued_t,
            self.held_t + other.held_t,
            self.buffer_t + other.buffer_t,
            self.retired_t + other.retired_t,
            self.cancelled_t + other.cancelled_t,
        )


@dataclass(frozen=True)
class County:
    """A county with everything that the register has of it; a project belongs to the county it was registered in."""

    place: Place
    projects: int = 0
    stations: int = 0
    sums: Sums = field(default_factory=Sums)
    credits: Tonnes = field(default_factory=Tonnes)

    @property
    def code(self) -> str:
        return self.place.code

    @property
    def name_zh(self) -> str:
        return self.place.name_zh

    @property
    def name_en(self) -> str:
        return self.place.name_en

    @property
    def is_empty(self) -> bool:
        return not (self.projects or self.stations)


@dataclass(frozen=True)
class Prefecture:
    """A prefecture: its counties with records, and those without a station yet."""

    place: Place
    counties: list[County]
    empty: list[County]


@dataclass(frozen=True)
class Province:
    counties: list[County]
    """All of the province by code, and others that projects name."""
    rows: list[Verified]
    projects: int
    stations: int
    sums: Sums
    credits: Tonnes

    @property
    def observed(self) -> int:
        return sum(1 for county in self.counties if county.stations)

    def by_prefecture(self) -> list[Prefecture]:
        groups: dict[str, list[County]] = defaultdict(list)
        for county in self.counties:
            groups[county.code[:4]].append(county)
        return [
            Prefecture(
                prefecture_of(code),
                [county for county in groups[code] if not county.is_empty],
                [county for county in groups[code] if county.is_empty],
            )
            for code in sorted(groups)
        ]

    def county(self, code: str) -> County:
        """Raises NotVisible for a code that is no county of the province."""
        for county in self.counties:
            if county.code == code:
                return county
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))


def province() -> Province:
    """The whole inventory from public records: five queries."""
    projects = visible_projects(PUBLIC).order_by()
    counted: dict[str, int] = defaultdict(int)
    named: dict[str, Place] = dict(known())
    by_county = projects.values("division_code", "county_zh", "county_en").annotate(n=Count("pk"), newest=Max("pk"))
    for each in by_county.order_by("newest"):
        code = each["division_code"]
        counted[code] += each["n"]
        if code not in known():
            named[code] = Place(code, each["county_zh"], each["county_en"])
    stations = _counts(public_stations().select_related(None).order_by(), "project__division_code")
    rows = verified()
    sums = _sums_by(rows, lambda row: row.county)
    credits = credits_by("issuance__project__division_code")
    counties = [
        County(
            place=named[code],
            projects=counted.get(code, 0),
            stations=stations.get(code, 0),
            sums=sums.get(code, Sums()),
            credits=credits.get(code, Tonnes()),
        )
        for code in sorted(named)
    ]
    return Province(
        counties=counties,
        rows=rows,
        projects=sum(counted.values()),
        stations=sum(stations.values()),
        sums=Sums.of(rows),
        credits=sum(credits.values(), Tonnes()),
    )


def credits_by(path: str, **narrowed: Any) -> dict[Any, Tonnes]:
    """Credits by what ``path`` names of a holding, from the open holdings: one query."""
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = Holding.objects.filter(closed_by__isnull=True, **narrowed).order_by()
    for key, status, tonnes in rows.values(path, "status").annotate(t=Sum(LENGTH)).values_list(path, "status", "t"):
        found[key][status] = tonnes
    return {key: Tonnes.of(by_status) for key, by_status in found.items()}


def public_stations() -> QuerySet[Station]:
    """The stations of public projects, with their projects."""
    return Station.objects.filter(project__in=visible_projects(PUBLIC)).select_related("project").order_by("pk")


def _counts(rows: Any, path: str) -> dict[str, int]:
    return dict(rows.values(path).annotate(n=Count("pk")).values_list(path, "n"))


def _sums_by(rows: Iterable[Verified], key: Any) -> dict[str, Sums]:
    groups: dict[str, list[Verified]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: Sums.of(group) for name, group in groups.items()}


@dataclass(frozen=True)
class Kind:
    """A kind of project: what the register has of it."""

    name: str
    label: Any
    projects: int
    area_km2: Any
    sums: Sums
    credits: Tonnes


def kinds(rows: Sequence[Verified], code: str = "") -> list[Kind]:
    """By kind of project, in the order of the model; of one county where a code is given. Two queries."""
    projects = visible_projects(PUBLIC).order_by()
    narrowed: dict[str, Any] = {}
    if code:
        projects = projects.filter(division_code=code)
        narrowed["issuance__project__division_code"] = code
    counted = {each["kind"]: each for each in projects.values("kind").annotate(n=Count("pk"), area_km2=Sum("area_km2"))}
    credits = credits_by("issuance__project__kind", **narrowed)
    sums = _sums_by((row for row in rows if not code or row.county == code), lambda row: row.kind)
    return [
        Kind(
            name=name,
            label=label,
            projects=counted[name]["n"],
            area_km2=counted[name]["area_km2"],
            sums=sums.get(name, Sums()),
            credits=credits.get(name, Tonnes()),
        )
        for name, label in Project.Kind.choices
        if name in counted
    ]


@dataclass(frozen=True)
class Stage:
    state: State
    count: int


@dataclass(frozen=True)
class Pipeline:
    """How many records stand in which state, in the order of the state machine; only what the actor may see."""

    projects: list[Stage]
    periods: list[Stage]


def pipeline(actor: Actor) -> Pipeline:
    projects = _counts(visible_projects(actor).order_by(), "state")
    periods = _counts(visible_periods(actor).filter(project__in=visible_projects(actor)).order_by(), "state")
    return Pipeline(
        projects=[Stage(state, projects[state.name]) for state in PROJECT.states if state.name in projects],
        periods=[Stage(state, periods[state.name]) for state in PERIOD.states if state.name in periods],
    )


@dataclass(frozen=True)
class ProjectLine:
    project: Project
    stations: int
    sums: Sums
    credits: Tonnes


@dataclass(frozen=True)
class StationLine:
    station: Station
    first_day: date | None
    last_day: date | None
    sums: Sums


def projects_of(code: str, rows: Iterable[Verified]) -> list[ProjectLine]:
    """The public projects of a county, with their own sums. Two queries."""
    found = visible_projects(PUBLIC).filter(division_code=code).annotate(station_count=Count("stations"))
    sums = _sums_by((row for row in rows if row.county == code), lambda row: row.project_code)
    credits = credits_by("issuance__project_id", issuance__project__division_code=code)
    return [
        ProjectLine(project, project.station_count, sums.get(project.code, Sums()), credits.get(project.pk, Tonnes()))
        for project in found.order_by("code")
    ]


def stations_in(code: str, rows: Iterable[Verified]) -> list[StationLine]:
    """The stations of a county's public projects, with the span and the rate of what was verified there."""
    own = [row for row in rows if row.county == code]
    found = public_stations().filter(project__division_code=code)
    lines = []
    for station in found.order_by("project__code", "code"):
        here = [row for row in own if row.station_id == station.pk]
        lines.append(
            StationLine(
                station,
                min((row.first_day for row in here), default=None),
                max((row.last_day for row in here), default=None),
                Sums.of(here),
            )
        )
    return lines
