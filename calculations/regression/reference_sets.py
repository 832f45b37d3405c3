"""Published EC25 -> ion sets as named references: shipped as printed, checked, flagged or rejected, never repaired.

The working way is to sample and to fit one's own station (`models`). A published set may be looked at and chosen; then
the program says what is wrong with it:

- against the means it belongs to: at the region's mean EC25 a line must give the region's mean;
- against charge: the ions that a line adds per uS/cm must be able to conduct no more than that, the set's slopes
  together must conduct about one uS/cm per uS/cm, and cations must balance anions over the region's range;
- against zero: where a line turns negative; and misprints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.masses import CHARGE_AND_MASS, milliequivalents_per_mg
from calculations.messages import CalculationError, Message
from calculations.quality.charge_balance import charge_balance_pct, gate_pct
from calculations.regression.published import REGIONS, TABLE_1_EC25, TABLE_1_MEANS, TABLE_2

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MEAN_FLAG_PCT, MEAN_REJECT_PCT = 10.0, 25.0
"""Distance from the region's mean beyond which an ion is flagged or rejected (our own choice)."""
WEIGHTY_CHARGE_PCT = 2.0
"""Below this share of the region's cation charge a wrong ion is flagged, however wrong: it moves nothing."""
LOWEST_EC25_US_CM = 100.0
"""A line that turns negative below this is only noted: no karst water of these regions lies there."""
RANGE_SDS = 2.0
"""The range of a set, which is not published: the region's mean EC25 and this many standard deviations."""
CONDUCTANCE_AT_STRENGTH = 0.78
"""Conductance of karst water over its limiting one: 0.80 to 0.88 for the four mean waters, here a little less."""
CONDUCTANCE_ROOM = 1.25

LIMITING_US_CM_PER_MEQ_L = {
    "potassium_mg_l": 73.5,
    "sodium_mg_l": 50.1,
    "calcium_mg_l": 59.5,
    "magnesium_mg_l": 53.0,
    "chloride_mg_l": 76.4,
    "sulfate_mg_l": 80.0,
    "alkalinity_hco3_mg_l": 44.5,
    "nitrate_mg_l": 71.5,
}
"""Limiting equivalent conductances at 25 C (Robinson & Stokes 1959, appendix 6.1): S cm2/eq, uS/cm per meq/L."""

_LINE = re.compile(r"([0-9.]+) × EC ([+−]) ([0-9.]+)")
_MAIN = ("calcium_mg_l", "magnesium_mg_l", "alkalinity_hco3_mg_l", "sulfate_mg_l")


class ReferenceSetError(CalculationError):
    """There is no such set, or it is rejected and nobody has accepted its defects."""


@dataclass(frozen=True)
class PublishedIon:
    """What is printed for one ion: text, and slope [mg/L per uS/cm] and value at EC25 0 [mg/L] if it can be read."""

    ion: str
    printed: str
    slope: float
    constant_mg_l: float | None

    def at(self, ec25_us_cm: float) -> float:
        """The printed line or mean [mg/L] at EC25, negative where it is negative; a misprint has none (ValueError)."""
        if self.constant_mg_l is None:
            raise ValueError(f"{self.printed} is not a number")
        return self.slope * ec25_us_cm + self.constant_mg_l


@dataclass(frozen=True)
class Defect:
    """One thing wrong with a set: `verdict` is "noted", "flagged" or "rejected"; `ion` empty for the whole set."""

    code: str
    verdict: str
    ion: str
    params: Mapping[str, Any]

    @property
    def message(self) -> Message:
        """The sentence that a page shows."""
        level = {"noted": "info", "flagged": "warning", "rejected": "error"}[self.verdict]
        shown = {key: float(f"{v:.4g}") if isinstance(v, float) else v for key, v in self.params.items()}
        return Message(self.code, {"ion": self.ion} | shown, level)


@dataclass(frozen=True)
class SetPrediction:
    """Ions [mg/L] at EC25 by a published set; masks have the shape of EC25."""

    concentrations_mg_l: Mapping[str, FloatArray]
    without_value: tuple[str, ...]
    """Ions whose print cannot be read: they are not in the concentrations."""
    outside: BoolArray
    below_zero: Mapping[str, BoolArray]
    """Ion -> where the printed line is negative and zero is given."""


