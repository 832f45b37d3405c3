"""python -m benchmarks.ledger [--sizes N ...] [--seconds S] [--rounds N] [--clients N ...] [--http]

Each verb per second at each size of the ledger, through the service in Django as the application's role, on a durable
PostgreSQL of its own, and one verb as the kernel's function alone; beside it, in the same rounds, an empty Django
transaction with as many round trips (it writes nothing, so its COMMIT waits for no disk), the same with a one-row
UPDATE in it (whose COMMIT does wait), and a raw single-row UPDATE. The best of the rounds counts, wall time. The
limits of quantity are raised. "rows alone" writes what a retirement writes and nothing else: no act can be quicker.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import queue as queues
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from benchmarks.ledger.place import ACCOUNTS, BLOCK, Ledger, fill, servers

VERBS = ("offer", "accept", "retire", "list")
ROWS = ("rows alone",)
KERNEL = ("kernel: retire",)
"""The database function alone, called from Django in a transaction: what the service adds to it is the difference."""
SLOTS = BLOCK // 2 - 1
"""Of each block of 100 serials every second one moves alone, so that every act splits a holding in three."""
HOT = ("retire, one account",)
FIRST_BLOCKS = 1_000
NO_AUDIT = ("retire, no audit",)
Row = tuple[str, int, int, float, float, float, float]


class Client:
    """One process: a place in the ledger of its own, and acts one after the other."""

    def __init__(self, ledger: Ledger, number: int, clients: int, begin: int) -> None:
        from registry.credits.models import Account  # noqa: PLC0415
        from registry.organisations.models import User  # noqa: PLC0415
        from registry.organisations.selectors import actor_of  # noqa: PLC0415
        from tests.people import FOR_EVER  # noqa: PLC0415

        self.ledger, self.number, self.clients, self.begin = ledger, number, clients, begin
        wanted = Account.objects.select_related("owner").in_bulk(ledger.accounts)
        self.accounts = [wanted[pk] for pk in ledger.accounts]
        people = User.objects.in_bulk(ledger.persons)
        self.actors = [replace(actor_of(people[pk]), second_factor_at=FOR_EVER) for pk in ledger.persons]
        self.count = 0

    def next_serials(self, *, hot: bool = False) -> tuple[int, Any]:
        """A serial that was not touched before, inside a block: (place of the account, the serial)."""
        from psycopg.types.range import Range  # noqa: PLC0415

        number = self.begin + self.count * self.clients + self.number
        self.count += 1
        blocks = self.ledger.hot_holdings if hot else (ACCOUNTS - 2) * self.ledger.holdings_each
        slot, block = divmod(number, blocks)
        if slot >= SLOTS:
            raise SystemExit("the ledger is too small for so many acts: fewer seconds or rounds")
        place = 0 if hot else 1 + block % (ACCOUNTS - 2)
        index = block if hot else block // (ACCOUNTS - 2)
        serial = self.ledger.start_of(place) + index * BLOCK + 2 * slot + 1
        return place, (Range(serial, serial + 1),)

    def next_of_the_first(self) -> Any:
        """A serial of the first blocks, which the copied tables hold, too."""
        from psycopg.types.range import Range  # noqa: PLC0415

        number = self.begin + self.count * self.clients + self.number
        self.count += 1
        slot, block = divmod(number, min(FIRST_BLOCKS, self.ledger.hot_holdings))
        serial = self.ledger.first + block * BLOCK + 2 * (slot % SLOTS) + 1
        return Range(serial, serial + 1)


def acts(client: Client) -> dict[str, tuple[Callable[[], Any], Callable[[Any], object]]]:
    """By name: what is made ready outside the time, and the act itself."""
    from decimal import Decimal  # noqa: PLC0415
    from uuid import uuid4  # noqa: PLC0415

    from django.db import transaction  # noqa: PLC0415

    from benchmarks.ledger import rows_alone  # noqa: PLC0415
    from registry.credits import kernel  # noqa: PLC0415
    from registry.credits.services import board, endings, transfers  # noqa: PLC0415
    from registry.credits.services.endings import Claim  # noqa: PLC0415

    claim = Claim("Tea Co.", "organisation", "voluntary", 2025)

    def offer(given: Any) -> Any:
        place, serials = given
        return transfers.offer_transfer(
            actor=client.actors[place],
            account=client.accounts[place],
            recipient=client.accounts[place + 1],
            serials=serials,
            key=uuid4().hex,
        )

    def offered() -> Any:
        given = client.next_serials()
        return given[0] + 1, offer(given)

    def accept(given: Any) -> Any:
        return transfers.accept_transfer(actor=client.actors[given[0]], transfer=given[1])

    def retire(given: Any) -> Any:
        place, serials = given
        return endings.retire(
            actor=client.actors[place],
            account=client.accounts[place],
            serials=serials,
            claim=claim,
            key=uuid4().hex,
        )

    def list_(given: Any) -> Any:
        place, serials = given
        return board.list_credits(
            actor=client.actors[place],
            account=client.accounts[place],
            serials=serials,
            price=Decimal(50),
            currency="CNY",
            key=uuid4().hex,
        )

    def kernel_retire(given: Any) -> Any:
        place, serials = given
        with transaction.atomic():
            kernel.post(
                "retire",
                account=client.accounts[place].pk,
                serials=serials,
                key=uuid4().hex,
                actor_id=client.ledger.persons[place],
            )

    def rows(serials: Any) -> None:
        rows_alone.write(client.accounts[0].pk, client.ledger.persons[0], serials, uuid4().hex)

    return {
        "rows alone": (client.next_of_the_first, rows),
        "kernel: retire": (client.next_serials, kernel_retire),
        "offer": (client.next_serials, offer),
        "accept": (offered, accept),
        "retire": (client.next_serials, retire),
        "list": (client.next_serials, list_),
        "retire, no audit": (client.next_serials, retire),
        "retire, one account": (lambda: client.next_serials(hot=True), retire),
    }


def work(ledger: Ledger, name: str, number: int, clients: int, seconds: float, begin: int, out: Any) -> None:
    """One client: the verb, or what it is held against, for some seconds; puts what it did and took."""
    from django.db import connection, transaction  # noqa: PLC0415

    connection.ensure_connection()
    kind, _, of = name.partition(":")
    client = Client(ledger, number, clients, begin)
    trips = 0
    if kind == "raw":
        raw = connection.connection
        connection.set_autocommit(True)

        def ready() -> int:
            client.count += 1
            return 1 + (client.count * 7919 + number) % max(1, ledger.hot_holdings)

        def act(row: int) -> None:
            raw.execute("UPDATE bench_row SET value = value + 1 WHERE id = %s", [row])
    else:
        if of == "retire, no audit":
            from registry.credits.services import endings  # noqa: PLC0415

            endings.record = lambda *_a, **_k: None  # type: ignore[assignment]
        ready, act = acts(client)[of]
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        given = ready()
        with CaptureQueriesContext(connection) as queries:
            act(given)
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        trips = sum(1 for query in queries.captured_queries if not query["sql"].startswith(control))
        if kind in ("empty", "durable"):
            turns = itertools.count()

            def ready() -> int:
                return 1 + (next(turns) * 7919 + number) % max(1, ledger.hot_holdings)

            def act(row: int) -> None:
                with transaction.atomic(), connection.cursor() as cursor:
                    for _ in range(trips - (kind == "durable")):
                        cursor.execute("SELECT 1")
                    if kind == "durable":
                        cursor.execute("UPDATE bench_row SET value = value + 1 WHERE id = %s", [row])

    done, spent = 0, 0.0
    while spent < seconds:
        given = ready()
        start = time.perf_counter()
        act(given)
        spent += time.perf_counter() - start
        done += 1
    out.put((done, spent, trips, client.count))


def rate(ledger: Ledger, name: str, clients: int, seconds: float, used: dict[bool, int]) -> tuple[float, int]:
    """Acts per second of all clients together; time spent making ready is left out. Counts on what was used."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()  # a connection that a child inherits and closes is closed for the parent, too
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    hot = name.endswith(HOT)
    processes = [
        context.Process(target=work, args=(ledger, name, number, clients, seconds, used[hot], out))
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    answers = [_answer(out, processes) for _process in processes]
    for process in processes:
        process.join()
    if name != "raw:":
        used[hot] += max(count for *_rest, count in answers) * clients
    return sum(done / spent for done, spent, *_rest in answers), answers[0][2]


def _answer(out: Any, processes: list[Any]) -> tuple[int, float, int, int]:
    """The next client's figures; ends the run when a client failed."""
    while True:
        try:
            figures: tuple[int, float, int, int] = out.get(timeout=1)
        except queues.Empty:
            if any(process.exitcode for process in processes):
                raise SystemExit("a client failed: see above") from None
        else:
            return figures


def measure(ledger: Ledger, clients: int, seconds: float, rounds: int, used: dict[bool, int]) -> list[Row]:
    names = [*ROWS, *KERNEL, *VERBS, *NO_AUDIT, *HOT]
    best: dict[str, float] = {}
    trips: dict[str, int] = {}
    for _ in range(rounds):
        for of in names:
            for name in (f"verb:{of}", f"empty:{of}", f"durable:{of}"):
                per_s, trips[of] = rate(ledger, name, clients, seconds, used)
                best[name] = max(best.get(name, 0.0), per_s)
        best["raw:"] = max(best.get("raw:", 0.0), rate(ledger, "raw:", clients, seconds, used)[0])
    held = ("verb", "empty", "durable")
    return [(of, trips[of], clients, *(best[f"{kind}:{of}"] for kind in held), best["raw:"]) for of in names]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description="The verbs of the ledger.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000], help="holdings")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    parser.add_argument("--http", action="store_true", help="through gunicorn as well")
    asked = parser.parse_args(arguments)
    smallest: dict[tuple[str, int], float] = {}
    with servers() as owner_url:
        for size in asked.sizes:
            ledger = fill(owner_url, size)
            print(f"\n{size:,} holdings, acts per second", flush=True)
            print(
                "  verb                 trips clients    verb   empty  of it durable  of it     raw  of it  of smallest"
            )
            used = {False: 0, True: 0}
            for clients in asked.clients:
                for of, trips, many, verb, empty, durable, raw in measure(
                    ledger, clients, asked.seconds, asked.rounds, used
                ):
                    base = smallest.setdefault((of, many), verb)
                    print(
                        f"  {of:<20} {trips:>5} {many:>7} {verb:>7.0f} {empty:>7.0f} {verb / empty:>6.2f}"
                        f" {durable:>7.0f} {verb / durable:>6.2f} {raw:>7.0f} {verb / raw:>6.2f} {verb / base:>12.2f}",
                        flush=True,
                    )
            if asked.http:
                from benchmarks.ledger.over_http import measure_http  # noqa: PLC0415

                print(measure_http(ledger, asked.seconds, asked.rounds), flush=True)


if __name__ == "__main__":
    main()
