"""``manage.py demo``: one issued year, and something to do for every role; a second time changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.own_servers import own_place

TWICE_AND_TO_DO = """
import json, sys
from registry.core.embedded import commands
for time in (1, 2):
    assert commands.main(["manage.py", "demo", "--no-up"]) == 0
from django.utils.translation import override
from registry.core import todo
from registry.organisations.selectors import actor_of, demo_accounts
with override("en"):
    waiting = {user.email: [str(item.title) for item in todo.items_of(actor_of(user))] for user in demo_accounts()}
    print(json.dumps(waiting))
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """The place, and what the two runs printed."""
    with own_place("demo", tmp_path_factory.mktemp("var")) as place:
        done = subprocess.run(
            [sys.executable, "-c", TWICE_AND_TO_DO],
            cwd=settings.ROOT,
            env=place.env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        yield place, done.stdout.strip().splitlines()


def test_every_stage_is_there_once(seeded):
    place, _said = seeded
    projects = place.rows("SELECT state, count(*) FROM projects_project WHERE is_demo GROUP BY state")
    assert dict(projects) == {
        "registered": 2,
        "draft": 1,
        "submitted": 1,
        "under_validation": 2,
    }
    periods = place.rows("SELECT state, count(*) FROM periods_monitoringperiod GROUP BY state")
    assert dict(periods) == {"issued": 1, "verified": 1, "under_verification": 2, "open": 1}


def test_the_second_time_finds_it_there(seeded):
    _place, said = seeded
    assert "the demonstration is ready" in "\n".join(said)
    assert "the demonstration was there already" in said[-2]


def test_every_role_has_something_to_do(seeded):
    _place, said = seeded
    to_do = json.loads(said[-1])
    waiting = {email.partition(".demo")[0]: titles for email, titles in to_do.items()}
    assert "Complete and seal the evidence" in waiting["editor@developer"]
    assert "Complete and submit the project" in waiting["representative@developer"]
    assert waiting["lead@validation"] == ["Accept or decline the assignment"]
    assert waiting["reviewer@validation"] == ["Review and sign the opinion"]
    assert waiting["lead@verification"] == ["Recompute the kit outside the server"]
    assert waiting["reviewer@verification"] == ["Review and sign the opinion"]
    assert "Check the submission and open public comment" in waiting["clerk@authority"]
    assert waiting["approver@authority"] == ["Decide as the second person"]
