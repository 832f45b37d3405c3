"""A list asks the database as often for many rows as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.core.roles import Role
from registry.projects import services as projects
from registry.projects.models import Project
from tests.people import developer, member
from tests.registry.credits.world import registered_project
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
LISTS = (
    "/registry/",
    "/registry/?q=spring",
    "/projects/",
    "/organisations/",
    "/board/",
    "/cases/",
    "/methodology/",
    "/",
)
COPIED = (
    *("kind", "area_km2", "crediting_start", "crediting_end"),
    *("methodology_id", "methodology_version", "methodology_digest"),
)


@pytest.fixture
def more(db):
    """Adds so many developers, each with a public project."""
    first = registered_project()

    def add(count: int, begin: int) -> None:
        for number in range(begin, begin + count):
            owner = member(developer(f"Spring {number}", f"MANY-{number}"), Role.EDITOR)
            made = projects.draft_project(
                actor=owner,
                name_zh=f"第{number}泉",
                name_en=f"Spring {number}",
                division_code=f"5206{20 + number}",
                county_zh="江口县",
                county_en="Jiangkou",
                longitude_deg="108.84",
                latitude_deg="27.70",
                **{name: getattr(first, name) for name in COPIED},
            )
            with triggers_off(Project):
                Project.objects.filter(pk=made.pk).update(state="registered")

    return add


def test_lists_ask_no_more_for_more_rows(client, more):
    def asked(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = client.get(path)
        assert answer.status_code == 200, path
        return len(captured)

    more(1, begin=0)
    for path in LISTS:
        client.get(path)  # what a process keeps (content types, keys) is there before anything is counted
    more(1, begin=1)  # and no page is kept when the counting begins, neither now nor below
    few = {path: asked(path) for path in LISTS}
    more(6, begin=2)
    many = {path: asked(path) for path in LISTS}
    assert "Spring 7" in client.get("/projects/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert many == few
