"""A curve and ion models for a look at the readings before anybody has fitted any: never stored, never sealed."""

from __future__ import annotations

from datetime import datetime

from calculations.canonical import canonical_digest
from calculations.hydrology.gaugings import fit_gaugings
from calculations.messages import CalculationError
from calculations.regression.models import fit_ions
from mrv.methodologies.selectors import limits_of
from mrv.quality.models import IonModels, RatingCurve
from mrv.quality.ratings import CurvePiece, SpanRating
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records
from registry.core.errors import Refusal


def provisional_rating(station: Station) -> SpanRating | None:
    """What the newest gaugings give; None without gaugings, or where they give no curve."""
    upload = _newest(station, Upload.Kind.GAUGINGS)
    if upload is None:
        return None
    try:
        limits = limits_of(station.project)
        record = fit_gaugings(
            load_records(upload),
            period_s=None,
            minimum_gaugings=limits.minimum_gaugings,
            validity_years=limits.validity_years,
        ).record
    except (CalculationError, Refusal):
        return None
    curve = RatingCurve(station=station, upload=upload, version=0, record=record, digest=canonical_digest(record))
    return SpanRating((CurvePiece(curve, None, None),))


def provisional_ions(station: Station, start: datetime, end: datetime) -> IonModels | None:
    """What the newest samples give for ``[start, end)``; None without samples, or where they give no models."""
    upload = _newest(station, Upload.Kind.SAMPLES)
    if upload is None:
        return None
    try:
        limits = limits_of(station.project)
        record = fit_ions(
            load_records(upload),
            period_s=(int(start.timestamp()), int(end.timestamp())),
            minimum_samples=limits.minimum_samples,
            validity_years=limits.validity_years,
        ).record
    except (CalculationError, Refusal):
        return None
    return IonModels(station=station, upload=upload, version=0, record=record, digest=canonical_digest(record))


def _newest(station: Station, kind: str) -> Upload | None:
    return Upload.objects.filter(station=station, kind=kind, state="accepted").order_by("-id").first()
