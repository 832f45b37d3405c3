"""One line of an independent check: two ways to the same figure, and how far they are apart at most."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """The largest difference over `count` pairs; `relative` says of which kind it is."""

    what: str
    count: int
    largest: float
    allowed: float
    relative: bool
    where: str  # the pair that differs most

    @property
    def holds(self) -> bool:
        """False also where a difference is NaN."""
        return self.largest <= self.allowed

    def line(self) -> str:
        """For people."""
        kind = "relative" if self.relative else "absolute"
        verdict = "ok" if self.holds else "DIFFERENT"
        return (
            f"{verdict:9}  {self.what}: {self.count} compared, largest {kind} difference {self.largest:.2e}"
            f" (allowed {self.allowed:.1e}) {self.where}"
        )


def compare(
    what: str,
    own: Sequence[float],
    program: Sequence[float],
    allowed: float,
    *,
    relative: bool = False,
    names: Sequence[str] | None = None,
) -> Comparison:
    """Pair by pair; the two must be equally many and at least one."""
    if len(own) != len(program) or not own:
        raise ValueError(f"{what}: {len(own)} against {len(program)} values")
    worst, place = -1.0, 0
    for index, (a, b) in enumerate(zip(own, program, strict=True)):
        difference = abs(b - a) / (abs(a) if relative else 1.0)
        if not difference <= worst:  # also takes a NaN, and keeps it
            worst, place = difference, index
            if math.isnan(difference):
                break
    name = f"[{names[place]}] " if names else ""
    return Comparison(
        what, len(own), worst, allowed, relative, f"at {name}{own[place]:.6g} here, {program[place]:.6g} there"
    )
