"""Reading uploads back: lists for pages, series and records for the rooms that work on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from calculations.evidence import MISSING, Series
from mrv.stations.models import Station
from mrv.uploads import series as canonical
from mrv.uploads.models import Upload
from mrv.uploads.series import ReadingSeries
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.permissions import may

INT32_LIMIT = 2**31 - 1


def uploads_of(actor: Actor, station: Station, *, kind: str | None = None) -> QuerySet[Upload]:
    """The station's uploads, newest first; none where the actor may not see them."""
    uploads = Upload.objects.filter(station=station).select_related("project", "station", "uploaded_by")
    if kind is not None:
        uploads = uploads.filter(kind=kind)
    return uploads if may(actor, "uploads.view", Upload(project=station.project)) else uploads.none()


def upload_for(actor: Actor, pk: int) -> Upload:
    upload = Upload.objects.select_related("project", "station", "uploaded_by").filter(pk=pk).first()
    if upload is None or not may(actor, "uploads.view", upload):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return upload


def upload_of(station: Station, pk: int) -> Upload:
    """A file of this station, for those who may see the station's files already."""
    upload = Upload.objects.select_related("project", "station").filter(station=station, pk=pk).first()
    if upload is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return upload


def load_series(upload: Upload) -> ReadingSeries:
    """A logger upload's readings, checked against the digest of their content."""
    readings = canonical.from_parquet(store.read(upload.content_sha256))
    if canonical.content_digest(readings) != upload.canonical_sha256:
        raise Refusal(
            "EVIDENCE_ALTERED",
            _("The stored file %(sha256)s was altered on disk. Nothing was changed; tell the operator."),
            sha256=upload.content_sha256,
        )
    return readings


def load_records(upload: Upload) -> list[dict[str, Any]]:
    """The records of a samples, gaugings or baseline upload, in the order of the file."""
    return list(json.loads(store.read(upload.content_sha256)))


def logger_uploads(station: Station, start: datetime, end: datetime) -> list[Upload]:
    """The accepted logger files that hold a reading of ``[start, end)``, in order of their first reading."""
    return list(
        Upload.objects.filter(
            station=station, kind=Upload.Kind.LOGGER, state="accepted", first_at__lt=end, last_at__gte=start
        ).order_by("first_at", "id")
    )


@dataclass(frozen=True)
class Conflict:
    """Two files that give different values for the same quantity and time: first place and how many in all."""

    parameter: str
    at: datetime
    files: tuple[str, str]
    values: tuple[str, str]
    count: int


@dataclass(frozen=True)
class MergedSeries:
    """The readings of a span from all its files, and where the files contradict each other."""

    readings: ReadingSeries
    uploads: tuple[Upload, ...]
    conflicts: tuple[Conflict, ...]


def merged_series(uploads: Sequence[Upload], start: datetime, end: datetime) -> MergedSeries:
    """The readings of ``[start, end)`` from several files as one series.

    The same reading in two files counts once. Where two files differ, the earlier upload's value is taken and the
    conflict reported: sealing refuses it, because only a person can say which file is right.
    """
    start_s, end_s = int(start.timestamp()), int(end.timestamp())
    parts = [load_series(upload).within(start_s, end_s) for upload in uploads]
    if len(parts) == 1:
        return MergedSeries(parts[0], tuple(uploads), ())
    times = np.unique(np.concatenate([part.epoch_s for part in parts] or [np.empty(0, np.int64)]))
    rows = np.zeros(times.size, np.int64)
    for part in reversed(parts):
        rows[np.searchsorted(times, part.epoch_s)] = part.source_rows
    merged, conflicts = [], []
    for name in sorted({name for part in parts for name in part.by_parameter()}):
        values, found = _merge(name, times, parts, uploads)
        merged.append(values)
        conflicts.extend(found)
    return MergedSeries(ReadingSeries(times, tuple(merged), rows), tuple(uploads), tuple(conflicts))


def _merge(
    name: str, times: np.ndarray, parts: Sequence[ReadingSeries], uploads: Sequence[Upload]
) -> tuple[Series, list[Conflict]]:
    having = [
        (part.epoch_s, part.by_parameter()[name], upload)
        for part, upload in zip(parts, uploads, strict=True)
        if name in part.by_parameter()
    ]
    decimals = max(series.decimals for _times, series, _upload in having)
    unit = having[0][1].unit
    values = np.full(times.size, MISSING, np.int64)
    source = np.full(times.size, -1, np.int64)
    conflicts = []
    for number, (epoch_s, series, upload) in enumerate(having):
        places = np.searchsorted(times, epoch_s)
        scaled = series.values.astype(np.int64) * 10 ** (decimals - series.decimals)
        present = series.values != MISSING
        places, scaled = places[present], scaled[present]
        _refuse_too_fine(name, scaled, having)
        differing = (values[places] != MISSING) & (values[places] != scaled)
        if differing.any():
            first = int(np.flatnonzero(differing)[0])
            place = int(places[first])
            conflicts.append(
                Conflict(
                    parameter=name,
                    at=datetime.fromtimestamp(int(times[place]), UTC),
                    files=(having[int(source[place])][2].file_name, upload.file_name),
                    values=(_text(int(values[place]), decimals), _text(int(scaled[first]), decimals)),
                    count=int(np.count_nonzero(differing)),
                )
            )
        empty = values[places] == MISSING
        values[places[empty]] = scaled[empty]
        source[places[empty]] = number
    return Series(name, unit, decimals, values.astype(np.int32)), conflicts


def _refuse_too_fine(name: str, scaled: np.ndarray, having: Sequence[tuple[np.ndarray, Series, Upload]]) -> None:
    """Files of one span share a number of decimals; a value that no longer fits 32 bits then is never cut."""
    if scaled.size and int(np.abs(scaled).max()) > INT32_LIMIT:
        raise InvalidInput(
            "DECIMALS_DO_NOT_FIT",
            _("The files %(files)s write “%(parameter)s” with too different numbers of decimals to be joined."),
            files=", ".join(upload.file_name for _times, _series, upload in having),
            parameter=name,
        )


def _text(value: int, decimals: int) -> str:
    return f"{value / 10**decimals:.{decimals}f}"
