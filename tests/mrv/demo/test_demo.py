"""``manage.py demo``: nine counties in every state, and something to do for every role; a second time changes nothing.

Seeded with periods of some weeks: the same acts of the same people, on fewer readings.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings

from benchmarks.pages import LIMIT_KB
from tests.own_servers import own_place

TWICE_AND_LOOK = """
import json, sys
from registry.core.embedded import commands
for time in (1, 2):
    assert commands.main(["manage.py", "demo", "--no-up", "--short"]) == 0
from django.test import Client
from django.utils.translation import override
from registry.core import todo
from registry.organisations.selectors import actor_of, demo_accounts
with override("en"):
    waiting = {user.email: [str(item.title) for item in todo.items_of(actor_of(user))] for user in demo_accounts()}
visitor = Client(headers={"accept-language": "en", "host": "localhost"})
before = visitor.get("/").content.decode()
stops = {}
for number in range(1, 7):
    leads_to = visitor.get(f"/demo/tour/{number}/")
    stops[leads_to.url] = visitor.get(leads_to.url.partition("#")[0]).content.decode()
after = visitor.get("/").content.decode()
from mrv.demo import cast
from mrv.verification.models import Assignment
from tests.web.weight import weigh_kinds
year = Assignment.objects.get(period__project__name_en=cast.JIANGKOU.site.en)
period, weights = year.period, {}
weigh_kinds(visitor, ("/", "/cases/", f"/registry/p/{period.project.code}/{period.number}/"), weights)
for email, starts in {
    "editor@developer": (f"/periods/{period.pk}/", f"/stations/{period.station_id}/review/", "/to-do/"),
    "lead@verification": (f"/verification/{year.pk}/workbench/", "/to-do/"),
    "approver@authority": ("/to-do/",),
}.items():
    somebody = Client(headers={"accept-language": "en", "host": "localhost"})
    somebody.force_login(next(user for user in demo_accounts() if user.email.startswith(email)))
    weigh_kinds(somebody, starts, weights)
