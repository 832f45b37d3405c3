"""The design check: the smallest change of a flux that a plan of years, samples and gaugings can show.

A side (before or after) is a mean over its years. Its relative variance is

    u^2 = u_year^2 / years + u_sample^2 / (years samples_per_year) + u_gauging^2 / gaugings

and a change is detectable when it exceeds (z(0.95) + z(0.80)) sqrt(u_before^2 + u_after^2): one-sided test at 5 %,
found with a probability of 80 % (the usual normal approximation, e.g. J. Cohen 1988, Statistical Power Analysis,
chapter 2). Errors that both sides share (same laboratory, same meter) cancel and are not counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculations.evidence import Record
from calculations.messages import CalculationError
from calculations.methodologies import Methodology
from calculations.portable import normal_quantile
from calculations.records import number_in

SIGNIFICANCE, POWER = 0.95, 0.80


class DesignError(CalculationError):
    """A plan that cannot be judged; `params["field"]` names the field."""


@dataclass(frozen=True)
class Side:
    """One side of the comparison: years of monitoring, samples a year, gaugings in all."""

    years: float
    samples_per_year: float
    gaugings: float


@dataclass(frozen=True)
class Spread:
    """Relative standard deviations: of a year about the mean, of a sample about its line, of a gauging."""

    year: float
    sample: float
    gauging: float


def minimum_detectable_change(before: Side, after: Side, spread: Spread) -> float:
    """Smallest detectable relative change (0.12 is 12 %).

    >>> side = Side(years=3, samples_per_year=12, gaugings=12)
    >>> print(f"{minimum_detectable_change(side, side, Spread(0.05, 0.06, 0.08)):.4f}")
    0.1347
    """
    deviates = normal_quantile(SIGNIFICANCE) + normal_quantile(POWER)
    return deviates * math.sqrt(_variance(before, spread) + _variance(after, spread))


def check_design(record: Record, methodology: Methodology) -> tuple[float, float]:
    """(minimum detectable change in %, claimed enhancement in %) of a record `design`.

    Fields: `baseline_years`, `planned_years`, `samples_per_year`, `gaugings` (on each side),
    `claimed_enhancement_pct`; optional `interannual_sd_pct` where the catchment's own is known. Raises DesignError
    DESIGN_INVALID.
    """
    samples = _number(record, "samples_per_year", 1.0, 100_000.0)
    gaugings = _number(record, "gaugings", 3.0, 10_000.0)
    own = _number(record, "interannual_sd_pct", 0.0, 100.0, default=100.0 * methodology.value("u_interannual"))
    spread = Spread(own / 100.0, methodology.value("u_sample"), methodology.value("u_gauging"))
    before = Side(_number(record, "baseline_years", 1.0, 50.0), samples, gaugings)
    after = Side(_number(record, "planned_years", 1.0, 50.0), samples, gaugings)
    claimed = _number(record, "claimed_enhancement_pct", 0.0, 1000.0)
    return 100.0 * minimum_detectable_change(before, after, spread), claimed


def _variance(side: Side, spread: Spread) -> float:
    samples = side.years * side.samples_per_year
    if side.years <= 0.0 or samples <= 0.0 or side.gaugings <= 0.0:
        raise DesignError("DESIGN_INVALID", field="years, samples, gaugings", value=str(side), expected="> 0")
    by_year, by_sample = spread.year * spread.year / side.years, spread.sample * spread.sample / samples
    return by_year + by_sample + spread.gauging * spread.gauging / side.gaugings


def _number(record: Record, field: str, low: float, high: float, *, default: float | None = None) -> float:
    facts = {"field": field, "value": str(record.get(field, "")), "expected": f"{low:g} to {high:g}"}
    try:
        value, _ = number_in(record, field)
    except CalculationError as error:
        raise DesignError("DESIGN_INVALID", **facts) from error
    if value is None and default is not None:
        return default
    if value is None or not low <= value <= high:
        raise DesignError("DESIGN_INVALID", **facts)
    return value
