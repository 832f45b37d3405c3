"""Look before the import: files are handed in, read, shown, answered about, and only then imported or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.evidence import MISSING
from mrv.stations.models import Station
from mrv.stations.services import require_working_project
from mrv.uploads import readers
from mrv.uploads.models import ReceivedFile, StationProfile, Upload
from mrv.uploads.readers import Answers, LoggerTable, ReadReport
from mrv.uploads.selectors import logger_uploads, merged_series
from mrv.uploads.services import plain_file_name, receive_upload
from mrv.uploads.states import RECEIVED
from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible
from registry.core.locking import lock
from registry.core.permissions import may, require

ANSWERS = ("zone", "encoding", "date_order", "ec_coefficient", "mapping")
SHOWN_ROWS = 20
_WITHOUT = {"zone": "", "encoding": "", "date_order": "", "ec_coefficient": ""}


@transaction.atomic
def take_in(*, actor: Actor, station: Station, kind: str, file_name: str, data: bytes | Path) -> list[ReceivedFile]:
    """Keep the bytes as they came and wait for a decision: one file, or every file of a zip of several.

    Answers that the station gave before for a file of this form are filled in.
    """
    require(actor, "uploads.create", Upload(project=station.project, station=station))
    require_working_project(station.project)
    limit = settings.UPLOAD_SIZE_LIMIT_BYTES
    members = readers.zip_members(data, size_limit=limit) or [(file_name, data)]
    taken = [_take_one(actor, station, kind, plain_file_name(name), content) for name, content in members]
    barometers = [file for file in taken if _is_barometer(file)]
    if len(barometers) == 1:
        for file in taken:
            if file.pk != barometers[0].pk:
                file.barometer = barometers[0]
                file.save(update_fields=["barometer"])
    return taken


def _take_one(actor: Actor, station: Station, kind: str, name: str, data: bytes | Path) -> ReceivedFile:
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
        profile = StationProfile.objects.filter(station=station, signature=read(file)[1].signature).first()
        if profile is not None:
            file.answers = profile.answers
            file.save(update_fields=["answers"])
    record(actor, "uploads.take_in", file, after={"file": name, "sha256": sha256, "kind": file.kind})
    return file


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
def answer(*, actor: Actor, file: ReceivedFile, answers: Mapping[str, str], barometer: ReceivedFile | None) -> None:
    """Settle how the file is to be read. An unusable coefficient or mapping raises InvalidInput."""
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
    if barometer is not None and barometer.station_id != file.station_id:
        raise InvalidInput("BAROMETER_OF_ANOTHER_STATION", _("Choose a barometer's file of this station."))
    before = dict(file.answers)
    file.answers = {key: value for key, value in answers.items() if key in ANSWERS and value}
    file.barometer = barometer
    file.save(update_fields=["answers", "barometer"])
    record(actor, "uploads.answer", file, before=before, after=file.answers)


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
        StationProfile.objects.update_or_create(
            station=file.station,
            signature=read(file)[1].signature,
            defaults={"answers": file.answers, "saved_by_id": actor.user_id},
        )
    return upload


@transaction.atomic
def discard_received(*, actor: Actor, file: ReceivedFile) -> ReceivedFile:
    """Decide against the file. Its bytes stay where they are; nothing was read into the station's data."""
    file = lock(ReceivedFile, file.pk)
    require(actor, "uploads.create", file)
    RECEIVED.move(file, "discard")
    record(actor, "uploads.discard", file, before={"state": "waiting"}, after={"state": file.state})
    return file


# --- what the page shows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overlap:
    """Readings of the file at times that are already stored: how many agree in every quantity, how many do not."""

    identical: int
    different: int
    first_difference: datetime | None = None
    parameter: str = ""
    stored: str = ""
    new: str = ""


def overlap_with_stored(file: ReceivedFile, table: LoggerTable) -> Overlap:
    """Against all accepted logger files of the station."""
    zone = ZoneInfo("UTC")
    if not len(table):
        return Overlap(0, 0)
    start = datetime.fromtimestamp(int(table.epoch_s[0]), zone)
    end = datetime.fromtimestamp(int(table.epoch_s[-1]), zone) + timedelta(seconds=1)
    uploads = logger_uploads(file.station, start, end)
    if not uploads:
        return Overlap(0, 0)
    stored = merged_series(uploads, start, end).readings
    common, here, there = np.intersect1d(table.epoch_s, stored.epoch_s, assume_unique=True, return_indices=True)
    differs = np.zeros(len(common), dtype=bool)
    first: tuple[datetime, str, str, str] | None = None
    for name, series in stored.by_parameter().items():
        column = table.columns.get(name)
        if column is None:
            continue
        decimals = max(column.decimals, series.decimals)
        left = column.values[here].astype(np.int64) * 10 ** (decimals - column.decimals)
        right = series.values[there].astype(np.int64) * 10 ** (decimals - series.decimals)
        both = (column.values[here] != MISSING) & (series.values[there] != MISSING)
        wrong = both & (left != right)
        if wrong.any() and first is None:
            at = int(np.flatnonzero(wrong)[0])
            texts = [f"{value / 10**decimals:.{decimals}f}" for value in (int(right[at]), int(left[at]))]
            first = (datetime.fromtimestamp(int(common[at]), zone), name, texts[0], texts[1])
        differs |= wrong
    counts = (int(np.count_nonzero(~differs)), int(np.count_nonzero(differs)))
    return Overlap(*counts, *first) if first else Overlap(*counts)


def raw_lines(file: ReceivedFile, report: ReadReport) -> list[tuple[int, str]]:
    """The first lines of data as they stand in the file, with their numbers; none where it is no text."""
    encoding = {"ascii": "utf-8", None: "utf-8"}.get(report.encoding, report.encoding)
    with store.path(file.sha256).open("rb") as stream:
        start = stream.read(256 * 1024)
    if start.startswith(b"PK"):
        return []
    text = start.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").decode(str(encoding), "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    first = max(0, (report.header_rows or 1) - 1)
    return list(enumerate(lines[first : first + SHOWN_ROWS + 1], start=first + 1))


def parsed_rows(
    file: ReceivedFile, table: LoggerTable | None
) -> tuple[list[str], list[tuple[int, datetime, list[str]]]]:
    """Names of the columns, and the first readings as they will be kept: row of the file, time, values."""
    if table is None:
        return [], []
    zone = ZoneInfo(file.station.zone)
    in_file_order = np.argsort(table.source_rows, kind="stable")[:SHOWN_ROWS]
    rows = [
        (
            int(table.source_rows[at]),
            datetime.fromtimestamp(int(table.epoch_s[at]), zone),
            [column.text_at(int(at)) for column in table.columns.values()],
        )
        for at in in_file_order.tolist()
    ]
    return list(table.columns), rows


def telling_times(file: ReceivedFile, table: LoggerTable | None) -> list[datetime]:
    """First, middle and last reading, and the one whose day and month are easiest to mistake.

    In the station's clock, without a zone: a template would turn them into the server's.
    """
    if table is None or not len(table):
        return []
    zone = ZoneInfo(file.station.zone)
    at = [0, len(table) // 2, len(table) - 1]
    times = [datetime.fromtimestamp(int(table.epoch_s[index]), zone) for index in at]
    days = np.unique(table.epoch_s // 86_400)
    for day in days.tolist():
        local = datetime.fromtimestamp(day * 86_400, zone)
        if local.day <= 12 and local.day != local.month:
            times.append(local)
            break
    return [time.replace(tzinfo=None) for time in times]
