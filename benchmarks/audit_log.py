"""python -m benchmarks.audit_log [--records N] [--rounds N]

The audit log at so many records, on a durable PostgreSQL of its own: how fast the sequencer places them, how long a
complete check takes (of the stored log, and of the exported file), and proofs and searches. The floor, in the same
run and over the same records, is one hashlib call for each record and nothing else. Processor time of this process,
best of the rounds; where the database works meanwhile the time on the clock is given too.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.ledger.place import servers
from benchmarks.timing import times

GATE_RATIO, GATE_S, GATE_PROOF_S = 4.0, 10.0, 0.005

EVENTS = """
    INSERT INTO audit_event (at, clock_offset_s, actor_id, organisation_id, roles, action, object_type, object_id,
                             refused, reason, body)
    SELECT now() - (%(count)s - n) * interval '1 second', 0, n %% 500, n %% 40, 'trader', 'credits.offer_transfer',
           'credits.Transfer', (n / 5)::text, false, '',
           convert_to('{"action":"credits.offer_transfer","actor":' || n %% 500 || ',"after":{"quantity_t":' || n %% 997
           || ',"recipient":' || n %% 61 || ',"serials":["' || n || '..' || n + 59 || '"]},"at":"2026-11-25T12:00:00.'
           || lpad((n %% 1000000)::text, 6, '0') || '+00:00","before":{},"clock_offset_s":0,"nonce":"' || md5(n::text)
           || '","object":{"id":"' || n / 5 || '","type":"credits.Transfer"},"organisation":' || n %% 40
           || ',"reason":"","refused":false,"request":"' || md5((-n)::text)
           || '","roles":["representative","trader"]}', 'UTF8')
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit_log", description=__doc__.split("\n\n")[1])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with servers() as owner_url:
        _fill(owner_url, asked.records)
        _measure(asked.records, asked.rounds)


def _fill(owner_url: str, count: int) -> None:
    """Events as if written one by one, and their leaves."""
    import psycopg  # noqa: PLC0415

    from registry.audit import checkpoints, sequencing, tiles  # noqa: PLC0415

    start = time.perf_counter()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for first in range(0, count, 100_000):
            owner.execute(EVENTS, {"count": count, "first": first, "last": min(first + 100_000, count) - 1})
    print(f"{count:,} events written in {time.perf_counter() - start:.1f} s")
    before, start = tiles.stored_size(), time.perf_counter()
    sequencing.sequence()
    seconds = time.perf_counter() - start
    placed = tiles.stored_size() - before
    print(f"sequencer: {placed:,} placed in {seconds:.1f} s, {placed / seconds:,.0f} a second")
    checkpoints.sign()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def _measure(records: int, rounds: int) -> None:
    from registry.audit import checks, logfile, verifying  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="kcr-bench-") as folder:
        path = Path(folder) / "log.txt"
        with path.open("wb") as file:
            seconds, _ = _timed(lambda: file.writelines(checks.export()[1]))
        size = path.stat().st_size
        print(f"export: {size / 1e6:,.0f} MB in {seconds:.1f} s, {size / records:.0f} bytes a record\n")

        def of_file() -> Any:
            with path.open("rb") as file:
                header = logfile.read_header(file)
                checkpoint = _newest(header)
                return verifying.verify(logfile.read_blocks(file), [checkpoint], promised=header.records)

        tasks: dict[str, Callable[[], Any]] = {
            "one hashlib call for each record": lambda: _floor(path),
            "verify the exported file": of_file,
            "verify the stored log": lambda: checks.verify_stored()[0],
        }
        best: dict[str, tuple[float, float]] = {}
        for _ in range(rounds):
            for name, task in tasks.items():
                clock, processor = _timed(task)
                known = best.get(name, (float("inf"), float("inf")))
                best[name] = (min(known[0], clock), min(known[1], processor))
        outcome = of_file()
    if not (outcome.good and outcome.records >= records and outcome.confirmed is not None):
        raise SystemExit(f"the log is not intact: {outcome.faults}")
    floor = best["one hashlib call for each record"][1]
    for name, (clock, processor) in best.items():
        print(f"  {name:<36} {processor:8.2f} s   {times(processor, floor):>8}   {clock:8.2f} s on the clock")
    print(f"  gates: {GATE_RATIO:.0f} x the floor, and {GATE_S:.0f} s at a million records\n")
    _proofs(records)


def _floor(path: Path) -> float:
    """Only the hashing is counted, not the reading."""
    from registry.audit import logfile  # noqa: PLC0415

    spent = 0.0
    with path.open("rb") as file:
        logfile.read_header(file)
        for block in logfile.read_blocks(file):
            start = time.process_time()
            for body in block.bodies:
                sha256(body).digest()
            spent += time.process_time() - start
    return spent


def _timed(task: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock and of the processor; a task that counts for itself says its own."""
    clock, processor = time.perf_counter(), time.process_time()
    said = task()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return (said, said) if isinstance(said, float) else (clock, processor)


def _newest(header: Any) -> Any:
    from registry.audit import keys, notes  # noqa: PLC0415

    return notes.open_checkpoint(header.checkpoints[-1], keys.verifier_keys(), header.origin)


def _proofs(records: int) -> None:
    from registry.audit import selectors  # noqa: PLC0415
    from registry.audit.models import Checkpoint  # noqa: PLC0415
    from registry.core.actors import Actor  # noqa: PLC0415

    newest = Checkpoint.objects.first()
    official = Actor("official", user_id=1, organisation_approved=True, roles=frozenset({"auditor"}))
    places = random.Random(1).sample(range(records), 200)
    asked = selectors.Asked
    cases: dict[str, Callable[[int], Any]] = {
        "proof that a record stands in the log": lambda at: selectors.inclusion_of(at, newest),
        "proof between two sizes of the log": lambda at: selectors.tiles.stored_tree(newest.size).consistency_proof(at),
        "page of one person's acts": lambda at: selectors.events_page(official, asked(people=[at % 500])),
        "page of one record's acts": lambda at: selectors.events_page(
            official, asked(object_type="credits.Transfer", object_id=str(at // 5))
        ),
        "page from the middle of the log": lambda at: selectors.events_page(official, asked(), before=at + 60),
    }
    for name, case in cases.items():
        both = [_timed(lambda case=case, at=at: case(at)) for at in places]
        clock, processor = (sorted(each[i] for each in both) for i in (0, 1))
        print(
            f"  {name:<38} median {1000 * clock[100]:6.2f} ms, best {1000 * clock[0]:6.2f} ms on the clock; "
            f"{1000 * processor[100]:5.2f} ms of this process"
        )
    print(f"  gate: a proof in {1000 * GATE_PROOF_S:.0f} ms")


if __name__ == "__main__":
    main()
