from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from mrv.records.reference import page


class Command(BaseCommand):
    help = "Write docs/records.md from the description of the kinds of record."

    def handle(self, **options: Any) -> None:
        target = Path(__file__).resolve().parents[4] / "docs" / "records.md"
        target.write_text(page(), encoding="utf-8")
        self.stdout.write(f"{target.name}: {len(page().splitlines())} lines")
