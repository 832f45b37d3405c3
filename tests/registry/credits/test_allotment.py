"""Whole tonnes out of decimal quantities: nothing is lost, nothing is made."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.credits.allotment import allot, by_largest_remainder

ONE_YEAR = ((2021, Decimal(1)),)
tonnes = st.decimals(min_value=0, max_value=10**7, places=6)
shares = st.lists(st.decimals(min_value=0, max_value=1000, places=9), min_size=1, max_size=4).filter(any)


def test_a_quantity_that_floats_would_lose_a_tonne_of_is_kept_whole():
    parts = [Decimal(text) for text in ("1012.8", "-301.2", "-96.4", "-153.8", "-31.0", "-18.4")]
    assert int(sum(float(part) for part in parts)) == 412 or sum(map(float, parts)) < 412  # the trap itself
    made = allot(creditable_t=sum(parts), carried_in_t=Decimal(0), buffer_share=Decimal("0.1"), vintages=ONE_YEAR)
    assert (made.total_t, made.buffer_t, made.carried_out_t) == (412, 42, 0)


@pytest.mark.parametrize(
    ("creditable", "carried", "total", "left"),
    [
        ("203.6", "0", 203, "0.6"),
        ("203.6", "0.4", 204, "0"),
        ("0.999999", "0", 0, "0.999999"),
        ("5", "0.999999999999", 5, "0.999999999999"),
    ],
)
def test_whole_tonnes_are_rounded_down_and_the_rest_is_carried(creditable, carried, total, left):
    made = allot(
        creditable_t=Decimal(creditable), carried_in_t=Decimal(carried), buffer_share=Decimal(0), vintages=ONE_YEAR
    )
    assert (made.total_t, made.carried_out_t) == (total, Decimal(left))


@pytest.mark.parametrize(
    ("total", "share", "buffer"),
    [("200", "0.10", 20), ("201", "0.10", 21), ("1", "0.10", 1), ("200", "0", 0), ("3", "1", 3)],
)
def test_the_buffer_is_rounded_up(total, share, buffer):
    made = allot(creditable_t=Decimal(total), carried_in_t=Decimal(0), buffer_share=Decimal(share), vintages=ONE_YEAR)
    assert made.buffer_t == buffer


def test_two_calendar_years_share_by_flux_and_the_largest_remainder_gets_the_odd_tonne():
    made = allot(
        creditable_t=Decimal(100),
        carried_in_t=Decimal(0),
        buffer_share=Decimal("0.1"),
        vintages=((2021, Decimal("0.664")), (2022, Decimal("0.336"))),
    )
    assert [(v.year, v.total_t) for v in made.vintages] == [(2021, 66), (2022, 34)]
    assert sum(v.buffer_t for v in made.vintages) == 10


@given(tonnes, st.decimals(min_value=0, max_value="0.999999", places=6), st.decimals(0, 1, places=4), shares)
def test_every_share_adds_up_exactly(creditable, carried, buffer_share, fluxes):
    made = allot(
        creditable_t=creditable,
        carried_in_t=carried,
        buffer_share=buffer_share,
        vintages=tuple((2020 + i, flux) for i, flux in enumerate(fluxes)),
    )
    assert made.carried_in_t + made.creditable_t == made.total_t + made.carried_out_t
    assert 0 <= made.carried_out_t < 1
    assert sum(v.total_t for v in made.vintages) == made.total_t
    assert sum(v.buffer_t for v in made.vintages) == made.buffer_t
    assert all(0 <= v.buffer_t <= v.total_t for v in made.vintages)
    assert made.total_t * buffer_share <= made.buffer_t < made.total_t * buffer_share + 1


@given(st.integers(0, 10**9), shares)
def test_no_part_is_a_whole_unit_away_from_its_exact_share(whole, weights):
    parts = by_largest_remainder(whole, weights)
    assert sum(parts) == whole
    assert all(abs(part - whole * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True))
