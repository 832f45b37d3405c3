"""Drawing and signing happen in a worker; the row is the truth, the queue only a hint."""

from __future__ import annotations

from celery import shared_task

from registry.certificates import services
from registry.certificates.models import Certificate

SWEEP = 20
"""At most so many certificates are sent again at a time."""


@shared_task(name=services.RENDER_TASK, ignore_result=True)
def render(certificate_id: int) -> None:
    """Draw and sign one certificate. Doing it again, or twice at once, changes nothing."""
    services.render_now(Certificate.objects.get(pk=certificate_id))


@shared_task(name="registry.certificates.tasks.resend_waiting", ignore_result=True)
def resend_waiting() -> None:
    """Send the drawing of those that still wait: their message was lost, or a fault was since removed."""
    # In random order, so that a few that cannot be drawn do not keep the others waiting.
    for pk in Certificate.objects.filter(rendered_at=None).order_by("?").values_list("pk", flat=True)[:SWEEP]:
        services.send(pk)
