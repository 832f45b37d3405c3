"""Real servers in directories of their own, apart from those of the test session."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from registry.core import embedded
from registry.core.embedded.places import ROOT


def own_environment(var: Path, **more: str) -> dict[str, str]:
    """The environment of a fresh clone whose ``var`` is here: no server is given."""
    given = {"DATABASE_URL", "REDIS_URL", "PORT", "PUBLIC_BASE_URL", "MPLCONFIGDIR", "DEMO", "KCR_VAR"}
    kept = {name: value for name, value in os.environ.items() if name not in given}
    return {**kept, "KCR_VAR": str(var), "PYTHONIOENCODING": "utf-8", **more}


def processes_of(var: Path) -> list[psutil.Process]:
    """Every living process that has to do with this ``var``, by its command line or environment."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            words = " ".join(process.cmdline())
            if str(var) in words or process.environ().get("KCR_VAR") == str(var):
                found.append(process)
    return found


def manage(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    environment = own_environment(var, **more)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=180
    )


def rows(var: Path, sql: str) -> list[tuple]:
    with psycopg.connect(embedded.database_url(var)) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def commit(var: Path, tonnes: int) -> None:
    """One acknowledged row, the only one of its table."""
    rows(var, f"DROP TABLE IF EXISTS tonnes; CREATE TABLE tonnes (n int); INSERT INTO tonnes VALUES ({tonnes})")


def queue(var: Path) -> redis.Redis:
    return redis.from_url(embedded.redis_url(var))


def end_all(var: Path) -> None:
    left = processes_of(var)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=10)


@contextlib.contextmanager
def temporary_var():
    place = Path(tempfile.mkdtemp(prefix="kcr-"))
    place.chmod(0o711)
    try:
        yield place / "var"
    finally:
        end_all(place / "var")
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def no_given_servers(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def fresh_var(no_given_servers):
    """A ``var`` that does not exist yet."""
    with temporary_var() as place:
        yield place


@pytest.fixture(scope="module")
def shared_var():
    """A ``var`` in which the servers have run before; one for the tests of a module, since making it takes longest."""
    with temporary_var() as place, pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        with embedded.services(place):
            pass
        yield place


@pytest.fixture
def var(shared_var, no_given_servers):
    """The shared ``var`` with nothing running and nothing kept from the test before."""
    end_all(shared_var)
    for file in shared_var.glob("redis/*"):
        file.unlink()
    return shared_var
