"""What an entry closed and opened is checked once, when it opens; then it closes nothing more."""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

KERNEL = Path(__file__).resolve().parent.parent / "kernel.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("credits", "0005_leaner_kernel"),
    ]

    operations = [
        migrations.RunSQL(KERNEL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="holding",
            name="holding_conserves_serials",
        ),
        migrations.AlterField(
            model_name="holding",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holdings",
                to="credits.account",
            ),
        ),
        migrations.AlterField(
            model_name="holding",
            name="closed_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closed",
                to="credits.entry",
            ),
        ),
        migrations.AlterField(
            model_name="holding",
            name="issuance",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holdings",
                to="credits.issuance",
            ),
        ),
        migrations.AlterField(
            model_name="holding",
            name="opened_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opened",
                to="credits.entry",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holding",
            trigger=pgtrigger.compiler.Trigger(
                name="holding_opening_ends_closing",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NOT credits_entry_may_close(NEW.closed_by_id) THEN\n            RAISE EXCEPTION 'entry %: it closes what it takes before it opens what it makes, in one transaction',\n                NEW.closed_by_id USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="fe61ea821182063fe001d3aa074360328f9a542d",
                    operation="UPDATE",
                    pgid="pgtrigger_holding_opening_ends_closing_d5478",
                    table="credits_holding",
                    when="BEFORE",
                ),
            ),
        ),
    ]
