"""Field visits: what a person read at the spring, and the photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.stations import afterwards
from mrv.stations.models import FieldVisit, Station, VisitPhoto
from mrv.stations.services import require_working_project
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require

PHOTO_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
MAX_PHOTO_BYTES = 20 * 1024**2
MAX_PHOTOS = 20
_PLAUSIBLE = {
    "staff_gauge_m": (Decimal("-5"), Decimal("100")),
    "water_temperature_c": (Decimal("-5"), Decimal("60")),
    "ph": (Decimal("0"), Decimal("14")),
    "ec25_us_cm": (Decimal("0"), Decimal("20000")),
}


@dataclass(frozen=True)
class Photo:
    """A photograph as it came: its name and bytes."""

    file_name: str
    data: bytes


@transaction.atomic
def record_field_visit(
    *,
    actor: Actor,
    station: Station,
    visited_at: datetime,
    visitor: str,
    staff_gauge_m: Decimal | None = None,
    water_temperature_c: Decimal | None = None,
    ph: Decimal | None = None,
    ec25_us_cm: Decimal | None = None,
    cleaned: bool = False,
    note: str = "",
    photos: Sequence[Photo] = (),
    replaces: FieldVisit | None = None,
) -> FieldVisit:
    """A visit as it was read at the spring; with ``replaces`` it takes the place of one that was entered wrongly.

    Raises :class:`InvalidInput` IN_THE_FUTURE, VISIT_EMPTY, VISIT_VALUE, PHOTO_TYPE, PHOTO_TOO_LARGE, PHOTO_COUNT,
    VISIT_OF_OTHER_STATION; :class:`Refusal` VISIT_REPLACED.
    """
    station = lock(Station, station.pk)
    require(actor, "stations.visit", station)
    require_working_project(station.project)
    readings = {
        "staff_gauge_m": staff_gauge_m,
        "water_temperature_c": water_temperature_c,
        "ph": ph,
        "ec25_us_cm": ec25_us_cm,
    }
    _check_readings(readings, cleaned or bool(note) or bool(photos))
    if visited_at > clock.now():
        raise InvalidInput("IN_THE_FUTURE", _("The time lies in the future. Correct it."))
    kinds = _check_photos(photos)
    _check_replaced(station, replaces)
    visit = FieldVisit.objects.create(
        station=station,
        visited_at=visited_at,
        visitor=visitor,
        cleaned=cleaned,
        note=note,
        replaces=replaces,
        recorded_by_id=actor.user_id,
        **readings,
    )
    VisitPhoto.objects.bulk_create(
        VisitPhoto(
            visit=visit,
            file_name=photo.file_name[:255],
            content_type=kind,
            sha256=store.put(photo.data),
            size_bytes=len(photo.data),
        )
        for photo, kind in zip(photos, kinds, strict=True)
    )
    record(
        actor,
        "stations.visit",
        station,
        after={"visited_at": visited_at.isoformat(), "visit": visit.pk, "replaces": replaces and replaces.pk}
        | {name: str(value) for name, value in readings.items() if value is not None},
    )
    afterwards.station_changed(actor, station)
    return visit


def _check_readings(readings: dict[str, Decimal | None], something_else: bool) -> None:
    if not something_else and all(value is None for value in readings.values()):
        raise InvalidInput("VISIT_EMPTY", _("Nothing was read or done on this visit. Enter at least one of them."))
    for name, value in readings.items():
        low, high = _PLAUSIBLE[name]
        if value is not None and not low <= value <= high:
            raise InvalidInput(
                "VISIT_VALUE",
                _("%(field)s is %(value)s; possible is %(low)s to %(high)s. Correct it, or leave it empty."),
                field=FieldVisit._meta.get_field(name).verbose_name,
                value=value,
                low=low,
                high=high,
            )


def _check_photos(photos: Sequence[Photo]) -> list[str]:
    """The content type of each, by its first bytes."""
    if len(photos) > MAX_PHOTOS:
        raise InvalidInput(
            "PHOTO_COUNT", _("At most %(most)s photographs to a visit; send the best ones."), most=MAX_PHOTOS
        )
    kinds = []
    for photo in photos:
        kind = next((kind for start, kind in PHOTO_TYPES.items() if photo.data.startswith(start)), None)
        if kind is None:
            raise InvalidInput(
                "PHOTO_TYPE", _("“%(file)s” is not a JPEG or PNG photograph. Choose another."), file=photo.file_name
            )
        if len(photo.data) > MAX_PHOTO_BYTES:
            raise InvalidInput(
                "PHOTO_TOO_LARGE",
                _("“%(file)s” is larger than %(most)s MB. Send it smaller."),
                file=photo.file_name,
                most=MAX_PHOTO_BYTES // 1024**2,
            )
        kinds.append(kind)
    return kinds


def _check_replaced(station: Station, replaces: FieldVisit | None) -> None:
    if replaces is None:
        return
    if replaces.station_id != station.pk:
        raise InvalidInput("VISIT_OF_OTHER_STATION", _("That visit was to another station."))
    if FieldVisit.objects.filter(replaces=replaces).exists():
        raise Refusal("VISIT_REPLACED", _("That visit was replaced already. Replace the newest one."))
