"""The maps of the province: counties toned by a figure of theirs, drawn by the server as SVG without tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy

from mrv.province.counties import known
from mrv.province.selectors import County
from mrv.stations.models import Station
from registry.core.charts import nice_steps
from registry.core.geography.coarse import coarse
from registry.core.languages import local_name
from registry.core.templatetags.kcr import number
from registry.public.county_map import WIDTH, apart, county_outlines, projection

TONES = 4


@dataclass(frozen=True)
class Measure:
    """What a map shows: of a county a number, or None where there is nothing to say."""

    name: str
    label: Any
    unit: str
    decimals: int
    of: Callable[[County], Decimal | int | None]


MEASURES = (
    Measure("flux", gettext_lazy("Verified uptake per area"), "t CO₂ km⁻² a⁻¹", 2, lambda county: county.sums.rate),
    Measure("credits", gettext_lazy("Credits issued"), "t CO₂", 0, lambda county: county.credits.issued_t or None),
    Measure("stations", gettext_lazy("Stations"), "", 0, lambda county: county.stations or None),
)
CHOSEN = Measure("chosen", gettext_lazy("This county"), "", 0, lambda _county: 1)
BY_NAME = {measure.name: measure for measure in MEASURES}


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    path: str
    tone: int
    """1 to TONES by the steps of the legend, 0 for a county without a figure."""
    value: str
    x: float
    y: float


@dataclass(frozen=True)
class Step:
    tone: int
    label: str


@dataclass(frozen=True)
class Dot:
    label: str
    url_pk: int
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    width: float
    height: float
    measure: Measure
    areas: list[Area]
    named: list[Area]
    """Those whose name stands on the map."""
    steps: list[Step]
    dots: list[Dot]


def drawn(counties: Iterable[County], measure: Measure, stations: Iterable[Station] = ()) -> Map:
    """The 88 counties with their tones, each a link; dots at the coarse places of ``stations``."""
    by_code = {county.code: county for county in counties}
    values = {code: measure.of(county) for code, county in by_code.items()}
    edges = steps_of([value for value in values.values() if value is not None])
    areas = [
        Area(
            code=outline.code,
            name=local_name(by_code.get(outline.code) or known()[outline.code]),
            path=outline.path,
            tone=tone_of(values.get(outline.code), edges),
            value="" if values.get(outline.code) is None else number(values[outline.code], measure.decimals),
            x=outline.x,
            y=outline.y,
        )
        for outline in county_outlines()
    ]
    frame = projection()
    named = [area for area in areas if area.code in by_code and not by_code[area.code].is_empty]
    return Map(
        WIDTH, frame.height, measure, areas, named[:16] if len(named) <= 16 else [], legend(edges, measure),
        dots_of(stations),
    )  # fmt: skip


def dots_of(stations: Iterable[Station]) -> list[Dot]:
    """Stations at places rounded to 0.05 degrees: springs are vulnerable."""
    frame, made = projection(), []
    for station in stations:
        x, y = frame.at(float(coarse(station.longitude_deg)), float(coarse(station.latitude_deg)))
        if 0 <= x <= WIDTH and 0 <= y <= frame.height:
            made.append(Dot(f"{station.code} {local_name(station)}", station.pk, x, y))
    return apart(made)


def steps_of(values: Sequence[Decimal | int]) -> list[float]:
    """Round upper edges of the classes, the last one at or above the greatest value; one class where all are equal."""
    if not values:
        return []
    low, high = float(min(values)), float(max(values))
    if low == high:
        return [high]
    inner = [edge for edge in nice_steps(low, high, TONES) if low < edge < high][: TONES - 1]
    return [*inner, high]


def tone_of(value: Decimal | int | None, edges: Sequence[float]) -> int:
    if value is None or not edges:
        return 0
    place = next((i for i, edge in enumerate(edges) if float(value) < edge), len(edges) - 1)
    return place + 1 + (TONES - len(edges))


def legend(edges: Sequence[float], measure: Measure) -> list[Step]:
    """A line for each class: its tone and the numbers it stands for."""
    if not edges:
        return []
    first = 1 + TONES - len(edges)
    if len(edges) == 1:
        return [Step(first, number(edges[0], measure.decimals))]
    inner = [number(f"{edge:g}") for edge in edges[:-1]]
    labels = [f"< {inner[0]}", *(f"{low} – {high}" for low, high in pairwise(inner)), f"≥ {inner[-1]}"]
    return [Step(first + i, label) for i, label in enumerate(labels)]
