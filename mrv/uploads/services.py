"""Receiving files: read, judge, keep the bytes and what they say, or refuse and keep nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from calculations.canonical import canonical_bytes, sha256_hex
from mrv.spoken import spoken
from mrv.stations.models import Station
from mrv.stations.services import require_working_project
from mrv.uploads import afterwards, content, readers, series
from mrv.uploads.models import Upload
from mrv.uploads.readers import ReadReport
from mrv.uploads.states import UPLOAD
from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.locking import lock
from registry.core.permissions import require

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f/\\]+")


@dataclass(frozen=True)
class _Content:
    """What was read from a file: its digest, the bytes to keep, and the facts of the row."""

    digest: str
    data: bytes
    rows: int
    first_at: datetime | None = None
    last_at: datetime | None = None


def receive_upload(
    *,
    actor: Actor,
    station: Station,
    kind: str,
    file_name: str,
    data: bytes | Path,
    zone: str | None = None,
    answers: readers.Answers | None = None,
    barometer: tuple[str, bytes | Path] | None = None,
) -> Upload:
    """Read a file of the proponent's station and keep it as evidence.

    ``data``: its bytes, or the path where the server received it. ``zone``: the IANA zone or offset of times that
    the file states without one (a field book of gaugings keeps the station's). Raises InvalidInput
    ``FILE_REFUSED`` with every reading fault in ``.messages``; nothing is kept then. The same bytes for the same
    purpose twice give the first upload again, with ``received_before`` set.
    """
    require(actor, "uploads.create", Upload(project=station.project, station=station))
    require_working_project(station.project)
    name = plain_file_name(file_name)
    if zone and zone not in available_timezones() and not re.fullmatch(r"[+-]\d{2}:\d{2}|Z", zone):
        raise InvalidInput(
            "ZONE_UNKNOWN",
            _("“%(zone)s” is not a known time zone. Give an IANA name such as Asia/Shanghai."),
            zone=zone,
        )
    if kind == Upload.Kind.GAUGINGS:
        zone = zone or station.zone
    answers = replace(answers, zone=zone or answers.zone) if answers else readers.Answers(zone=zone)
    zone = answers.zone
    what, report = _read(Upload.Kind(kind), data, name, answers, barometer)
    if what is None:
        raise InvalidInput(
            "FILE_REFUSED",
            _("The file “%(file)s” cannot be used as %(kind)s. Nothing was stored; correct it and upload it again."),
            messages=spoken(report.errors or report.questions),
            file=name,
            kind=Upload.Kind(kind).label,
        )
    assert report.sha256 is not None
    facts = {
        "station": station,
        "kind": kind,
        "sha256": report.sha256,
        "zone": zone or "",
    }
    known = _known(facts)
    if known is not None:
        return known
    try:
        return _keep(actor, facts, name, data, report, what)
    except IntegrityError:
        known = _known(facts)  # somebody else's upload of the same bytes was a moment faster
        if known is None:
            raise
        return known


def _known(facts: dict[str, Any]) -> Upload | None:
    upload = Upload.objects.filter(**facts, state="accepted").first()
    if upload is not None:
        upload.received_before = True
    return upload


@transaction.atomic
def _keep(
    actor: Actor, facts: dict[str, Any], name: str, data: bytes | Path, report: ReadReport, what: _Content
) -> Upload:
    if isinstance(data, Path):
        with data.open("rb") as stream:
            stored = store.put(stream)
    else:
        stored = store.put(data)
    if stored != report.sha256:
        raise InvalidInput(
            "FILE_CHANGED_WHILE_READ",
            _("The file “%(file)s” changed while it was read. Nothing was stored; upload it again."),
            file=name,
        )
    upload = Upload.objects.create(
        **facts,
        project=facts["station"].project,
        file_name=name,
        size_bytes=report.bytes,
        report=report.as_dict(),
        canonical_sha256=what.digest,
        content_sha256=store.put(what.data),
        rows=what.rows,
        first_at=what.first_at,
        last_at=what.last_at,
        uploaded_by_id=actor.user_id,
    )
    record(
        actor,
        "uploads.receive",
        upload,
        after={"kind": upload.kind, "file": name, "sha256": stored, "content": what.digest, "rows": what.rows},
    )
    afterwards.files_changed(actor, upload)
    return upload


@transaction.atomic
def withdraw_upload(*, actor: Actor, upload: Upload, reason: str) -> Upload:
    """Take a file out of what later periods may use. The bytes stay, and every sealed bundle keeps its own copy."""
    upload = lock(Upload, upload.pk)
    require(actor, "uploads.withdraw", upload)
    if not reason.strip():
        raise InvalidInput("REASON_MISSING", _("Say why the file is withdrawn."))
    before = UPLOAD.move(upload, "withdraw")
    record(
        actor,
        "uploads.withdraw",
        upload,
        before={"state": before},
        after={"state": upload.state},
        reason=reason,
    )
    afterwards.files_changed(actor, upload)
    return upload


def plain_file_name(name: str) -> str:
    """The last part of a file's name without control characters, at most 255 characters."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNPRINTABLE.sub("", last).strip()[:255] or "file"


def _read(
    kind: Upload.Kind,
    data: bytes | Path,
    name: str,
    answers: readers.Answers,
    barometer: tuple[str, bytes | Path] | None,
) -> tuple[_Content | None, ReadReport]:
    """The content and the report; no content where the report has errors."""
    limit, zone = settings.UPLOAD_SIZE_LIMIT_BYTES, answers.zone
    if kind == Upload.Kind.LOGGER:
        table, report = readers.read_logger(
            data, file_name=name, size_limit=limit, answers=answers, barometer=barometer
        )
        return (None if table is None or not report.ok else _of_series(series.of_table(table))), report
    if kind == Upload.Kind.SAMPLES:
        samples, report = readers.read_samples(data, file_name=name, zone=zone, size_limit=limit)
        records = content.sample_records(samples or (), name)
    elif kind == Upload.Kind.GAUGINGS:
        gaugings, report = readers.read_gaugings(data, file_name=name, zone=zone, size_limit=limit)
        records = content.gauging_records(gaugings or (), name)
    else:
        baseline, report = readers.read_baseline(data, file_name=name, size_limit=limit)
        records = [content.baseline_record(baseline)] if baseline else []
    return (_of_records(records) if report.ok else None), report


def _of_series(readings: series.ReadingSeries) -> _Content:
    times = readings.epoch_s
    return _Content(
        digest=series.content_digest(readings),
        data=series.to_parquet(readings),
        rows=len(readings),
        first_at=datetime.fromtimestamp(int(times[0]), UTC) if len(readings) else None,
        last_at=datetime.fromtimestamp(int(times[-1]), UTC) if len(readings) else None,
    )


def _of_records(records: list[content.Record]) -> _Content:
    data = canonical_bytes(records)
    times = sorted(datetime.fromisoformat(item["timestamp"]) for item in records if item.get("timestamp"))
    return _Content(
        digest=sha256_hex(data),
        data=data,
        rows=len(records),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
    )
