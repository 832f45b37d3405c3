"""Weirs and shifts of a rating curve; curves fitted to gaugings are in `services`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.hydrology.rating_choice import Choice, fit_choice
from calculations.messages import CalculationError
from mrv.methodologies.selectors import limits_of
from mrv.quality.models import RatingCurve, RatingShift
from mrv.quality.ratings import standing_shifts
from mrv.quality.services import check_validity, keep_rating, span_s, usable_upload
from mrv.spoken import refusal_of
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records
from registry.audit.services import record as record_event
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require

LARGEST_SHIFT_M = Decimal(2)


@transaction.atomic
def keep_weir(
    *,
    actor: Actor,
    station: Station,
    dimensions: Mapping[str, float | str | None],
    upload: Upload | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> RatingCurve:
    """Keep a weir as the station's newest rating.

    ``dimensions``: ``kind`` (``v_notch`` or ``rectangular``) and the fields of its class in `calculations.hydrology.
    weirs`. ``upload``: gaugings that check it, where there are any.
    """
    station = lock(Station, station.pk)
    require(actor, "quality.fit", RatingCurve(station=station, upload=upload))
    if upload is not None:
        usable_upload(upload, Upload.Kind.GAUGINGS, _("a file of gaugings"))
    check_validity(valid_from, valid_to)
    gaugings = load_records(upload) if upload is not None else []
    try:
        fitted = fit_choice(
            gaugings,
            Choice(weir=dict(dimensions)),
            period_s=span_s(valid_from, valid_to),
            validity_years=limits_of(station.project).validity_years,
        )
    except CalculationError as error:
        raise refusal_of(error, _("These dimensions give no weir. Nothing was stored.")) from error
    return keep_rating(actor, station, upload, valid_from, valid_to, fitted)


@transaction.atomic
def add_shift(
    *, actor: Actor, curve: RatingCurve, at: datetime, shift_m: Decimal, sd_m: Decimal, reason: str
) -> RatingShift:
    """From ``at`` on ``shift_m`` is added to the stage before the curve is entered (between two in a straight line)."""
    lock(Station, curve.station_id)
    shift = RatingShift(curve=curve, at=at, shift_m=shift_m, sd_m=sd_m, reason=reason.strip(), made_by_id=actor.user_id)
    require(actor, "quality.fit", shift)
    if not shift.reason:
        raise InvalidInput("REASON_MISSING", _("Say why: the reason stays beside the shift."))
    if not abs(shift_m) <= LARGEST_SHIFT_M or not 0 <= sd_m <= LARGEST_SHIFT_M:
        raise InvalidInput(
            "SHIFT_TOO_LARGE",
            _("A shift and its uncertainty are at most %(most)s m; beyond that, gauge and make a new version."),
            most=LARGEST_SHIFT_M,
        )
    if (curve.valid_from is not None and at < curve.valid_from) or (
        curve.valid_to is not None and at >= curve.valid_to
    ):
        raise InvalidInput("SHIFT_OUTSIDE_VALIDITY", _("At this time the curve is not valid. Correct the time."))
    if any(standing.at == at for standing in standing_shifts([curve.pk]).get(curve.pk, ())):
        raise InvalidInput("SHIFT_TWICE", _("There is a shift at this time already. Take it back first."))
    shift.save()
    record_event(
        actor,
        "quality.add_shift",
        shift,
        after={
            "station": curve.station.code,
            "version": curve.version,
            "at": at,
            "shift_m": f"{shift_m:f}",
            "sd_m": f"{sd_m:f}",
        },
        reason=shift.reason,
    )
    return shift


@transaction.atomic
def take_back_shift(*, actor: Actor, shift: RatingShift, reason: str = "") -> RatingShift:
    """The shift stays in the list and no longer counts."""
    lock(Station, shift.curve.station_id)
    require(actor, "quality.fit", shift)
    if shift.pk not in {standing.pk for standing in standing_shifts([shift.curve_id]).get(shift.curve_id, ())}:
        raise Refusal("SHIFT_DOES_NOT_STAND", _("This shift was taken back already. Reload the page."))
    undo = RatingShift.objects.create(
        curve=shift.curve,
        at=shift.at,
        shift_m=shift.shift_m,
        sd_m=shift.sd_m,
        reason=reason.strip(),
        undoes=shift,
        made_by_id=actor.user_id,
    )
    record_event(
        actor,
        "quality.take_back_shift",
        undo,
        after={"station": shift.curve.station.code, "shift": shift.pk},
        reason=undo.reason,
    )
    return undo
