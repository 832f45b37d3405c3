"""The records of the other kinds: a project's registration, a retirement, an account statement, an opinion.

Like :mod:`record`, they are plain data that survives JSON unchanged; what each says is one page of field names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

import rfc8785

from registry.certificates.drawing.plain import Bilingual, Record, require_sha256
from registry.certificates.drawing.record import Party, Person, Place, Project, SerialBlock

REGISTRATION, RETIREMENT, ACCOUNT_STATEMENT, OPINION = (
    "kcr-registration/1",
    "kcr-retirement/1",
    "kcr-account-statement/1",
    "kcr-opinion/1",
)


@dataclass(frozen=True, kw_only=True)
class CommonRecord(Record):
    """What every kind says: which certificate it is, of whom, since when, and where it is checked.

    ``replaces`` is the number of the certificate whose place this one takes; empty for most.
    """

    number: str
    title: Bilingual
    authority: Bilingual
    check_url: str
    issued_on: str
    demo: bool
    replaces: str = ""

    def __post_init__(self) -> None:
        if not self.check_url.startswith(("https://", "http://")):
            raise ValueError(f"{self.check_url!r} is not a web address")
        date.fromisoformat(self.issued_on)


@dataclass(frozen=True)
class Document:
    """A document of the project's file, by its digest."""

    kind: Bilingual
    file_name: str
    sha256: str

    def __post_init__(self) -> None:
        require_sha256("document", self.sha256)


@dataclass(frozen=True)
class Criteria:
    """The methodology by which the project is counted."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True)
class Validated:
    """Who validated the project, and the number of that statement."""

    body: Bilingual
    statement_number: str
    signatories: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class RegistrationRecord(CommonRecord):
    """A project as it was registered. ``registered_at`` is an instant in the programme's zone, to the minute."""

    project: Project
    proponent: Party
    place: Place
    area_km2: str
    boundary_sha256: str
    """Of the boundary (GeoJSON) in canonical form."""
    boundary_is_drawn: bool
    crediting_start: str
    crediting_end: str
    methodology: Criteria
    validation: Validated
    documents: tuple[Document, ...]
    registered_at: str
    officials: tuple[Person, ...]
    kind: Literal["registration"] = "registration"
    schema: Literal["kcr-registration/1"] = "kcr-registration/1"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_sha256("boundary", self.boundary_sha256)
        if date.fromisoformat(self.crediting_end) < date.fromisoformat(self.crediting_start):
            raise ValueError("crediting ends before it begins")


@dataclass(frozen=True)
class Beneficiary:
    """For whom credits are retired, as it is printed."""

    name: Bilingual
    kind: Bilingual
    code: str


@dataclass(frozen=True)
class Origin:
    """From which project and vintage retired credits come, and what its certificate of issuance said of their time."""

    project: Project
    vintage: int
    quantity_t: int
    kappa: str
    horizon: Bilingual
    certificate: str
    """Number of the certificate of issuance; empty when there is none."""


@dataclass(frozen=True, kw_only=True)
class RetirementRecord(CommonRecord):
    """Credits used up for a beneficiary. Raises ValueError unless blocks and origins add up to the quantity."""

    retirement_number: str
    quantity_t: int
    beneficiary: Beneficiary
    on_behalf: bool
    retired_by: Party
    purpose: Bilingual
    year: int
    public_text: str
    blocks: tuple[SerialBlock, ...]
    origins: tuple[Origin, ...]
    facts: tuple[str, ...]
    """Labels and corresponding adjustments in force on the credits when they were retired."""
    retired_at: str
    kind: Literal["retirement"] = "retirement"
    schema: Literal["kcr-retirement/1"] = "kcr-retirement/1"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.quantity_t < 1 or self.quantity_t != sum(block.last - block.first + 1 for block in self.blocks):
            raise ValueError(f"the serial blocks do not add up to {self.quantity_t}")
        if self.quantity_t != sum(origin.quantity_t for origin in self.origins):
            raise ValueError(f"the origins do not add up to {self.quantity_t}")


@dataclass(frozen=True)
class StatementLine:
    """One act on the account: when, what, which serials, and the balance after it."""

    at: str
    act: Bilingual
    serials: tuple[str, ...]
    quantity_t: int
    change_t: int
    balance_t: int


@dataclass(frozen=True, kw_only=True)
class AccountStatementRecord(CommonRecord):
    """An account over a span of days. Raises ValueError unless opening, movements and closing reconcile."""

    account: str
    owner: Party
    first_day: str
    last_day: str
    as_of: str
    """The instant up to which the journal was read, in the programme's zone."""
    opening_t: int
    closing_t: int
    lines: tuple[StatementLine, ...]
    kind: Literal["account_statement"] = "account_statement"
    schema: Literal["kcr-account-statement/1"] = "kcr-account-statement/1"

    def __post_init__(self) -> None:
        super().__post_init__()
        balances = [self.opening_t, *(line.balance_t for line in self.lines)]
        steps = [after - before for before, after in pairwise(balances)]
        if steps != [line.change_t for line in self.lines] or balances[-1] != self.closing_t:
            raise ValueError("opening balance, movements and closing balance of the statement do not reconcile")


class OpinionRecord:
    """A verification or validation opinion: the plain record that the verification room handed over, unchanged.

    Only what the register itself needs is looked at; raises ValueError when that is missing.
    """

    NEEDED = frozenset(
        {"schema", "kind", "number", "title", "authority", "check_url", "issued_on", "demo", "statement_number", "task"}
    )
    schema = OPINION

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = dict(content)
        if missing := self.NEEDED - set(self.content):
            raise ValueError(f"the record of an opinion lacks {sorted(missing)}")
        if (self.content["schema"], self.content["kind"]) != (OPINION, "opinion"):
            raise ValueError(f"this program reads {OPINION}, not {self.content['schema']}")
        date.fromisoformat(self.issued_on)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OpinionRecord) and other.content == self.content

    def __hash__(self) -> int:
        return hash(self.to_json())

    @property
    def number(self) -> str:
        return str(self.content["number"])

    @property
    def title(self) -> Bilingual:
        return Bilingual(**self.content["title"])

    @property
    def authority(self) -> Bilingual:
        """Who states it: the verification body."""
        return Bilingual(**self.content["authority"])

    @property
    def check_url(self) -> str:
        return str(self.content["check_url"])

    @property
    def issued_on(self) -> str:
        return str(self.content["issued_on"])

    @property
    def demo(self) -> bool:
        return bool(self.content["demo"])

    def to_dict(self) -> dict[str, Any]:
        return dict(json.loads(self.to_json()))

    def to_json(self) -> bytes:
        return rfc8785.dumps(self.content)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> OpinionRecord:
        return cls(content)

    @classmethod
    def from_json(cls, data: bytes) -> OpinionRecord:
        return cls(json.loads(data))
