"""karst-flux-1: the natural sink by hydrochemistry and runoff, and its enhancement over pre-project years."""

from __future__ import annotations

from calculations.bundle import Bundle
from calculations.calculation import calculate
from calculations.methodologies import Methodology
from calculations.report import write_result
from calculations.result import Result
from calculations.site import Progress


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-INV 1.0.0 and KCS-ENH-BACI 1.0.0; the version's outcome says whether a baseline is asked for."""
    calculation = calculate(bundle, methodology, tell)
    tell("report", 0, 1)
    result = write_result(calculation)
    tell("report", 1, 1)
    return result
