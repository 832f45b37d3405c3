"""The verbs as functions of the database, and the kernel that keeps to them: ``states.py`` and ``kernel.sql``."""

from pathlib import Path

from django.db import migrations

from registry.credits.states import verbs_sql

KERNEL = Path(__file__).resolve().parent.parent / "kernel.sql"


class Migration(migrations.Migration):
    dependencies = [("credits", "0003_verbs")]
    operations = [migrations.RunSQL([verbs_sql(), KERNEL.read_text(encoding="utf-8")], migrations.RunSQL.noop)]
