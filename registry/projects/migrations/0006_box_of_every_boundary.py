"""The box around the boundary of projects that are older than the boxes."""

from django.db import migrations

FILL = """
UPDATE projects_project AS project
SET boundary_west_deg = box.west, boundary_south_deg = box.south,
    boundary_east_deg = box.east, boundary_north_deg = box.north
FROM (
    SELECT old.id,
           min((point ->> 0)::float8) AS west, min((point ->> 1)::float8) AS south,
           max((point ->> 0)::float8) AS east, max((point ->> 1)::float8) AS north
      FROM projects_project old,
           jsonb_path_query(old.boundary, 'strict $.coordinates.** ? (@.type() == "array" && @[0].type() == "number")')
               AS point
     WHERE old.boundary_west_deg IS NULL
     GROUP BY old.id
) AS box
WHERE project.id = box.id;
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_counted_by_county")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
