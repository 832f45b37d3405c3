"""Tables of records: handed in, looked at, imported; superseded by a better one, or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.canonical import canonical_bytes
from mrv.records.kinds import Kind, Row, kind_named
from mrv.records.models import RecordFile
from mrv.records.reading import SIZE_LIMIT_BYTES, Answers, key_of, read_table
from mrv.records.selectors import accepted_files, attachments_by_name, load_rows
from mrv.records.states import RECORD_FILE
from mrv.spoken import spoken
from mrv.stations.models import Station
from mrv.stations.services import require_working_project
from mrv.uploads.readers import ReadReport
from mrv.uploads.readers.messages import Message
from mrv.uploads.services import plain_file_name
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, needed_text
from registry.core.locking import lock
from registry.core.permissions import require

ANSWERS = ("zone", "encoding", "date_order")


@transaction.atomic
def take_in(*, actor: Actor, station: Station, kind: str, file_name: str, data: bytes | Path) -> RecordFile:
    """Keep a table's bytes as they came and wait for a decision. The same bytes waiting or imported are found again.

    Raises InvalidInput KIND_UNKNOWN, RECORDS_TOO_LARGE.
    """
    require(actor, "records.create", RecordFile(station=station, kind=kind))
    require_working_project(station.project)
    if kind_named(kind) is None:
        raise InvalidInput("KIND_UNKNOWN", _("There is no kind of record “%(kind)s”."), kind=kind[:40])
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    limit = min(SIZE_LIMIT_BYTES, settings.UPLOAD_SIZE_LIMIT_BYTES)
    if size > limit:
        raise InvalidInput(
            "RECORDS_TOO_LARGE",
            _("The table has %(size)s bytes; the limit is %(limit)s. Split it by time and hand in the parts."),
            size=size,
            limit=limit,
        )
    sha256 = _put(data)
    known = RecordFile.objects.filter(
        station=station, kind=kind, sha256=sha256, state__in=("waiting", "accepted")
    ).first()
    if known is not None:
        return known
    file = RecordFile.objects.create(
        station=station,
        kind=kind,
        file_name=plain_file_name(file_name),
        sha256=sha256,
        size_bytes=size,
        received_by_id=actor.user_id,
    )
    record(actor, "records.take_in", file, after={"kind": kind, "file": file.file_name, "sha256": sha256})
    return file


def _put(data: bytes | Path) -> str:
    if isinstance(data, Path):
        with data.open("rb") as stream:
            return store.put(stream)
    return store.put(data)


def read(file: RecordFile) -> tuple[list[Row] | None, ReadReport]:
    """The table read with its answers; times without an offset are in the station's zone."""
    said = file.answers
    return read_table(
        file.described,
        store.path(file.sha256),
        file_name=file.file_name,
        answers=Answers(
            zone=said.get("zone") or file.station.zone,
            encoding=said.get("encoding") or None,
            date_order=said.get("date_order") or None,
            now=clock.now(),
        ),
        attachments=attachments_by_name(file.station),
    )


@transaction.atomic
def answer(*, actor: Actor, file: RecordFile, answers: Mapping[str, str]) -> RecordFile:
    """Settle how a waiting table is to be read."""
    file = lock(RecordFile, file.pk)
    require(actor, "records.create", file)
    _require_waiting(file)
    before = dict(file.answers)
    file.answers = {key: value for key, value in answers.items() if key in ANSWERS and value}
    file.save(update_fields=["answers"])
    record(actor, "records.answer", file, before=before, after=file.answers)
    return file


@transaction.atomic
def import_table(*, actor: Actor, file: RecordFile, replaces: RecordFile | None = None) -> RecordFile:
    """Make a waiting table evidence, read as shown; the table it ``replaces`` is superseded and kept.

    A kind that holds one thing only (a design) supersedes the earlier one by itself. Raises InvalidInput
    RECORDS_REFUSED with every fault, RECORDS_STORED_ALREADY where a row is in another accepted table,
    ALREADY_DECIDED, REPLACES_ANOTHER.
    """
    station = lock(Station, file.station_id)
    file = lock(RecordFile, file.pk)
    require(actor, "records.create", file)
    require_working_project(station.project)
    _require_waiting(file)
    kind = file.described
    rows, report = read(file)
    if rows is None:
        raise InvalidInput(
            "RECORDS_REFUSED",
            _("The table “%(file)s” cannot be used. Nothing was imported; correct it and hand it in again."),
            messages=spoken(report.errors),
            file=file.file_name,
        )
    replaced = _replaced(file, kind, replaces)
    _refuse_stored_rows(file, kind, rows, replaced)
    for old in replaced:
        before = RECORD_FILE.move(old, "supersede")
        record(actor, "records.supersede", old, before={"state": before}, after={"state": old.state, "by": file.pk})
    content = canonical_bytes(rows)
    before = RECORD_FILE.move(
        file,
        "import",
        report=report.as_dict(),
        content_sha256=store.put(content),
        rows=len(rows),
        imported_by_id=actor.user_id,
        imported_at=clock.now(),
        replaces=replaced[0] if replaced else None,
    )
    record(
        actor,
        "records.import",
        file,
        before={"state": before},
        after={"kind": file.kind, "file": file.file_name, "content": file.content_sha256, "rows": len(rows)},
    )
    return file


