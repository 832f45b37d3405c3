"""The counters of what the public sees, and the triggers that count in the transaction of each change."""

from django.db import migrations, models

COUNT = """
CREATE FUNCTION public_version() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
$$;
CREATE FUNCTION public_count(subject_ text, issued bigint, retired bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO public_shown AS shown (subject, shard, version, issued_t, retired_t)
    VALUES (subject_, pg_backend_pid() % 16, public_version(), issued, retired)
    ON CONFLICT (subject, shard) DO UPDATE
    SET version = greatest(excluded.version, shown.version + 1), issued_t = shown.issued_t + issued, retired_t = shown.retired_t + retired
$$;
CREATE FUNCTION public_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public_count(TG_ARGV[0], 0, 0);
    RETURN NULL;
END $$;
CREATE FUNCTION public_tonnes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public_count('credits',
        CASE TG_TABLE_NAME WHEN 'credits_issuance' THEN NEW.quantity_t ELSE 0 END,
        CASE TG_TABLE_NAME WHEN 'credits_retirement' THEN NEW.quantity_t ELSE 0 END);
    RETURN NULL;
END $$;
"""
UNCOUNT = """
DROP FUNCTION public_tonnes();
DROP FUNCTION public_changed();
DROP FUNCTION public_count(text, bigint, bigint);
DROP FUNCTION public_version();
"""
WATCHED = (
    ("projects_project", "projects"),
    ("projects_projectdocument", "projects"),
    ("projects_validation", "projects"),
    ("projects_comment", "projects"),
    ("organisations_organisation", "projects"),
    ("credits_cancellation", "credits"),
    ("credits_reversal", "credits"),
    ("certificates_certificate", "credits"),
)
COUNTED = ("credits_issuance", "credits_retirement")
"""Their tonnes are added up besides: the start page shows the sums without reading a million rows."""
BEGIN = """
INSERT INTO public_shown (subject, shard, version, issued_t, retired_t)
SELECT 'credits', 0, public_version(), (SELECT coalesce(sum(quantity_t), 0) FROM credits_issuance),
       (SELECT coalesce(sum(quantity_t), 0) FROM credits_retirement)
"""


def watch(table: str, subject: str) -> migrations.RunSQL:
    """Count one change of ``subject`` for every statement that writes ``table``."""
    return migrations.RunSQL(
        f"CREATE TRIGGER public_sees AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION public_changed('{subject}')",
        f"DROP TRIGGER public_sees ON {table}",
    )


def count(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER public_sees AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION public_tonnes()",
        f"DROP TRIGGER public_sees ON {table}",
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("projects", "0002_comments_and_revocations"),
        ("organisations", "0003_api"),
        ("credits", "0005_leaner_kernel"),
        ("certificates", "0002_log_proof"),
    ]
    operations = [
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("projects", "Projects"),
                            ("credits", "Credits"),
                            ("periods", "Monitoring periods"),
                        ],
                        max_length=16,
                    ),
                ),
                ("shard", models.SmallIntegerField()),
                ("version", models.BigIntegerField(default=0)),
                ("issued_t", models.BigIntegerField(default=0)),
                ("retired_t", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "shard"), name="one_row_per_subject_and_shard")
                ]
            },
        ),
        migrations.RunSQL(COUNT, UNCOUNT),
        *[watch(table, subject) for table, subject in WATCHED],
        *[count(table) for table in COUNTED],
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
