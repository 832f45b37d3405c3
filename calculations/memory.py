"""Where numpy puts its arrays: freed memory stays with the process, and rows are not copied to be looped over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np

_KEPT_BYTES = 16 * 1024 * 1024
_SMALL_BUFFER = 512


@cache
def keep_freed_memory() -> None:
    """Once in a process, before many arrays of some 100 kB are made and dropped.

    The allocator of the GNU C library gives freed memory back to the system at once above a threshold, which it
    raises to twice the largest block that it saw mapped and freed. Such a block is made here and never touched, so it
    takes up nothing; elsewhere this does nothing. Without it an eighth of a station-year's time goes into page faults.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


@contextmanager
def rows_in_place() -> Iterator[None]:
    """For products and sums of a table with one row or column: numpy loops over each row where it lies.

    Otherwise it copies rows shorter than its buffer together, which takes as long as the product. Only speed depends
    on it: no element's value does.
    """
    before = np.setbufsize(_SMALL_BUFFER)
    try:
        yield
    finally:
        np.setbufsize(before)
