"""What the public sees of areas and documents: their changes are counted in the transaction that makes them."""

from django.db import migrations

WATCHED = ("province_demonstrationarea", "province_policydocument")


def watch(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER public_sees AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION public_changed('projects')",
        f"DROP TRIGGER public_sees ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("public", "0002_by_statement"),
        ("province", "0001_tables"),
    ]
    operations = [watch(table) for table in WATCHED]
