"""Acts about the log as a whole: extending it now, a complete check, an export, the proof that a certificate needs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial

from django.db import transaction

from registry.audit import checkpoints, checks, logfile, selectors, sequencing
from registry.audit.models import Event, Leaf, Pending, Verification
from registry.audit.proofs import Inclusion
from registry.audit.services import record
from registry.celery import tell
from registry.core import clock
from registry.core.actors import SYSTEM, Actor
from registry.core.errors import Refusal
from registry.core.permissions import require

logger = logging.getLogger(__name__)
VERIFY_TASK = "registry.audit.tasks.verify_log"


def proof_now(event: Event) -> Inclusion:
    """The proof of an event, its place and a checkpoint being made first if they are not there yet.

    To be called outside any transaction, for what waits for its leaf (a certificate's file).
    """
    if not Leaf.objects.filter(event=event).exists():
        sequencing.sequence()
    checkpoints.covering(Leaf.objects.get(event=event).index + 1)
    proof = selectors.proof_of(event)
    if proof is None:
        raise LookupError(f"event {event.pk} has no proof")
    return proof


@transaction.atomic
def ask_verification(*, actor: Actor) -> Verification:
    """A complete check by a worker; one that is under way already is the answer to a second asking."""
    require(actor, "audit.verify")
    under_way = selectors.standing().under_way
    if under_way is not None:
        return under_way
    asked = Verification.objects.create(asked_by_id=actor.user_id)
    transaction.on_commit(partial(tell, VERIFY_TASK, [asked.pk]))
    return asked


def run_verification(pk: int) -> Verification:
    """Do the check that was asked for and keep what came out; a second call changes nothing."""
    row = Verification.objects.get(pk=pk)
    if row.ended_at is not None:
        return row
    waiting = Pending.objects.count()
    try:
        outcome, seconds = checks.verify_stored()
    except Refusal as refusal:  # the copy outside cannot be used
        row.faults, row.result = [_told_of(refusal)], Verification.Result.BROKEN
    else:
        row.records, row.root, row.seconds = outcome.records, outcome.root, round(seconds, 3)
        row.checkpoints, row.pending = outcome.checkpoints, waiting
        if outcome.confirmed is not None:
            row.confirmed_size, row.confirmed_at = outcome.confirmed.size, outcome.confirmed.at
        row.faults = [{"code": each.code, "zh": each.zh, "en": each.en} for each in outcome.faults]
        row.result = Verification.Result.INTACT if outcome.good else Verification.Result.BROKEN
    if row.result == Verification.Result.BROKEN:
        logger.critical("LOG_BROKEN: the audit log is not as signed: %s", row.faults)
    row.ended_at = clock.now()
    row.save()
    return row


def _told_of(refusal: Refusal) -> dict[str, str]:
    return {"code": refusal.code, "zh": str(refusal), "en": str(refusal)}


def export_log(*, actor: Actor) -> tuple[logfile.Header, Iterator[bytes]]:
    """The whole log as one file, up to now. That somebody took it is itself recorded (and not in this file yet)."""
    require(actor, "audit.export")
    sequencing.sequence()
    header, pieces = checks.export()
    with transaction.atomic():
        record(actor, "audit.export", checkpoints.this_log(), after={"records": header.records})
    return header, pieces


def verify_tonight() -> Verification:
    """The nightly check, by the timer."""
    require(SYSTEM, "audit.verify")
    return run_verification(Verification.objects.create().pk)
