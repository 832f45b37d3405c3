"""kill -9 of the web server and of PostgreSQL during load: what was acknowledged is there, nothing is there twice.

KCR_LONG=1 runs twenty rounds of each, PostgreSQL's on a durable server of its own; else one round of the web server's.
Each round has a positive control: some requests were under way when the kill came, and their answers never arrived.
"""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections

from registry.core import embedded
from registry.core.embedded import keeper
from registry.core.embedded.places import Places
from registry.credits import ledger
from registry.credits.models import Entry, Holding, Retirement
from tests.registry.credits.market import Market, market, trusted
from tests.registry.credits.over_http import Browser, Server, application_url, serving
from tests.registry.credits.world import issue, outcome, registered_project

LONG = os.environ.get("KCR_LONG") == "1"
ROUNDS = 20 if LONG else 1
CLIENTS = 6
EACH = 2_000
"""Credits that one client may retire in one round."""
BETWEEN_KILLS_S = keeper.RESTARTS_WITHIN_SECONDS / keeper.RESTARTS + 2
"""The keeper of the servers gives up on one that ends more often."""
CLAIM = {"beneficiary_name": "Tea Co.", "beneficiary_type": "organisation", "purpose": "voluntary", "year": 2025}
pytestmark = pytest.mark.django_db(transaction=True)


class Load:
    """Clients that retire one credit after another, each with its own key, and remember what was acknowledged."""

    def __init__(self, server: Server, m: Market, first: int, name: str) -> None:
        self.acknowledged: dict[str, int] = {}
        self.unanswered: set[str] = set()
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self._work, args=(Browser(server.port, m.seller), m.account.pk, first, name, n))
            for n in range(CLIENTS)
        ]
        for thread in self.threads:
            thread.start()

    def _work(self, browser: Browser, account: int, first: int, name: str, number: int) -> None:
        count = 0
        while not self.stopped.is_set():
            serial, key = first + number * EACH + count, f"{name}-{number}-{count}"
            count += 1
            try:
                body = {"account": account, "serials": [[serial, serial]], **CLAIM}
                answer = browser.send("POST", "retirements/", body, key)
            except (OSError, http.client.HTTPException):
                self.unanswered.add(key)
                return
            if answer.status != 201:
                self.unanswered.add(key)
                return
            self.acknowledged[key] = answer.body["id"]

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 240
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, "the load never began"
            time.sleep(0.01)

    def end(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def judge(load: Load, m: Market, issued_t: int) -> int:
    """All acknowledged there, nothing twice, nothing lost; how many unanswered ones turned out to be done."""
    assert load.unanswered, "the kill hit nobody at work"
    keys = {f"{m.seller.organisation_id}:{key}": pk for key, pk in load.acknowledged.items()}
    stored = dict(Retirement.objects.filter(key__in=keys).values_list("key", "pk"))
    assert stored == keys
    assert Entry.objects.filter(idempotency_key__in=keys).count() == len(keys)
    assert Entry.objects.filter(kind="retire").count() == Retirement.objects.count()
    retired = Holding.objects.filter(status="retired", closed_by=None)
    assert sum(h.quantity_t for h in retired) == Retirement.objects.count()
    assert sum(h.quantity_t for h in Holding.objects.filter(closed_by=None)) == issued_t
    doubtful = {f"{m.seller.organisation_id}:{key}" for key in load.unanswered}
    return Retirement.objects.filter(key__in=doubtful).count()


def one_market() -> tuple[Market, int]:
    m = market(issue(outcome(registered_project(), "300000.5")))
    trusted(m)
    return m, sum(h.quantity_t for h in Holding.objects.filter(closed_by=None))


def test_a_killed_web_server_loses_and_doubles_nothing():
    m, issued_t = one_market()
    with serving(application_url()) as server:
        first = m.first
        for number in range(ROUNDS):
            load = Load(server, m, first + number * CLIENTS * EACH, f"web{number}")
            load.wait_for(25)
            server.kill()
            load.end()
            judge(load, m, issued_t)
            server.restart()
            browser = Browser(server.port, m.seller)
            for key in sorted(load.unanswered):  # whoever got no answer asks by the key, and then knows
                answer = browser.send("GET", f"done-under/{key}/")
                done = Retirement.objects.filter(key=f"{m.seller.organisation_id}:{key}").exists()
                assert answer.status == (200 if done else 404)
    assert ledger.check().differences == ()


@pytest.mark.skipif(not LONG, reason="needs a database server of its own: KCR_LONG=1")
def test_a_killed_postgresql_loses_and_doubles_nothing(tmp_path: Path, monkeypatch):
    var = tmp_path / "var"
    tmp_path.chmod(0o711)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)
    handles = embedded.ensure_services(var)  # durable, unlike the session's
    before = dict(connection.settings_dict)
    try:
        connections.close_all()
        places = Places(var.resolve())
        connection.settings_dict.update(USER="kcr", HOST=str(places.database_sockets), PORT=5432, NAME="kcr")
        monkeypatch.setenv("REDIS_URL", embedded.redis_url(var))
        monkeypatch.setenv("KCR_VAR", str(var))
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        m, issued_t = one_market()
        with serving(embedded.database_url(var, role=embedded.APPLICATION_ROLE)) as server:
            first, killed_at = m.first, 0.0
            for number in range(ROUNDS):
                load = Load(server, m, first + number * CLIENTS * EACH, f"pg{number}")
                load.wait_for(25)
                time.sleep(max(0.0, killed_at + BETWEEN_KILLS_S - time.monotonic()))
                killed_at = time.monotonic()
                os.kill(int((places.database / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
                load.end()
                connections.close_all()
                _wait_until_it_answers(embedded.database_url(var))
                judge(load, m, issued_t)
        assert ledger.check().differences == ()
    finally:
        connections.close_all()
        connection.settings_dict.update(before)
        embedded.stop_services(handles)


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with psycopg.connect(url) as answering:
                answering.execute("SELECT 1")
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server did not come back"
            time.sleep(0.2)
