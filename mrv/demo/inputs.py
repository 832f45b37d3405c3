"""The walkthrough's input, judged whole before anything is made: numbers, dates and every file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.demo.faults import Fault, Faulty
from mrv.uploads import readers
from mrv.uploads.readers import LoggerTable, ReadReport

DEFAULT_ZONE = "Asia/Shanghai"
LARGEST_AREA_KM2 = Decimal("999999.9999")
AREA_DECIMALS = 4
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Inputs:
    """What a walkthrough runs on. ``stated_zone`` was given by the person, for times without an offset."""

    files: Mapping[str, Path]
    """kind of upload -> path: logger, samples, gaugings and, for an enhancement, baseline."""
    area_km2: Decimal
    first_day: date
    last_day: date
    tables: Mapping[str, Any]
    """kind of upload -> what its reader gave."""
    zone: str
    stated_zone: str | None
    warnings: tuple[Fault, ...]

    @property
    def has_baseline(self) -> bool:
        return "baseline" in self.files

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first_day, time.min, ZoneInfo(self.zone))

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last_day + timedelta(days=1), time.min, ZoneInfo(self.zone))


def read_inputs(options: Mapping[str, Any]) -> Inputs:
    """Check every option and read every file; raise :class:`Faulty` with all that is wrong."""
    faults: list[Fault] = []
    area_km2 = _collect(faults, _area, options["area_km2"])
    span = _collect(faults, _span, options["start"], options["end"])
    stated_zone = _collect(faults, _stated_zone, options.get("zone"))
    files = {kind: Path(options[kind]) for kind in ("logger", "samples", "gaugings", "baseline") if options.get(kind)}
    tables, reports = _read(files, stated_zone or None)
    warnings = []
    for report in reports.values():
        faults += [Fault.of_message(message) for message in report.errors]
        warnings += [Fault.of_message(message) for message in report.messages if message.level == "warning"]
    logger = tables["logger"]
    zone = stated_zone or _zone_of_file(logger, reports["logger"])
    if zone is None:
        faults.append(
            Fault.of(
                "ZONE_OF_STATION_UNKNOWN",
                _("%(file)s: the station's zone cannot be told from its times. Give it with --zone."),
                file=files["logger"].name,
            )
        )
    if faults:
        raise Faulty(faults)
    assert area_km2 is not None and span is not None and zone is not None  # noqa: PT018  else there were faults
    return Inputs(files, area_km2, *span, tables, zone, stated_zone or None, tuple(warnings))


def _collect(faults: list[Fault], check: Callable[..., Any], *values: Any) -> Any:
    try:
        return check(*values)
    except Faulty as faulty:
        faults += faulty.faults
        return None


def _area(text: str) -> Decimal:
    try:
        area = Decimal(text)
    except InvalidOperation:
        area = Decimal("nan")
    if not area.is_finite():
        raise Faulty(
            [Fault.of("AREA_NOT_A_NUMBER", _("--area-km2: “%(text)s” is not a number. Give km², e.g. 28."), text=text)]
        )
    if area <= 0:
        raise Faulty(
            [
                Fault.of(
                    "AREA_NOT_POSITIVE",
                    _("--area-km2: the catchment area is %(area)s km²; it must be greater than zero. Correct it."),
                    area=text,
                )
            ]
        )
    if area > LARGEST_AREA_KM2 or round(area, AREA_DECIMALS) != area:
        raise Faulty(
            [
                Fault.of(
                    "AREA_UNUSABLE",
                    _("--area-km2: %(area)s km² is above 999999 or has more than four decimals. Correct it."),
                    area=text,
                )
            ]
        )
    return area


def _span(start: str, end: str) -> tuple[date, date]:
    """First and last day of the period; both belong to it."""
    days, faults = [], []
    for option, text in (("--start", start), ("--end", end)):
        try:
            day = date.fromisoformat(text)
            if not EARLIEST <= day <= LATEST:
                raise ValueError(text)
            days.append(day)
        except ValueError:
            faults.append(
                Fault.of(
                    "DATE_UNUSABLE",
                    _("%(option)s: “%(text)s” is not a day from 1950 to 2100. Write it like 2021-05-01."),
                    option=option,
                    text=text,
                )
            )
    if faults:
        raise Faulty(faults)
    if days[1] < days[0]:
        raise Faulty(
            [
                Fault.of(
                    "SPAN_BACKWARDS",
                    _("--end %(end)s is before --start %(start)s. Exchange or correct them."),
                    start=days[0],
                    end=days[1],
                )
            ]
        )
    return days[0], days[1]


def _stated_zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone not in available_timezones():
        raise Faulty(
            [
                Fault.of(
                    "ZONE_UNKNOWN",
                    _("--zone: “%(zone)s” is not a known time zone. Give an IANA name such as Asia/Shanghai."),
                    zone=zone,
                )
            ]
        )
    return zone


def _read(files: Mapping[str, Path], stated_zone: str | None) -> tuple[dict[str, Any], dict[str, ReadReport]]:
    limit = settings.UPLOAD_SIZE_LIMIT_BYTES
    tables: dict[str, Any] = {}
    reports: dict[str, ReadReport] = {}
    for kind, path in files.items():
        common: dict[str, Any] = {"file_name": path.name, "size_limit": limit}
        if kind == "logger":
            tables[kind], reports[kind] = readers.read_logger(path, zone=stated_zone, **common)
        elif kind == "samples":
            tables[kind], reports[kind] = readers.read_samples(path, zone=stated_zone, **common)
        elif kind == "gaugings":  # a field book's times are the station's own
            station_zone = stated_zone or _zone_of_file(tables["logger"], reports["logger"]) or DEFAULT_ZONE
            tables[kind], reports[kind] = readers.read_gaugings(path, zone=station_zone, **common)
        else:
            tables[kind], reports[kind] = readers.read_baseline(path, **common)
    return tables, reports


def _zone_of_file(table: LoggerTable | None, report: ReadReport) -> str | None:
    """The zone of the one offset that a logger file states: the programme's own, or one of whole hours, else None."""
    stated = (report.timezone or {}).get("in_file")
    if table is None or not stated:
        return DEFAULT_ZONE
    try:
        offset_s = _seconds(stated)
    except ValueError:
        return None
    if offset_s == _offset_s(DEFAULT_ZONE, table):
        return DEFAULT_ZONE
    hours, rest = divmod(offset_s, 3600)
    if rest or not -12 <= hours <= 14:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"  # the sign in these names is the other way round


def _seconds(offset: str) -> int:
    """``"+08:00"`` -> 28800; ValueError where it is not one offset."""
    parsed = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").utcoffset()
    if parsed is None:
        raise ValueError(offset)
    return int(parsed.total_seconds())


def _offset_s(zone: str, table: LoggerTable) -> int:
    first = datetime.fromtimestamp(int(table.epoch_s[0]), UTC).astimezone(ZoneInfo(zone))
    offset = first.utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
