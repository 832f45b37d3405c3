"""Deduction rules on one spread: worked by hand, never more than the figure, never rising with the spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.uncertainty.deductions import OUR_RULE, RULES, Spread, deduction, side_by_side

NORMAL = Spread(central=1000.0, mean=1000.0, sd=100.0, p5=835.5, p10=871.8, p95=1164.5)
"""A normal distribution of 10 %: half-width 16.45 %."""


@pytest.mark.parametrize(
    ("key", "left"),
    [
        ("karst-p10", 871.8),
        ("trees-2", 1000.0 * (1.0 - 0.524417 * 0.1645 / 1.645006)),
        ("fcpf-bands", 960.0),
        ("cdm-ar-bands", 1000.0 * (1.0 - 0.5 * 0.1645)),
        ("excess-over-10", 1000.0 * (1.0 - 0.0645)),
        ("one-sided-two-thirds", 1000.0 * (1.0 - 0.04307)),
        ("one-sd", 900.0),
        ("none", 1000.0),
    ],
)
def test_each_rule_worked_by_hand(key, left):
    assert deduction(RULES[key], NORMAL).left_t_co2 == pytest.approx(left, abs=1e-9)


def test_all_rules_have_been_worked_by_hand_and_say_where_they_come_from():
    assert len(RULES) == 8
    assert next(iter(RULES)) == OUR_RULE
    for key, rule in RULES.items():
        assert key == rule.key
        assert rule.zh
        assert rule.en
        assert rule.confirmed or "to be checked" in rule.source


def test_nothing_is_left_of_what_is_too_uncertain_or_not_positive():
    wide = Spread(central=1000.0, mean=1000.0, sd=190.0, p5=690.0, p10=756.0, p95=1310.0)
    assert deduction(RULES["karst-p10"], wide).left_t_co2 == 0.0
    below = Spread(central=-5.0, mean=-5.0, sd=1.0, p5=-7.0, p10=-6.0, p95=-3.0)
    assert {item.left_t_co2 for item in side_by_side(below)} == {0.0}
    negative = Spread(central=10.0, mean=10.0, sd=1.6, p5=7.4, p10=-1.0, p95=12.6)
    assert deduction(RULES["karst-p10"], negative).left_t_co2 == 0.0


def test_rules_can_be_chosen():
    assert [item.rule.key for item in side_by_side(NORMAL, ("none", "trees-2"))] == ["none", "trees-2"]
    with pytest.raises(KeyError):
        side_by_side(NORMAL, ("never heard of",))
    record = side_by_side(NORMAL)[0].record()
    assert record["deduction_pct"] == pytest.approx(12.82)
    assert record["confirmed"] is True


def spread(central, relative_sd):
    sd = central * relative_sd
    return Spread(central, central, sd, central - 1.645 * sd, central - 1.2816 * sd, central + 1.645 * sd)


@given(st.sampled_from(sorted(RULES)), st.floats(1e-3, 1e9), st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_more_spread_never_leaves_more_and_no_rule_leaves_more_than_there_is(key, central, one, other):
    low, high = sorted((one, other))
    narrow, wide = (deduction(RULES[key], spread(central, sd)) for sd in (low, high))
    assert 0.0 <= wide.left_t_co2 <= narrow.left_t_co2 + 1e-9 * central
    assert narrow.left_t_co2 <= central
    assert narrow.left_t_co2 == pytest.approx(central * (1.0 - narrow.share))


@given(st.sampled_from(sorted(RULES)), st.floats(1e-2, 1e6), st.floats(0.0, 1.0), st.floats(1e-3, 1e3))
def test_a_share_does_not_depend_on_the_unit(key, central, relative_sd, factor):
    first, second = (deduction(RULES[key], spread(value, relative_sd)).share for value in (central, central * factor))
    assert first == pytest.approx(second, abs=1e-9) or _at_a_band(relative_sd)


def _at_a_band(relative_sd):
    return any(abs(1.645 * relative_sd - band) < 1e-9 for band in (0.1, 0.15, 0.2, 0.3, 0.6, 1.0))
