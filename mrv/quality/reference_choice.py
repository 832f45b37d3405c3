"""A published regional set chosen in the place of a station's own ion models, by rule and with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.messages import CalculationError
from calculations.regression.reference_models import reference_messages, reference_record
from calculations.regression.reference_sets import reference_set
from mrv.quality.models import IonModels
from mrv.quality.services import keep, readings_ec25
from mrv.spoken import refusal_of, spoken
from mrv.stations.models import Station
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.locking import lock
from registry.core.permissions import require
from registry.organisations.models import User


@transaction.atomic
def choose_reference_set(
    *, actor: Actor, station: Station, name: str, start: datetime, end: datetime, reason: str
) -> IonModels:
    """Use a published set for the span ``[start, end)``, defects and all; the reason is its acceptance.

    The choice is a version like any fit: a later fit or choice stands above it. Raises InvalidInput REASON_MISSING,
    SPAN_EMPTY, REFERENCE_SET_UNKNOWN.
    """
    station = lock(Station, station.pk)
    made = IonModels(station=station, valid_from=start, valid_to=end, reference=name, reason=reason.strip())
    require(actor, "quality.choose", made)
    if not made.reason:
        raise InvalidInput(
            "REASON_MISSING", _("Say why this set stands for the station's water: the reason stays with the evidence.")
        )
    if end <= start:
        raise InvalidInput("SPAN_EMPTY", _("The span ends before it begins. Correct “from” and “to”."))
    try:
        chosen = reference_set(name)
        made.record = reference_record(chosen, {"by": _name_of(actor), "reason": made.reason})
    except CalculationError as error:
        raise refusal_of(error, _("This published set cannot be used.")) from error
    made.messages = [m.as_dict() for m in spoken(reference_messages(chosen, readings_ec25(station, start, end)))]
    return keep(actor, made, same={"reference": name, "valid_from": start, "valid_to": end})


def _name_of(actor: Actor) -> str:
    user = User.objects.get(pk=actor.user_id)
    return str(user.name_en or user.name_zh)
