"""Which tests stay together on one worker of pytest-xdist (``--dist loadscope``), and which begin first.

A module's tests share a world that is dear to make, the browser's tests a running server: apart, each worker would
make its own. The longest groups come first, so that no worker is left alone with one at the end. The module that opens
every page takes so much longer than its world that it is cut in parts, each with a world of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.web.stages import STAGES

EVERY_PAGE, ONE_SERVER = "tests/web/test_every_page.py", "tests/browser/"
LONGEST_FIRST = (EVERY_PAGE, ONE_SERVER, "tests/web/", "tests/calculations/")
BEGIN_A_PART = ("recomputed", "lead_signed")
"""Stages with which another part of that module begins: about as much work in each."""


class Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)


def part_of(nodeid: str) -> str:
    """The group of a test: what is the same stays on one worker."""
    module, _, test = nodeid.partition("::")
    if module == EVERY_PAGE and "[" in test:
        return f"{module} {_part_of_stage(test.rpartition('[')[2].rstrip(']'))}"
    return ONE_SERVER if nodeid.startswith(ONE_SERVER) else module


def _part_of_stage(stage: str) -> int:
    return sum(STAGES.index(stage) >= STAGES.index(first) for first in BEGIN_A_PART)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))  # stable: within a group nothing moves


def _place(nodeid: str) -> int:
    return next((place for place, begin in enumerate(LONGEST_FIRST) if nodeid.startswith(begin)), len(LONGEST_FIRST))
