"""What a certificate says, as plain data: the machine-readable record inside the PDF and the input of the drawing.

Everything is text, whole numbers, truth values and tuples of them (readings of the small plots are floats), so the
record survives JSON unchanged: ``CertificateRecord.from_json(record.to_json()) == record``. Quantities are decimal
strings as they were decided; the drawing groups digits but never rounds.
"""

from __future__ import annotations

import json
import re
import types
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import rfc8785

SCHEMA = "kcr-certificate/1"
KINDS = ("issuance", "inventory_statement")

_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Bilingual:
    """The same words in Chinese and English. ``en`` may be empty where a name has no English form."""

    zh: str
    en: str


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
        _require_sha256("methodology digest", self.digest)


@dataclass(frozen=True)
class Retention:
    """The share kappa of alkalinity that stays, and for how long and where it is said to stay."""

    kappa: str
    horizon: Bilingual

    def __post_init__(self) -> None:
        _decimal("kappa", self.kappa)


@dataclass(frozen=True)
class Figure:
    """One number of the result. ``front`` puts it on the first page, under the headline (at most four do)."""

    key: str
    label: Bilingual
    value: str
    unit: str
    front: bool = False

    def __post_init__(self) -> None:
        _decimal(f"figure {self.key}", self.value)


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: a level reached (``total``) or what was added or taken away on the way (t CO2)."""

    label: Bilingual
    value: str
    total: bool

    def __post_init__(self) -> None:
        _decimal(f"step {self.label.en}", self.value)


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
class CertificateRecord:
    """Everything one certificate states. ``headline`` is the key of the figure that is set large.

    ``issued_on`` is an ISO date; ``check_url`` the public page that confirms the certificate; ``reason`` says why an
    inventory statement comes without credits (or None). Raises ValueError when a part contradicts another.
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
        _require_sha256("result digest", self.result_digest)
        _require_sha256("bundle digest", self.bundle_digest)

    @property
    def headline_figure(self) -> Figure:
        return next(figure for figure in self.figures if figure.key == self.headline)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able content (tuples become lists)."""
        return json.loads(self.to_json())

    def to_json(self) -> bytes:
        """Canonical JSON (RFC 8785): the very bytes that lie inside the PDF as ``record.json``."""
        return rfc8785.dumps(asdict(self))

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> CertificateRecord:
        """The record again; raises ValueError on anything missing, superfluous or of another type."""
        return _build(cls, content, "record")

    @classmethod
    def from_json(cls, data: bytes) -> CertificateRecord:
        return cls.from_dict(json.loads(data))


def issue_moment(record: CertificateRecord) -> datetime:
    """Midnight of the day of issue: the date written into the PDF, so that drawing again gives the same bytes."""
    return datetime.combine(date.fromisoformat(record.issued_on), datetime.min.time())


def _decimal(what: str, value: str) -> None:
    try:
        finite = Decimal(value).is_finite()
    except InvalidOperation:
        finite = False
    if not finite or value != value.strip():
        raise ValueError(f"{what}: {value!r} is not a decimal number")


def _require_sha256(what: str, value: str) -> None:
    if not _SHA256.fullmatch(value):
        raise ValueError(f"{what} {value!r} is not a SHA-256 in lower-case hex")


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(wanted: Any, value: Any, where: str) -> Any:
    """Turn JSON content into the wanted dataclass, tuple or plain value."""
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        some = next(part for part in parts if part is not types.NoneType)
        return None if value is None else _build(some, value, where)
    if origin is tuple and isinstance(value, list):
        return tuple(_build(parts[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if is_dataclass(wanted):
        return _build_dataclass(wanted, value, where)
    if wanted is float and type(value) is int:
        return float(value)  # canonical JSON writes 2.0 as 2
    if not (value in parts if origin is Literal else type(value) is wanted):
        raise ValueError(f"{where}: {value!r} is not {wanted}")
    return value


def _build_dataclass(wanted: Any, value: Any, where: str) -> Any:
    names = {field.name for field in fields(wanted)}
    if not isinstance(value, dict) or set(value) != names:
        raise ValueError(f"{where} must have exactly the entries {sorted(names)}")
    hints = _hints(wanted)
    return wanted(**{name: _build(hints[name], value[name], f"{where}.{name}") for name in names})
