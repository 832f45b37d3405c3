"""Tonnes are added up once for a statement, however many rows it writes; the proponent's estimates are watched too."""

from django.db import migrations

BY_STATEMENT = """
CREATE OR REPLACE FUNCTION public_tonnes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    made_t bigint;
BEGIN
    SELECT coalesce(sum(quantity_t), 0) INTO made_t FROM made;
    PERFORM public_count('credits',
        CASE TG_TABLE_NAME WHEN 'credits_issuance' THEN made_t ELSE 0 END,
        CASE TG_TABLE_NAME WHEN 'credits_retirement' THEN made_t ELSE 0 END);
    RETURN NULL;
END $$;
"""
COUNTED = ("credits_issuance", "credits_retirement")


def by_statement(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"DROP TRIGGER public_sees ON {table}; CREATE TRIGGER public_sees AFTER INSERT ON {table} "
        "REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION public_tonnes()",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("public", "0001_shown"),
        ("projects", "0003_file_of_a_project"),
    ]
    operations = [
        migrations.RunSQL(BY_STATEMENT, migrations.RunSQL.noop),
        *[by_statement(table) for table in COUNTED],
        migrations.RunSQL(
            "CREATE TRIGGER public_sees AFTER INSERT OR UPDATE OR DELETE ON projects_declaration "
            "FOR EACH STATEMENT EXECUTE FUNCTION public_changed('projects')",
            "DROP TRIGGER public_sees ON projects_declaration",
        ),
    ]
