"""The ledger's kernel and its checks: see ``registry/credits/kernel.sql``."""

from pathlib import Path

from django.db import migrations

KERNEL = Path(__file__).resolve().parent.parent / "kernel.sql"
NO_KERNEL = """
DROP FUNCTION post_entry(text, bigint, bigint, bigint, int8range, text, text, text, bigint);
DROP FUNCTION credits_check_issuance(bigint);
DROP FUNCTION credits_check_entry(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("credits", "0001_initial")]
    operations = [migrations.RunSQL(KERNEL.read_text(encoding="utf-8"), NO_KERNEL)]
