"""Curves, ion models and quality reports: worked out by the science, kept as versions that never change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.canonical import canonical_digest
from calculations.hydrology.rating_choice import Choice, ChosenRelation, fit_choice
from calculations.messages import CalculationError, Message
from calculations.quality.lab_controls import control_messages
from calculations.regression.models import FittedIons, fit_ions
from calculations.regression.reference_models import line_messages
from mrv.methodologies.selectors import Limits, limits_of
from mrv.quality.checks import check_span
from mrv.quality.models import Derived, IonModels, QualityReport, RatingCurve
from mrv.quality.selectors import station_review
from mrv.spoken import refusal_of, spoken
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records, logger_uploads, merged_series
from mrv.uploads.series import content_digest
from registry.audit.services import record as record_event
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require

EC25 = "specific_conductance_25c"
Made = TypeVar("Made", bound=Derived)


@transaction.atomic
def fit_rating_curve(
    *,
    actor: Actor,
    upload: Upload,
    segments: int = 1,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    gauged_from: datetime | None = None,
    gauged_to: datetime | None = None,
) -> RatingCurve:
    """Fit the rating curve to a file of gaugings and keep it as the station's newest version.

    ``segments``: 1 for one power law, up to 3. ``valid_from`` and ``valid_to``: the span for which it stands, when
    the control has shifted; with both given, gaugings too many years away from it do not count. ``gauged_from`` and
    ``gauged_to``: only gaugings made in this span count. The same file, form and span twice give the same version.
    """
    station = _station_of(actor, upload, Upload.Kind.GAUGINGS, _("a file of gaugings"))
    check_validity(valid_from, valid_to)
    gaugings = load_records(upload)
    limits = limits_of(station.project)
    try:
        fitted = fit_choice(
            gaugings,
            Choice(segments=segments),
            period_s=span_s(valid_from, valid_to),
            gauged_s=(
                int(gauged_from.timestamp()) if gauged_from else None,
                int(gauged_to.timestamp()) if gauged_to else None,
            ),
            minimum_gaugings=limits.minimum_gaugings,
            validity_years=limits.validity_years,
        )
    except CalculationError as error:
        raise refusal_of(
            error,
            _("The gaugings of “%(file)s” (rows %(rows)s) give no rating curve. Nothing was stored."),
            file=upload.file_name,
            rows=_rows(gaugings),
        ) from error
    return keep_rating(actor, station, upload, valid_from, valid_to, fitted)


@transaction.atomic
def fit_ion_models(*, actor: Actor, upload: Upload, start: datetime, end: datetime) -> IonModels:
    """Fit the EC-ion models for the span ``[start, end)`` to a file of samples; keep them as the newest version.

    Where readings of the span are there, samples of an entirely different water are refused.
    """
    station = _station_of(actor, upload, Upload.Kind.SAMPLES, _("a file of samples"))
    samples = load_records(upload)
    limits = limits_of(station.project)
    ec25 = readings_ec25(station, start, end)
    try:
        fitted = fit_ions(
            samples,
            period_s=(int(start.timestamp()), int(end.timestamp())),
            readings_ec25_us_cm=ec25,
            minimum_samples=limits.minimum_samples,
            validity_years=limits.validity_years,
        )
    except CalculationError as error:
        raise refusal_of(
            error,
            _("The samples of “%(file)s” (rows %(rows)s) give no ion models for %(start)s to %(end)s."),
            file=upload.file_name,
            rows=_rows(samples),
            start=f"{start:%Y-%m-%d}",
            end=f"{end:%Y-%m-%d}",
        ) from error
    return keep(
        actor,
        IonModels(
            station=station,
            upload=upload,
            valid_from=start,
            valid_to=end,
            record=fitted.record,
            messages=[message.as_dict() for message in spoken(_told_of_fit(fitted, samples, limits, ec25))],
        ),
        same={"upload": upload, "valid_from": start, "valid_to": end},
    )


@transaction.atomic
def report_on_series(*, actor: Actor, station: Station, start: datetime, end: datetime) -> QualityReport:
    """Judge the station's readings of ``[start, end)`` and keep the report as the newest version."""
    station = lock(Station, station.pk)
    require(actor, "quality.report", QualityReport(station=station))
    merged = merged_series(logger_uploads(station, start, end), start, end)
    if not len(merged.readings):
        raise InvalidInput(
            "NO_READINGS",
            _("The station %(station)s has no readings from %(start)s to %(end)s. Upload the logger's file first."),
            station=station.code,
            start=f"{start:%Y-%m-%d}",
            end=f"{end:%Y-%m-%d}",
        )
    check = check_span(merged, start, end, station_review(station, start, end))
    digest = content_digest(merged.readings)
    return keep(
        actor,
        QualityReport(
            station=station,
            start=start,
            end=end,
            series_digest=digest,
            slots_expected=check.grid.expected_slots,
            slots_present=check.grid.present_slots,
            record=check.record,
        ),
        same={"start": start, "end": end, "series_digest": digest},
    )