@dataclass(frozen=True)
class ReferenceSet:
    """A region's published set with what is wrong with it."""

    name: str
    region: str
    ions: Mapping[str, PublishedIon]
    ec25_mean_us_cm: float
    ec25_low_us_cm: float
    ec25_high_us_cm: float
    defects: tuple[Defect, ...]

    @property
    def verdict(self) -> str:
        """ "rejected", "flagged" or "usable"."""
        verdicts = {defect.verdict for defect in self.defects}
        return next((v for v in ("rejected", "flagged") if v in verdicts), "usable")

    def predict(self, ec25_us_cm: FloatArray, *, accept_defects: bool = False) -> SetPrediction:
        """Ions at EC25 [uS/cm], any shape; below zero zero is given and said, nothing else is changed.

        Raises ReferenceSetError REFERENCE_SET_REJECTED unless a person accepts the defects of a rejected set.
        """
        if self.verdict == "rejected" and not accept_defects:
            codes = sorted({defect.code for defect in self.defects if defect.verdict == "rejected"})
            raise ReferenceSetError("REFERENCE_SET_REJECTED", name=self.name, reasons=codes)
        ec25 = np.asarray(ec25_us_cm, dtype=np.float64)
        found, negative = {}, {}
        for ion, published in self.ions.items():
            if published.constant_mg_l is not None:
                raw = np.where(np.isnan(ec25), np.nan, published.slope * ec25 + published.constant_mg_l)
                found[ion], negative[ion] = np.maximum(raw, 0.0), np.asarray(raw < 0.0)
        missing = tuple(ion for ion in self.ions if ion not in found)
        outside = np.asarray((ec25 < self.ec25_low_us_cm) | (ec25 > self.ec25_high_us_cm))
        return SetPrediction(found, missing, outside, negative)

    def record(self) -> dict[str, Any]:
        """JSON form: as printed, with verdict and defects."""
        return {
            "name": self.name,
            "region": self.region,
            "printed": {ion: published.printed for ion, published in self.ions.items()},
            "ec25_mean_us_cm": self.ec25_mean_us_cm,
            "ec25_low_us_cm": self.ec25_low_us_cm,
            "ec25_high_us_cm": self.ec25_high_us_cm,
            "verdict": self.verdict,
            "defects": [
                {"code": d.code, "verdict": d.verdict, "ion": d.ion, "params": dict(d.params)} for d in self.defects
            ],
        }


def read_published(ion: str, printed: str) -> PublishedIon:
    """A printed mean ("14.02") or line ("0.52 × EC − 78.95"); anything else is a misprint and has no value."""
    line = _LINE.fullmatch(printed)
    if line:
        slope, sign, constant = line.groups()
        return PublishedIon(ion, printed, float(slope), float(constant) if sign == "+" else -float(constant))
    mean = float(printed) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", printed) else None
    return PublishedIon(ion, printed, 0.0, mean)


def check_ion(
    published: PublishedIon, mean_mg_l: float, region_meq_l: float, ec25: tuple[float, float]
) -> list[Defect]:
    """Defects of one ion: misprint, mean, what charge allows, zero; `ec25` is the region's mean and standard deviation.

    `region_meq_l`: the region's cation charge, against which a difference is weighed.
    """
    ion, (mean_ec, sd_ec) = published.ion, ec25
    if published.constant_mg_l is None:
        return [Defect("REFERENCE_MISPRINT", "flagged", ion, {"printed": published.printed})]
    found: list[Defect] = []
    value = published.at(mean_ec)
    off_pct = 100.0 * (value - mean_mg_l) / mean_mg_l
    if abs(off_pct) > MEAN_FLAG_PCT:
        weight_pct = 100.0 * abs(value - mean_mg_l) * milliequivalents_per_mg(ion) / region_meq_l
        bad = abs(off_pct) > MEAN_REJECT_PCT and weight_pct > WEIGHTY_CHARGE_PCT
        facts = {"value": value, "mean": mean_mg_l, "off_pct": off_pct, "ec25": mean_ec}
        found.append(Defect("REFERENCE_MEAN_DISAGREES", "rejected" if bad else "flagged", ion, facts))
    if published.slope:
        meq = published.slope * milliequivalents_per_mg(ion)
        conducted = meq * (LIMITING_US_CM_PER_MEQ_L[ion] + _least_counter_ion(ion)) * CONDUCTANCE_AT_STRENGTH
        if conducted > CONDUCTANCE_ROOM:
            found.append(Defect("REFERENCE_SLOPE_IMPOSSIBLE", "rejected", ion, {"conducted": conducted}))
    if published.slope > 0.0 and published.constant_mg_l < 0.0:
        zero = -published.constant_mg_l / published.slope
        verdict = "noted" if zero < LOWEST_EC25_US_CM else "flagged"
        if zero > mean_ec - RANGE_SDS * sd_ec:
            verdict = "rejected"
        found.append(Defect("REFERENCE_NEGATIVE_BELOW", verdict, ion, {"ec25": zero}))
    return found


