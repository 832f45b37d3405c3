"""One transaction, begun again when the database ended it to break a deadlock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

R = TypeVar("R")
TRIES = 4
DEADLOCK, NOT_SERIALISED = "40P01", "40001"


def in_transaction(work: Callable[[], R]) -> R:
    """What ``work`` answers, done whole or not at all; it may be called several times.

    An exclusion constraint may answer a race in that way. Nothing is tried again inside a caller's transaction,
    which would be lost with it.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return work()
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", "")
            if state not in (DEADLOCK, NOT_SERIALISED) or attempt == TRIES:
                raise
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")
