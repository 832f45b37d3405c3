"""Draws that are the same everywhere, quantiles by rank, and sums of correlated errors."""

import math

import numpy as np
import pytest

from calculations.hydrology.gaugings import fit_gaugings
from calculations.hydrology.rating import fit_rating
from calculations.uncertainty.draws import seed_of, triangular, uniforms
from calculations.uncertainty.random_errors import sd_of_correlated_sum, sd_of_rounding
from calculations.uncertainty.rating_draws import posterior_of, sum_surfaces
from calculations.uncertainty.summary import summarise
from tests.calculations import jiangkou

PINNED = ["0x1.ce2ffc6f5f212p-1", "0x1.f38f228770322p-1", "0x1.f6b72912e191cp-1"]


def test_a_stream_is_fixed_by_seed_and_name_and_apart_from_others():
    seed = seed_of("a" * 64, "b" * 64)
    first = uniforms(seed, "kappa", 1000)
    assert first.tolist() == uniforms(seed, "kappa", 1000).tolist()
    assert first[:500].tolist() == uniforms(seed, "kappa", 500).tolist()
    other = uniforms(seed, "area", 1000)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    assert uniforms(seed_of("a" * 64, "c" * 64), "kappa", 1000)[0] != first[0]


def test_the_first_draws_are_these_on_every_machine():
    drawn = uniforms(seed_of("0" * 64, "1" * 64), "kappa", 3)
    assert [value.hex() for value in drawn.tolist()] == PINNED


def test_uniforms_fill_the_open_interval():
    drawn = uniforms("x", "y", 100_000)
    assert 0.0 < drawn.min() < 1e-4
    assert 1.0 - 1e-4 < drawn.max() < 1.0
    assert drawn.mean() == pytest.approx(0.5, abs=0.004)


def test_triangular_has_its_mode_mean_and_variance():
    drawn = triangular(uniforms("x", "kappa", 200_000), 0.82, 0.86, 0.90)
    assert drawn.min() >= 0.82
    assert drawn.max() <= 0.90
    assert drawn.mean() == pytest.approx(0.86, abs=1e-4)
    assert drawn.std() == pytest.approx(0.04 / math.sqrt(6), rel=0.01)
    skewed = triangular(np.array([0.0, 0.1, 1.0]), 0.0, 1.0, 10.0)
    assert skewed.tolist() == [0.0, 1.0, 10.0]


def test_quantiles_by_rank():
    summary = summarise(np.arange(100, 0, -1.0))
    assert [summary.quantile(p) for p in (0.05, 0.10, 0.101, 0.5, 0.95, 1.0)] == [5, 10, 11, 50, 95, 100]
    assert summary.half_width_90() == 45.0
    assert summary.mean == 50.5
    assert summary.sd == pytest.approx(np.std(np.arange(1, 101), ddof=1))


def test_histogram_counts_every_draw():
    counts = summarise(np.random.default_rng(1).normal(size=5000)).histogram()
    assert sum(counts["counts"]) == 5000
    assert len(counts["edges"]) == len(counts["counts"]) + 1
    assert summarise(np.full(10, 3.0)).histogram()["counts"][0] == 10


@pytest.mark.parametrize("days", [0.0, 0.05, 7.0])
def test_correlated_sum_against_the_double_sum(days):
    weights = np.random.default_rng(2).uniform(0, 2, 200)
    weights[50:60] = 0.0
    steps = np.abs(np.subtract.outer(np.arange(200), np.arange(200)))
    correlation = np.exp(-steps * 900 / (days * 86400)) if days else (steps == 0).astype(float)
    expected = math.sqrt((weights[:, None] * weights[None, :] * correlation).sum())
    assert sd_of_correlated_sum(weights, 900.0, days * 86400) == pytest.approx(expected, rel=1e-12)


def test_white_noise_understates_a_weeks_correlation_26_or_so_times():
    weights = np.ones(35040)
    ratio = sd_of_correlated_sum(weights, 900.0, 7 * 86400) / sd_of_correlated_sum(weights, 900.0, 0.0)
    assert 25 < ratio < 38
    assert sd_of_rounding(0.1) == pytest.approx(0.1 / math.sqrt(12))


def test_sums_of_discharge_by_surface_are_the_sums_over_stages():
    posterior = posterior_of(fit_gaugings(jiangkou.gaugings()).curve)
    stage, counts = np.unique(jiangkou.readings()[1]["stage"][2] / 1000, return_counts=True)
    (surface,) = sum_surfaces(posterior, stage, (counts * 900.0,))
    u = uniforms("s", "offset", 12)
    log_distance, z = posterior.log_distance_at(u), np.linspace(-4, 4, 12)
    logs = surface.at(log_distance, z)
    for k in range(12):
        direct = (posterior.discharge_m3_s(stage, float(log_distance[k]), float(z[k]), 0.0) * counts * 900).sum()
        assert math.exp(logs[k]) == pytest.approx(direct, rel=1e-7)


def test_drawn_curves_scatter_as_the_curves_covariance_says():
    curve = fit_gaugings(jiangkou.gaugings()).curve
    posterior = posterior_of(curve)
    at = np.array([0.5, 0.9, 1.5])
    rng = np.random.default_rng(3)
    distances = posterior.log_distance_at(rng.uniform(size=1500))
    drawn = [np.log(posterior.discharge_m3_s(at, float(d), *rng.standard_normal(2).tolist())) for d in distances]
    assert np.std(drawn, axis=0) == pytest.approx(curve.relative_sd_at(at), rel=0.15)


@pytest.mark.parametrize("relative_uncertainty", [0.001, 0.2])
def test_curves_known_very_well_or_hardly_at_all_can_be_drawn(relative_uncertainty):
    stage = np.linspace(0.4, 1.6, 40)
    curve = fit_rating(stage, 2.6 * (stage - 0.18) ** 1.75, np.full(40, relative_uncertainty))
    posterior = posterior_of(curve)
    distances = posterior.log_distance_at(uniforms("s", "offset", 2000))
    spread = np.std(0.4 - np.exp(distances))
    assert spread == pytest.approx(curve.covariance[2][2] ** 0.5, rel=0.1 if relative_uncertainty < 0.1 else 0.6)
