"""What a county's sheet says, as plain text in one language, from the same records as the county's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from mrv.province import selectors, years
from mrv.province.counties import prefecture_of
from mrv.stations.models import Station
from registry.core.geography.coarse import coarse
from registry.core.languages import local_name
from registry.core.templatetags.kcr import number
from registry.projects.states import PROJECT
from registry.public.models import Shown

TAGS = {"zh": "zh-hans", "en": "en"}
ROWS = 14
"""So many lines of projects, stations and years fit on the page beside six kinds of project; the rest is on the
county's web page, and the sheet says so."""
RATE_UNIT = "t CO₂ km⁻² a⁻¹"


@dataclass(frozen=True)
class Headline:
    value: str
    unit: str
    label: str


@dataclass(frozen=True)
class Column:
    name: str
    width: float
    """Share of the table's width."""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""
    """Below the table: what is not in it, or that there is nothing."""


@dataclass(frozen=True)
class Sheet:
    language: str
    heading: str
    title: str
    place: str
    as_of: str
    moment: datetime
    """The last change of the register: the file's date."""
    demo: str
    """The mark of a demonstration, else empty."""
    county: str
    dots: tuple[tuple[float, float], ...]
    """Stations: longitude, latitude, rounded to 0.05 degrees."""
    map_caption: str
    headlines: tuple[Headline, ...]
    tables: tuple[Table, ...]
    notes_title: str
    notes: tuple[str, ...]
    address: str
    foot: str


def sheet_record(code: str, language: str, address: str) -> Sheet:
    """The sheet of one county in ``zh`` or ``en``. Raises NotVisible for a code that is no county."""
    with override(TAGS[language]):
        found = selectors.province()
        county = found.county(code)
        stations = selectors.stations_in(code, found.rows)
        prefecture = prefecture_of(code)
        projects, trend = selectors.projects_of(code, found.rows), years.years(found.rows, code)
        trend = [year for year in trend if year.stations or year.issued_t or year.retired_t]
        most = lines_for(len(projects), len(stations), len(trend))
        moment = last_change()
        return Sheet(
            language=language,
            heading=_("Karst Carbon Registry · county sheet"),
            title=local_name(county),
            place=" · ".join(part for part in (local_name(prefecture), _("division code %s") % code) if part),
            as_of=_("The register as of %(moment)s UTC") % {"moment": f"{moment:%Y-%m-%d %H:%M}"},
            moment=moment,
            demo=_("Demonstration data: no real credits") if settings.DEMO else "",
            county=code,
            dots=tuple(_dot(line.station) for line in stations),
            map_caption=_("Outlines are schematic (示意); places of stations are rounded to 0.05°."),
            headlines=_headlines(county),
            tables=(
                _kinds(selectors.kinds(found.rows, code)),
                _projects(projects, most[0]),
                _stations(stations, most[1]),
                _years(trend, most[2]),
            ),
            notes_title=_("What the figures mean"),
            notes=_notes(),
            address=address,
            foot=_("The page of this county, always up to date, with the evidence behind every figure:"),
        )


def lines_for(*wanted: int) -> list[int]:
    """How many lines each table may have so that all fit: the longest gives way first."""
    given = list(wanted)
    while sum(given) > ROWS:
        given[given.index(max(given))] -= 1
    return given


