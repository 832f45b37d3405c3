"""The baseline's mean year cut to the months of a period, so that a part-year meets its own season.

A baseline record may state its twelve months (`months`: `month` 1 to 12, `runoff_mm`, and where known
`flow_weighted_alkalinity_mg_l_hco3`, `so4_mg_l`, `no3_mg_l`). The period's share of month m is w_m: the seconds of that
month that lie in the period over the month's seconds, summed over the years of the period. Then

    Q_b = sum w_m R_m        C_b = flow-weighted over the same months: sum w_m R_m c_m / sum w_m R_m

Both C_b Q_p and C_b Q_b of the maximum rule are thus those of the period's months. A concentration without months is
the year's.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from math import fsum
from typing import Any

from calculations.evidence import Record
from calculations.flux.baseline import BaselineError, years_of
from calculations.messages import CalculationError, Message
from calculations.records import number_in

MONTHS = 12
_AGREEMENT = 0.01
_CONCENTRATIONS = ("flow_weighted_alkalinity_mg_l_hco3", "so4_mg_l", "no3_mg_l")


def for_period(record: Record, start_s: int, end_s: int, utc_offset_s: int) -> tuple[Record, list[Message]]:
    """The baseline record whose mean year is that of the period's months, and what to tell about it.

    `runoff_mm_per_year` of the returned record times the period's years is Q_b. Raises BaselineError
    BASELINE_FIELD_INVALID or BASELINE_MONTHS_DISAGREE.
    """
    years = years_of(start_s, end_s, utc_offset_s)
    if record.get("months") is None:
        whole = abs(years - round(years)) < 1e-9
        return record, [] if whole else [Message("BASELINE_SCALED_BY_DAYS", {})]
    months = _months(record)
    year_mm = _number(record, "runoff_mm_per_year", 20_000.0)
    sum_mm = fsum(months[m]["runoff_mm"] for m in months)
    if abs(sum_mm - year_mm) > _AGREEMENT * year_mm:
        raise BaselineError("BASELINE_MONTHS_DISAGREE", sum_mm=round(sum_mm, 3), year_mm=year_mm)
    share = month_shares(start_s, end_s, utc_offset_s)
    weight = {m: share[m] * months[m]["runoff_mm"] for m in months}
    total_mm = fsum(weight.values())
    changed: dict[str, Any] = dict(record) | {"runoff_mm_per_year": repr(total_mm / years)}
    for field in _CONCENTRATIONS:
        if all(field in months[m] for m in months) and total_mm > 0.0:
            changed[field] = repr(fsum(weight[m] * months[m][field] for m in months) / total_mm)
    del changed["months"]
    return changed, []


def month_shares(start_s: int, end_s: int, utc_offset_s: int) -> dict[int, float]:
    """Month 1 to 12 -> how often the period [start, end) holds it, in the station's calendar; whole years give 1 each.

    >>> shares = month_shares(1619798400, 1622476800, 28800)  # May 2021 at Beijing time
    >>> [month for month, share in shares.items() if share]
    [5]
    """
    shares = dict.fromkeys(range(1, MONTHS + 1), 0.0)
    first = datetime.fromtimestamp(start_s + utc_offset_s, UTC)
    year, month = first.year, first.month
    while True:
        begins = int(datetime(year, month, 1, tzinfo=UTC).timestamp()) - utc_offset_s
        seconds = monthrange(year, month)[1] * 86_400
        if begins >= end_s:
            return shares
        shares[month] += (min(end_s, begins + seconds) - max(start_s, begins)) / seconds
        year, month = (year + 1, 1) if month == MONTHS else (year, month + 1)


def _months(record: Record) -> dict[int, dict[str, float]]:
    rows = record["months"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _invalid("months", type(rows).__name__, "twelve objects")
    found = {}
    for row in rows:
        month = int(_number(row, "month", 12.0))
        stated = [field for field in _CONCENTRATIONS if row.get(field) not in (None, "")]
        found[month] = {"runoff_mm": _number(row, "runoff_mm", 5000.0)}
        found[month] |= {field: _number(row, field, 100_000.0) for field in stated}
    if sorted(found) != list(range(1, MONTHS + 1)) or len(rows) != MONTHS:
        raise _invalid("months", ", ".join(map(str, sorted(found))), "months 1 to 12, each once")
    return found


def _number(record: Record, field: str, high: float) -> float:
    try:
        value, censored = number_in(record, field)
    except CalculationError as error:
        raise _invalid(field, str(record.get(field)), f"0 to {high:g}") from error
    if value is None or censored or not 0.0 <= value <= high:
        raise _invalid(field, str(record.get(field, "")), f"0 to {high:g}")
    return value


def _invalid(field: str, value: str, expected: str) -> BaselineError:
    return BaselineError("BASELINE_FIELD_INVALID", field=field, value=value, expected=expected)
