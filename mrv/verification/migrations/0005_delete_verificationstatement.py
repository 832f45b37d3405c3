from django.db import migrations


class Migration(migrations.Migration):
    """A statement is a certificate of the register from here on; no released version had the table that goes."""

    dependencies = [
        ("verification", "0004_revisions"),
        ("certificates", "0003_kinds"),
        ("publication", "0001_watched"),  # which puts a trigger on the table
    ]

    operations = [
        migrations.DeleteModel(
            name="VerificationStatement",
        ),
    ]
