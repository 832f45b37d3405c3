"""The box around the boundary of projects that are older than the boxes."""

from typing import Any

from django.db import migrations

from registry.projects.boundaries import box_of


def fill(apps: Any, _schema: Any) -> None:
    projects = apps.get_model("projects", "Project").objects
    for key, boundary in projects.filter(boundary_west_deg=None).values_list("pk", "boundary"):
        projects.filter(pk=key).update(**box_of(boundary))


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_counted_by_county")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
