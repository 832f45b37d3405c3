"""Planted faults are found and clean years are left alone: a sample of what `make detection` measures."""

import os

from benchmarks.detection.__main__ import printed
from benchmarks.detection.score import score
from calculations.quality.channels import channels_of
from calculations.quality.screening import screen
from tests.calculations.jiangkou import evidence

SEEDS = 100 if os.environ.get("KCR_LONG") else 4


def test_ninety_five_per_cent_of_planted_events_are_found():
    result = score(range(90_000, 90_000 + SEEDS))
    assert result.planted.total() > 25 * SEEDS
    assert result.found_pct >= 95.0, printed(result)
    assert result.false_alarms_per_day < 0.005, printed(result)


def test_the_sample_year_has_nothing_to_flag():
    year = evidence()
    assert screen(channels_of(year.epoch_s, year.series, 900)) == []
