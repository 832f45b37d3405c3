"""What if a parameter were another: the sealed evidence of a published period through the same engine, never a result.

Nothing is stored: an answer is kept in the cache for a while, under the digests that it follows from. A reader moves
only what :data:`SLIDERS` names, in steps, so there are few answers to keep.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from calculations.bundle import Bundle
from calculations.further_figures import ALL
from calculations.messages import CalculationError
from calculations.methodologies import Methodology, Parameter
from mrv.methodologies.selectors import checked_methodology
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import sealed_bundle
from mrv.publication.evidence_page import Published
from mrv.runs.presentation import STEPS, TOTALS, remarks, typeset
from mrv.runs.selectors import result_of
from registry.core.charts import WaterfallRow, waterfall
from registry.core.errors import InvalidInput, Refusal
from registry.core.languages import is_chinese
from registry.public.caching import software

Result = Mapping[str, Any]

KEPT_S = 24 * 3600
KEPT_PARTS = ("figures", "waterfall", "reasons", "warnings", "outcome", "what_if")
BUSY_S, WAIT_S, LOOK_EVERY_S = 20, 4.0, 0.05
COMPARED = ("gross_t_co2", "retained_t_co2", "baseline_t_co2", "net_t_co2", "net_p10_t_co2", "half_width_90_pct")
AFTER_THE_NET = ("gate", "whole_tonnes", "buffer")
"""Steps of an issuance: a what-if has none, so neither side shows them."""


@dataclass(frozen=True)
class Range:
    """How far a reader may move a parameter, and in which steps; within the methodology's own range."""

    symbol: str
    lowest: Decimal
    highest: Decimal
    step: Decimal


SLIDERS = (
    Range("kappa_ref", Decimal("0.50"), Decimal("1.00"), Decimal("0.01")),
    Range("allogenic_share", Decimal("0.00"), Decimal("0.60"), Decimal("0.01")),
    Range("u_gauging_bias", Decimal("0.000"), Decimal("0.100"), Decimal("0.005")),
    Range("u_lab_alkalinity", Decimal("0.000"), Decimal("0.100"), Decimal("0.005")),
    Range("neutral_sulfate_mg_l", Decimal("0"), Decimal("50"), Decimal("1")),
    Range("silicate_ca_mg_meq_l", Decimal("0.00"), Decimal("1.00"), Decimal("0.02")),
    Range("rain_mmol_l", Decimal("0.000"), Decimal("0.200"), Decimal("0.005")),
)


@dataclass(frozen=True)
class Slider:
    """One parameter of the period's methodology as the page offers it."""

    symbol: str
    name: str
    unit: str
    source: str
    lowest: Decimal
    highest: Decimal
    step: Decimal
    published: Decimal
    taken: Decimal

    @property
    def moved(self) -> bool:
        return self.taken != self.published


@dataclass(frozen=True)
class Compared:
    """A figure of the verified result beside the same of the what-if."""

    label: Any
    unit: str
    verified: Decimal
    taken: Decimal

    @property
    def difference(self) -> Decimal:
        return self.taken - self.verified


@dataclass(frozen=True)
class Step:
    """A step of the two waterfalls, drawn on one scale; None where one of them has no such step."""

    label: Any
    verified: WaterfallRow | None
    taken: WaterfallRow | None


def sliders(methodology: Methodology, query: Mapping[str, str]) -> list[Slider]:
    """What may be moved in this version, with the reader's values of ``query``, each at the nearest step.

    Raises InvalidInput ``WHAT_IF_NOT_A_NUMBER`` or ``WHAT_IF_OUT_OF_RANGE`` for a value that cannot be taken.
    """
    return [
        _slider(each, methodology.parameters[each.symbol], query.get(each.symbol, "").strip())
        for each in SLIDERS
        if each.symbol in methodology.parameters
    ]


def _slider(each: Range, parameter: Parameter, asked: str) -> Slider:
    chinese = is_chinese()
    lowest = max(each.lowest, _decimal(parameter.minimum))
    highest = min(each.highest, _decimal(parameter.maximum))
    published = _in_steps(_decimal(parameter.value), each.step)
    name = parameter.names["zh" if chinese else "en"]
    return Slider(
        symbol=each.symbol,
        name=name,
        unit="" if parameter.unit == "1" else parameter.unit,
        source=parameter.sources["zh" if chinese else "en"],
        lowest=lowest,
        highest=highest,
        step=each.step,
        published=published,
        taken=_value(asked, name, lowest, highest, each.step) if asked else published,
    )


