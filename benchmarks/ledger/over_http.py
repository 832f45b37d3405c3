"""The same verb through gunicorn, everything on, beside an empty authenticated POST on the same gunicorn."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from typing import Any

from benchmarks.ledger.place import BLOCK, Ledger

CLIENTS = 4


def measure_http(ledger: Ledger, seconds: float, rounds: int) -> str:
    """One line: retirements and empty posts per second with four clients, and their ratio."""
    from registry.organisations.models import User  # noqa: PLC0415
    from registry.organisations.selectors import actor_of  # noqa: PLC0415
    from tests.registry.credits.over_http import Browser, Server  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.ledger.http_settings"
    from django.conf import settings  # noqa: PLC0415

    server = Server(settings.DATABASE_URL)
    try:
        people = [actor_of(User.objects.get(pk=ledger.persons[1 + n])) for n in range(CLIENTS)]
        browsers = [Browser(server.port, person) for person in people]
        best = {"retire": 0.0, "empty": 0.0}
        for number in range(rounds):
            for what, known in tuple(best.items()):
                best[what] = max(known, _rate(ledger, server.port, browsers, what, seconds, number))
    finally:
        server.stop()
    ratio = best["retire"] / best["empty"]
    return (
        f"  over HTTP, {CLIENTS} clients: retire {best['retire']:.0f}/s, empty POST {best['empty']:.0f}/s, {ratio:.2f}"
    )


def _rate(ledger: Ledger, port: int, browsers: list[Any], what: str, seconds: float, round_number: int) -> float:
    done = [0] * len(browsers)
    end = time.perf_counter() + seconds

    def one(number: int) -> None:
        talk = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        place, count = 1 + number, 0
        while time.perf_counter() < end:
            index, slot = count % ledger.holdings_each, count // ledger.holdings_each + 16 * round_number
            start = ledger.start_of(place) + index * BLOCK + BLOCK - 2 - 2 * slot
            body = {
                "account": ledger.accounts[place],
                "serials": [[start, start]],
                "beneficiary_name": "Tea Co.",
                "beneficiary_type": "organisation",
                "purpose": "voluntary",
                "year": 2025,
            }
            path = "/api/v1/retirements/" if what == "retire" else "/empty"
            headers = {**browsers[number].headers, "Idempotency-Key": f"{round_number}-{number}-{count}-{what}"}
            talk.request("POST", path, json.dumps(body), headers)
            answer = talk.getresponse()
            answer.read()
            done[number] += answer.status in (200, 201)
            count += 1
        talk.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(browsers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds
