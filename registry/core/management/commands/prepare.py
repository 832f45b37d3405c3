from typing import Any

from django.core.management.base import BaseCommand

from registry.core import preparation


class Command(BaseCommand):
    help = "准备网页库、字体和译文 / Makes what a machine needs once: libraries of the pages, fonts, translations."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not preparation.prepare():
            self.stderr.write("一切就绪 / everything is ready")
