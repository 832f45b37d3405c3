"""What anybody may take home of a period: the recompute kit."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest

from mrv.periods.selectors import period_for
from mrv.publication.selectors import kit_of


def kit(request: HttpRequest, pk: int) -> FileResponse:
    period = period_for(request.actor, pk)
    kit_file = kit_of(request.actor, period)
    return FileResponse(
        kit_file.path.open("rb"), as_attachment=True, filename=kit_file.file_name, content_type="application/zip"
    )
