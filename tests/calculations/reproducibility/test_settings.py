"""The same bits whatever instructions numpy may use, whatever BLAS, however many threads, hash seed, zone or locale."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.calculations.reproducibility.digests import PLACE

LONG = bool(os.environ.get("KCR_LONG"))
ROOT = Path(__file__).parents[3]
NO_AVX = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR AVX2 FMA3 AVX512F AVX512CD AVX512_SKX"
SETTINGS = {
    "no AVX2 and no fused products": {"NPY_DISABLE_CPU_FEATURES": NO_AVX},
    "no AVX, BLAS of the first 64-bit processors": {
        "NPY_DISABLE_CPU_FEATURES": NO_AVX,
        "OPENBLAS_CORETYPE": "Prescott",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "no AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX"},
    "BLAS for Haswell on four threads": {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "4"},
    "BLAS for Zen on one thread": {"OPENBLAS_CORETYPE": "Zen", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    "BLAS for Nehalem on two threads": {"OPENBLAS_CORETYPE": "Nehalem", "OMP_NUM_THREADS": "2"},
    "another hash seed, zone and locale": {
        "PYTHONHASHSEED": "4711",
        "TZ": "America/St_Johns",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONUTF8": "0",
    },
    "as much as possible at once": {
        "NPY_DISABLE_CPU_FEATURES": NO_AVX,
        "OPENBLAS_CORETYPE": "Nehalem",
        "OPENBLAS_NUM_THREADS": "3",
        "PYTHONHASHSEED": "1",
        "PYTHONOPTIMIZE": "0",
    },
}
SAMPLED = ("no AVX2 and no fused products", "BLAS for Haswell on four threads", "another hash seed, zone and locale")


def digests(settings):
    """What the whole computation gives in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.calculations.reproducibility.digests"]
    return json.loads(_output(command + ["--whole"] * LONG, settings))


def _output(command, settings):
    ours = ("NPY_", "OPENBLAS_", "OMP_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | settings
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def reference():
    return digests({})


@pytest.mark.parametrize("name", SETTINGS if LONG else SAMPLED)
def test_every_array_and_result_has_the_same_bits(name, reference):
    found = digests(SETTINGS[name])
    different = [key for key in reference if key != PLACE and reference[key] != found.get(key)]
    assert not different
    assert found.keys() == reference.keys()
    assert len(found) > 60


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("np.tanh(np.linspace(0.1, 50.0, 100_000))", "no AVX2 and no fused products"),
        ("np.linspace(0, 1, 90_000).reshape(300, 300) @ np.linspace(1, 3, 90_000).reshape(300, 300)", "another BLAS"),
    ],
)
def test_the_settings_do_change_what_numpy_does(operation, name, reference):
    # otherwise the test above would hold nothing: these two are operations that the science may not use
    if "AVX2" not in reference[PLACE]:
        pytest.skip("this processor has nothing that could be switched off")
    code = f"import hashlib, numpy as np; print(hashlib.sha256(({operation}).tobytes()).hexdigest())"
    changed = SETTINGS.get(name, {"OPENBLAS_CORETYPE": "Nehalem"})
    outcomes = {_output([sys.executable, "-W", "ignore", "-c", code], settings) for settings in ({}, changed)}
    assert len(outcomes) == 2
