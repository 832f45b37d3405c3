"""What anybody may take home of a period: the recompute kit."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest

from mrv.periods.selectors import period_for
from mrv.periods.services import recompute_kit


def kit(request: HttpRequest, pk: int) -> FileResponse:
    period = period_for(request.actor, pk)
    path = recompute_kit(actor=request.actor, period=period)
    name = f"{period.project.code}-{period.number}-kit.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
