"""Readings that a logger sends by itself, held in a hot table until their month is sealed into a file.

A message may come twice, late, or out of order: a reading is kept once by its time, the same reading again changes
nothing, another value for a kept time is told and not taken. No audit event is written per message; the file that a
month is sealed into is the evidence, and its upload is one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Station, StationToken, TelemetryReading
from mrv.stations.services import require_working_project
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.locking import lock
from registry.core.permissions import require

FIELDS = ("rainfall_mm", "stage_m", "water_temperature_c", "ph", "ec25_us_cm")
"""What a message may carry, named as the columns of our own template."""

MAX_READINGS = 5000
CLOCK_AHEAD = timedelta(minutes=10)
OLDEST = timedelta(days=400)
_LIMIT = Decimal("1e6")
_DECIMALS = 4


@dataclass(frozen=True)
class Reading:
    """One checked reading: its time (UTC) and name -> plain decimal string."""

    at: datetime
    readings: Mapping[str, str]
    battery_v: Decimal | None


@dataclass(frozen=True)
class Received:
    """What became of a message's readings."""

    stored: int
    repeated: int
    conflicting: tuple[datetime, ...]


@transaction.atomic
def issue_token(*, actor: Actor, station: Station, name: str) -> tuple[StationToken, str]:
    """A new token for a station's logger. Its secret is returned this once and never kept."""
    station = lock(Station, station.pk)
    require(actor, "stations.equip", station)
    require_working_project(station.project)
    secret = secrets.token_urlsafe(32)
    token = StationToken.objects.create(station=station, name=name, digest=_digest(secret), created_by_id=actor.user_id)
    record(actor, "stations.issue_token", station, after={"token": token.pk, "name": name})
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token: StationToken) -> StationToken:
    """The token stops counting at once."""
    token = lock(StationToken, token.pk)
    require(actor, "stations.equip", token.station)
    if token.revoked_at is not None:
        raise Refusal("TOKEN_REVOKED", _("This token was revoked already. Nothing was changed."))
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record(actor, "stations.revoke_token", token.station, after={"token": token.pk})
    return token


def token_of(secret: str) -> StationToken | None:
    """The token in force that has this secret."""
    return (
        StationToken.objects.select_related("station__project")
        .filter(digest=_digest(secret), revoked_at__isnull=True)
        .first()
    )


@transaction.atomic
def receive_readings(*, token: StationToken, station_id: int, message: Sequence[Mapping[str, Any]]) -> Received:
    """Keep a message's readings.

    ``message``: dictionaries with ``at`` (ISO 8601 with offset), any of FIELDS (numbers or decimal strings) and
    ``battery_v``. Raises :class:`InvalidInput` MESSAGE_TOO_LONG or READING_INVALID (number of the reading, field and
    reason); then nothing of the message is kept. :class:`NotAllowed` for another station's token.
    """
    if token.station_id != station_id:
        raise NotAllowed("TOKEN_OF_OTHER_STATION", _("This token belongs to another station."))
    require_working_project(token.station.project)
    if len(message) > MAX_READINGS:
        raise InvalidInput(
            "MESSAGE_TOO_LONG",
            _("At most %(most)s readings to a message; send the rest in another."),
            most=MAX_READINGS,
        )
    token = lock(StationToken, token.pk)  # one message of a station at a time
    now = clock.now()
    checked = [_checked(number, item, now) for number, item in enumerate(message, start=1)]
    received = _keep_new(station_id, checked)
    token.last_used_at = now
    token.save(update_fields=["last_used_at"])
    return received


def _keep_new(station_id: int, checked: Sequence[Reading]) -> Received:
    kept = {
        row.at: row.readings
        for row in TelemetryReading.objects.filter(station_id=station_id, at__in=[reading.at for reading in checked])
    }
    new: list[TelemetryReading] = []
    repeated = 0
    conflicting: set[datetime] = set()
    for reading in checked:
        values = dict(reading.readings)
        if reading.at not in kept:
            kept[reading.at] = values
            new.append(
                TelemetryReading(station_id=station_id, at=reading.at, readings=values, battery_v=reading.battery_v)
            )
        elif kept[reading.at] != values:
            conflicting.add(reading.at)
        else:
            repeated += 1
    TelemetryReading.objects.bulk_create(new)
    return Received(len(new), repeated, tuple(sorted(conflicting)))


def _checked(number: int, item: Mapping[str, Any], now: datetime) -> Reading:
    if not isinstance(item, Mapping):
        raise _invalid(number, "", _("a reading is an object with “at” and its values"))
    unknown = sorted(set(item) - {"at", "battery_v", *FIELDS})
    if unknown:
        raise _invalid(number, unknown[0], _("this field is not known; known are %s") % ", ".join(FIELDS))
    at = _time(number, item.get("at"), now)
    values = {
        name: f"{value:f}"
        for name in FIELDS
        if item.get(name) is not None and (value := _decimal(number, name, item[name])) is not None
    }
    if not values:
        raise _invalid(number, "", _("it carries no value"))
    battery = item.get("battery_v")
    return Reading(at, values, None if battery is None else round(_decimal(number, "battery_v", battery), 2))


def _time(number: int, text: Any, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise _invalid(number, "at", _("“%s” is not an ISO 8601 time") % text) from None
    if at.tzinfo is None:
        raise _invalid(number, "at", _("“%s” has no offset from UTC; add one such as +08:00") % text)
    at = at.astimezone(UTC).replace(microsecond=0)
    if at > now + CLOCK_AHEAD:
        raise _invalid(number, "at", _("“%s” lies in the future; set the logger's clock") % text)
    if at < now - OLDEST:
        raise _invalid(number, "at", _("“%s” is more than 400 days ago; upload such data as a file") % text)
    return at


def _decimal(number: int, field: str, value: Any) -> Decimal:
    try:
        decimal = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        decimal = Decimal("NaN")
    if not decimal.is_finite() or abs(decimal) >= _LIMIT:
        raise _invalid(number, field, _("“%s” is not a usable number") % value)
    return round(decimal, _DECIMALS).normalize() + 0


def _invalid(number: int, field: str, reason: Any) -> InvalidInput:
    return InvalidInput(
        "READING_INVALID",
        _("Reading %(number)s, field “%(field)s”: %(reason)s. Nothing of this message was kept."),
        number=number,
        field=field,
        reason=reason,
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
