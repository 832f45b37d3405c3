"""One period with its bodies and officials for the tests of each module (see ``kept``), and its review begun."""

from __future__ import annotations

import pytest

from mrv.decisions import services
from tests.mrv.bodies import kept


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        yield court


@pytest.fixture
def begun(jiangkou):
    return services.begin_review(actor=jiangkou.clerk, period=jiangkou.after_notice())
