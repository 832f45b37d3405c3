"""compute(bundle, methodology) -> Result: the one way in.

A calculation is a pure function of the evidence, the methodology version and this engine's version. The same
three give the same bytes on any machine: elementary functions are our own (`calculations.portable`), sums are
exact, regressions closed form, draws come from counters, and rounding happens once, at the end.

`ENGINE_VERSION` changes when a published version would give other bytes; a further procedure leaves it alone. What
changed: 1.1.0 finds the species of a water in three passes instead of four, to the same tolerance, interpolates a long
series between speciated waters, and adds up the error model's sums in another order. Last digits of saturation and CO2
pressure moved (by less than 1e-9), no stated digit of a published version's figures did.
"""

from __future__ import annotations

from collections.abc import Mapping

from calculations.bundle import Bundle
from calculations.memory import keep_freed_memory
from calculations.messages import CalculationError
from calculations.methodologies import Methodology
from calculations.procedures.registry import PROCEDURES
from calculations.result import Result
from calculations.site import Progress

ENGINE_VERSION = "1.1.0"
PHASES = ("load", "qc", "gap_fill", "discharge", "ions", "speciation", "flux", "uncertainty", "report")


def compute(
    bundle: Bundle,
    methodology: Methodology,
    progress: Progress | None = None,
    *,
    what_if: Mapping[str, float] | None = None,
) -> Result:
    """The result of one period by one methodology version.

    `progress(phase, done, total)` is called with the phases of PHASES that the procedure has, in order. `what_if`
    takes other values of the version's parameters: the result says so, is not issuable and credits nothing.

    Raises CalculationError (with a code and a text in both languages) where nothing can be calculated:
    METHODOLOGY_* for a version that is not known or out of its ranges, SERIES_MISSING, RECORD_MISSING or
    COMPANION_MISSING for a variable that the evidence lacks, and what the steps' docstrings name. Where something
    can be calculated, but nothing may be issued on it, the result says so with its reasons.
    """
    keep_freed_memory()
    tell = progress or _nobody
    chosen = methodology.changed(what_if) if what_if else methodology
    procedure = PROCEDURES.get(chosen.procedure)
    if procedure is None:
        raise CalculationError(
            "METHODOLOGY_PROCEDURE_UNKNOWN", procedure=chosen.procedure, known=", ".join(sorted(PROCEDURES))
        )
    result = procedure(bundle, chosen, tell)
    content = {**result.content, "engine_version": ENGINE_VERSION}
    if chosen.what_if:
        content["what_if"] = {
            symbol: {"published": before, "taken": after} for symbol, (before, after) in sorted(chosen.what_if.items())
        }
        assert not content["issuable"]
    return Result(content, result.plots)


def _nobody(phase: str, done: int, total: int) -> None:
    """Progress that nobody listens to."""
