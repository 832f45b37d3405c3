"""compute(bundle, methodology) -> Result: the one way in.

A calculation is a pure function of the evidence, the methodology version and this engine's version. The same
three give the same bytes on any machine: elementary functions are our own (`calculations.portable`), sums are
exact, regressions closed form, draws come from counters, and rounding happens once, at the end.
"""

from __future__ import annotations

from calculations.bundle import Bundle
from calculations.calculation import Progress, calculate
from calculations.methodologies import Methodology
from calculations.report import write_result
from calculations.result import Result

ENGINE_VERSION = "1.0.0"
PHASES = ("load", "qc", "gap_fill", "discharge", "ions", "speciation", "flux", "uncertainty", "report")


def compute(bundle: Bundle, methodology: Methodology, progress: Progress | None = None) -> Result:
    """The result of one period by one methodology version.

    `progress(phase, done, total)` is called with the phases of PHASES in order. Raises CalculationError (with a
    code and a text in both languages) where nothing can be calculated; where something can, but nothing may be
    issued on it, the result says so with its reasons.
    """
    tell = progress or _nobody
    calculation = calculate(bundle, methodology, tell)
    tell("report", 0, 1)
    result = write_result(calculation, ENGINE_VERSION)
    tell("report", 1, 1)
    return result


def _nobody(phase: str, done: int, total: int) -> None:
    """Progress that nobody listens to."""
