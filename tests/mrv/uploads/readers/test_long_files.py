"""Memory stays bounded: a long file streams, and what stays is its readings. Each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mrv.uploads.readers.steps.text import IN_MEMORY

from .long_file import write

PROGRAM = Path(__file__).with_name("long_file.py")
MOST_TIMES_THE_FILE = 2.0
"""Peak of memory above the bare program, as a share of the file; its readings alone take 0.7 of it."""
ROOT = Path(__file__).parents[4]
LONG = pytest.mark.skipif(not os.environ.get("KCR_LONG"), reason="KCR_LONG is not set")


def measured(path: Path) -> dict[str, float]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(path)], capture_output=True, text=True, check=True, env=environment
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("megabytes", "layout"),
    [(36, "plain"), pytest.param(300, "plain", marks=LONG), pytest.param(120, "commas", marks=LONG)],
)
def test_a_long_file_streams(tmp_path, megabytes, layout):
    path = tmp_path / "long.csv"
    write(path, megabytes, layout)
    size_mb = path.stat().st_size / 1e6
    assert path.stat().st_size > IN_MEMORY
    seen = measured(path)
    assert "errors" not in seen, seen
    assert seen["rows"] == sum(1 for line in path.open("rb") if line.startswith(b"19") or line.startswith(b"2"))
    assert (seen["peak_mb"] - seen["before_mb"]) / size_mb < MOST_TIMES_THE_FILE
    assert seen["bytes_a_row"] < 5
