"""Ten people at once through the web server, again and again: no credit is made, none is lost.

KCR_LONG=1 runs a thousand rounds. The server works as the application's role of the database.
"""

from __future__ import annotations

import os

import pytest

from registry.credits import ledger
from registry.credits.models import Entry, Holding, Transfer
from tests.people import member
from tests.registry.credits.market import Market, market, trusted
from tests.registry.credits.over_http import Answer, Browser, application_url, at_once, serving
from tests.registry.credits.world import issue, outcome, registered_project

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 250 if os.environ.get("KCR_LONG") == "1" else 3
"""Of each of the four kinds."""
WINDOW = 100
PARALLEL = 10
CLAIM = {"beneficiary_name": "Tea Co.", "beneficiary_type": "organisation", "purpose": "voluntary", "year": 2025}


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def total_t() -> int:
    return sum(holding.quantity_t for holding in Holding.objects.filter(closed_by=None))


def held(m: Market, status: str, base: int) -> int:
    window = (base, base + WINDOW)
    return sum(
        min(h.serials.upper, window[1]) - max(h.serials.lower, window[0])
        for h in Holding.objects.filter(closed_by=None, status=status, serials__overlap=window)
    )


def test_ten_at_once_through_http_make_and_lose_nothing():
    m = market(issue(outcome(registered_project(), f"{WINDOW * 5 * (ROUNDS + 2)}.5")))
    trusted(m)
    issued_t, base = total_t(), m.first
    another = member(m.target.owner, "trader")
    with serving(application_url()) as server:
        seller, buyer, trader = (Browser(server.port, actor) for actor in (m.seller, m.buyer, another))
        for number in range(ROUNDS):
            first = base + number * 4 * WINDOW

            def offers(n: int, low: int = first, number: int = number) -> Answer:
                body = {"account": m.account.pk, "recipient": m.target.pk, "serials": [[low + 50, low + 50 + n]]}
                return seller.send("POST", "transfers/", body, key=f"race-{number}-{n}")

            answers = at_once([lambda n=n: offers(n) for n in range(PARALLEL)])
            assert statuses(answers) == [201] + [409] * (PARALLEL - 1)
            (made,) = [answer.body for answer in answers if answer.status == 201]
            assert held(m, "in_transfer", first) == made["quantity_t"]

            # double acceptance: two people of the recipient, five times each
            accept = f"transfers/{made['id']}/accept/"
            answers = at_once([lambda b=b, path=accept: b.send("POST", path) for b in (buyer, trader) * 5])
            assert statuses(answers) == [200] * 5 + [409] * 5
            assert Entry.objects.filter(kind="accept").count() == number + 1

            first += WINDOW

            def retires(n: int, low: int = first, number: int = number) -> Answer:
                body = {"account": m.account.pk, "serials": [[low + 20 + n, low + 60]], **CLAIM}
                return seller.send("POST", "retirements/", body, key=f"retire-{number}-{n}")

            answers = at_once([lambda n=n: retires(n) for n in range(PARALLEL)])
            assert statuses(answers) == [201] + [409] * (PARALLEL - 1)
            (made,) = [answer.body for answer in answers if answer.status == 201]
            assert held(m, "retired", first) == made["quantity_t"]

            first += WINDOW  # one act sent ten times under one key is done once, and all hear the same
            body = {"account": m.account.pk, "serials": [[first, first + 9]], **CLAIM}
            answers = at_once(
                [lambda b=body, k=number: seller.send("POST", "retirements/", b, key=f"same-{k}")] * PARALLEL
            )
            assert statuses(answers) == [201] * PARALLEL
            assert len({answer.body["id"] for answer in answers}) == 1
            assert held(m, "retired", first) == 10

            first += WINDOW  # offer and retirement of the same credits

            def either(n: int, low: int = first, number: int = number) -> Answer:
                body = {"account": m.account.pk, "serials": [[low, low + 5]]}
                if n % 2:
                    return seller.send("POST", "retirements/", {**body, **CLAIM}, key=f"mixed-{number}-{n}")
                return seller.send("POST", "transfers/", {**body, "recipient": m.target.pk}, key=f"mixed-{number}-{n}")

            answers = at_once([lambda n=n: either(n) for n in range(PARALLEL)])
            assert statuses(answers) == [201] + [409] * (PARALLEL - 1)
            assert held(m, "retired", first) + held(m, "in_transfer", first) == 6
    assert total_t() == issued_t
    assert Transfer.objects.filter(state="accepted").count() == ROUNDS
    report = ledger.check()
    assert report.differences == ()
    assert report.open_t == issued_t
