"""Name of a procedure -> the function that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calculations.bundle import Bundle
from calculations.methodologies import Methodology
from calculations.procedures import inventory
from calculations.result import Result
from calculations.site import Progress

Procedure = Callable[[Bundle, Methodology, Progress], Result]

PROCEDURES: Mapping[str, Procedure] = {
    "karst-flux-1": inventory.compute,
}
