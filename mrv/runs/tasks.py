"""What workers do. The run row says what is true; a message only says that somebody should look at it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from calculations.messages import CalculationError
from mrv.runs import attempts, lease, results
from mrv.runs.models import Run
from mrv.runs.services import send
from mrv.spoken import Spoken
from registry.core.errors import Refusal

log = logging.getLogger(__name__)
PROGRESS_EVERY_S = 0.5


@shared_task(name="mrv.runs.tasks.calculate", ignore_result=True)
def calculate(run_id: int) -> None:
    """Calculate a run, if it waits: claim it, compute with progress on its row, write the result once.

    A refusal of the science ends the run with that reason. Anything unexpected puts it back, three times at most.
    """
    from mrv.runs.calculation import compute_run  # noqa: PLC0415  only a worker loads the engine

    attempt = attempts.claim(run_id)
    if attempt is None:
        busy_s = attempts.busy_for_s(run_id)
        if busy_s is not None:  # delivered again while another attempt seems to live: look again when it should be done
            send(run_id, countdown_s=busy_s)
        return
    try:
        with lease.Heartbeat(run_id, attempt) as heartbeat:
            outcome = compute_run(Run.objects.get(pk=run_id), Progress(run_id, attempt, heartbeat))
        results.keep_result(run_id, attempt, outcome)
    except lease.LeaseLost as lost:
        log.warning("%s", lost)
    except CalculationError as error:
        _unless_lost(results.fail, run_id, attempt, Spoken.of(error.message))
    except Refusal as refusal:
        _unless_lost(results.fail, run_id, attempt, Spoken.of_refusal(refusal))
    except (Exception, SoftTimeLimitExceeded) as error:
        log.exception("run %s: attempt %s failed", run_id, attempt)
        if _unless_lost(attempts.try_again, run_id, attempt, error):
            send(run_id)


class Progress:
    """The engine's progress, written to the row at most twice a second; the end of each phase always."""

    def __init__(self, run_id: int, attempt: int, heartbeat: lease.Heartbeat) -> None:
        self._run_id, self._attempt, self._heartbeat = run_id, attempt, heartbeat
        self._written_at = 0.0
        self._phase = ""

    def __call__(self, phase: str, done: int, total: int) -> None:
        if self._heartbeat.lost:
            raise lease.LeaseLost(f"run {self._run_id}: attempt {self._attempt} lost its lease")
        now = monotonic()
        if phase == self._phase and now - self._written_at < PROGRESS_EVERY_S:
            return
        self._phase, self._written_at = phase, now
        if not lease.renew(self._run_id, self._attempt, phase=phase[:40], done=done, total=total):
            raise lease.LeaseLost(f"run {self._run_id}: attempt {self._attempt} lost its lease")


def _unless_lost(write: Callable[..., bool | None], *facts: Any) -> bool | None:
    """An attempt that lost its lease writes nothing, not even that it failed."""
    try:
        return write(*facts)
    except lease.LeaseLost as lost:
        log.warning("%s", lost)
        return None


@shared_task(name="mrv.runs.tasks.resend_lost_runs", ignore_result=True)
def resend_lost_runs() -> int:
    """Send every run again whose message or worker was lost; returns how many. Run by beat."""
    overdue = Run.objects.filter(state__in=("queued", "running"), lease_until__lt=lease.RealNow())
    sent = 0
    for run_id in overdue.values_list("pk", flat=True):
        if _resend(run_id):
            sent += 1
    return sent


def _resend(run_id: int) -> bool:
    with transaction.atomic():
        run = (
            Run.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(pk=run_id, state__in=("queued", "running"), lease_until__lt=lease.RealNow())
            .first()
        )
        if run is None:
            return False
        if run.state == "running" and run.attempt >= lease.MAX_ATTEMPTS:
            attempts.give_up(run)
            return False
        if run.state == "queued":  # a running one keeps its dead lease, so that the next attempt may take it
            run.lease_until = lease.real_now() + lease.QUEUE_WAIT
            run.save(update_fields=["lease_until"])
        transaction.on_commit(lambda: send(run_id))
        return True
