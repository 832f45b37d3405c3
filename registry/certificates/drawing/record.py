"""What a certificate says, as plain data: the machine-readable record inside the PDF and the input of the drawing.

Everything is text, whole numbers, truth values and tuples of them (readings of the small plots are floats), so the
record survives JSON unchanged: ``CertificateRecord.from_json(record.to_json()) == record``. Quantities are decimal
strings as they were decided; the drawing groups digits but never rounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from registry.certificates.drawing.plain import Bilingual, Record, require_decimal, require_sha256

SCHEMA = "kcr-certificate/1"
KINDS = ("issuance", "inventory_statement")

_OFFSET = re.compile(r"[+-]\d\d:\d\d")


@dataclass(frozen=True)
class Project:
    code: str
    name: Bilingual
    kind: Bilingual


@dataclass(frozen=True)
class Party:
    """An organisation with its unified social credit code or foreign registration number."""

    name: Bilingual
    registration_code: str


@dataclass(frozen=True)
class Place:
    """Division code (GB/T 2260) and the county's name as it was on the day of issue."""

    division_code: str
    county: Bilingual


@dataclass(frozen=True)
class Period:
    """First and last day, both inside the period (ISO dates), in the station's zone (``+08:00``)."""

    start: str
    end: str
    utc_offset: str

    def __post_init__(self) -> None:
        if date.fromisoformat(self.end) < date.fromisoformat(self.start):
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")
        if not _OFFSET.fullmatch(self.utc_offset):
            raise ValueError(f"UTC offset {self.utc_offset!r} is not of the form +08:00")


@dataclass(frozen=True)
class Methodology:
    id: str
    version: str
    digest: str
    title: Bilingual

    def __post_init__(self) -> None:
        require_sha256("methodology digest", self.digest)


@dataclass(frozen=True)
class Retention:
    """The share kappa of alkalinity that stays, and for how long and where it is said to stay."""

    kappa: str
    horizon: Bilingual

    def __post_init__(self) -> None:
        require_decimal("kappa", self.kappa)


@dataclass(frozen=True)
class Figure:
    """One number of the result. ``front`` puts it on the first page, under the headline (at most four do)."""

    key: str
    label: Bilingual
    value: str
    unit: str
    front: bool = False

    def __post_init__(self) -> None:
        require_decimal(f"figure {self.key}", self.value)


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: a level reached (``total``) or what was added or taken away on the way (t CO2)."""

    label: Bilingual
    value: str
    total: bool

    def __post_init__(self) -> None:
        require_decimal(f"step {self.label.en}", self.value)


@dataclass(frozen=True)
class SerialBlock:
    """One contiguous range of serial numbers of one vintage, in its printed form."""

    vintage: int
    first: int
    last: int
    printed: str

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.last:
            raise ValueError(f"serial block {self.first}..{self.last} is not a range")


@dataclass(frozen=True)
class Serials:
    """All blocks of the issuance (a period over two calendar years has one per vintage), and the buffer's share."""

    blocks: tuple[SerialBlock, ...]
    total: int
    buffer: int

    def __post_init__(self) -> None:
        if self.total != sum(block.last - block.first + 1 for block in self.blocks):
            raise ValueError(f"the serial blocks do not add up to {self.total}")
        if not 0 <= self.buffer <= self.total:
            raise ValueError(f"a buffer of {self.buffer} does not fit into {self.total}")


@dataclass(frozen=True)
class Person:
    """Who signed or decided, and as what."""

    role: Bilingual
    name: Bilingual


@dataclass(frozen=True)
class Verification:
    body: Bilingual
    statement_number: str
    assurance: Bilingual
    signatories: tuple[Person, ...]


@dataclass(frozen=True)
class Series:
    """The small plots: one entry per day or month (``dates`` ISO, the day or the month's first), None where missing.

    ``rain_mm`` sums, ``discharge_m3_s`` means, ``flux_t_co2`` sums of CO2 taken up; each may be left empty.
    """

    interval: Literal["day", "month"]
    dates: tuple[str, ...]
    rain_mm: tuple[float | None, ...] = ()
    discharge_m3_s: tuple[float | None, ...] = ()
    flux_t_co2: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        if self.interval not in ("day", "month"):
            raise ValueError(f"interval {self.interval!r} is neither day nor month")
        days = [date.fromisoformat(day) for day in self.dates]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("the dates of the series do not increase")
        for name in ("rain_mm", "discharge_m3_s", "flux_t_co2"):
            if len(getattr(self, name)) not in (0, len(days)):
                raise ValueError(f"{name} does not have one value for each of the {len(days)} dates")


@dataclass(frozen=True)
class Correction:
    """What happened to the issuance afterwards: a confirmed reversal or over-issuance, and what it cancelled of it."""

    kind: Bilingual
    decided_on: str
    cancelled_t: int
    note: str


@dataclass(frozen=True)
class CertificateRecord(Record):
    """Everything one certificate states. ``headline`` is the key of the figure that is set large.

    ``issued_on`` is an ISO date; ``check_url`` the public page that confirms the certificate; ``reason`` says why an
    inventory statement comes without credits (or None). A certificate that took the place of another names it
    (``replaces``) and says what was corrected. Raises ValueError when a part contradicts another.
    """

    kind: Literal["issuance", "inventory_statement"]
    number: str
    check_url: str
    title: Bilingual
    authority: Bilingual
    project: Project
    proponent: Party
    place: Place
    period: Period
    methodology: Methodology
    retention: Retention
    headline: str
    figures: tuple[Figure, ...]
    waterfall: tuple[Step, ...]
    series: Series
    serials: Serials | None
    reason: Bilingual | None
    result_digest: str
    bundle_digest: str
    engine_version: str
    verification: Verification
    officials: tuple[Person, ...]
    issued_on: str
    demo: bool
    schema: str = SCHEMA
    corrections: tuple[Correction, ...] = ()
    replaces: str = ""

    def __post_init__(self) -> None:
        if self.schema != SCHEMA:
            raise ValueError(f"this program reads {SCHEMA}, not {self.schema}")
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of certificate {self.kind!r}")
        if (self.kind == "issuance") != (self.serials is not None):
            raise ValueError("an issuance has serial numbers, an inventory statement has none")
        keys = [figure.key for figure in self.figures]
        if len(set(keys)) != len(keys) or self.headline not in keys:
            raise ValueError(f"the headline {self.headline!r} must be one of the distinct figures {keys}")
        if sum(figure.front for figure in self.figures) > 4:
            raise ValueError("the first page has room for four figures")
        if not self.check_url.startswith(("https://", "http://")):
            raise ValueError(f"{self.check_url!r} is not a web address")
        date.fromisoformat(self.issued_on)
        require_sha256("result digest", self.result_digest)
        require_sha256("bundle digest", self.bundle_digest)

    @property
    def headline_figure(self) -> Figure:
        return next(figure for figure in self.figures if figure.key == self.headline)
