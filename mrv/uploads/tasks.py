from __future__ import annotations

from celery import shared_task

from mrv.uploads import telemetry


@shared_task(name="mrv.uploads.tasks.seal_telemetry", ignore_result=True)
def seal_telemetry() -> None:
    """Finished months of telemetry become files."""
    telemetry.seal_finished_months()
