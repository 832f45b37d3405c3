"""How a station is doing: its last reading, its battery, how much of this month is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Max

from mrv.stations.models import Station, TelemetryReading
from mrv.uploads.models import Upload
from mrv.uploads.selectors import logger_uploads, merged_series
from registry.core import clock

SILENT_AFTER = timedelta(days=14)
BATTERY_LOW_V = Decimal("11.5")
USUAL_INTERVAL_S = 900


@dataclass(frozen=True)
class Health:
    """``completeness_pct`` of the month so far, None where no reading tells the interval."""

    last_at: datetime | None
    silent_days: int | None
    battery_v: Decimal | None
    completeness_pct: Decimal | None
    readings_this_month: int
    month: str

    @property
    def is_silent(self) -> bool:
        return self.silent_days is not None and self.silent_days >= SILENT_AFTER.days

    @property
    def battery_is_low(self) -> bool:
        return self.battery_v is not None and self.battery_v < BATTERY_LOW_V


def health_of(station: Station) -> Health:
    now = clock.now()
    zone = ZoneInfo(station.zone)
    month_start = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = last_readings_of([station]).get(station.pk)
    newest = station.telemetry.exclude(battery_v=None).order_by("-at").first()
    times = _times_since(station, month_start, now)
    return Health(
        last_at=last,
        silent_days=None if last is None else max(0, (now - last).days),
        battery_v=newest.battery_v if newest else None,
        completeness_pct=_completeness_pct(times, month_start, now),
        readings_this_month=int(times.size),
        month=f"{month_start:%Y-%m}",
    )


def last_readings_of(stations: Iterable[Station]) -> dict[int, datetime]:
    """Key of each station that ever sent anything -> when its newest reading was made."""
    files = Upload.objects.filter(
        station__in=stations, kind=Upload.Kind.LOGGER, state="accepted", last_at__isnull=False
    )
    sent = TelemetryReading.objects.filter(station__in=stations)
    newest: dict[int, datetime] = dict(files.order_by().values_list("station").annotate(Max("last_at")))
    for station, at in sent.order_by().values_list("station").annotate(Max("at")):
        newest[station] = max(at, newest.get(station, at))
    return newest


def _times_since(station: Station, start: datetime, end: datetime) -> np.ndarray:
    """Times of the readings of [start, end), s, from files and telemetry, each once."""
    uploads = logger_uploads(station, start, end)
    of_files = merged_series(uploads, start, end).readings.epoch_s if uploads else np.empty(0, np.int64)
    sent = station.telemetry.filter(at__gte=start, at__lt=end).values_list("at", flat=True)
    of_telemetry = np.fromiter((int(at.timestamp()) for at in sent), dtype=np.int64)
    return np.union1d(of_files, of_telemetry)


def _completeness_pct(times: np.ndarray, start: datetime, end: datetime) -> Decimal | None:
    if times.size == 0:
        return Decimal(0)
    interval_s = int(np.median(np.diff(times))) if times.size > 2 else USUAL_INTERVAL_S
    expected = max(1, int((end - start).total_seconds()) // max(interval_s, 1))
    return min(Decimal(100), round(Decimal(int(times.size)) * 100 / expected, 1))
