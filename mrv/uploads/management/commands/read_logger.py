"""``manage.py read_logger FILE``: what would be read from a file, step by step. Nothing is stored."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mrv.uploads import readers
from mrv.uploads.readers import Answers, ReadReport

STATION_ZONE = "Asia/Shanghai"  # of field books, whose times are the station's own


class Command(BaseCommand):
    help = "Print the reading report of a file. Ends with status 1 when the file cannot be used."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tz", help="zone of times without an offset: Asia/Shanghai, UTC, +08:00")
        parser.add_argument("--mapping", type=Path, help="JSON file that says what the columns of any other table are")
        parser.add_argument("--baro", type=Path, help="the barometer's file that a non-vented level needs")
        parser.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help="where no row settles it")
        parser.add_argument("--encoding", choices=["utf-8", "gb18030", "cp1252", "utf-16-le", "utf-16-be"])
        parser.add_argument("--ec-coefficient", help="per degree, to correct conductivity to 25 degrees C (0.0191)")
        parser.add_argument("--ec-compensated", choices=["yes", "no"], help="where the file does not say it")
        parser.add_argument("--thousands", choices=[".", ",", " ", "'"], help="mark between groups of three digits")
        parser.add_argument("--restarted-at", type=datetime.fromisoformat, help="when a reset clock was started again")
        parser.add_argument("--json", action="store_true", help="the whole report as one JSON object")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"], help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        limit = settings.UPLOAD_SIZE_LIMIT_BYTES
        members = readers.zip_members(path, size_limit=limit) if path.is_file() else None
        if members is None:
            reports = [_report(path.name, path, options)]
        else:
            reports = [_report(name, data, options) for name, data in members]
        shown = [report.as_dict() for report in reports]
        if options["json"]:
            whole = shown[0] if members is None else {"file": path.name, "files": shown}
            self.stdout.write(json.dumps(whole, ensure_ascii=False, indent=1))
        else:
            for report in reports:
                for message in report.messages:
                    self.stdout.write(f"[{message.level}] {message.code}  {message.text(options['language'])}")
                self.stdout.write(json.dumps(report.series, ensure_ascii=False))
        # A question (the zone, the order of day and month) is no fault of the file.
        faults = [error.code for report in reports for error in report.errors if error.code not in readers.QUESTIONS]
        if faults:
            raise CommandError(", ".join(faults), returncode=1)


def _report(name: str, data: bytes | Path, options: dict[str, Any]) -> ReadReport:
    limit = settings.UPLOAD_SIZE_LIMIT_BYTES
    common: dict[str, Any] = {"file_name": Path(name).name, "size_limit": limit}
    kind = None if options["mapping"] else readers.kind_of(data, **common)
    if kind == "samples":
        return readers.read_samples(data, zone=options["tz"], encoding=options["encoding"], **common)[1]
    if kind == "gaugings":
        zone = options["tz"] or STATION_ZONE
        return readers.read_gaugings(data, zone=zone, encoding=options["encoding"], **common)[1]
    if kind == "baseline":
        return readers.read_baseline(data, **common)[1]
    barometer = (options["baro"].name, options["baro"]) if options["baro"] else None
    return readers.read_logger(data, answers=_answers(options), barometer=barometer, **common)[1]


def _answers(options: dict[str, Any]) -> Answers:
    mapping = None
    if options["mapping"]:
        try:
            mapping = json.loads(options["mapping"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"--mapping {options['mapping'].name}: {error}", returncode=1) from error
    try:
        coefficient = Decimal(options["ec_coefficient"]) if options["ec_coefficient"] else None
    except InvalidOperation as error:
        raise CommandError("--ec-coefficient: not a number", returncode=1) from error
    return Answers(
        zone=options["tz"],
        encoding=options["encoding"],
        date_order=options["date_order"],
        mapping=mapping,
        ec_coefficient=coefficient,
        ec_compensated={"yes": True, "no": False}.get(options["ec_compensated"]),
        thousands=options["thousands"],
        restarted_at=options["restarted_at"],
    )
