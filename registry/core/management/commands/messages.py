from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.core import catalogue


class Command(BaseCommand):
    help = "Collect every translatable string into locale/zh_Hans and compile it; print what lacks Chinese."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merge", nargs="*", default=[], help="Python files with ENTRIES = {english: chinese}")
        parser.add_argument("--overwrite", action="store_true", help="let the files change the Chinese that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = self._entries(options["merge"])
        changed = [] if options["overwrite"] else catalogue.changed_by(entries)
        if changed:  # a word on one page is a word on all: another meaning wants another English text
            raise CommandError("\n".join(f"{key!r}: {old} -> {new}" for key, old, new in changed))
        missing = catalogue.update(entries)
        for key in missing:
            self.stdout.write(repr(key))
        self.stdout.write(f"{len(catalogue.collect())} strings, {len(missing)} without Chinese")

    def _entries(self, files: list[str]) -> dict[str, str]:
        entries: dict[str, str] = {}
        for file in files:
            for node in ast.parse(Path(file).read_text("utf-8")).body:
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ENTRIES":
                    entries.update(ast.literal_eval(node.value))
        return entries
