"""One period with its bodies and officials for the tests of each module; see ``kept``."""

from __future__ import annotations

import pytest

from mrv.verification.models import Assignment
from tests.mrv.bodies import kept


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        yield court


@pytest.fixture
def task(jiangkou) -> Assignment:
    """A verification in which somebody has recomputed already."""
    return jiangkou.recomputed()
