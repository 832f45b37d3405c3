"""What anybody may read: counted and searched over public projects only, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from psycopg.types.range import Range

from registry.certificates import selectors as certificates
from registry.certificates.models import Certificate
from registry.certificates.selectors import OF_A_PERIOD
from registry.core.actors import PUBLIC
from registry.core.compiled import Compiled
from registry.credits.models import Allotment, Holding, Issuance, Retirement
from registry.credits.selectors.blocks import blocks_of_many
from registry.credits.selectors.holdings import LENGTH
from registry.credits.serials import Block
from registry.projects import selectors as projects
from registry.projects.models import Project
from registry.public.filters import Asked, RetirementsAsked, serials_in
from registry.public.models import CountyProjects

Row = TypeVar("Row")
BOX = ("boundary_west_deg", "boundary_south_deg", "boundary_east_deg", "boundary_north_deg")
PAGE_SIZE = 25
MOST_PLACES = 60
"""Dots on the start page's map, of the newest projects; the counties count all of them."""
CERTIFIED = "SELECT count(*) FROM certificates_certificate WHERE state = 'valid' AND kind = ANY(%s)"
TONNES = "SELECT coalesce(sum(issued_t), 0), coalesce(sum(retired_t), 0) FROM public_shown"


@dataclass(frozen=True)
class Numbers:
    """The four numbers of the start page."""

    projects: int
    """Registered now or before: what was never registered does not count."""
    periods: int
    """Monitoring periods with a valid certificate or statement."""
    issued_t: int
    retired_t: int


def numbers(counted: Counted) -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({CERTIFIED}), * FROM ({TONNES}) t", [list(OF_A_PERIOD)])  # noqa: S608
        periods, issued_t, retired_t = cursor.fetchone()
    return Numbers(projects=counted.registered, periods=periods, issued_t=int(issued_t), retired_t=int(retired_t))


def tonnes() -> tuple[int, int]:
    """Credits ever issued and ever retired, as the database added them up (a row per subject and shard)."""
    with connection.cursor() as cursor:
        cursor.execute(TONNES)
        issued_t, retired_t = cursor.fetchone()
    return int(issued_t), int(retired_t)


def public_projects() -> QuerySet[Project]:
    return projects.visible_projects(PUBLIC)


newest_places = Compiled(
    lambda: (
        public_projects()
        .select_related(None)
        .exclude(boundary_west_deg=None)
        .order_by("-id")
        .values_list("code", "name_zh", "name_en", *BOX, named=True)[:MOST_PLACES]
    )
)
"""What the map needs of the newest projects."""


def search(asked: Asked) -> QuerySet[Project]:
    """Public projects that fit everything asked, newest first."""
    serials = serials_in(asked.q, may_be_a_year=True)
    found = public_projects()
    if asked.q:
        in_words = projects.search(found, asked.q)
        found = in_words if serials is None else found.filter(Q(pk__in=in_words) | Q(pk__in=_with_serials(serials)))
    if asked.county:
        found = found.filter(division_code=asked.county)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.methodology:
        found = found.filter(methodology_id=asked.methodology)
    if asked.year:
        found = found.filter(_of_year(asked.year_number))
    if asked.serial:
        found = found.filter(pk__in=_with_serials(asked.serials))
    if asked.beneficiary:
        found = found.filter(Exists(_retired_for(asked.beneficiary)))
    if asked.certificate:
        typed = "".join(asked.certificate.split())
        found = found.filter(Exists(Certificate.objects.filter(project=OuterRef("pk"), number__icontains=typed)))
    return found.order_by("-id")


def _of_year(year: int | None) -> Q:
    """With credits of this vintage, or a certificate of a period that touches the year."""
    if year is None:
        return Q(pk__in=())
    vintage = Allotment.objects.filter(issuance__project=OuterRef("pk"), vintage=year)
    certified = Certificate.objects.filter(
        project=OuterRef("pk"), period_start__year__lte=year, period_end__year__gte=year
    )
    return Q(Exists(vintage)) | Q(Exists(certified))


