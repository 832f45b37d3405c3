"""From what was uploaded and fitted to the evidence of one period, ready to be sealed or previewed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from calculations.evidence import Evidence, RawFile
from mrv.periods.equipment import equipment_record
from mrv.periods.models import MonitoringPeriod, PeriodStation
from mrv.periods.plain import plain_decimal
from mrv.quality.checks import SpanCheck, check_span
from mrv.quality.models import IonModels, LabReport
from mrv.quality.ratings import SpanRating, rating_of
from mrv.quality.selectors import current_ion_models, guarded_record, samples_of_models, station_review
from mrv.quality.verdicts import Review, correction_records
from mrv.records.of_period import PeriodRecords, records_in
from mrv.spoken import spoken
from mrv.stations.models import Station
from mrv.uploads.content import instant
from mrv.uploads.models import Upload
from mrv.uploads.readers import read_baseline
from mrv.uploads.selectors import MergedSeries, logger_uploads, merged_series
from registry.core import store
from registry.core.errors import InvalidInput
from registry.projects.crediting import baseline_of
from registry.projects.models import ProjectDocument


@dataclass(frozen=True)
class Sources:
    """What there is for a period now; a later upload or fit changes it until the period is sealed.

    ``companions``: role -> the same of a further station over the same days, which has no baseline of its own.
    """

    period: MonitoringPeriod
    station: Station
    merged: MergedSeries
    check: SpanCheck
    review: Review
    rating: SpanRating | None
    ions: IonModels | None
    baseline: ProjectDocument | None
    records: PeriodRecords = field(default_factory=PeriodRecords)
    equipment: dict[str, Any] | None = None
    companions: Mapping[str, Sources] = field(default_factory=dict)


def sources_of(period: MonitoringPeriod) -> Sources:
    named = PeriodStation.objects.filter(period=period).select_related("station__project").order_by("role")
    station = period.station
    return _station_sources(
        period,
        station,
        records=records_in(
            station, start=period.start, end=period.end, first_day=period.first_day, last_day=period.last_day
        ),
        baseline=baseline_of(period.project, period.first_day),
        companions={item.role: _station_sources(period, item.station) for item in named},
    )


def _station_sources(period: MonitoringPeriod, station: Station, **more: Any) -> Sources:
    start, end = period.start, period.end
    merged = merged_series(logger_uploads(station, start, end), start, end)
    review = station_review(station, start, end)
    return Sources(
        period=period,
        station=station,
        merged=merged,
        check=check_span(merged, start, end, review),
        review=review,
        rating=rating_of(station, start, end),
        ions=current_ion_models(station, start, end),
        equipment=equipment_record(station, start, end),
        **({"baseline": None} | more),
    )


def build_evidence(sources: Sources) -> Evidence:
    """The evidence as the science takes it; the same sources always give the same bytes.

    What the methodology needs of it is there (readiness says so first): one without a logger has neither readings nor
    curve nor ion models. Raises InvalidInput ``BASELINE_UNREADABLE``, Refusal where stored bytes or records were
    altered.
    """
    return _station_evidence(
        sources,
        baseline=read_baseline_document(sources.baseline) if sources.baseline is not None else None,
        raw=raw_files(sources),
        companions={role: _station_evidence(companion) for role, companion in sources.companions.items()},
    )


def _station_evidence(sources: Sources, **more: Any) -> Evidence:
    """One station's evidence; a companion has neither baseline nor raw files of its own."""
    rating, ions = sources.rating, sources.ions
    readings = sources.merged.readings
    corrections = correction_records(sources.review.acts, sources.period.start, sources.period.end)
    return Evidence(
        period=_period_facts(sources.period, sources.check.interval_s),
        station=_station_facts(sources.station),
        epoch_s=readings.epoch_s,
        series=readings.series,
        flags=sources.check.flags,
        samples=samples_of_models(ions),
        gaugings=rating.gaugings() if rating else [],
        curve=rating.record() if rating else {},
        regressions=guarded_record(ions) if ions else {},
        records=({"corrections": corrections} if corrections else {}) | sources.records.values,
        equipment=sources.equipment,
        **({"baseline": None} | more),
    )


