"""The database counts public projects by county in the transaction of each change: the same as counting them all."""

import pytest
from django.db import connection

from registry.projects.models import Project
from registry.projects.states import PROJECT
from registry.public import selectors
from registry.public.models import CountyProjects
from tests.registry.credits.world import registered_project
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db


def check() -> selectors.Counted:
    kept = selectors.counted()
    assert kept == selectors.counted(selectors.public_projects())
    return kept


def test_nothing_is_counted_where_nothing_is():
    assert check() == selectors.Counted(counties=(), methodologies=[], registered=0)


def test_a_project_is_counted_from_its_public_comment_on_and_as_registered_until_revoked():
    project = registered_project()
    assert check().registered == 1
    assert [(one.code, one.projects) for one in check().counties] == [(project.division_code, 1)]
    PROJECT.move(project, "revoke")
    kept = check()
    assert (kept.registered, [one.projects for one in kept.counties]) == (0, [1])


def test_two_of_a_county_are_two_and_one_that_moves_is_counted_where_it_went():
    first, second = registered_project(), registered_project("DEV-2")
    assert [one.projects for one in check().counties] == [2]
    with triggers_off(Project), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_project ENABLE TRIGGER public_counts")
        cursor.execute("ALTER TABLE projects_project ENABLE TRIGGER public_counts_again")
        Project.objects.filter(pk=second.pk).update(division_code="520102", county_zh="南明区", county_en="Nanming")
        assert {one.code: one.projects for one in check().counties} == {first.division_code: 1, "520102": 1}
        Project.objects.filter(pk=second.pk).update(state="draft")
    assert {one.code: one.projects for one in check().counties} == {first.division_code: 1}
    assert CountyProjects.objects.get(division_code="520102").projects == 0


def test_a_change_of_something_else_writes_no_count():
    project = registered_project()
    before = CountyProjects.objects.values_list("pk", "projects").get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM public_countyprojects")
        row = cursor.fetchone()
        Project.objects.filter(pk=project.pk).update(name_en="Another name")
        cursor.execute("SELECT xmin::text, ctid::text FROM public_countyprojects")
        assert cursor.fetchone() == row
    assert CountyProjects.objects.values_list("pk", "projects").get() == before