def _with_serials(serials: tuple[int, int] | None) -> QuerySet[Issuance, dict[str, Any]]:
    """The projects out of which these serials were issued."""
    if serials is None:
        return Issuance.objects.none().values("project")
    return Issuance.objects.filter(serials__touches=[Range(serials[0], serials[1] + 1)]).values("project")


def _retired_for(beneficiary: str) -> QuerySet[Issuance]:
    """Issuances of the outer project of which credits were retired for somebody of this name."""
    retired = Retirement.objects.filter(beneficiary_name__icontains=beneficiary, serials__touches=OuterRef("serials"))
    return Issuance.objects.filter(Exists(retired), project=OuterRef("pk"))


@dataclass(frozen=True)
class County:
    """A county with public projects: GB/T 2260 code, both names, how many."""

    code: str
    name_zh: str
    name_en: str
    projects: int


@dataclass(frozen=True)
class Counted:
    """Projects counted in one question to the database."""

    counties: tuple[County, ...]
    """By code; where a county's names differ, those that most of its projects use."""
    methodologies: list[str]
    """Identifiers of those that the projects name."""
    registered: int
    """Registered now or before, the revoked left out."""


def counted(found: QuerySet[Project] | None = None) -> Counted:
    """These projects (by default all public ones) by county and methodology."""
    groups = _every_county() if found is None else _groups_of(found)
    made: dict[str, County] = {}
    for code, county_zh, county_en, _methodology, projects_, _registered in sorted(groups, key=_fewest_first):
        before = made.get(code)
        made[code] = County(code, county_zh, county_en, projects_ + (before.projects if before else 0))
    return Counted(
        counties=tuple(made[code] for code in sorted(made)),
        methodologies=sorted({group[3] for group in groups}),
        registered=sum(group[5] for group in groups),
    )


GROUPED = ("division_code", "county_zh", "county_en", "methodology_id")
_every_county = Compiled(
    lambda: CountyProjects.objects.filter(projects__gt=0).values_list(*GROUPED, "projects", "registered")
)
"""As the database keeps it (``registry.public.models.CountyProjects``)."""


def _groups_of(found: QuerySet[Project]) -> list[tuple[Any, ...]]:
    groups = found.order_by().values_list(*GROUPED)
    registered = Count("pk", filter=Q(registered_at__isnull=False) & ~Q(state="revoked"))
    return list(groups.annotate(projects=Count("pk"), registered=registered))


def _fewest_first(group: tuple[Any, ...]) -> tuple[Any, ...]:
    return (group[4], *group[:4])


def certificates_like(words: str) -> QuerySet[Certificate]:
    """Certificates whose number contains the words without their spaces; of public projects like everything here."""
    typed = "".join(words.split())
    return (
        Certificate.objects.filter(number__icontains=typed, is_public=True, project__in=public_projects())
        .select_related("project")
        .defer("record")
        .order_by("-id")
    )


def holdings_with(first: int, last: int, most: int) -> list[Holding]:
    """Where these serials are now: what anybody may know of a holding is its range, its status, its project."""
    return list(
        Holding.objects.filter(closed_by__isnull=True, serials__overlap=Range(first, last + 1))
        .select_related("issuance__project")
        .order_by("serials")[:most]
    )


@dataclass(frozen=True)
class Credits:
    """A project's credits: everything issued is in one of the other places."""

    issued_t: int
    held_t: int
    retired_t: int
    cancelled_t: int
    buffer_t: int


_held_of = Compiled(
    lambda project: (
        Holding.objects.filter(issuance__project=project, closed_by__isnull=True)
        .order_by()
        .values("status")
        .annotate(t=Sum(LENGTH))
        .values_list("status", "t")
    )
)


def credits_of(project: Project) -> Credits:
    by_status = dict(_held_of(project.pk))
    status = Holding.Status
    return Credits(
        issued_t=sum(by_status.values()),
        held_t=sum(by_status.get(each, 0) for each in (status.ACTIVE, status.IN_TRANSFER, status.LISTED)),
        retired_t=by_status.get(status.RETIRED, 0),
        cancelled_t=by_status.get(status.CANCELLED, 0),
        buffer_t=by_status.get(status.BUFFER, 0),
    )


