"""What government asks of the sink: its rate, how much of it stays, what it contributes, what it is worth at a price.

Rates and tonnes are those of the stored results. Price and emissions are the reader's: nothing is assumed for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from calculations.methodologies import MethodologyError
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import read_text
from mrv.province.selectors import County, Province
from mrv.province.verified import NONE, Sums, Verified
from mrv.stations.models import Station
from registry.credits.models.board import Currency

KAPPA = "kappa_ref"
WHOLE_YEAR = Decimal("0.99")
"""365 days are 0.9993 of the year that results count with."""
PRICE_DECIMALS, HIGHEST_PRICE = 2, Decimal(1_000_000)
MOST_EMISSIONS_T = Decimal(10) ** 12
CHINA_2020_T = 9_900_000_000
"""The review's figure for China's emissions of 2020: 9.9 billion t CO2."""


@dataclass(frozen=True)
class Kappa:
    """The share that stays at the reference point by a methodology version, with the range it is drawn from."""

    version: str
    value: Decimal
    low: Decimal | None
    high: Decimal | None


def kappas(rows: Iterable[Verified]) -> dict[int, Kappa]:
    """Key of a methodology version -> its kappa, for the versions behind these rows that have one. One query."""
    found = {}
    for record in MethodologyVersion.objects.filter(pk__in={row.methodology_pk for row in rows}).order_by("pk"):
        try:
            parameters = read_text(record.toml).content["parameters"]
        except MethodologyError:  # altered on the server: its own page says so
            continue
        for each in parameters:
            if each["symbol"] == KAPPA:
                spread = each.get("distribution", {})
                found[record.pk] = Kappa(
                    f"{record.identifier} {record.version}",
                    Decimal(str(each["default"])),
                    _decimal(spread.get("low")),
                    _decimal(spread.get("high")),
                )
    return found


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@dataclass(frozen=True)
class SinkLine:
    """Rate and stability of the sink of a region or county."""

    label: Any
    code: str
    """Of a county, else empty."""
    sums: Sums
    annual_t: Decimal
    """Mean retained uptake of a year, of the stations that were verified for a whole one; see :func:`annual_t`."""
    kappas: tuple[Kappa, ...]
    measured: tuple[Decimal, ...]
    """Kappas measured between two stations, where a period has one."""

    @property
    def name_zh(self) -> Any:
        return getattr(self.label, "name_zh", self.label)

    @property
    def name_en(self) -> Any:
        return getattr(self.label, "name_en", self.label)


def by_region(rows: Sequence[Verified], known: Mapping[int, Kappa]) -> list[SinkLine]:
    """The four known regions first, then regions of proponents' own by name, then stations without one."""
    groups: dict[str, list[Verified]] = defaultdict(list)
    for row in rows:
        groups[row.region].append(row)
    order = {code: place for place, code in enumerate(Station.Region.values)}
    names = sorted(groups, key=lambda name: (order.get(name, len(order)), name == "", name))
    labels = dict(Station.Region.choices) | {"": _("no region stated")}
    return [_line(labels.get(name, name), "", groups[name], known) for name in names]


def by_county(found: Province, known: Mapping[int, Kappa]) -> list[SinkLine]:
    """The counties with a verified period."""
    groups: dict[str, list[Verified]] = defaultdict(list)
    for row in found.rows:
        groups[row.county].append(row)
    return [
        _line(county, county.code, groups[county.code], known) for county in found.counties if county.code in groups
    ]


def whole(rows: Sequence[Verified], known: Mapping[int, Kappa]) -> SinkLine:
    return _line(_("All verified stations"), "", rows, known)


def _line(label: Any, code: str, rows: Sequence[Verified], known: Mapping[int, Kappa]) -> SinkLine:
    used = {known[row.methodology_pk] for row in rows if row.methodology_pk in known}
    return SinkLine(
        label=label,
        code=code,
        sums=Sums.of(rows),
        annual_t=annual_t(rows),
        kappas=tuple(sorted(used, key=lambda each: each.version)),
        measured=tuple(row.kappa_measured for row in rows if row.kappa_measured is not None),
    )


