from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registry.core import parity


class Command(BaseCommand):
    help = "Draw docs/acts.md: what a person does by page, and the endpoints that do the same."

    def handle(self, *args: Any, **options: Any) -> None:
        parity.document_path().write_text(parity.document(), encoding="utf-8")
        self.stdout.write(f"acts.md: {len(parity.BY_API)} acts")