def check_whole(
    ions: Mapping[str, PublishedIon], means: Mapping[str, float], ec25: tuple[float, float]
) -> list[Defect]:
    """Defects of a set as a whole: what its slopes conduct, and its charge balance at the mean and the range's ends.

    An ion that cannot be read takes part with the region's mean, here and nowhere else.
    """
    found: list[Defect] = []
    slopes = {ion: p.slope * milliequivalents_per_mg(ion) for ion, p in ions.items() if p.slope}
    conducted = sum(LIMITING_US_CM_PER_MEQ_L[ion] * meq for ion, meq in slopes.items()) * CONDUCTANCE_AT_STRENGTH
    if not 1.0 / CONDUCTANCE_ROOM <= conducted <= CONDUCTANCE_ROOM:
        found.append(Defect("REFERENCE_SLOPES_CONDUCT", "rejected", "", {"conducted": conducted}))
    mean_ec, sd_ec = ec25
    for at in (mean_ec, mean_ec - RANGE_SDS * sd_ec, mean_ec + RANGE_SDS * sd_ec):
        values = {ion: means[ion] if p.constant_mg_l is None else max(p.at(at), 0.0) for ion, p in ions.items()}
        balance, gate = charge_balance_pct(values), gate_pct(at)
        if abs(balance) > gate:
            verdict = "rejected" if abs(balance) > 2.0 * gate else "flagged"
            facts = {"ec25": at, "balance_pct": balance, "gate_pct": gate}
            found.append(Defect("REFERENCE_CHARGE_BALANCE", verdict, "", facts))
    return found


def reference_set(name: str) -> ReferenceSet:
    """The named set ("guizhou-east" ...), checked; ReferenceSetError REFERENCE_SET_UNKNOWN with the names known."""
    if name not in REFERENCE_SET_NAMES:
        raise ReferenceSetError("REFERENCE_SET_UNKNOWN", name=name, known=list(REFERENCE_SET_NAMES))
    region = name.removeprefix("guizhou-")
    ions = {ion: read_published(ion, printed) for ion, printed in TABLE_2[region].items()}
    means, (mean_ec, variation) = TABLE_1_MEANS[region], TABLE_1_EC25[region]
    spread = (mean_ec, variation * mean_ec)
    cations = sum(value * milliequivalents_per_mg(ion) for ion, value in means.items() if CHARGE_AND_MASS[ion][0] > 0)
    defects = [defect for ion, p in ions.items() for defect in check_ion(p, means[ion], cations, spread)]
    defects += check_whole(ions, means, spread)
    return ReferenceSet(
        name=name,
        region=region,
        ions=ions,
        ec25_mean_us_cm=mean_ec,
        ec25_low_us_cm=mean_ec - RANGE_SDS * spread[1],
        ec25_high_us_cm=mean_ec + RANGE_SDS * spread[1],
        defects=tuple(defects),
    )


REFERENCE_SET_NAMES = tuple(f"guizhou-{region}" for region in REGIONS)


def _least_counter_ion(ion: str) -> float:
    """Limiting conductance of the main ion of the other charge that conducts least: what must come along at least."""
    sign = CHARGE_AND_MASS[ion][0] > 0
    return min(
        value
        for other, value in LIMITING_US_CM_PER_MEQ_L.items()
        if other in _MAIN and (CHARGE_AND_MASS[other][0] > 0) != sign
    )
