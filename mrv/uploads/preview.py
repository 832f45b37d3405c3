"""Look before the import: files are handed in, read, shown, answered about, and only then imported or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Station
from mrv.stations.services import require_working_project
from mrv.uploads import profiles, readers
from mrv.uploads.models import ReceivedFile, Upload
from mrv.uploads.readers import Answers, LoggerTable, ReadReport
from mrv.uploads.services import plain_file_name, receive_upload
from mrv.uploads.states import RECEIVED
from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible
from registry.core.locking import lock
from registry.core.permissions import may, require

ANSWERS = (
    "zone", "encoding", "date_order", "ec_coefficient", "ec_compensated", "thousands", "restarted_at", "mapping",
)  # fmt: skip


@transaction.atomic
def take_in(
    *, actor: Actor, station: Station, kind: str, file_name: str, data: bytes | Path, zone: str = ""
) -> list[ReceivedFile]:
    """Keep the bytes as they came and wait for a decision: one file, or every file of a zip of several.

    Answers that the station gave before for a file of this form are filled in, else ``zone`` where it was said.
    """
    require(actor, "uploads.create", Upload(project=station.project, station=station))
    require_working_project(station.project)
    limit = settings.UPLOAD_SIZE_LIMIT_BYTES
    members = readers.zip_members(data, size_limit=limit) or [(file_name, data)]
    taken = [_take_one(actor, station, kind, plain_file_name(name), content, zone) for name, content in members]
    barometers = [file for file in taken if _is_barometer(file)]
    if len(barometers) == 1:
        for file in taken:
            if file.pk != barometers[0].pk:
                file.barometer = barometers[0]
                file.save(update_fields=["barometer"])
    return taken


def _take_one(actor: Actor, station: Station, kind: str, name: str, data: bytes | Path, zone: str) -> ReceivedFile:
    if isinstance(data, Path):
        with data.open("rb") as stream:
            sha256 = store.put(stream)
        size = data.stat().st_size
    else:
        sha256, size = store.put(data), len(data)
    found = readers.kind_of(data, file_name=name, size_limit=settings.UPLOAD_SIZE_LIMIT_BYTES)
    file = ReceivedFile.objects.create(
        station=station,
        kind=found if kind == Upload.Kind.LOGGER and found in ("samples", "gaugings") else kind,
        file_name=name,
        sha256=sha256,
        size_bytes=size,
        received_by_id=actor.user_id,
    )
    if file.kind == Upload.Kind.LOGGER:
        _answer_as_before(file)
    if zone and not file.answers and file.kind != Upload.Kind.BASELINE:
        file.answers = {"zone": zone}
        file.save(update_fields=["answers"])
    record(actor, "uploads.take_in", file, after={"file": name, "sha256": sha256, "kind": file.kind})
    return file


def _answer_as_before(file: ReceivedFile) -> None:
    """Fill in what the station answered for a file of this form: first as it reads by itself, then by its mappings."""
    answers = profiles.remembered(file.station, read(file)[1])
    if answers is None:
        for signature, known in profiles.remembered_mappings(file.station):
            file.answers = known
            report = read(file)[1]
            if report.has_header and report.signature == signature:
                answers = known
                break
    file.answers = answers or {}
    if answers:
        file.save(update_fields=["answers"])


def _is_barometer(file: ReceivedFile) -> bool:
    return file.kind == Upload.Kind.LOGGER and "BAROMETER_FILE" in {m.code for m in read(file)[1].messages}


def received_for(actor: Actor, pk: int) -> ReceivedFile:
    """The file, for those who may decide about it."""
    file = ReceivedFile.objects.select_related("station__project", "barometer", "upload").filter(pk=pk).first()
    if file is None or not may(actor, "uploads.create", file):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return file


def answers_of(file: ReceivedFile) -> Answers:
    """What the user said, as the readers take it."""
    said = file.answers
    coefficient = said.get("ec_coefficient")
    return Answers(
        zone=said.get("zone") or None,
        encoding=said.get("encoding") or None,
        date_order=said.get("date_order") or None,
        ec_coefficient=Decimal(coefficient) if coefficient else None,
        ec_compensated={"yes": True, "no": False}.get(said.get("ec_compensated", "")),
        thousands=said.get("thousands") or None,
        restarted_at=datetime.fromisoformat(said["restarted_at"]) if said.get("restarted_at") else None,
        mapping=said.get("mapping") or None,
    )


def read(file: ReceivedFile) -> tuple[LoggerTable | None, ReadReport]:
    """The file read with its answers; the table is for loggers only."""
    path, limit = store.path(file.sha256), settings.UPLOAD_SIZE_LIMIT_BYTES
    answers = answers_of(file)
    common: dict[str, Any] = {"file_name": file.file_name, "size_limit": limit}
    if file.kind == Upload.Kind.SAMPLES:
        return None, readers.read_samples(path, zone=answers.zone, **common)[1]
    if file.kind == Upload.Kind.GAUGINGS:
        return None, readers.read_gaugings(path, zone=answers.zone or file.station.zone, **common)[1]
    if file.kind == Upload.Kind.BASELINE:
        return None, readers.read_baseline(path, **common)[1]
    return readers.read_logger(path, answers=answers, barometer=_barometer_of(file), **common)


def _barometer_of(file: ReceivedFile) -> tuple[str, Path] | None:
    air = file.barometer
    return (air.file_name, store.path(air.sha256)) if air is not None else None


@transaction.atomic
def answer(*, actor: Actor, file: ReceivedFile, answers: Mapping[str, Any], barometer: ReceivedFile | None) -> None:
    """Settle how the file is to be read. An unusable coefficient or time raises InvalidInput."""
    file = lock(ReceivedFile, file.pk)
    require(actor, "uploads.create", file)
    _require_waiting(file)
    coefficient = answers.get("ec_coefficient", "").strip()
    if coefficient and not _is_coefficient(coefficient):
        raise InvalidInput(
            "COEFFICIENT_UNUSABLE",
            _("“%(value)s” is no coefficient per degree. Give one between 0 and 0.1, such as 0.0191."),
            value=coefficient,
        )
    if not _is_time(answers.get("restarted_at", "")):
        raise InvalidInput(
            "RESTART_UNUSABLE",
            _("“%(value)s” is no date and time. Give when the logger was started again, such as 2023-06-14 16:00."),
            value=answers["restarted_at"],
        )
    if barometer is not None and barometer.station_id != file.station_id:
        raise InvalidInput("BAROMETER_OF_ANOTHER_STATION", _("Choose a barometer's file of this station."))
    before = dict(file.answers)
    file.answers = {key: value for key, value in answers.items() if key in ANSWERS and value}
    file.barometer = barometer
    file.save(update_fields=["answers", "barometer"])
    record(actor, "uploads.answer", file, before=before, after=file.answers)


def _is_time(text: str) -> bool:
    try:
        return not text or datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _is_coefficient(text: str) -> bool:
    try:
        return Decimal(0) < Decimal(text) < Decimal("0.1")
    except InvalidOperation:
        return False


def _require_waiting(file: ReceivedFile) -> None:
    if file.state != "waiting":
        raise InvalidInput("ALREADY_DECIDED", _("This file was already imported or discarded. Hand it in again."))


@transaction.atomic
def import_received(*, actor: Actor, file: ReceivedFile, remember: bool = False) -> Upload:
    """Make the file an upload, read as shown; ``remember`` its answers for the station's next file of this form."""
    file = lock(ReceivedFile, file.pk)
    require(actor, "uploads.create", file)
    upload = receive_upload(
        actor=actor,
        station=file.station,
        kind=file.kind,
        file_name=file.file_name,
        data=store.path(file.sha256),
        answers=answers_of(file),
        barometer=_barometer_of(file),
    )
    RECEIVED.move(file, "import")
    file.upload = upload
    file.save(update_fields=["upload"])
    if remember and file.kind == Upload.Kind.LOGGER:
        profiles.remember(actor, file.station, read(file)[1], file.answers)
    return upload


@transaction.atomic
def discard_received(*, actor: Actor, file: ReceivedFile) -> ReceivedFile:
    """Decide against the file. Its bytes stay where they are; nothing was read into the station's data."""
    file = lock(ReceivedFile, file.pk)
    require(actor, "uploads.create", file)
    RECEIVED.move(file, "discard")
    record(actor, "uploads.discard", file, before={"state": "waiting"}, after={"state": file.state})
    return file
