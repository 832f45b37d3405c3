"""``manage.py read_logger FILE``: what would be read from a logger file. Nothing is stored."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mrv.uploads.readers import read_logger


class Command(BaseCommand):
    help = "Print the reading report of a logger file. Ends with status 1 when the file cannot be used."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tz", help="zone of times without an offset: Asia/Shanghai, UTC, +08:00")
        parser.add_argument("--json", action="store_true", help="the whole report as one JSON object")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"], help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        limit = settings.UPLOAD_SIZE_LIMIT_BYTES
        _, report = read_logger(path, file_name=path.name, zone=options["tz"], size_limit=limit)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        else:
            for message in report.messages:
                self.stdout.write(f"[{message.level}] {message.code}  {message.text(options['language'])}")
            self.stdout.write(json.dumps(report.series, ensure_ascii=False))
        # A zone that is only not known yet is a question, not a fault of the file.
        if any(error.code != "TZ_NOT_IN_FILE" for error in report.errors):
            raise CommandError(", ".join(error.code for error in report.errors), returncode=1)
