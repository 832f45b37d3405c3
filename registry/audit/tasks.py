"""The log's timers and the check that somebody asked for; the rows are the truth, the queue only a hint."""

from __future__ import annotations

from celery import shared_task

from registry.audit import checkpoints, upkeep


@shared_task(name="registry.audit.tasks.extend_log", ignore_result=True)
def extend_log() -> None:
    """Every minute: give events their places, sign a checkpoint when one is due."""
    checkpoints.extend()


@shared_task(name=upkeep.VERIFY_TASK, ignore_result=True)
def verify_log(verification_id: int) -> None:
    upkeep.run_verification(verification_id)


@shared_task(name="registry.audit.tasks.verify_log_nightly", ignore_result=True)
def verify_log_nightly() -> None:
    upkeep.verify_tonight()
