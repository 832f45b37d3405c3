"""The proponent's estimates stand on the project's public page: their changes are counted too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("public", "0001_shown"),
        ("projects", "0003_file_of_a_project"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER public_sees AFTER INSERT OR UPDATE OR DELETE ON projects_declaration "
            "FOR EACH STATEMENT EXECUTE FUNCTION public_changed('projects')",
            "DROP TRIGGER public_sees ON projects_declaration",
        )
    ]