def receive_records(
    *, actor: Actor, station: Station, kind: str, file_name: str, data: bytes | Path, replaces: RecordFile | None = None
) -> RecordFile:
    """Hand in and import in one step, for commands and the API: what :func:`take_in` and :func:`import_table` raise."""
    with transaction.atomic():
        file = take_in(actor=actor, station=station, kind=kind, file_name=file_name, data=data)
        if file.state == "accepted":
            return file
        return import_table(actor=actor, file=file, replaces=replaces)


def _replaced(file: RecordFile, kind: Kind, replaces: RecordFile | None) -> list[RecordFile]:
    """The accepted tables that the new one takes the place of."""
    stored = accepted_files(file.station, file.kind)
    if kind.shape == "object" and kind.timing == "always":
        return list(stored)
    if replaces is None:
        return []
    if replaces.pk not in {old.pk for old in stored}:
        raise InvalidInput(
            "REPLACES_ANOTHER",
            _("“%(file)s” is not an accepted table of this kind at this station; choose another."),
            file=replaces.file_name,
        )
    return [replaces]


def stored_already(file: RecordFile, rows: list[Row], leaving_out: list[RecordFile]) -> list[tuple[Row, str]]:
    """Rows of a new table whose key is in an accepted table already, each with that table's name."""
    kind = file.described
    known: dict[tuple[str, ...], str] = {}
    for old in accepted_files(file.station, file.kind):
        if old.pk not in {each.pk for each in leaving_out}:
            known |= {key_of(kind, row): old.file_name for row in load_rows(old)}
    return [(row, known[key_of(kind, row)]) for row in rows if key_of(kind, row) in known]


def _refuse_stored_rows(file: RecordFile, kind: Kind, rows: list[Row], replaced: list[RecordFile]) -> None:
    twice = stored_already(file, rows, replaced)
    if twice:
        row, other = twice[0]
        raise InvalidInput(
            "RECORDS_STORED_ALREADY",
            _(
                "%(count)s rows of “%(file)s” (row %(row)s first) are already in “%(other)s”. Import it as the "
                "replacement of that table, or take these rows out; nothing was imported."
            ),
            count=len(twice),
            file=file.file_name,
            row=row["row"],
            other=other,
        )


@transaction.atomic
def discard(*, actor: Actor, file: RecordFile) -> RecordFile:
    """Decide against a waiting table; its bytes stay where they are."""
    file = lock(RecordFile, file.pk)
    require(actor, "records.create", file)
    before = RECORD_FILE.move(file, "discard")
    record(actor, "records.discard", file, before={"state": before}, after={"state": file.state})
    return file


@transaction.atomic
def withdraw(*, actor: Actor, file: RecordFile, reason: str) -> RecordFile:
    """Take an imported table out of what later periods may use. It is kept, and sealed bundles keep their own copy."""
    file = lock(RecordFile, file.pk)
    require(actor, "records.withdraw", file)
    reason = needed_text(reason, "REASON_MISSING", _("Say why the file is withdrawn."))
    before = RECORD_FILE.move(file, "withdraw")
    record(actor, "records.withdraw", file, before={"state": before}, after={"state": file.state}, reason=reason)
    return file


def _require_waiting(file: RecordFile) -> None:
    if file.state != "waiting":
        raise InvalidInput("ALREADY_DECIDED", _("This file was already imported or discarded. Hand it in again."))


def questions(report: ReadReport) -> tuple[Message, ...]:
    """What an answer of the user settles, not a change of the table."""
    return tuple(m for m in report.messages if m.code in ("AMBIGUOUS_DATE_ORDER", "ENCODING_UNDECIDED"))


def answers_of(post: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(post.get(key, "")).strip() for key in ANSWERS}
