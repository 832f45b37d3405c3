"""Which verified results a new methodology version would put in question."""

from __future__ import annotations

from mrv.methodologies import impact
from mrv.methodologies.models import MethodologyVersion
from mrv.periods.models import MonitoringPeriod


@impact.source
def periods_of_other_versions(version: MethodologyVersion) -> list[str]:
    """The submitted periods whose official run followed another version of the same methodology."""
    periods = (
        MonitoringPeriod.objects.filter(official_run__methodology__identifier=version.identifier)
        .exclude(official_run__methodology=version)
        .exclude(state__in=("open", "sealed"))
        .select_related("project")
    )
    return [str(period) for period in periods.order_by("pk")]
