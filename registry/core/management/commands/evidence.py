"""``manage.py evidence fsck``: every stored file that the database names, read and compared with its address."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.core.store import check


class Command(BaseCommand):
    help = "fsck: read every stored file that the database names and compare it with its SHA-256."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["fsck"])

    def handle(self, *args: Any, **options: Any) -> None:
        report = check.check()
        words = {"missing": _("missing"), "altered": _("altered")}
        for loss in report.losses:
            self.stderr.write(f"{words[loss.problem]}  {loss.sha256}  {loss.named_by}")
        if report.unnamed:
            self.stdout.write(
                _("%(count)s stored files are named by no row (left by acts that were refused); they harm nothing.")
                % {"count": report.unnamed}
            )
        if report.losses:
            raise CommandError(
                _("%(lost)s of %(named)s stored files are missing or altered. Restore them from the backup.")
                % {"lost": len(report.losses), "named": report.named}
            )
        self.stdout.write(_("%(named)s stored files read: all whole and unchanged.") % {"named": report.named})
