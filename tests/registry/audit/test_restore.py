"""An older copy of the database, restored as operators do it, under a program that knows nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings

from tests.own_servers import own_place

SIGN = """
from registry.audit import checkpoints, sequencing
from registry.core.errors import Refusal
try:
    sequencing.sequence()
    print(checkpoints.sign().size)
except Refusal as refusal:
    raise SystemExit(refusal.code)
"""
ACTS = """
from tests.registry.audit.log_of import write
write({count})
"""


def run(place, code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
        env={**place.env, "DJANGO_SETTINGS_MODULE": "registry.settings"},
        cwd=django_settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not os.environ.get("KCR_LONG"), reason="a database of its own is made: only in the long round")
def test_a_database_restored_from_yesterday_refuses_to_sign(tmp_path):
    with own_place("restore", tmp_path / "var") as place:
        migrated = subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v", "0"],
            env=place.env, cwd=django_settings.ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert migrated.returncode == 0, migrated.stderr
        run(place, ACTS.format(count=300))
        assert run(place, SIGN).stdout.strip() == "300"
        name = urlsplit(place.database_url).path[1:]
        yesterday = f"{name}_yesterday"
        _copy(name, yesterday)
        run(place, ACTS.format(count=50))
        assert run(place, SIGN).stdout.strip() == "350"
        _replace(name, yesterday)
        refused = run(place, SIGN)
        assert (refused.returncode, refused.stderr.strip()) == (1, "LOG_BROKEN")
        run(place, ACTS.format(count=100))  # and also when it has grown past what was signed
        refused = run(place, SIGN)
        assert (refused.returncode, refused.stderr.strip()) == (1, "LOG_BROKEN")
        assert place.rows("SELECT max(size) FROM audit_checkpoint") == [(300,)]


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _copy(name: str, to: str) -> None:
    with _server() as server:
        server.execute(f"CREATE DATABASE {to} TEMPLATE {name}")


def _replace(name: str, by: str) -> None:
    with _server() as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.execute(f"ALTER DATABASE {by} RENAME TO {name}")
