from typing import Any

from django.core.management.base import BaseCommand

from registry.core import preparation


class Command(BaseCommand):
    help = "Makes what a machine needs once: libraries of the pages, fonts, translations. Quick when all is there."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not preparation.prepare():
            self.stderr.write("一切就绪 / everything is ready")
