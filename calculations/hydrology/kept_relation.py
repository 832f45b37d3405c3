"""A relation as its record describes it, without fitting anything: for drawing a page.

What is official is always fitted again from the gaugings (`calculations.hydrology.dated_curves`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Record
from calculations.hydrology.dated_curves import weir_of
from calculations.hydrology.gaugings import usable_gaugings
from calculations.hydrology.rating import RatingCurve
from calculations.hydrology.segments import SegmentedCurve, Shape
from calculations.hydrology.weirs import Weir
from calculations.portable import log

FloatArray = NDArray[np.float64]


def kept_relation(record: Record, gaugings: Sequence[Record]) -> RatingCurve | SegmentedCurve | Weir:
    """The relation of a kept record (its own form, or a weir's) with the gaugings that it was fitted to.

    >>> weir = {"kind": "v_notch", "angle_deg": 90.0, "crest_stage_m": 0.2}
    >>> kept_relation(weir, []).h0_m
    0.2
    """
    if "kind" in record:
        return weir_of({name: value for name, value in record.items() if name != "exclusions"})
    used = usable_gaugings(gaugings, period_s=None, exclusions=record.get("exclusions", ()))
    arrays = {
        "stage_m": used.stage_m,
        "discharge_m3_s": used.discharge_m3_s,
        "relative_uncertainty": used.relative_uncertainty,
    }
    if "segments" not in record:
        rows = [tuple(row) for row in record["covariance_ln_a_b_h0"]]
        return RatingCurve(
            a=record["a"],
            b=record["b"],
            h0_m=record["h0_m"],
            covariance=(rows[0], rows[1], rows[2]),
            reduced_chi_square=record["reduced_chi_square"],
            residual_sd=record["residual_sd"],
            rejected=(),
            offset_at_edge=record["offset_at_edge"],
            **arrays,
        )
    parts = record["segments"]
    first = parts[0]
    return SegmentedCurve(
        shape=Shape(tuple(part["h0_m"] for part in parts), tuple(part["from_m"] for part in parts[1:])),
        level=log(first["a"]) + first["b"] * log(first["to_m"] - first["h0_m"]),
        exponents=tuple(part["b"] for part in parts),
        covariance=tuple(tuple(row) for row in record["covariance_level_b_h0_breaks"]),
        breaks_held=record["breaks_held"],
        reduced_chi_square=record["reduced_chi_square"],
        rejected=(),
        **arrays,
    )


def deviations_pct(relation: RatingCurve | SegmentedCurve | Weir, gaugings: Sequence[Record]) -> list[float]:
    """100 (gauged / relation - 1) of gaugings, in order; NaN where nothing flows by the relation."""
    used = usable_gaugings(gaugings, period_s=None, exclusions=())
    found = [math.nan] * used.stage_m.size
    flowing = used.stage_m > relation.h0_m
    if flowing.any():
        modelled = relation.discharge_m3_s_at(used.stage_m)
        for place in np.flatnonzero(flowing).tolist():
            found[place] = 100.0 * (float(used.discharge_m3_s[place]) / float(modelled[place]) - 1.0)
    return found