print(json.dumps({"waiting": waiting, "before": before, "stops": stops, "after": after, "weights": weights}))
"""
A_YEAR = {
    "publication:evidence": 70,
    "periods:detail": 70,
    "quality:review": 70,
    "verification:workbench": 70,
}
"""Kinds of pages that draw a year of readings, and what they weigh at least in KB: the year was there."""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """The place, what the two runs printed, and what was seen afterwards."""
    with own_place("demo", tmp_path_factory.mktemp("var")) as place:
        done = subprocess.run(
            [sys.executable, "-c", TWICE_AND_LOOK],
            cwd=settings.ROOT,
            env=place.env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
        lines = done.stdout.strip().splitlines()
        yield place, lines[:-1], json.loads(lines[-1])


def test_projects_of_nine_counties_are_in_every_state(seeded):
    place, _said, _seen = seeded
    projects = place.rows("SELECT state, count(*) FROM projects_project WHERE is_demo GROUP BY state")
    assert dict(projects) == {
        "registered": 8,
        "public_comment": 1,
        "suspended": 1,
        "revoked": 1,
        "authority_review": 1,
        "under_validation": 2,
        "submitted": 1,
        "draft": 1,
        "withdrawn": 1,
    }
    asked, decided = place.rows("SELECT asked_by_id, decided_by_id FROM projects_revocation")[0]
    assert asked != decided, "a registration is revoked by two officials"
    assert place.rows("SELECT count(*) FROM province_demonstrationarea") == [(1,)]
    counties = place.rows(
        "SELECT count(DISTINCT division_code) FROM projects_project JOIN stations_station s ON s.project_id = "
        "projects_project.id"
    )
    assert counties == [(9,)]
    kinds = place.rows("SELECT DISTINCT kind FROM projects_project")
    assert {kind for (kind,) in kinds} == {"inventory", "vegetation", "soil", "irrigation", "aquatic", "powder"}


def test_periods_are_in_every_state_that_a_visitor_should_see(seeded):
    place, _said, _seen = seeded
    periods = place.rows("SELECT state, count(*) FROM periods_monitoringperiod GROUP BY state")
    assert dict(periods) == {
        "issued": 5,
        "statement_issued": 1,
        "verified": 1,
        "under_verification": 2,
        "findings": 1,
        "open": 1,
    }
    three_years = place.rows(
        "SELECT count(*) FROM credits_issuance i JOIN projects_project p ON p.id = i.project_id WHERE p.name_en LIKE "
        "'Puding slope%'"
    )
    assert three_years == [(3,)]


def test_credits_were_traded_retired_and_reversed(seeded):
    place, _said, _seen = seeded
    assert dict(place.rows("SELECT state, count(*) FROM credits_transfer GROUP BY state")) == {
        "accepted": 1,
        "offered": 1,
    }
    for table, count in (("credits_listing", 1), ("credits_buyrequest", 1), ("credits_retirement", 1)):
        assert place.rows(f"SELECT count(*) FROM {table}") == [(count,)], table
    assert place.rows("SELECT state, buffer_t FROM credits_reversal") == [("confirmed", 4)]
    assert place.rows("SELECT count(*) FROM complaints_complaint") == [(1,)]


def test_every_station_has_calibrated_sensors_and_visits_that_agree_with_its_logger(seeded):
    place, _said, _seen = seeded
    equipped = place.rows(
        "SELECT count(DISTINCT d.sensor_id), count(DISTINCT c.sensor_id) FROM stations_station s "
        "LEFT JOIN stations_deployment d ON d.station_id = s.id "
        "LEFT JOIN stations_calibration c ON c.sensor_id = d.sensor_id GROUP BY s.id"
    )
    assert equipped == [(5, 5)] * len(equipped)
    assert len(equipped) == 10
    visits = place.rows(
        "SELECT count(v.id) FROM stations_station s LEFT JOIN stations_fieldvisit v ON v.station_id = s.id "
        "GROUP BY s.id"
    )
    assert min(visits) >= (1,)
    assert place.rows("SELECT count(*) FROM quality_flag WHERE code IN ('FIELD_CHECK', 'DRIFT')") == [(0,)]


def test_the_library_and_the_exchange_show_what_they_are_for(seeded):
    place, _said, _seen = seeded
    documents = place.rows("SELECT title_zh, title_en, number, link FROM province_policydocument")
    assert len(documents) == 6
    for zh, en, number, link in documents:
        assert "演示" in zh, "nobody takes it for a real one"
        assert "demo" in en
        assert (number, link) == ("", "")
    assert place.rows("SELECT count(*) FROM province_policydocument WHERE supersedes_id IS NOT NULL") == [(1,)]
    agreed = place.rows("SELECT jsonb_array_length(tables) FROM province_agreement WHERE ended_at IS NULL")
    assert agreed == [(3,), (3,)]
    assert place.rows("SELECT count(*) FROM audit_event WHERE action = 'province.deliver'") == [(2,)]


def test_a_drafted_version_has_its_impact(seeded):
    place, _said, _seen = seeded
    rows = place.rows(
        "SELECT identifier, state, jsonb_array_length(impact->'periods') FROM methodologies_methodologyversion "
        "WHERE state IN ('tested', 'signed') ORDER BY identifier"
    )
    assert [row[:2] for row in rows] == [("KCS-ENH-BACI", "tested"), ("KCS-INV", "signed")]
    assert all(row[2] >= 3 for row in rows)


def test_everything_is_marked_as_a_demonstration(seeded):
    place, _said, _seen = seeded
    assert place.rows("SELECT count(*) FROM projects_project WHERE NOT is_demo") == [(0,)]
    names = place.rows("SELECT name_zh, name_en FROM stations_station")
    assert all("数据" in zh and "data" in en for zh, en in names)


def test_it_tells_how_far_it_is_in_both_languages(seeded):
    _place, said, _seen = seeded
    phases = [line for line in said if line.startswith("[")]
    assert [line.split("]")[1].split()[0] for line in phases] == [f"{number}/10" for number in range(1, 11)]
    for line in phases:
        done, total = line.rsplit(maxsplit=1)[1].split("/")
        assert done == total
        assert " · " in line


def test_the_second_time_finds_it_there(seeded):
    _place, said, _seen = seeded
    assert sum("the demonstration is ready" in line for line in said) == 1
    assert "the demonstration was there already" in said[-1]


def test_every_role_has_something_to_do(seeded):
    _place, _said, seen = seeded
    waiting = {email.partition(".demo")[0]: titles for email, titles in seen["waiting"].items()}
    assert "Complete and seal the evidence" in waiting["editor@developer"]
    assert any(title.startswith("Answer the finding CAR") for title in waiting["editor@developer"])
    assert "Complete and submit the project" in waiting["representative@developer"]
    assert "Answer a request to buy" in waiting["representative@developer"]
    assert waiting["lead@validation"] == ["Accept or decline the assignment"]
    assert waiting["reviewer@validation"] == ["Review and sign the opinion"]
    assert "Answer the reasons of the return" in waiting["lead@verification"]
    assert waiting["reviewer@verification"] == ["Review and sign the opinion"]
    assert "Check the submission and open public comment" in waiting["clerk@authority"]
    assert "Decide as the second person" in waiting["approver@authority"]
    assert "Sign a methodology version" in waiting["methodology1@authority"]
    assert "Publish a methodology version as the second person" in waiting["methodology2@authority"]
    assert waiting["trader@buyer"] == ["Accept or decline a transfer"]


def test_the_tour_leads_to_what_was_seeded_and_remembers(seeded):
    _place, _said, seen = seeded
    assert seen["before"].count("tour-card") == 6
    assert "tour-visited" not in seen["before"]
    assert seen["after"].count("tour-visited") == 6
    for address, page in seen["stops"].items():
        anchor = address.partition("#")[2]
        assert "<h1" in page, address
        assert not anchor or f'id="{anchor}"' in page, address
    assert len(seen["stops"]) == 6


def test_a_first_visit_to_every_kind_of_page_is_light(seeded):
    """Under 150 KB, gzipped, with everything that the page asks for by itself; the first project has a whole year."""
    _place, _said, seen = seeded
    weights = {kind: size_bytes / 1024 for kind, (size_bytes, _path) in seen["weights"].items()}
    assert len(weights) > 85
    assert all(weights[kind] > least for kind, least in A_YEAR.items())
    assert {kind: round(size) for kind, size in weights.items() if size >= LIMIT_KB} == {}
