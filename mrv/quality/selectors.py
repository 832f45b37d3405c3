from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calculations.canonical import canonical_digest
from mrv.quality.models import Derived, IonModels, QualityReport, RatingCurve
from mrv.spoken import Spoken
from mrv.stations.models import Station
from registry.core.actors import Actor
from registry.core.errors import NotVisible, Refusal
from registry.core.permissions import may

Made = TypeVar("Made", bound=Derived)


def current_curve(station: Station, start: datetime, end: datetime) -> RatingCurve | None:
    """The newest curve whose validity covers ``[start, end)`` and whose file was not withdrawn."""
    return (
        RatingCurve.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=start),
            Q(valid_to__isnull=True) | Q(valid_to__gte=end),
            station=station,
            upload__state="accepted",
        )
        .select_related("upload")
        .order_by("-version")
        .first()
    )


def current_ion_models(station: Station, start: datetime, end: datetime) -> IonModels | None:
    """The newest ion models fitted for a span that covers ``[start, end)``, of a file not withdrawn."""
    return (
        IonModels.objects.filter(station=station, valid_from__lte=start, valid_to__gte=end, upload__state="accepted")
        .select_related("upload")
        .order_by("-version")
        .first()
    )


def current_report(station: Station, start: datetime, end: datetime) -> QualityReport | None:
    """The newest quality report on exactly this span."""
    return QualityReport.objects.filter(station=station, start=start, end=end).order_by("-version").first()


def derived_of(actor: Actor, station: Station, model: type[Made]) -> list[Made]:
    """All versions of one kind at a station, newest first; none where the actor may not see them."""
    if not may(actor, "quality.view", model(station=station)):
        return []
    return list(model._default_manager.filter(station=station).order_by("-version"))


def derived_for(actor: Actor, model: type[Made], pk: int) -> Made:
    made = model._default_manager.select_related("station__project").filter(pk=pk).first()
    if made is None or not may(actor, "quality.view", made):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return made


def guarded_record(made: Derived) -> dict[str, Any]:
    """The record, after its digest was checked; what evidence is made of."""
    if canonical_digest(made.record) != made.digest:
        raise Refusal(
            "RECORD_ALTERED",
            _("The stored record “%(record)s” does not match its digest. Nothing was changed; tell the operator."),
            record=str(made),
        )
    return dict(made.record)


def messages_of(made: Derived) -> list[Spoken]:
    return [Spoken.read(message) for message in made.messages]
