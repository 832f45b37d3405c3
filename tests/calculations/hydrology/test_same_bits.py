"""Hydrology, regressions and flux give the same bits whatever instructions numpy may use."""

import json
import os
import subprocess
import sys

import pytest

from tests.calculations.hydrology.digests import calculated, digest
from tests.calculations.reproducibility.test_settings import ROOT, SETTINGS

LONG = bool(os.environ.get("KCR_LONG"))


@pytest.mark.parametrize("name", SETTINGS if LONG else ["as much as possible at once"])
def test_every_figure_has_the_same_bits(name):
    here = {what: digest(value) for what, value in calculated().items()}
    command = [sys.executable, "-W", "ignore", "-m", "tests.calculations.hydrology.digests"]
    environment = dict(os.environ) | SETTINGS[name]
    there = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    found = json.loads(there)
    assert [what for what in here if here[what] != found[what]] == []
    assert len(found) == len(here) == 18