def _value(asked: str, name: str, lowest: Decimal, highest: Decimal, step: Decimal) -> Decimal:
    try:
        value = Decimal(asked)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise InvalidInput(
            "WHAT_IF_NOT_A_NUMBER",
            _("“%(asked)s” is not a number. Give a value of “%(name)s” from %(lowest)s to %(highest)s."),
            asked=asked[:40],
            name=name,
            lowest=lowest,
            highest=highest,
        )
    if not lowest <= value <= highest:
        raise InvalidInput(
            "WHAT_IF_OUT_OF_RANGE",
            _("%(asked)s cannot be tried here. Give a value of “%(name)s” from %(lowest)s to %(highest)s."),
            asked=asked[:40],
            name=name,
            lowest=lowest,
            highest=highest,
        )
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _in_steps(value: Decimal, step: Decimal) -> Decimal:
    """Written with the step's decimals where that changes nothing."""
    written = value.quantize(step)
    return written if written == value else value


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def sliders_of(shown: Published) -> list[Slider]:
    """The sliders at the published values; none where the program no longer ships the version that was followed."""
    try:
        return sliders(methodology_in(shown), {})
    except CalculationError:
        return []


def moved(offered: list[Slider]) -> dict[str, float]:
    """symbol -> value of what was moved away from the published value."""
    return {each.symbol: float(each.taken) for each in offered if each.moved}


def methodology_in(shown: Published) -> Methodology:
    """The version that the official run followed, checked against its record."""
    return checked_methodology(shown.run.methodology)


def known_answer(shown: Published, values: Mapping[str, float]) -> Result | None:
    """The answer to these values where one is kept, else None."""
    found: Result | None = cache.get(_key(shown, values))
    return found


def answer(shown: Published, values: Mapping[str, float]) -> Result:
    """Parts of what the engine makes of the sealed evidence with these values; marked by it as a what-if.

    One at a time is computed. Raises Refusal ``WHAT_IF_BUSY`` when others keep the server busy, CalculationError where
    the engine refuses.
    """
    known = known_answer(shown, values)
    if known is not None:
        return known
    from calculations.engine import compute  # noqa: PLC0415  only who asks this loads the engine

    methodology = methodology_in(shown)
    with _alone():
        content = compute(_bundle(shown), methodology, what_if=dict(values)).content
    found = json.loads(json.dumps({part: content[part] for part in KEPT_PARTS}))
    cache.set(_key(shown, values), found, KEPT_S)
    return found


def _key(shown: Published, values: Mapping[str, float]) -> str:
    asked = json.dumps(values, sort_keys=True)
    parts = (software(), *shown.digests, shown.run.methodology.digest, asked)
    return "what-if:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _bundle(shown: Published) -> Bundle:
    return _checked_bundle(shown.period.pk, shown.period.bundle_sha256, shown.period.bundle_digest)


@lru_cache(maxsize=2)
def _checked_bundle(period_id: int, _sha256: str, _digest: str) -> Bundle:
    """A reader asks of the same period again and again: the last two stay in memory, checked once."""
    return sealed_bundle(MonitoringPeriod.objects.get(pk=period_id))


@contextmanager
def _alone() -> Iterator[None]:
    """One computation at a time in the whole installation: readers never take the processors from the pages."""
    deadline = time.monotonic() + WAIT_S
    while not cache.add("what-if:at-work", 1, BUSY_S):
        if time.monotonic() > deadline:
            raise Refusal("WHAT_IF_BUSY", _("Others are trying values just now. Wait a few seconds and try again."))
        time.sleep(LOOK_EVERY_S)
    try:
        yield
    finally:
        cache.delete("what-if:at-work")


def compared(shown: Published, found: Result) -> dict[str, Any]:
    """What ``publication/_what_if_answer.html`` shows: the verified result beside the what-if."""
    verified = result_of(shown.run)
    return {
        "compared": list(_figures(verified, found)),
        "steps": _steps(verified, found),
        "remarks": remarks({"reasons": found["reasons"], "warnings": []}),
        "earns_credits": verified["outcome"] == "credits",
    }


def _figures(verified: Result, found: Result) -> Iterator[Compared]:
    language = "zh" if is_chinese() else "en"
    for name in COMPARED:
        pair = [result["figures"].get(name, {}).get("value") for result in (verified, found)]
        if None not in pair:
            unit = typeset(verified["figures"][name]["unit"])
            yield Compared(typeset(getattr(ALL[name], language)), unit, Decimal(pair[0]), Decimal(pair[1]))


def _steps(verified: Result, found: Result) -> list[Step]:
    """Both waterfalls in the order of the first, on one scale."""
    sides = [_side(result) for result in (verified, found)]
    rows = iter(waterfall([(name, amount, kind) for side in sides for name, (amount, kind) in side.items()]))
    drawn = [{name: next(rows) for name in side} for side in sides]
    names = [name for name in STEPS if name in drawn[0] or name in drawn[1]]
    ordered = sorted(names, key=lambda name: list(drawn[0]).index(name) if name in drawn[0] else len(drawn[0]))
    return [Step(STEPS[name], drawn[0].get(name), drawn[1].get(name)) for name in ordered]


def _side(result: Result) -> dict[str, tuple[Decimal, str]]:
    """step -> (t CO2, ``total`` or ``change``); steps of nothing and steps of an issuance are left out."""
    side = {}
    for row in result["waterfall"]:
        is_total = row["step"] in TOTALS
        amount = Decimal(row["after_t_co2"] if is_total else row["amount_t_co2"])
        if row["step"] not in AFTER_THE_NET and (is_total or amount):
            side[row["step"]] = (amount, "total" if is_total else "change")
    return side
