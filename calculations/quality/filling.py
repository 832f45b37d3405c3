"""Gaps of a period's readings by the conditional rule of a methodology version, each value with its own uncertainty.

Stage first: it has nothing to lean on, so only short gaps are bridged, about the season's mean. Conductivity then leans
on the stage: up to the conditional limit between the readings on both sides, beyond it up to the regression's limit
by the season's line alone. pH and temperature only up to the conditional limit. What is longer stays missing: it earns
nothing (`calculations.hydrology.gap_filling` has the mathematics).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calculations.hydrology.gap_filling import (
    CONDITIONAL,
    MISSING,
    REGRESSION,
    Filling,
    GapRules,
    fill_conditionally,
    season_numbers,
)
from calculations.methodologies import Methodology

FloatArray = NDArray[np.float64]

_STAGE, _EC25 = "stage", "specific_conductance_25c"


@dataclass(frozen=True)
class FillingRule:
    """Limits of a version's conditional rule."""

    stage_limit_h: float
    rules: GapRules


def filling_rule(methodology: Methodology) -> FillingRule | None:
    """The conditional rule where the version states its parameters; None: straight lines, as versions before it."""
    if "gap_regression_limit_h" not in methodology.parameters:
        return None
    return FillingRule(
        methodology.value("gap_stage_limit_h"),
        GapRules(
            conditional_limit_h=methodology.value("gap_limit_h"),
            regression_limit_h=methodology.value("gap_regression_limit_h"),
            least_pairs=methodology.whole("gap_least_pairs"),
        ),
    )


def fill_series(
    measured: Mapping[str, FloatArray], rule: FillingRule, *, start_s: int, interval_s: int, utc_offset_s: int
) -> dict[str, Filling]:
    """Parameter -> its filling, arrays (slots,); what was never measured stays missing."""
    slots = next(iter(measured.values())).size
    season = season_numbers(start_s, interval_s, slots, utc_offset_s)
    found: dict[str, Filling] = {}
    stage = measured.get(_STAGE)
    if stage is not None:
        alone = replace(rule.rules, conditional_limit_h=rule.stage_limit_h, regression_limit_h=0.0, least_value=-1e9)
        found[_STAGE] = _filled(stage, None, season, interval_s, alone)
        stage = found[_STAGE].values
    for parameter, values in measured.items():
        if parameter != _STAGE:
            longest = rule.rules.regression_limit_h if parameter == _EC25 else 0.0
            rules = replace(rule.rules, regression_limit_h=longest)
            found[parameter] = _filled(values, stage, season, interval_s, rules)
    return found


def _filled(
    values: FloatArray, stage: FloatArray | None, season: NDArray[np.int64], interval_s: int, rules: GapRules
) -> Filling:
    if np.isnan(values).all():
        how = np.full(values.shape, MISSING, dtype=np.int8)
        return Filling(values, np.full(values.shape, np.nan), how, (), 0.0, 0.0)
    if not np.isnan(values).any():
        return Filling(values, np.zeros(values.shape), np.zeros(values.shape, dtype=np.int8), (), 0.0, 0.0)
    return fill_conditionally(values, stage, season, interval_s=interval_s, rules=rules)


@dataclass(frozen=True)
class FilledSlots:
    """Slots whose stage or conductivity was filled: between readings, and by regression alone; each (slots,)."""

    conditional: NDArray[np.bool_]
    regression: NDArray[np.bool_]


def filled_slots(fillings: Mapping[str, Filling]) -> FilledSlots | None:
    """Of stage and conductivity together; None where no conditional rule was used."""
    if not fillings:
        return None
    kinds = [fillings[name].how for name in (_STAGE, _EC25) if name in fillings]
    regression = np.any([how == REGRESSION for how in kinds], axis=0)
    conditional = np.any([how == CONDITIONAL for how in kinds], axis=0) & ~regression
    return FilledSlots(conditional, regression)
