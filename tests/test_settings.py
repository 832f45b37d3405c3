"""Production refuses to start on an unsafe value. Each case is a fresh interpreter, as a real start is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAFE = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "registry.example.org",
    "DATABASE_URL": "postgres://app:pw@db.example.org/kcr",
    "REDIS_URL": "redis://redis.example.org:6379/0",
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    wanted = {key: value for key, value in {**SAFE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", "import registry.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **wanted},
        capture_output=True,
        text=True,
        check=False,
    )


def test_safe_values_start():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"DEMO": "1"}, "DEMO is on"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
    ],
)
def test_each_unsafe_value_is_refused_by_name(changes, said):
    started = start(**changes)
    assert started.returncode != 0
    assert said in started.stderr
    assert "Production refuses to start" in started.stderr
