"""From the station's newest files to what a period is sealed with: curve, ion models, quality report."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.quality import services as quality
from mrv.quality.selectors import current_ion_models
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.permissions import require


@transaction.atomic
def prepare_evidence(*, actor: Actor, period: MonitoringPeriod) -> None:
    """Fit curve and ion models for the period's span and judge the readings of all its stations; all or nothing."""
    require(actor, "periods.seal", period)
    _prepare_station(actor, period, period.station)
    for named in period.further_stations.select_related("station").order_by("role"):
        _prepare_station(actor, period, named.station)


def _prepare_station(actor: Actor, period: MonitoringPeriod, station: Station) -> None:
    gaugings = _newest(station, Upload.Kind.GAUGINGS)
    known = current_ion_models(station, period.start, period.end)
    chosen = known is not None and bool(known.reference)  # a person's choice stands until that person takes another
    samples = None if chosen else _newest(station, Upload.Kind.SAMPLES)
    quality.report_on_series(actor=actor, station=station, start=period.start, end=period.end)
    quality.fit_rating_curve(actor=actor, upload=gaugings)
    if samples is not None:
        quality.fit_ion_models(actor=actor, upload=samples, start=period.start, end=period.end)


def _newest(station: Station, kind: str) -> Upload:
    upload = Upload.objects.filter(station=station, kind=kind, state="accepted").order_by("-id").first()
    if upload is None:
        raise InvalidInput(
            "FILE_MISSING",
            _("The station %(station)s has no file of this kind yet: %(kind)s. Upload it at the station first."),
            station=station.code,
            kind=Upload.Kind(kind).label,
        )
    return upload
