"""What a new version changes in past periods; the room that knows runs registers itself here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from calculations.canonical import canonical_digest
from mrv.methodologies.models import MethodologyVersion
from registry.core.actors import Actor

WAITING, DONE, FAILED = "waiting", "done", "failed"


@dataclass(frozen=True)
class Row:
    """One past official period: what was decided by, and what the new version makes of the same evidence.

    Quantities are decimal strings in t CO2 as the results state them; ``after_*`` is empty until computed, ``error``
    says in both languages why the new version computes nothing here.
    """

    period: int
    name: str
    followed: str
    engine_before: str
    before_t: str
    digest_before: str
    state: str
    run: int | None = None
    percent: int = 0
    engine_after: str = ""
    after_t: str = ""
    digest_after: str = ""
    error: dict[str, Any] | None = None

    @property
    def difference_t(self) -> Decimal | None:
        return Decimal(self.after_t) - Decimal(self.before_t) if self.after_t and self.before_t else None

    def kept(self) -> dict[str, Any]:
        """As the impact keeps it."""
        facts = asdict(self)
        del facts["percent"]
        difference = self.difference_t
        return {**facts, "difference_t": None if difference is None else f"{difference:f}"}


@dataclass(frozen=True)
class Tester:
    """What the room of the runs does for an impact test."""

    affected: Callable[[MethodologyVersion], list[str]]
    start: Callable[[Actor, MethodologyVersion], int]
    rows: Callable[[MethodologyVersion], list[Row]]


_testers: list[Tester] = []


def register(tester: Tester) -> None:
    if tester not in _testers:
        _testers.append(tester)


def affected_periods(version: MethodologyVersion) -> list[str]:
    """The past official periods that followed another version of the same methodology."""
    return [name for tester in _testers for name in tester.affected(version)]


def start(actor: Actor, version: MethodologyVersion) -> int:
    """Ask for the calculation of each of them by this version; how many were asked for now."""
    return sum(tester.start(actor, version) for tester in _testers)


def rows_of(version: MethodologyVersion) -> list[Row]:
    """How far the test is: one row for each past period, calculated or not."""
    return [row for tester in _testers for row in tester.rows(version)]


def record_of(rows: list[Row]) -> dict[str, Any]:
    """The impact as it is kept: the rows, their totals over what both versions computed, and a digest of all of it."""
    if not rows:
        return {"periods": []}
    compared = [row for row in rows if row.difference_t is not None]
    before = sum((Decimal(row.before_t) for row in compared), Decimal(0))
    after = sum((Decimal(row.after_t) for row in compared), Decimal(0))
    content: dict[str, Any] = {
        "periods": [row.kept() for row in rows],
        "totals": {
            "compared": len(compared),
            "failed": sum(row.state == FAILED for row in rows),
            "before_t": f"{before:f}",
            "after_t": f"{after:f}",
            "difference_t": f"{after - before:f}",
        },
    }
    return {**content, "digest": canonical_digest(content)}
