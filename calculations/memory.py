"""Freed memory that stays with the process, so that the next array of the same size costs no page faults."""

from __future__ import annotations

from functools import cache

import numpy as np

_KEPT_BYTES = 16 * 1024 * 1024


@cache
def keep_freed_memory() -> None:
    """Once in a process, before many arrays of some 100 kB are made and dropped.

    The allocator of the GNU C library gives freed memory back to the system at once above a threshold, which it
    raises to twice the largest block that it saw mapped and freed. Such a block is made here and never touched, so it
    takes up nothing; elsewhere this does nothing. Without it an eighth of a station-year's time goes into page faults.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)
