"""What passes from the work floor to the record of credits, as one frozen value.

The record keeps it as plain JSON and can be read, tested and trusted without knowing hydrology.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

CREDITS = "credits"
STATEMENT = "statement"
MAX_DECIMALS = 12
"""What the ledger's columns hold; a finer creditable quantity is refused rather than rounded a second time."""

QUANTITIES = (
    "gross_t",
    "retained_t",
    "baseline_t",
    "net_t",
    "p10_t",
    "half_width_pct",
    "creditable_t",
    "buffer_share",
)


@dataclass(frozen=True)
class VerifiedOutcome:
    """The verified result of one monitoring period. Quantities are t CO2 as Decimal, never floats.

    Raises ValueError when the parts contradict each other: that is a fault of the caller, not of a person.
    """

    project_code: str
    period_start: datetime
    """First instant of the period, with its zone."""
    period_end: datetime
    """First instant after the period."""
    utc_offset_s: int
    """Offset of the station's zone in seconds: dates are printed in it."""
    vintages: tuple[tuple[int, Decimal], ...]
    """(calendar year, share of the period's flux); shares add up to one."""
    gross_t: Decimal
    retained_t: Decimal
    baseline_t: Decimal
    net_t: Decimal
    p10_t: Decimal
    half_width_pct: Decimal
    """Half width of the 90 % interval in percent of the net quantity."""
    creditable_t: Decimal
    """What may be credited, before it is rounded down to whole tonnes."""
    outcome: str
    """``credits`` or ``statement``."""
    reason_codes: tuple[str, ...]
    methodology_id: str
    methodology_version: str
    methodology_digest: str
    engine_version: str
    bundle_digest: str
    result_digest: str
    buffer_share: Decimal
    statement_number: str
    verification_body_id: int
    signed_by: tuple[int, ...]
    """User ids: lead verifier, independent reviewer."""
    kappa: Decimal
    time_horizon_zh: str
    time_horizon_en: str
    certificate_figures: Mapping[str, Any] = field(default_factory=dict)
    """What else the certificate prints, as JSON values; words are ``{"zh": ..., "en": ...}``, amounts decimal text:

    ``methodology_title``  words; needed
    ``assurance``          words, e.g. reasonable assurance; needed
    ``figures``            further figures: key, label (words), value, unit, front (false: the first
                           page is full with gross, retained, net and P10)
    ``waterfall``          steps in t CO2 up to the creditable quantity: label (words), value, total (true for a level
                           reached, false for a change); when absent the steps are made from the quantities above
    ``series``             interval ("day" or "month"), dates (ISO), and of the same length rain_mm, discharge_m3_s,
                           flux_t_co2 (numbers or null)
    ``reason``             words: why nothing is creditable; needed for a statement with the outcome ``credits``
    """

    def __post_init__(self) -> None:
        # As JSON would give them back, so that a stored outcome equals the one it was made from.
        object.__setattr__(self, "certificate_figures", json.loads(json.dumps(dict(self.certificate_figures))))
        for name in (*QUANTITIES, "kappa"):
            _check_decimal(name, getattr(self, name))
        for _year, share in self.vintages:
            _check_decimal("vintages", share)
        if -int(self.creditable_t.as_tuple().exponent) > MAX_DECIMALS:
            raise ValueError(f"creditable_t has more than {MAX_DECIMALS} decimals: quantise it where it is computed")
        if self.outcome not in (CREDITS, STATEMENT):
            raise ValueError(f"outcome is {self.outcome!r}")
        if self.period_start.utcoffset() is None or self.period_end.utcoffset() is None:
            raise ValueError("the period's times carry no zone")
        if self.period_end <= self.period_start:
            raise ValueError("the period ends before it begins")
        if not 0 <= self.buffer_share <= 1:
            raise ValueError("the buffer share is not between 0 and 1")
        years = [year for year, _share in self.vintages]
        if not years or years != sorted(set(years)):
            raise ValueError("the vintages are not calendar years in order, each once")
        if any(share < 0 for _year, share in self.vintages) or sum(share for _year, share in self.vintages) <= 0:
            raise ValueError("the vintages have no flux")
        if self.creditable_t < 0:
            raise ValueError("a creditable quantity cannot be negative: it is zero, with a reason")

    def as_plain(self) -> dict[str, Any]:
        """JSON values only; :meth:`from_plain` gives an equal value back."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in (*QUANTITIES, "kappa"):
            plain[name] = f"{plain[name]:f}"
        plain["period_start"] = self.period_start.isoformat()
        plain["period_end"] = self.period_end.isoformat()
        plain["vintages"] = [[year, f"{share:f}"] for year, share in self.vintages]
        plain["reason_codes"] = list(self.reason_codes)
        plain["signed_by"] = list(self.signed_by)
        plain["certificate_figures"] = dict(self.certificate_figures)
        return json.loads(json.dumps(plain, allow_nan=False))

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> VerifiedOutcome:
        values = dict(plain)
        for name in (*QUANTITIES, "kappa"):
            values[name] = Decimal(values[name])
        values["period_start"] = datetime.fromisoformat(values["period_start"])
        values["period_end"] = datetime.fromisoformat(values["period_end"])
        values["vintages"] = tuple((int(year), Decimal(share)) for year, share in values["vintages"])
        values["reason_codes"] = tuple(values["reason_codes"])
        values["signed_by"] = tuple(values["signed_by"])
        return cls(**values)


def _check_decimal(name: str, value: object) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError(f"{name} must be a finite Decimal, not {value!r}")
