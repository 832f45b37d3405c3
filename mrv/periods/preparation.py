"""From the station's newest files to what a period is sealed with: curve, ion models, quality report."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.quality import services as quality
from mrv.uploads.models import Upload
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.permissions import require


@transaction.atomic
def prepare_evidence(*, actor: Actor, period: MonitoringPeriod) -> None:
    """Fit the curve and the ion models for the period's span and judge its readings; all of it or nothing."""
    require(actor, "periods.seal", period)
    station = period.station
    gaugings = _newest(period, Upload.Kind.GAUGINGS)
    samples = _newest(period, Upload.Kind.SAMPLES)
    quality.report_on_series(actor=actor, station=station, start=period.start, end=period.end)
    quality.fit_rating_curve(actor=actor, upload=gaugings)
    quality.fit_ion_models(actor=actor, upload=samples, start=period.start, end=period.end)


def _newest(period: MonitoringPeriod, kind: str) -> Upload:
    upload = Upload.objects.filter(station=period.station, kind=kind, state="accepted").order_by("-id").first()
    if upload is None:
        raise InvalidInput(
            "FILE_MISSING",
            _("The station has no file of this kind yet: %(kind)s. Upload it at the station first."),
            kind=Upload.Kind(kind).label,
        )
    return upload
