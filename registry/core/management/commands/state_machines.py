from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.core import machines


class Command(BaseCommand):
    help = "Draw docs/state-machines.md from the tables of the rooms; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail when the document is not as drawn now.")

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = machines.document_path(), machines.document()
        if options["check"]:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                raise CommandError("docs/state-machines.md is out of date: run manage.py state_machines")
            return
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{path.name}: {len(machines.machines())} machines")
