"""Which tests stay together on one worker of pytest-xdist (``--dist loadscope``), and which begin first.

A module's tests share a world that is dear to make, the browser's tests a running server: apart, each worker would
make its own. The longest groups come first, so that no worker is left alone with one at the end.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST_FIRST = ("tests/web/test_every_page.py", "tests/browser/", "tests/web/", "tests/calculations/")
ONE_SERVER = "tests/browser/"


class Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return ONE_SERVER if nodeid.startswith(ONE_SERVER) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))  # stable: within a group nothing moves


def _place(nodeid: str) -> int:
    return next((place for place, begin in enumerate(LONGEST_FIRST) if nodeid.startswith(begin)), len(LONGEST_FIRST))
