"""Sobol points have the properties that define them, scrambled or not, and make a Monte Carlo's bounds quieter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.uncertainty.chemistry import ALL_STREAMS
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.model import STREAMS, Draws
from calculations.uncertainty.sobol import (
    _JOE_KUO,
    DIMENSION_OF_STREAM,
    direction_numbers,
    scrambled,
    sobol_points,
    sobol_uniforms,
)
from calculations.uncertainty.summary import summarise
from tests.calculations.uncertainty.test_chemistry import small

__all__ = ["small"]

PINNED = ["0x1.d720ddd800000p-4", "0x1.8b691a5100000p-1", "0x1.613ce30500000p-1"]
DIMENSIONS = range(len(_JOE_KUO) + 1)


def test_the_first_points_are_those_of_the_literature():
    # the eight that Joe and Kuo's own program prints for three coordinates, there in the order of Gray's code
    printed = {
        (0.0, 0.0, 0.0),
        (0.5, 0.5, 0.5),
        (0.75, 0.25, 0.25),
        (0.25, 0.75, 0.75),
        (0.375, 0.375, 0.625),
        (0.875, 0.875, 0.125),
        (0.625, 0.125, 0.875),
        (0.125, 0.625, 0.375),
    }
    columns = [(sobol_points(d, 8) / 2.0**32).tolist() for d in range(3)]
    assert set(zip(*columns, strict=True)) == printed


def order_of(polynomial, degree):
    """The least power of x that is 1 modulo a polynomial over the field of two elements."""
    state, power = 1, 0
    while power == 0 or state != 1:
        state, power = state << 1, power + 1
        if state >> degree:
            state ^= polynomial
    return power


@pytest.mark.parametrize("dimension", DIMENSIONS[1:])
def test_polynomials_are_primitive_each_once_and_first_numbers_odd_and_small(dimension):
    degree, inner, first = _JOE_KUO[dimension - 1]
    polynomial = (1 << degree) | (inner << 1) | 1
    assert order_of(polynomial, degree) == 2**degree - 1
    assert all(m % 2 == 1 and m < 2 ** (k + 1) for k, m in enumerate(first))
    assert len(first) == degree
    assert len({(row[0], row[1]) for row in _JOE_KUO}) == len(_JOE_KUO)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("key", [None, "a", "b"])
def test_every_interval_of_every_coordinate_holds_one_point(dimension, key):
    points = sobol_points(dimension, 1024)
    if key is not None:
        points = scrambled(points, key)
    assert np.sort(points >> np.uint32(22)).tolist() == list(range(1024))
    assert np.sort(points[:64] >> np.uint32(26)).tolist() == list(range(64))


@pytest.mark.parametrize("key", [None, "a"])
def test_the_first_two_coordinates_fill_every_shape_of_rectangle(key):
    x, y = (sobol_points(d, 256) for d in (0, 1))
    if key is not None:
        x, y = scrambled(x, key + "x"), scrambled(y, key + "y")
    for across in range(9):
        columns = x.astype(np.int64) >> (32 - across)
        rows = y.astype(np.int64) >> (32 - (8 - across))
        assert len(set(zip(columns.tolist(), rows.tolist(), strict=True))) == 256


@settings(max_examples=50)
@given(st.text(max_size=8), st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=2, unique=True))
def test_scrambling_keeps_how_many_leading_bits_two_numbers_share(key, pair):
    def shared(a, b):
        return 32 - int(a ^ b).bit_length()

    first, second = scrambled(np.array(pair, dtype=np.uint32), key).tolist()
    assert shared(first, second) == shared(*pair)


def test_scrambled_points_are_uniform_over_many_keys():
    # one point's place over many keys: no coordinate's point stays near where the sequence begins
    places = [float(sobol_uniforms(f"key {k}", "kappa", 1)[0]) for k in range(2000)]
    assert np.mean(places) == pytest.approx(0.5, abs=0.02)
    assert np.histogram(places, bins=10, range=(0, 1))[0].min() > 140


def test_streams_keep_their_coordinates_and_others_are_drawn_plainly():
    assert len(DIMENSION_OF_STREAM) == len(set(DIMENSION_OF_STREAM)) == len(direction_numbers(0)) - 4
    assert set(STREAMS) <= set(DIMENSION_OF_STREAM)
    assert set(ALL_STREAMS) <= set(DIMENSION_OF_STREAM)
    assert sobol_uniforms("s", "never heard of", 5).tolist() == uniforms("s", "never heard of", 5).tolist()
    drawn = sobol_uniforms("s", "kappa", 1 << 12)
    assert 0.0 < drawn.min() < 2e-3
    assert 1.0 - 2e-3 < drawn.max() < 1.0
    assert drawn[:1000].tolist() == sobol_uniforms("s", "kappa", 1000).tolist()
    with pytest.raises(ValueError, match="at most"):
        sobol_uniforms("s", "kappa", 2**25)


def test_the_first_draws_are_these_on_every_machine():
    assert [x.hex() for x in sobol_uniforms("0" * 64, "kappa", 3).tolist()] == PINNED


def test_a_mean_and_a_lower_bound_scatter_less(small):
    model = small.error_model

    def found(sample):
        figures = []
        for seed in range(24):
            draws = Draws({stream: sample(f"seed {seed}", stream, 4096) for stream in STREAMS})
            summary = summarise(model.trials(draws).retained)
            figures.append((summary.mean, summary.quantile(0.1)))
        return np.array(figures)

    plain, even = found(uniforms), found(sobol_uniforms)
    assert even[:, 0].std() < 0.05 * plain[:, 0].std()
    # a quantile jumps where a draw crosses it: there the gain is about two
    assert even[:, 1].std() < 0.8 * plain[:, 1].std()
    assert even.mean(axis=0) == pytest.approx(plain.mean(axis=0), abs=4 * plain[:, 1].std() / np.sqrt(24))