def annual_t(rows: Iterable[Verified]) -> Decimal:
    """Mean retained uptake of a year in t CO2: of each station over its own verified years, added up.

    A station verified for less than a whole year is left out: one season is no year.
    """
    retained: dict[int, Decimal] = defaultdict(Decimal)
    time: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.retained_t is not None and row.years:
            retained[row.station_id] += row.retained_t
            time[row.station_id] += row.years
    return sum((retained[station] / time[station] for station in retained if time[station] >= WHOLE_YEAR), NONE)


@dataclass(frozen=True)
class Terms:
    """What the reader typed; None where nothing, or nothing usable, was typed."""

    price: Decimal | None
    currency: str
    emissions_t: Decimal | None
    faults: dict[str, Any]
    """Field -> what is wrong with it."""
    typed: dict[str, str]


def terms_of(typed: Mapping[str, str]) -> Terms:
    """Price of a credit (two decimals at most), its currency, and a year's emissions, as the reader typed them."""
    faults: dict[str, Any] = {}
    price = _number(typed.get("price", ""))
    if price is not None and not _is_price(price):
        faults["price"] = _("A price is above 0 and at most 1 000 000, with at most two decimals: 58.50.")
        price = None
    emissions = _number(typed.get("emissions", ""))
    if emissions is not None and not (emissions.is_finite() and 0 < emissions <= MOST_EMISSIONS_T):
        faults["emissions"] = _("Emissions are t CO₂ of one year, above 0: 250000000.")
        emissions = None
    currency = typed.get("currency", "")
    return Terms(
        price=price,
        currency=currency if currency in Currency.values else Currency.CNY.value,
        emissions_t=emissions,
        faults=faults,
        typed={name: typed.get(name, "")[:40] for name in ("price", "emissions")},
    )


def _number(text: str) -> Decimal | None:
    """None for an empty field; NaN for what is no number, which every check refuses."""
    text = "".join(text.split())[:40]
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _is_price(price: Decimal) -> bool:
    if not (price.is_finite() and 0 < price <= HIGHEST_PRICE):
        return False
    exponent = price.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= PRICE_DECIMALS


@dataclass(frozen=True)
class Worth:
    """What a county's credits are worth at the reader's price, and what its sink is of the reader's emissions."""

    county: County
    annual_t: Decimal
    held_value: Decimal | None
    issued_value: Decimal | None
    compared_value: Decimal | None
    """Of a year's verified uptake at the same price: a comparison only, nobody can sell it."""
    share_pct: Decimal | None


def worth(found: Province, lines: Iterable[SinkLine], terms: Terms) -> list[Worth]:
    """A line for each county with a verified period or with credits; exact products, nothing rounded here."""
    annual = {line.code: line.annual_t for line in lines}
    return [
        worth_of(county, annual.get(county.code, NONE), terms)
        for county in found.counties
        if county.code in annual or county.credits.issued_t
    ]


def worth_of(county: County, annual: Decimal, terms: Terms) -> Worth:
    price, emissions = terms.price, terms.emissions_t
    return Worth(
        county=county,
        annual_t=annual,
        held_value=None if price is None else price * county.credits.held_t,
        issued_value=None if price is None else price * county.credits.issued_t,
        compared_value=None if price is None else price * annual,
        share_pct=None if emissions is None else 100 * annual / emissions,
    )


@dataclass(frozen=True)
class Total:
    annual_t: Decimal
    held_t: int
    issued_t: int
    held_value: Decimal | None
    issued_value: Decimal | None
    compared_value: Decimal | None
    share_pct: Decimal | None


def total(lines: Sequence[Worth]) -> Total:
    """The lines added up; a column that the reader gave nothing for stays empty."""

    def added(values: list[Decimal | None]) -> Decimal | None:
        known = [value for value in values if value is not None]
        return sum(known, NONE) if known else None

    return Total(
        annual_t=sum((line.annual_t for line in lines), NONE),
        held_t=sum(line.county.credits.held_t for line in lines),
        issued_t=sum(line.county.credits.issued_t for line in lines),
        held_value=added([line.held_value for line in lines]),
        issued_value=added([line.issued_value for line in lines]),
        compared_value=added([line.compared_value for line in lines]),
        share_pct=added([line.share_pct for line in lines]),
    )