def retirements(asked: RetirementsAsked) -> QuerySet[Retirement]:
    """The public ledger of retirements that fit everything asked, newest first. Every retirement is public."""
    found = Retirement.objects.select_related("account__owner")
    if asked.beneficiary:
        found = found.filter(
            Q(beneficiary_name__icontains=asked.beneficiary) | Q(beneficiary_code__iexact=asked.beneficiary)
        )
    if asked.project:
        spans = Issuance.objects.filter(project__code__iexact=asked.project).values_list("serials", flat=True)
        found = found.filter(serials__touches=list(spans)) if spans else found.none()
    if asked.purpose:
        found = found.filter(purpose=asked.purpose)
    if asked.year:
        found = found.filter(year=asked.year_number) if asked.year_number is not None else found.none()
    if asked.serial:
        span = asked.serials
        found = found.filter(serials__touches=[Range(span[0], span[1] + 1)]) if span else found.none()
    return found.order_by("-id")


def projects_page(asked: Asked, number: int) -> tuple[Sequence[Any], bool]:
    """A page of the search as rows of ``LISTED``, and whether another follows. What is asked most has its SQL ready."""
    if number == 1 and not asked:
        return _cut(_newest_projects())
    if number == 1 and asked == Asked(county=asked.county):
        return _cut(_newest_of_county(asked.county))
    return page_of(_listed(asked), number)


LISTED = (
    *("code", "name_zh", "name_en", "proponent__name_zh", "proponent__name_en"),
    *("division_code", "county_zh", "county_en", "area_km2", "state", *BOX),
)
"""What the list and its map show of a project."""


def _listed(asked: Asked) -> QuerySet[Project, Any]:
    return search(asked).values_list(*LISTED, named=True)


_newest_projects = Compiled(lambda: _listed(Asked())[: PAGE_SIZE + 1])
_newest_of_county = Compiled(lambda code: _listed(Asked(county=code))[: PAGE_SIZE + 1])


def counties_of(asked: Asked, every: Counted) -> Sequence[County]:
    """The counties of what was asked for, each with its number of projects; ``every`` counts all public ones."""
    if asked == Asked(county=asked.county):
        return [county for county in every.counties if asked.county in ("", county.code)]
    return counted(search(asked)).counties


def retirements_page(asked: RetirementsAsked, number: int) -> tuple[Sequence[Retirement], bool]:
    """A page of the ledger of retirements, and whether another follows."""
    if number == 1 and not asked:
        return _cut(_newest_retirements())
    return page_of(retirements(asked).select_related(None), number)


_newest_retirements = Compiled(lambda: retirements(RetirementsAsked()).select_related(None)[: PAGE_SIZE + 1])


@dataclass(frozen=True)
class Line:
    """A retirement as a line of the ledger shows it."""

    retirement: Retirement
    blocks: tuple[Block, ...]
    certificate: str | None
    """Number of its newest certificate."""

    @property
    def facts(self) -> tuple[Any, ...]:
        """Everything that the line says: equal facts are drawn alike."""
        one = self.retirement
        claim = (one.beneficiary_name, one.beneficiary_type, one.beneficiary_code, one.purpose, one.year)
        return (one.pk, one.quantity_t, one.retired_at, *claim, self.blocks, self.certificate)


def lines_of(rows: Sequence[Retirement]) -> list[Line]:
    blocks = blocks_of_many([row.serials for row in rows])
    certified = certificates.numbers_of_retirements(row.pk for row in rows)
    return [Line(row, tuple(of_row), certified.get(row.pk)) for row, of_row in zip(rows, blocks, strict=True)]


def page_of(rows: QuerySet[Any, Row], number: int) -> tuple[Sequence[Row], bool]:
    """A page and whether another follows, without counting what may be a million rows."""
    first = (max(number, 1) - 1) * PAGE_SIZE
    return _cut(list(rows[first : first + PAGE_SIZE + 1]))


def _cut(found: list[Row]) -> tuple[Sequence[Row], bool]:
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE
