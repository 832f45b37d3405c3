"""Name of a procedure -> the function that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calculations.bundle import Bundle
from calculations.methodologies import Methodology
from calculations.procedures import (
    allogenic_irrigation,
    aquatic_photosynthesis,
    carbonate_powder,
    downstream_retention,
    enhancement,
    full_chemistry,
    inventory,
    limestone_tablets,
    potential_dissolution,
)
from calculations.result import Result
from calculations.site import Progress

Procedure = Callable[[Bundle, Methodology, Progress], Result]

PROCEDURES: Mapping[str, Procedure] = {
    "karst-flux-1": inventory.compute,
    "karst-flux-2": full_chemistry.compute,
    "karst-enhancement-2": enhancement.compute,
    "karst-enhancement-3": enhancement.compute,
    "downstream-retention-1": downstream_retention.compute,
    "aquatic-photosynthesis-1": aquatic_photosynthesis.compute,
    "allogenic-irrigation-1": allogenic_irrigation.compute,
    "carbonate-powder-1": carbonate_powder.compute,
    "potential-dissolution-1": potential_dissolution.compute,
    "limestone-tablets-1": limestone_tablets.compute,
}
