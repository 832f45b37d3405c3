"""The automatic tests over a station's record: on every change of its files, and whenever somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from calculations.evidence import EvidenceError, parse_utc_s
from calculations.messages import CalculationError
from calculations.quality.channels import Check, channels_of
from calculations.quality.events import Event
from calculations.quality.parameters import EC25, PH, STAGE, TEMPERATURE, QualitySet, quality_set
from calculations.quality.screening import TESTS, screen
from calculations.quality.sensors import SensorSpan
from calculations.records import number_in
from mrv.methodologies.selectors import methodology_of, read_version
from mrv.quality.checks import interval_s_of
from mrv.quality.models import Flag, Screening
from mrv.quality.selectors import standing_visits, visits_unseen
from mrv.stations import afterwards as stations
from mrv.stations.models import Deployment, FieldVisit, Station
from mrv.uploads import afterwards
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records, merged_series
from registry.audit.services import record as record_event
from registry.core.actors import Actor
from registry.core.errors import Refusal
from registry.core.locking import lock
from registry.core.permissions import require

ALWAYS = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@transaction.atomic
def screen_station(*, actor: Actor, station: Station) -> Screening:
    """Run the tests over everything the station has; the same files tested the same way give the same screening."""
    station = lock(Station, station.pk)
    require(actor, "quality.screen", Screening(station=station))
    return _screen(actor, station)


@afterwards.register
def screen_changed_files(actor: Actor, upload: Upload) -> None:
    """After a logger's file or a sheet of samples was kept or withdrawn; part of that act, with its permission.

    Files that cannot be joined are no reason to refuse a new one: they stay untested, and the review says so.
    """
    if upload.kind in (Upload.Kind.LOGGER, Upload.Kind.SAMPLES):
        with suppress(Refusal):
            _screen(actor, lock(Station, upload.station_id))


@stations.register
def screen_changed_station(actor: Actor, station: Station) -> None:
    """After a field visit was recorded, or a sensor hung or taken away: part of that act, with its permission.

    A visit anchors the drift test, a sensor's range the range and rail tests; without readings there is nothing to do.
    """
    if tested_files(station):
        with suppress(Refusal):
            _screen(actor, lock(Station, station.pk))


def _screen(actor: Actor, station: Station) -> Screening:
    limits = set_of(station)
    files = tested_files(station)
    newest = Screening.objects.filter(station=station).order_by("-version").first()
    uploads = [upload.pk for upload in files]
    tests = f"{limits.name}/{TESTS}"
    spans = sensor_spans(station)
    sensors = [asdict(span) for span in spans]
    same = (
        newest is not None and newest.uploads == uploads and newest.quality_set == tests and newest.sensors == sensors
    )
    if newest is not None and same and not visits_unseen(station, newest):
        return newest
    loggers = [upload for upload in files if upload.kind == Upload.Kind.LOGGER]
    readings = merged_series(loggers, *ALWAYS).readings
    channels = channels_of(readings.epoch_s, readings.series, interval_s_of(readings))
    events = screen(channels, limits, [*checks_of(files), *checks_at(standing_visits(station))], spans)
    made = Screening.objects.create(
        station=station,
        version=newest.version + 1 if newest is not None else 1,
        uploads=uploads,
        quality_set=tests,
        sensors=sensors,
        start=_time(int(readings.epoch_s[0])) if len(readings) else None,
        end=_time(int(readings.epoch_s[-1])) + timedelta(seconds=channels.interval_s) if len(readings) else None,
        made_by_id=actor.user_id,
    )
    Flag.objects.bulk_create(_flags(made, events), batch_size=1000)
    record_event(
        actor,
        "quality.screening",
        made,
        after={"station": station.code, "version": made.version, "files": len(uploads), "flags": len(events)},
    )
    return made


def tested_files(station: Station) -> list[Upload]:
    """The accepted files that the tests look at, in the order in which they came."""
    kinds = (Upload.Kind.LOGGER, Upload.Kind.SAMPLES)
    return list(Upload.objects.filter(station=station, kind__in=kinds, state="accepted").order_by("id"))


def set_of(station: Station) -> QualitySet:
    """The quality-control set of the methodology that the station's project follows; the defaults until it has one."""
    try:
        content = read_version(methodology_of(station.project)).content["quality"]
    except (Refusal, CalculationError):
        return QualitySet()
    return quality_set(content)


def sensor_spans(station: Station) -> list[SensorSpan]:
    """The ranges of the sensors that hung at the station, a level's over the station's datum; in a fixed order."""
    deployments = Deployment.objects.filter(station=station).select_related("sensor").order_by("deployed_from", "id")
    spans = []
    for each in deployments:
        datum_m = each.datum_m if each.sensor.parameter == STAGE else Decimal(0)
        spans.append(
            SensorSpan(
                parameter=each.sensor.parameter,
                from_s=int(each.deployed_from.timestamp()),
                to_s=int(each.deployed_to.timestamp()) if each.deployed_to else None,
                low=float(each.sensor.range_low + datum_m),
                high=float(each.sensor.range_high + datum_m),
            )
        )
    return spans


def checks_of(files: Iterable[Upload]) -> Iterator[Check]:
    """Reference values of conductivity from the sheets of samples."""
    for upload in files:
        if upload.kind != Upload.Kind.SAMPLES:
            continue
        for sample in load_records(upload):
            found = _check(sample)
            if found is not None:
                yield found


def checks_at(visits: Iterable[FieldVisit]) -> Iterator[Check]:
    """What was read beside the sensors at field visits: the points on which a drift is anchored."""
    for visit in visits:
        at_s = int(visit.visited_at.timestamp())
        for parameter, value in ((EC25, visit.ec25_us_cm), (PH, visit.ph), (TEMPERATURE, visit.water_temperature_c)):
            if value is not None:
                yield Check(at_s, parameter, float(value), "field", cleaned=visit.cleaned)


def _check(sample: dict[str, Any]) -> Check | None:
    try:
        value, below = number_in(sample, "specific_conductance_25c_us_cm")
        if value is None or below or not sample.get("timestamp"):
            return None
        return Check(parse_utc_s(sample["timestamp"]), EC25, value, source="lab", cleaned=False)
    except EvidenceError:
        return None


def _flags(screening: Screening, events: Iterable[Event]) -> Iterator[Flag]:
    for event in events:
        yield Flag(
            screening=screening,
            parameter=event.parameter,
            start=_time(event.start_s),
            end=_time(event.end_s),
            code=event.code,
            flag=event.flag,
            facts={name: round(float(value), 6) for name, value in event.facts.items()},
        )


def _time(epoch_s: int) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
