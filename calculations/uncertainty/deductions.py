"""What carbon-crediting programmes deduct for uncertainty, applied to one distribution, side by side.

Only `karst-p10` is this registry's rule. The others are here to compare: what would be credited if the same net figure
with the same spread came under another programme's rule. `confirmed` says whether the rule's text was seen while this
was written (for ART TREES through published calculations that quote its equation); the rest is from general knowledge
and must be checked before anybody relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OUR_RULE = "karst-p10"
_Z_70, _Z_90_TWO_SIDED = 0.524417, 1.645006
_T_66 = 0.4307
_MOST_HALF_WIDTH = 0.30


@dataclass(frozen=True)
class Spread:
    """A net figure [t CO2] with its simulated distribution: central value, mean, standard deviation, quantiles."""

    central: float
    mean: float
    sd: float
    p5: float
    p10: float
    p95: float

    @property
    def half_width(self) -> float:
        """Half of the two-sided 90 % interval, as a share of the central value; infinite where that is not positive."""
        return 0.5 * (self.p95 - self.p5) / self.central if self.central > 0.0 else float("inf")

    @property
    def relative_sd(self) -> float:
        """Standard deviation as a share of the central value."""
        return self.sd / self.central if self.central > 0.0 else float("inf")


@dataclass(frozen=True)
class Rule:
    """A programme's rule: deduction as a share of the central figure, 1 where nothing may be credited."""

    key: str
    programme: str
    zh: str
    en: str
    source: str
    confirmed: bool
    share: Callable[[Spread], float]


@dataclass(frozen=True)
class Deduction:
    """A rule applied: share deducted (0 to 1), and what is left [t CO2]."""

    rule: Rule
    share: float
    left_t_co2: float

    def record(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "rule": self.rule.key,
            "programme": self.rule.programme,
            "confirmed": self.rule.confirmed,
            "source": self.rule.source,
            "deduction_pct": round(100.0 * self.share, 4),
            "left_t_co2": round(self.left_t_co2, 6),
        }


def _bands(limits: Sequence[tuple[float, float]], beyond: float) -> Callable[[float], float]:
    def of(value: float) -> float:
        for limit, share in limits:
            if value <= limit:
                return share
        return beyond

    return of


_FCPF = _bands(((0.15, 0.0), (0.30, 0.04), (0.60, 0.08), (1.00, 0.12)), 0.15)
_AR_TOOL = _bands(((0.10, 0.0), (0.15, 0.25), (0.20, 0.50), (0.30, 0.75)), 1.0)


def _p10(spread: Spread) -> float:
    if spread.half_width > _MOST_HALF_WIDTH:
        return 1.0
    return 1.0 - spread.p10 / spread.central


RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            OUR_RULE,
            "Karst Carbon Registry",
            "净增汇的 P10（超过概率 90 %）；90 % 双侧半宽超过 30 % 时不计入",
            "P10 of the net (exceeded with 90 % probability); nothing while the 90 % half-width exceeds 30 %",
            "methodology, section 7",
            True,
            _p10,
        ),
        Rule(
            "trees-2",
            "ART TREES 2.0",
            "扣减 0.524417 × 90 % 半宽 / 1.645006（约为 70 % 的把握）",
            "less 0.524417 x 90 % half-width / 1.645006 (about 70 % confidence)",
            "TREES 2.0 (2021), section 8, equations 10 and 11, as quoted by published calculations",
            True,
            lambda spread: _Z_70 * spread.half_width / _Z_90_TWO_SIDED,
        ),
        Rule(
            "fcpf-bands",
            "FCPF Carbon Fund",
            "按 90 % 半宽分档：≤15 % 不扣，≤30 % 扣 4 %，≤60 % 扣 8 %，≤100 % 扣 12 %，更大扣 15 %",
            "bands of the 90 % half-width: to 15 % none, to 30 % 4 %, to 60 % 8 %, to 100 % 12 %, beyond 15 %",
            "FCPF Carbon Fund Methodological Framework (2016), indicator 22.2 (to be checked)",
            False,
            lambda spread: _FCPF(spread.half_width),
        ),
        Rule(
            "cdm-ar-bands",
            "CDM A/R tools",
            "按 90 % 半宽 U 分档：≤10 % 不扣，≤15 % 扣 U 的 25 %，≤20 % 扣 50 %，≤30 % 扣 75 %，更大扣全部 U",
            "bands of the 90 % half-width U: to 10 % none, to 15 % U/4, to 20 % U/2, to 30 % 3U/4, beyond all of U",
            "CDM AR-TOOL14, appendix 2 (to be checked)",
            False,
            lambda spread: min(1.0, _AR_TOOL(spread.half_width) * spread.half_width),
        ),
        Rule(
            "excess-over-10",
            "ACR",
            "90 % 半宽超过 10 % 的部分扣减",
            "what the 90 % half-width exceeds 10 % by",
            "American Carbon Registry Standard, uncertainty of +-10 % at 90 % confidence (to be checked)",
            False,
            lambda spread: max(0.0, spread.half_width - 0.10),
        ),
        Rule(
            "one-sided-two-thirds",
            "Verra VCS",
            "扣减 0.4307 × 相对标准差（单侧 66.6 % 的把握）",
            "less 0.4307 x relative standard deviation (one-sided confidence of 66.6 %)",
            "VCS agricultural land methodologies such as VM0042 (to be checked)",
            False,
            lambda spread: _T_66 * spread.relative_sd,
        ),
        Rule(
            "one-sd",
            "Isometric",
            "扣减一个标准差（约 P16）",
            "less one standard deviation (about P16)",
            "Isometric Standard, conservative percentile of the Monte Carlo (to be checked)",
            False,
            lambda spread: spread.relative_sd,
        ),
        Rule(
            "none",
            "-",
            "不扣减，仅供比较",
            "nothing deducted, to compare",
            "-",
            True,
            lambda spread: 0.0,
        ),
    )
}
"""All rules by key, ours first."""


def deduction(rule: Rule, spread: Spread) -> Deduction:
    """A rule applied to a net figure; where that is not positive nothing is left, whatever the rule."""
    if spread.central <= 0.0:
        return Deduction(rule, 1.0, 0.0)
    share = min(1.0, max(0.0, rule.share(spread)))
    return Deduction(rule, share, spread.central * (1.0 - share))


def side_by_side(spread: Spread, keys: Sequence[str] = tuple(RULES)) -> list[Deduction]:
    """All rules, or the ones asked for, applied to the same figure. KeyError for a rule that is not known."""
    return [deduction(RULES[key], spread) for key in keys]
