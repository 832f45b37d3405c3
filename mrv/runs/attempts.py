"""The attempts of a run: begin one, put a run back after an unexpected fault, give up after the last."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop, override

from mrv.runs import lease
from mrv.runs.models import Run
from mrv.runs.results import end_failed, held
from mrv.runs.states import FINISHED, RUN
from mrv.spoken import Spoken
from registry.audit.services import record
from registry.core.actors import SYSTEM
from registry.core.locking import lock

log = logging.getLogger(__name__)

ATTEMPTS_EXHAUSTED = gettext_noop(
    "The calculation was begun %(count)s times and its worker ended each time. Start it again; if it fails again, "
    "tell the operator."
)
UNEXPECTED = gettext_noop(
    "The calculation failed %(count)s times for a reason that is not in the data (%(reason)s). Tell the operator."
)


def claim(run_id: int) -> int | None:
    """Begin the next attempt and return its number; None where there is nothing to do or another attempt lives.

    A run whose third attempt died fails here, with that reason.
    """
    if not Run.objects.filter(pk=run_id).exists():
        log.warning("run %s: a message about a run that is not here; left alone", run_id)
        return None
    with transaction.atomic():
        run = lock(Run, run_id)
        if run.state in FINISHED:
            return None
        now = lease.real_now()
        if run.state == "running" and run.lease_until > now:
            return None
        if run.attempt >= lease.MAX_ATTEMPTS:
            give_up(run)
            return None
        changes: dict[str, Any] = {
            "attempt": run.attempt + 1,
            "lease_until": now + lease.LEASE,
            "phase": "",
            "done": 0,
            "total": 0,
        }
        if run.state == "queued":
            RUN.move(run, "claim", **changes)
        else:  # its worker died: the next attempt takes over
            for field, value in changes.items():
                setattr(run, field, value)
            run.save(update_fields=list(changes))
        record(SYSTEM, "runs.claim", run, after={"attempt": run.attempt})
        return run.attempt


def busy_for_s(run_id: int) -> int | None:
    """Seconds until the lease of the attempt that is running ends; None where none is running."""
    run = Run.objects.filter(pk=run_id, state="running").first()
    if run is None:
        return None
    return max(1, int((run.lease_until - lease.real_now()).total_seconds()) + 1)


def try_again(run_id: int, attempt: int, reason: BaseException) -> bool:
    """Back to the queue after an unexpected fault, or failed after the last attempt. True where it is queued."""
    with transaction.atomic():
        run = held(run_id, attempt)
        name = type(reason).__name__
        if attempt >= lease.MAX_ATTEMPTS:
            end_failed(run, _said("UNEXPECTED", UNEXPECTED, count=attempt, reason=name))
            return False
        before = RUN.move(run, "try_again", lease_until=lease.real_now() + lease.QUEUE_WAIT)
        record(SYSTEM, "runs.try_again", run, before={"state": before, "attempt": attempt}, reason=name)
        return True


def give_up(run: Run) -> None:
    """End a locked run whose last attempt died."""
    end_failed(run, _said("ATTEMPTS_EXHAUSTED", ATTEMPTS_EXHAUSTED, count=run.attempt))


def _said(code: str, sentence: str, **params: Any) -> Spoken:
    texts = {}
    for language in ("zh-hans", "en"):
        with override(language):
            texts[language] = gettext(sentence) % params
    return Spoken(code, "error", params, texts["zh-hans"], texts["en"])