def last_change() -> datetime:
    """When anything that the public sees was changed last; versions are microseconds since 1970."""
    newest = Shown.objects.aggregate(newest=Max("version"))["newest"] or 0
    return datetime.fromtimestamp(newest // 1_000_000, UTC).replace(second=0)


def _dot(station: Station) -> tuple[float, float]:
    return float(coarse(station.longitude_deg)), float(coarse(station.latitude_deg))


def _headlines(county: selectors.County) -> tuple[Headline, ...]:
    sums, credits = county.sums, county.credits
    stations = _("%(stations)s stations, %(projects)s projects") % {
        "stations": county.stations,
        "projects": county.projects,
    }
    return (
        Headline(_figure(sums.rate, 2), RATE_UNIT, _("verified uptake per area and year, retained")),
        Headline(_figure(sums.retained_t if sums.has_flux else None, 1), "t CO₂", _("verified uptake, retained")),
        Headline(number(credits.issued_t), "t CO₂", _("credits issued")),
        Headline(number(credits.retired_t), "t CO₂", _("credits retired")),
        Headline(number(sums.periods), "", _("verified monitoring periods")),
        Headline(number(county.stations), "", stations if county.stations else _("no station yet")),
    )


def _figure(value: Any, decimals: int) -> str:
    return "–" if value is None else number(value, decimals)


def _kinds(kinds: list[selectors.Kind]) -> Table:
    return Table(
        _("By kind of project"),
        (
            Column(_("Kind"), 0.30),
            Column(_("Projects"), 0.12, True),
            Column(_("Area (km²)"), 0.14, True),
            Column(_("Retained (t CO₂)"), 0.16, True),
            Column(_("Credits issued (t)"), 0.14, True),
            Column(_("Retired (t)"), 0.14, True),
        ),
        tuple(
            (
                str(kind.label),
                number(kind.projects),
                number(kind.area_km2, 1),
                _figure(kind.sums.retained_t if kind.sums.has_flux else None, 1),
                number(kind.credits.issued_t),
                number(kind.credits.retired_t),
            )
            for kind in kinds
        ),
        "" if kinds else _("No public project in this county yet."),
    )


def _projects(lines: list[selectors.ProjectLine], most: int) -> Table:
    shown = lines[:most]
    return Table(
        _("Projects"),
        (
            Column(_("Code"), 0.19),
            Column(_("Name"), 0.37),
            Column(_("State"), 0.16),
            Column(_("Rate"), 0.14, True),
            Column(_("Issued (t)"), 0.14, True),
        ),
        tuple(
            (
                line.project.code,
                local_name(line.project),
                str(PROJECT.state(line.project.state).label),
                _figure(line.sums.rate, 2),
                number(line.credits.issued_t),
            )
            for line in shown
        ),
        _rest(lines, shown, _("No public project in this county yet.")),
    )


def _stations(lines: list[selectors.StationLine], most: int) -> Table:
    shown = lines[:most]
    return Table(
        _("Stations"),
        (
            Column(_("Code"), 0.24),
            Column(_("Name"), 0.22),
            Column(_("Kind"), 0.16),
            Column(_("Verified from – to"), 0.24),
            Column(_("Rate"), 0.14, True),
        ),
        tuple(
            (
                f"{line.station.project.code} · {line.station.code}",
                local_name(line.station),
                line.station.get_kind_display(),
                f"{line.first_day} – {line.last_day}" if line.first_day else "–",
                _figure(line.sums.rate, 2),
            )
            for line in shown
        ),
        _rest(lines, shown, _("No station yet: nothing is measured in this county.")),
    )


def _years(found: list[years.Year], most: int) -> Table:
    shown = found[len(found) - most :]
    return Table(
        _("By year"),
        (
            Column(_("Year"), 0.14),
            Column(_("Stations"), 0.12, True),
            Column(_("Retained (t CO₂)"), 0.20, True),
            Column(_("Rate"), 0.16, True),
            Column(_("Credits of the year (t)"), 0.20, True),
            Column(_("Retired (t)"), 0.18, True),
        ),
        tuple(
            (
                str(year.year),
                number(year.stations),
                _figure(year.retained_t if year.stations else None, 1),
                _figure(year.rate, 2),
                number(year.issued_t),
                number(year.retired_t),
            )
            for year in shown
        ),
        _rest(found, shown, _("No year has a verified figure yet.")),
    )


def _rest(every: list[Any], shown: list[Any], empty: str) -> str:
    if not every:
        return empty
    more = len(every) - len(shown)
    return _("%(n)s more on the county's page.") % {"n": more} if more else ""


def _notes() -> tuple[str, ...]:
    return (
        _(
            "Retained uptake is the carbon dioxide that the water took up and still holds at the reference point: "
            "F(κ) of the methodology. The part given back on the way is not in it."
        ),
        _(
            "A natural sink existed before anybody paid for it: it gets a signed inventory statement and no credit. "
            "Only what a project adds over its baseline and its control becomes credits, after all deductions."
        ),
        _(
            "Rates are t CO₂ km⁻² a⁻¹, weighted by area and time; they hold for the measured catchments, not for the "
            "county."
        ),
        _(
            "How long the carbon stays is debated among scientists; κ and its range are stated with every result. "
            "One credit is 1 t CO₂."
        ),
    )
