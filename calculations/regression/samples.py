"""Which laboratory samples may calibrate a period, and why the others may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calculations.evidence import Record
from calculations.hydrology.gaugings import VALIDITY_YEARS, within_validity
from calculations.masses import CHARGE_AND_MASS
from calculations.messages import Message
from calculations.quality.charge_balance import charge_balance_pct, judge
from calculations.records import number_in, place, time_in

EC25 = "specific_conductance_25c_us_cm"
REQUIRED = (EC25, "calcium_mg_l", "magnesium_mg_l", "alkalinity_hco3_mg_l", "sulfate_mg_l")
_CONTROLS = {"blank", "field_blank", "duplicate", "field_duplicate"}
_COUNTED_AT_THE_LIMIT = {"sulfate_mg_l", "nitrate_mg_l"}
"""Below detection: acids count at the limit (conservative), everything else at half of it."""


@dataclass(frozen=True)
class UsableSample:
    """A sample that calibrates: EC25 [uS/cm], concentrations [mg/L] of what was analysed, charge balance."""

    record: Record
    ec25_us_cm: float
    concentrations_mg_l: dict[str, float]
    charge_balance_pct: float


@dataclass(frozen=True)
class Selection:
    """Usable samples in input order, the others as {"file", "row", "code", ...}, and messages."""

    usable: tuple[UsableSample, ...]
    exclusions: tuple[Record, ...]
    messages: tuple[Message, ...]


def select_samples(
    samples: Sequence[Record],
    *,
    period_s: tuple[int, int],
    exclusions: Sequence[Record] = (),
    validity_years: int = VALIDITY_YEARS,
) -> Selection:
    """Sort samples into usable ones and others; `exclusions` are rows a person took out beforehand.

    Unusable: a control (blank, duplicate), a missing required analysis, a time outside the validity window,
    a charge balance beyond twice its gate. Used with a warning: outside the period, beyond the gate once,
    anions or cations that were not analysed. A value that is not a number raises EvidenceError.
    """
    by_person = {_key(item): dict(item) for item in exclusions}
    usable: list[UsableSample] = []
    excluded: list[Record] = []
    messages: list[Message] = []
    for sample in samples:
        if _key(sample) in by_person:
            excluded.append(by_person[_key(sample)])
            continue
        values = _concentrations(sample)
        refusal = _refusal(sample, values, period_s, validity_years)
        if refusal is not None:
            excluded.append(place(sample) | {"code": refusal.code} | dict(refusal.params))
            messages.append(refusal)
            continue
        ec25 = values.pop(EC25)
        balance = charge_balance_pct(values)
        if judge(balance, ec25) == "suspect":
            messages.append(Message("SAMPLE_CHARGE_BALANCE_SUSPECT", _facts(sample, balance_pct=balance)))
        epoch_s = time_in(sample)
        if epoch_s is not None and not period_s[0] <= epoch_s < period_s[1]:
            messages.append(Message("SAMPLE_OUTSIDE_PERIOD", _facts(sample)))
        usable.append(UsableSample(sample, ec25, values, balance))
    return Selection(tuple(usable), tuple(excluded), tuple(messages))


def _concentrations(sample: Record) -> dict[str, float]:
    values: dict[str, float] = {}
    for field in (EC25, *CHARGE_AND_MASS):
        value, censored = number_in(sample, field)
        if value is None or value < 0.0:
            continue
        halved = censored and field not in _COUNTED_AT_THE_LIMIT
        values[field] = 0.5 * value if halved else value
    return values


def _refusal(
    sample: Record, values: dict[str, float], period_s: tuple[int, int], validity_years: int
) -> Message | None:
    if str(sample.get("purpose", "")).strip().lower().replace(" ", "_") in _CONTROLS:
        return Message("SAMPLE_IS_CONTROL", _facts(sample), "info")
    missing = [field for field in REQUIRED if field not in values]
    if missing or values[EC25] <= 0.0:
        return Message("SAMPLE_INCOMPLETE", _facts(sample, missing=missing or [EC25]))
    if not within_validity(time_in(sample), period_s, validity_years):
        return Message("SAMPLE_OUTSIDE_VALIDITY", _facts(sample, years=validity_years))
    balance = charge_balance_pct({field: values[field] for field in values if field != EC25})
    if judge(balance, values[EC25]) == "fail":
        return Message("SAMPLE_CHARGE_BALANCE_FAIL", _facts(sample, balance_pct=balance))
    return None


def _facts(sample: Record, **more: object) -> Record:
    return place(sample) | {"sample_id": str(sample.get("sample_id", ""))} | more


def _key(record: Record) -> tuple[str, int]:
    where = place(record)
    return where["file"], where["row"]
