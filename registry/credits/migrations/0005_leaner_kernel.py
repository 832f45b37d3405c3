"""The conservation check as one question, once for a statement that opens; fewer indexes on what every act writes."""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

KERNEL = Path(__file__).resolve().parent.parent / "kernel.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("credits", "0004_kernel_verbs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KERNEL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="entry",
            name="entry_conserves_serials",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="holding",
            name="holding_conserves_serials",
        ),
        migrations.AlterField(
            model_name="entry",
            name="from_account",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credits.account",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="idempotency_key",
            field=models.CharField(max_length=100),
        ),
        migrations.AlterField(
            model_name="entry",
            name="to_account",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credits.account",
            ),
        ),
        migrations.AlterField(
            model_name="holding",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holdings",
                to="credits.account",
            ),
        ),
        migrations.AlterField(
            model_name="listing",
            name="key",
            field=models.CharField(editable=False, max_length=100),
        ),
        migrations.AlterField(
            model_name="listing",
            name="listed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="retirement",
            name="key",
            field=models.CharField(editable=False, max_length=100),
        ),
        migrations.AlterField(
            model_name="retirement",
            name="retired_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="decided_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="from_account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="sent", to="credits.account"
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="key",
            field=models.CharField(editable=False, max_length=100),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="offered_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="seconded_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="to_account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received",
                to="credits.account",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="entry_conserves_serials",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n        IF NOT credits_entry_opened(NEW.id) THEN\n            RAISE EXCEPTION 'entry %: it opened nothing: what it closed and what it opened are not the same serials',\n                NEW.id USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="d463f0d8aaffd30dc44bde1a8a2c94ba96bc0f2d",
                    operation="INSERT",
                    pgid="pgtrigger_entry_conserves_serials_be344",
                    table="credits_entry",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holding",
            trigger=pgtrigger.compiler.Trigger(
                name="holding_opens_what_was_closed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        PERFORM credits_check_entry(o.opened_by_id) FROM (SELECT DISTINCT opened_by_id FROM opened) o;\n        RETURN NULL;\n    ",
                    hash="9e31b01804b6f6c4dabe0e39b353482217f72b43",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_holding_opens_what_was_closed_f918a",
                    referencing="REFERENCING NEW TABLE AS opened ",
                    table="credits_holding",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holding",
            trigger=pgtrigger.compiler.Trigger(
                name="holding_conserves_serials",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n        PERFORM credits_check_entry(coalesce(NEW.closed_by_id, NEW.opened_by_id));\n        RETURN NULL;\n    ",
                    hash="47551cd9425c8c5f033006f9538d263befc3e98f",
                    operation="UPDATE",
                    pgid="pgtrigger_holding_conserves_serials_dd613",
                    table="credits_holding",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("idempotency_key",), name="entry_key_once"),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.UniqueConstraint(fields=("key",), name="listing_key_once"),
        ),
        migrations.AddConstraint(
            model_name="retirement",
            constraint=models.UniqueConstraint(fields=("key",), name="retirement_key_once"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(fields=("key",), name="transfer_key_once"),
        ),
    ]
