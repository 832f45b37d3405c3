"""Which tests stay together on one worker of pytest-xdist (``--dist loadgroup``), and which begin first.

A module's tests share a world that is dear to make, the browser's tests a running server: apart, each worker would
make its own. The longest groups come first, so that no worker is left alone with one at the end.
"""

from __future__ import annotations

import pytest

LONGEST_FIRST = ("tests/web/test_every_page.py", "tests/browser/", "tests/web/", "tests/calculations/")
ONE_SERVER = "tests/browser/"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))  # stable: within a group nothing moves
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.nodeid)))


def _place(nodeid: str) -> int:
    return next((place for place, begin in enumerate(LONGEST_FIRST) if nodeid.startswith(begin)), len(LONGEST_FIRST))


def _group(nodeid: str) -> str:
    return ONE_SERVER if nodeid.startswith(ONE_SERVER) else nodeid.partition("::")[0]
