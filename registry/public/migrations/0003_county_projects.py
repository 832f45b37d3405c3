"""Public projects counted by county and methodology, in the transaction of each change."""

from django.db import migrations, models

COUNT = """
CREATE FUNCTION public_count_project(project_ projects_project, one int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO public_countyprojects AS known
        (division_code, county_zh, county_en, methodology_id, projects, registered)
    SELECT project_.division_code, project_.county_zh, project_.county_en, project_.methodology_id, one,
           CASE WHEN project_.registered_at IS NOT NULL AND project_.state <> 'revoked' THEN one ELSE 0 END
     WHERE project_.state NOT IN ('draft', 'submitted', 'withdrawn')
    ON CONFLICT (division_code, county_zh, county_en, methodology_id) DO UPDATE
    SET projects = known.projects + excluded.projects, registered = known.registered + excluded.registered
$$;
CREATE FUNCTION public_counts_projects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM public_count_project(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM public_count_project(NEW, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER public_counts AFTER INSERT OR DELETE ON projects_project
FOR EACH ROW EXECUTE FUNCTION public_counts_projects();
CREATE TRIGGER public_counts_again AFTER UPDATE ON projects_project
FOR EACH ROW WHEN (
    (OLD.division_code, OLD.county_zh, OLD.county_en, OLD.methodology_id, OLD.state, OLD.registered_at)
    IS DISTINCT FROM
    (NEW.division_code, NEW.county_zh, NEW.county_en, NEW.methodology_id, NEW.state, NEW.registered_at)
) EXECUTE FUNCTION public_counts_projects();
SELECT public_count_project(p, 1) FROM projects_project p;
"""
UNCOUNT = """
DROP TRIGGER public_counts_again ON projects_project;
DROP TRIGGER public_counts ON projects_project;
DROP FUNCTION public_counts_projects();
DROP FUNCTION public_count_project(projects_project, int);
"""


class Migration(migrations.Migration):
    dependencies = [("public", "0002_by_statement"), ("projects", "0006_box_of_every_boundary")]
    operations = [
        migrations.CreateModel(
            name="CountyProjects",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division_code", models.CharField(max_length=6)),
                ("county_zh", models.CharField(max_length=60)),
                ("county_en", models.CharField(max_length=60)),
                ("methodology_id", models.CharField(max_length=40)),
                ("projects", models.BigIntegerField()),
                ("registered", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("division_code", "county_zh", "county_en", "methodology_id"), name="county_counted_once"
                    )
                ]
            },
        ),
        migrations.RunSQL(COUNT, UNCOUNT),
    ]
