"""What the public sees of periods: their changes are counted in the transaction that makes them."""

from django.db import migrations

WATCHED = (
    "periods_monitoringperiod",
    "stations_station",
    "verification_assignment",
    "verification_opinion",
    "verification_verificationstatement",
    "verification_finding",
    "verification_findingentry",
)


def watch(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER public_sees AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION public_changed('periods')",
        f"DROP TRIGGER public_sees ON {table}",
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("public", "0001_shown"),
        ("periods", "0003_further_stations"),
        ("stations", "0004_own_regions"),
        ("verification", "0003_workbench"),
    ]
    operations = [watch(table) for table in WATCHED]