def _told_of_fit(
    fitted: FittedIons, samples: list[dict[str, Any]], limits: Limits, ec25: np.ndarray | None
) -> list[Message]:
    """What a person should know of a fit: samples, lines beyond their range, duplicates and blanks."""
    return [
        *fitted.messages,
        *line_messages(fitted.models, ec25),
        *control_messages(samples, u_lab=limits.u_lab_alkalinity),
    ]


def _station_of(actor: Actor, upload: Upload, kind: str, what: Any) -> Station:
    """The upload's station, locked, after the checks that every fit begins with."""
    station = lock(Station, upload.station_id)
    require(actor, "quality.fit", upload)
    usable_upload(upload, kind, what)
    return station


def usable_upload(upload: Upload, kind: str, what: Any) -> None:
    """Refuse a file of another kind, and one that was withdrawn."""
    if upload.kind != kind:
        raise InvalidInput(
            "WRONG_KIND_OF_FILE",
            _("“%(file)s” was uploaded as %(kind)s; needed is %(needed)s."),
            file=upload.file_name,
            kind=upload.get_kind_display(),
            needed=what,
        )
    if upload.state != "accepted":
        raise Refusal("UPLOAD_WITHDRAWN", _("“%(file)s” was withdrawn. Choose another file."), file=upload.file_name)


def check_validity(valid_from: datetime | None, valid_to: datetime | None) -> None:
    """Refuse a validity that ends before it begins."""
    if valid_from and valid_to and valid_to <= valid_from:
        raise InvalidInput("SPAN_EMPTY", _("The span ends before it begins. Correct “from” and “to”."))


def span_s(valid_from: datetime | None, valid_to: datetime | None) -> tuple[int, int] | None:
    """The validity in epoch seconds; None while one end is open."""
    return (int(valid_from.timestamp()), int(valid_to.timestamp())) if valid_from and valid_to else None


def readings_ec25(station: Station, start: datetime, end: datetime) -> np.ndarray | None:
    """EC25 readings of the span in uS/cm, None where there are none."""
    uploads = logger_uploads(station, start, end)
    if not uploads:
        return None
    series = merged_series(uploads, start, end).readings.by_parameter().get(EC25)
    if series is None or not series.present().any():
        return None
    return series.to_float()


def keep_rating(
    actor: Actor,
    station: Station,
    upload: Upload | None,
    valid_from: datetime | None,
    valid_to: datetime | None,
    fitted: ChosenRelation,
) -> RatingCurve:
    """A fitted form as the station's next curve, with what the fit said about it."""
    return keep(
        actor,
        RatingCurve(
            station=station,
            upload=upload,
            valid_from=valid_from,
            valid_to=valid_to,
            record=fitted.record,
            messages=[message.as_dict() for message in spoken(fitted.messages)],
        ),
        same={"upload": upload, "valid_from": valid_from, "valid_to": valid_to},
    )


def keep(actor: Actor, made: Made, *, same: dict[str, Any]) -> Made:
    """Save as the station's next version; what is the same as the newest version is that version."""
    made.digest = canonical_digest(made.record)
    model = type(made)
    newest = model._default_manager.filter(station=made.station).order_by("-version").first()
    if (
        newest is not None
        and newest.digest == made.digest
        and all(getattr(newest, name) == value for name, value in same.items())
    ):
        return newest
    made.version = newest.version + 1 if newest is not None else 1
    made.made_by_id = actor.user_id
    made.save()
    record_event(
        actor,
        f"quality.{model._meta.model_name}",
        made,
        after={"station": made.station.code, "version": made.version, "digest": made.digest},
    )
    return made


def _rows(records: list[dict[str, Any]]) -> str:
    """The rows of a file that a message speaks of: all of a few, the ends of many."""
    rows = [str(record.get("row", "?")) for record in records]
    return ", ".join(rows) if len(rows) <= 8 else f"{rows[0]}–{rows[-1]}"