def summary_of(sources: Sources) -> dict[str, Any]:
    """What the sources are, small enough for a row: files with their uploads, versions, counts of readings."""
    files = [(upload.kind, upload.file_name, upload.sha256, upload.pk) for upload in _uploads(sources)]
    if sources.baseline is not None:
        files.append(("baseline", sources.baseline.file_name, sources.baseline.sha256, None))
    files += [(f"records/{file.kind}", file.file_name, file.sha256, None) for file in sources.records.files]
    files += [("attachment", made.file_name, made.sha256, None) for made in sources.records.attachments]
    grid = sources.check.grid
    summary: dict[str, Any] = {
        "files": [
            {"kind": kind, "file": name, "sha256": sha256, "upload": upload} for kind, name, sha256, upload in files
        ],
        "curve": _curve_summary(sources.rating),
        "ion_models": {"id": sources.ions.pk, "version": sources.ions.version} if sources.ions else None,
        "readings": len(sources.merged.readings),
        "interval_s": sources.check.interval_s,
        "expected_slots": grid.expected_slots,
        "present_slots": grid.present_slots,
        "missing_slots": grid.missing_slots,
        "flags": len(sources.check.flags),
    }
    records = sources.records.summary()
    if records:
        summary["records"] = records
    if sources.equipment is not None:
        summary["equipment"] = sources.equipment
    if sources.companions:
        summary["companions"] = {
            role: {"station": companion.station.code, "station_id": companion.station.pk, **summary_of(companion)}
            for role, companion in sources.companions.items()
        }
    return summary


def _uploads(sources: Sources) -> list[Upload]:
    """The files of one station: readings first, then those that the curve and the models rest on."""
    fitted_to = sources.rating.uploads if sources.rating is not None else []
    return [
        *sources.merged.uploads,
        *fitted_to,
        *([sources.ions.upload] if sources.ions is not None and sources.ions.upload is not None else []),
    ]


def _curve_summary(rating: SpanRating | None) -> dict[str, Any] | None:
    """The newest version, and all of them with their shifts where it is not alone."""
    if rating is None:
        return None
    newest = rating.newest
    found: dict[str, Any] = {"id": newest.pk, "version": newest.version}
    shifts = [shift.pk for piece in rating.pieces for shift in piece.shifts]
    if len(rating.pieces) > 1 or shifts:
        found |= {"versions": [piece.curve.version for piece in rating.pieces], "shifts": shifts}
    return found


def _period_facts(period: MonitoringPeriod, interval_s: int) -> dict[str, Any]:
    return {
        "start": instant(period.start),
        "end": instant(period.end),
        "zone": period.zone,
        "utc_offset_s": period.utc_offset_s,
        "interval_s": interval_s,
    }


def _station_facts(station: Station) -> dict[str, Any]:
    return {
        "code": station.code,
        "name_zh": station.name_zh,
        "name_en": station.name_en,
        "catchment_area_km2": plain_decimal(station.catchment_area_km2),
    }


def read_baseline_document(document: ProjectDocument) -> dict[str, Any]:
    """The registered baseline with every number as the decimal string that was written."""
    data = store.read(document.sha256)
    _baseline, report = read_baseline(data, file_name=document.file_name)
    if not report.ok:
        raise InvalidInput(
            "BASELINE_UNREADABLE",
            _("The registered baseline “%(file)s” cannot be used. The project's design must be corrected."),
            messages=spoken(report.errors),
            file=document.file_name,
        )
    return dict(json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str))


def raw_files(sources: Sources) -> tuple[RawFile, ...]:
    """Every file that the bundle holds whole, of all the period's stations."""
    uploads = [upload for one in (sources, *sources.companions.values()) for upload in _uploads(one)]
    files = [RawFile(u.file_name, u.kind, u.sha256, store.path(u.sha256)) for u in uploads]
    files += [RawFile(r.file_name, "lab_report", r.sha256, store.path(r.sha256)) for r in _lab_reports(uploads)]
    if sources.baseline is not None:
        document = sources.baseline
        files.append(RawFile(document.file_name, "baseline", document.sha256, store.path(document.sha256)))
    for file in sources.records.files:
        files.append(RawFile(file.file_name, f"records/{file.kind}", file.sha256, store.path(file.sha256)))
    for made in sources.records.attachments:
        files.append(RawFile(made.file_name, "attachment", made.sha256, store.path(made.sha256)))
    return tuple(files)


def _lab_reports(uploads: list[Upload]) -> list[LabReport]:
    sheets = [upload for upload in uploads if upload.kind == Upload.Kind.SAMPLES]
    return list(LabReport.objects.filter(upload__in=sheets).order_by("id")) if sheets else []


def local_day(at_s: int | datetime, period: MonitoringPeriod) -> str:
    """A time as ``2021-06-14 03:15`` in the station's zone, for sentences."""
    at = at_s if isinstance(at_s, datetime) else datetime.fromtimestamp(at_s, UTC)
    return f"{at.astimezone(period.tz):%Y-%m-%d %H:%M}"
