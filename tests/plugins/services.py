"""One embedded PostgreSQL and Redis for the whole test session, when no server is given.

Loaded by name (``-p`` in pyproject.toml), before Django reads its settings. The servers live in a temporary directory
and are gone afterwards. Workers of pytest-xdist inherit the addresses and share them, each with its own database.
Only here durability is off: what a test database loses in a power cut is made again in the next run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from registry.core import embedded
from registry.core.embedded.places import default_var
from tests.own_servers import PREPARED, QUEUE, queue_url
from tests.plugins import template

_session: tuple[embedded.Handles, Path] | None = None


def _start() -> None:
    global _session  # noqa: PLW0603  pytest loads this module once
    place = Path(tempfile.mkdtemp(prefix="kcr-test-"))
    place.chmod(0o711)
    var = place / "var"
    try:
        handles = _with_template(var)
    except embedded.ServiceFault as fault:
        shutil.rmtree(place, ignore_errors=True)
        raise pytest.UsageError(str(fault)) from None
    _session = (handles, place)
    (var / "static").mkdir(exist_ok=True)
    for made in PREPARED:  # what `manage.py prepare` made, so that no test waits for it again
        if (default_var() / made).is_dir():
            (var / made).symlink_to(default_var() / made)
    os.environ.setdefault("KCR_VAR", str(var))
    os.environ.setdefault("DATABASE_URL", embedded.database_url(var))
    os.environ.setdefault("REDIS_URL", embedded.redis_url(var))


def _with_template(var: Path) -> embedded.Handles:
    """Servers with the migrated database in them, kept from an earlier run or made now and kept."""
    places, keep = embedded.Places(var), template.kept(default_var())
    os.environ["KCR_TEST_TEMPLATE"], os.environ["KCR_TEST_KEPT"] = template.NAME, str(keep)
    if keep.is_dir():
        var.mkdir(mode=0o711)
        template.put_in_place(keep, places.database)
        return embedded.ensure_services(var, durable=False)
    handles = embedded.ensure_services(var, durable=False)
    template.make(embedded.database_url(var), var)
    embedded.stop_services(handles)
    template.put_in_place(places.database, keep)
    template.forget_others(keep)
    return embedded.ensure_services(var, durable=False)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    global _session  # noqa: PLW0603
    if _session is not None:
        handles, place = _session
        _session = None
        embedded.stop_services(handles)
        shutil.rmtree(place, ignore_errors=True)


def pytest_report_header() -> str:
    return "services: embedded, for this session" if _session else "services: given by the environment"


def _of_this_worker(worker: str) -> None:
    """Workers share the servers; each has a Redis database of its own, or they would count each other's requests."""
    number = 1 + int(worker.removeprefix("gw"))
    if number < QUEUE:
        os.environ["REDIS_URL"] = queue_url(os.environ["REDIS_URL"], number)


if embedded.needed():
    _start()
elif (worker := os.environ.get("PYTEST_XDIST_WORKER")) and "KCR_TEST_TEMPLATE" in os.environ:
    _of_this_worker(worker)
