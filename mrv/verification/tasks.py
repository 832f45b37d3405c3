"""Drawing and signing of statements happens in a worker; the row is the truth, the queue only a hint."""

from __future__ import annotations

from celery import shared_task

from mrv.verification import statements
from mrv.verification.models import VerificationStatement

SWEEP = 20
"""At most so many statements are sent again at a time."""


@shared_task(name=statements.TASK, ignore_result=True)
def render_statement(statement_id: int) -> None:
    """Draw and sign one statement. Doing it again, or twice at once, changes nothing."""
    statements.render_now(VerificationStatement.objects.get(pk=statement_id))


@shared_task(name="mrv.verification.tasks.resend_waiting", ignore_result=True)
def resend_waiting() -> None:
    """Send the drawing of those that still wait: their message was lost, or a fault was since removed."""
    waiting = VerificationStatement.objects.filter(rendered_at=None).order_by("?")
    for pk in waiting.values_list("pk", flat=True)[:SWEEP]:
        statements.send(pk)
