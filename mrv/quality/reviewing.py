"""The review: what people decide about readings, one row each, taken back only by a further row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.quality.models import ReviewAct
from mrv.quality.selectors import record_bounds
from mrv.quality.verdicts import standing_acts
from mrv.stations.models import Station
from registry.audit.services import record as record_event
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require

Kind = ReviewAct.Kind
_NEEDS_REASON = (Kind.EXCLUDE, Kind.OFFSET, Kind.DRIFT, Kind.NOTE)
_LARGEST = Decimal(10_000)


@transaction.atomic
def record_act(
    *,
    actor: Actor,
    station: Station,
    kind: str,
    parameter: str,
    start: datetime,
    end: datetime,
    code: str = "",
    start_value: str = "",
    end_value: str = "",
    relative: bool = False,
    reason: str = "",
) -> ReviewAct:
    """Decide about the readings of ``parameter`` in ``[start, end)``.

    ``code``: the reason code of the one kind of flag that accept or reject speaks of; empty for all of them.
    ``start_value`` and ``end_value``: what an offset or a drift adds at the two ends, in the parameter's unit or
    (``relative``) as a share of the reading.
    """
    station = lock(Station, station.pk)
    act = ReviewAct(
        station=station,
        kind=kind,
        parameter=parameter,
        start=start,
        end=end,
        code=code if kind in (Kind.ACCEPT, Kind.REJECT) else "",
        reason=reason.strip(),
        made_by_id=actor.user_id,
    )
    require(actor, "quality.review", act)
    if kind not in Kind.values or kind == Kind.UNDO:
        raise InvalidInput("REVIEW_KIND_UNKNOWN", _("Choose what is to be done with the readings."))
    if kind in _NEEDS_REASON and not act.reason:
        raise InvalidInput("REASON_MISSING", _("Say why: the reason stays beside the readings."))
    _check_span(station, parameter, start, end)
    if kind in (Kind.OFFSET, Kind.DRIFT):
        act.start_value = _amount(start_value or "0", relative)
        act.end_value = _amount(end_value, relative) if kind == Kind.DRIFT else act.start_value
        act.relative = relative
        if Decimal(act.start_value) == 0 and Decimal(act.end_value) == 0:
            raise InvalidInput("CORRECTION_IS_NOTHING", _("The correction is zero at both ends. Give its amount."))
    act.save()
    record_event(
        actor,
        "quality.review",
        act,
        after={
            "station": station.code,
            "kind": kind,
            "parameter": parameter,
            "from": start,
            "to": end,
            "code": act.code,
            "values": [act.start_value, act.end_value] if act.start_value else [],
            "relative": act.relative,
        },
        reason=act.reason,
    )
    return act


@transaction.atomic
def undo_act(*, actor: Actor, act: ReviewAct, reason: str = "") -> ReviewAct:
    """Take an act back: it stays in the list, and no longer counts."""
    station = lock(Station, act.station_id)
    require(actor, "quality.review", act)
    if act.pk not in {standing.pk for standing in standing_acts(ReviewAct.objects.filter(station=station))}:
        raise Refusal("ACT_DOES_NOT_STAND", _("This act was taken back already. Reload the page."))
    undo = ReviewAct.objects.create(
        station=station,
        kind=Kind.UNDO,
        parameter=act.parameter,
        start=act.start,
        end=act.end,
        reason=reason.strip(),
        undoes=act,
        made_by_id=actor.user_id,
    )
    record_event(actor, "quality.undo", undo, after={"station": station.code, "act": act.pk}, reason=undo.reason)
    return undo


def _check_span(station: Station, parameter: str, start: datetime, end: datetime) -> None:
    if end <= start:
        raise InvalidInput("SPAN_EMPTY", _("The span ends before it begins. Correct “from” and “to”."))
    bounds = record_bounds(station)
    if bounds is None or start >= bounds.end or end <= bounds.start:
        raise InvalidInput("SPAN_WITHOUT_READINGS", _("The station has no readings in this span."))
    if parameter not in bounds.parameters:
        raise InvalidInput(
            "PARAMETER_UNKNOWN", _("The station's files have no “%(parameter)s”."), parameter=parameter or "–"
        )


def _amount(text: str, relative: bool) -> str:
    """A correction's amount as a plain decimal string."""
    try:
        amount = Decimal(text.strip().replace("−", "-"))
    except InvalidOperation:
        amount = Decimal("nan")
    limit = Decimal(1) if relative else _LARGEST
    if not amount.is_finite() or abs(amount) > limit:
        raise InvalidInput(
            "CORRECTION_UNREADABLE",
            _("“%(text)s” is not an amount to correct by (a number of at most %(limit)s)."),
            text=text,
            limit=limit,
        )
    return f"{amount.normalize():f}"
