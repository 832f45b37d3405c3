"""A period's page shows the certificate of its opinion: it changes when the file is drawn or the certificate ends."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0001_watched"),
        ("certificates", "0003_kinds"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER public_sees_periods AFTER INSERT OR UPDATE OR DELETE ON certificates_certificate "
            "FOR EACH STATEMENT EXECUTE FUNCTION public_changed('periods')",
            "DROP TRIGGER public_sees_periods ON certificates_certificate",
        )
    ]
