from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from calculations.canonical import canonical_digest
from mrv.quality.models import Derived, Flag, IonModels, RatingCurve, RatingShift, ReviewAct, Screening
from mrv.quality.verdicts import Review, review_of
from mrv.spoken import Spoken
from mrv.stations.models import FieldVisit, Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.permissions import may

Made = TypeVar("Made", bound=Derived)


def standing_ions(station: Station) -> QuerySet[IonModels]:
    """Ion models whose file was not withdrawn, and chosen published sets."""
    found = IonModels.objects.filter(Q(upload__state="accepted") | Q(upload=None), station=station)
    return found.select_related("upload", "made_by")


def samples_of_models(models: IonModels | None) -> list[dict[str, Any]]:
    """The samples on which models rest; none of a published set."""
    return load_records(models.upload) if models is not None and models.upload is not None else []


def current_ion_models(station: Station, start: datetime, end: datetime) -> IonModels | None:
    """The newest ion models for a span that covers ``[start, end)``, of a file not withdrawn or a published set."""
    return standing_ions(station).filter(valid_from__lte=start, valid_to__gte=end).order_by("-version").first()


def derived_of(actor: Actor, station: Station, model: type[Made]) -> list[Made]:
    """All versions of one kind at a station, newest first; none where the actor may not see them."""
    if not may(actor, "quality.view", model(station=station)):
        return []
    return list(model._default_manager.filter(station=station).order_by("-version"))


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


@dataclass(frozen=True)
class Bounds:
    """First reading, end of the last, and the quantities of all accepted logger files."""

    start: datetime
    end: datetime
    parameters: frozenset[str]


def record_bounds(station: Station) -> Bounds | None:
    uploads = Upload.objects.filter(station=station, kind=Upload.Kind.LOGGER, state="accepted", first_at__isnull=False)
    found = [(upload.first_at, upload.last_at, upload.report.get("columns") or ()) for upload in uploads]
    if not found:
        return None
    return Bounds(
        start=min(first for first, _last, _columns in found),
        end=max(last for _first, last, _columns in found) + timedelta(days=1),
        parameters=frozenset(column["parameter"] for _first, _last, columns in found for column in columns),
    )


def newest_screening(station: Station) -> Screening | None:
    return Screening.objects.filter(station=station).order_by("-version").first()


def is_screened(station: Station) -> bool:
    """Whether the newest screening saw the files that the station has now."""
    screening = newest_screening(station)
    files = Upload.objects.filter(
        station=station, kind__in=(Upload.Kind.LOGGER, Upload.Kind.SAMPLES), state="accepted"
    ).order_by("id")
    return screening is not None and screening.uploads == list(files.values_list("pk", flat=True))


def standing_visits(station: Station) -> list[FieldVisit]:
    """The station's field visits that no later record replaced, in order of time."""
    return list(FieldVisit.objects.filter(station=station, replaced_by=None).order_by("visited_at"))


def visits_unseen(station: Station, screening: Screening | None) -> bool:
    """Whether field visits were recorded since the tests ran."""
    visits = FieldVisit.objects.filter(station=station)
    return screening is not None and visits.filter(recorded_at__gt=screening.made_at).exists()


def flags_of_station(station: Station, start: datetime, end: datetime) -> list[Flag]:
    """The flags of the newest screening that touch ``[start, end)``, in order of time."""
    screening = newest_screening(station)
    if screening is None:
        return []
    return list(screening.flags.filter(start__lt=end, end__gt=start).order_by("start", "parameter", "code"))


def acts_of_station(station: Station) -> list[ReviewAct]:
    """Every act of the review of a station, oldest first."""
    return list(ReviewAct.objects.filter(station=station).select_related("made_by").order_by("id"))


def station_review(station: Station, start: datetime, end: datetime) -> Review:
    """The flags that touch ``[start, end)`` as people judged them."""
    return review_of(flags_of_station(station, start, end), acts_of_station(station))


def act_for(actor: Actor, pk: int) -> ReviewAct:
    act = ReviewAct.objects.select_related("station__project").filter(pk=pk).first()
    if act is None or not may(actor, "quality.view", act):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return act


def curve_for(actor: Actor, pk: int) -> RatingCurve:
    curve = RatingCurve.objects.select_related("station__project").filter(pk=pk).first()
    if curve is None or not may(actor, "quality.view", curve):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return curve


def shift_for(actor: Actor, pk: int) -> RatingShift:
    shift = RatingShift.objects.select_related("curve__station__project").filter(pk=pk).first()
    if shift is None or not may(actor, "quality.view", shift):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return shift


def newest_samples(station: Station) -> Upload:
    """The newest sheet of samples that was not withdrawn; InvalidInput FILE_MISSING where there is none."""
    upload = Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES, state="accepted").order_by("-id").first()
    if upload is None:
        raise InvalidInput("FILE_MISSING", _("No samples yet. Upload the laboratory's sheet at the station."))
    return upload
