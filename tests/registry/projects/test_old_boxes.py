"""Projects that are older than the box around their boundary get it from a migration."""

from importlib import import_module

import pytest
from django.db import connection

from registry.projects.boundaries import box_of
from registry.projects.models import Project
from tests.registry.credits.world import registered_project
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
FILL = import_module("registry.projects.migrations.0006_box_of_every_boundary").FILL
PARTS = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[108.5, 27.5], [108.7, 27.5], [108.7, 27.6], [108.5, 27.5]]],
        [[[108.9, 27.1], [109.0, 27.1], [109.0, 27.2], [108.9, 27.1]]],
    ],
}


@pytest.mark.parametrize("parts", [False, True])
def test_the_box_is_that_of_all_parts(parts):
    project = registered_project()
    boundary = PARTS if parts else project.boundary
    nothing = dict.fromkeys(box_of(boundary))
    with triggers_off(Project):
        Project.objects.filter(pk=project.pk).update(boundary=boundary, **nothing)
        with connection.cursor() as cursor:
            cursor.execute(FILL)
    assert Project.objects.filter(pk=project.pk).values(*nothing).get() == box_of(boundary)
