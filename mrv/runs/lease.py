"""Who may write to a run: one attempt at a time, for as long as it says that it lives.

Leases are real time (``clock_timestamp()`` of the database), not the registry's clock, which a demonstration moves.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, models

from mrv.runs.models import Run

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""A running attempt renews at a third of this; silent for longer, it counts as dead."""
QUEUE_WAIT = timedelta(seconds=60)
"""A message not picked up for so long is sent again. Sending twice does no harm: only one attempt gets the lease."""
MAX_ATTEMPTS = 3


class LeaseLost(Exception):  # noqa: N818  an event of the protocol, not a fault
    """Another attempt took over: whatever this one computed is not written."""


class RealNow(models.Func):
    template = "clock_timestamp()"
    output_field = models.DateTimeField()
    arity = 0


def real_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def renew(run_id: int, attempt: int, **progress: Any) -> bool:
    """Prolong the lease and show progress, in its own statement; False where this attempt no longer holds it."""
    held = Run.objects.filter(pk=run_id, attempt=attempt, state="running")
    return bool(held.update(lease_until=RealNow() + LEASE, **progress))


class Heartbeat:
    """Renews the lease from a thread while a long calculation says nothing; ``lost`` tells when it is gone."""

    def __init__(self, run_id: int, attempt: int, *, every_s: float = LEASE.total_seconds() / 3) -> None:
        self.lost = False
        self._run_id, self._attempt, self._every_s = run_id, attempt, every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-of-run-{run_id}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(self._every_s):
            try:
                if not renew(self._run_id, self._attempt):
                    self.lost = True
                    return
            except DatabaseError:  # the server restarts: the lease runs on, the next beat tries again
                log.warning("run %s: its lease could not be renewed now", self._run_id, exc_info=True)
            finally:
                connection.close()
