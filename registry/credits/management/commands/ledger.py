"""``manage.py ledger check``: rebuild every holding from the journal and compare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from registry.credits import ledger


class Command(BaseCommand):
    help = "check: rebuild the holdings from the journal and compare them with the table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check"])

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:  # one moment of the ledger, also while others write
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            report = ledger.check()
        for line in report.differences:
            self.stderr.write(line)
        if report.differences:
            raise CommandError(f"{len(report.differences)} differences between journal and holdings.")
        self.stdout.write(
            f"Journal of {report.entries} entries rebuilt: {report.holdings} holdings identical, "
            f"{report.open_t} t open."
        )
