"""Signing checkpoints, and the copy of the last one that is kept outside the database.

Whoever restores an older copy of the database also restores its older checkpoints; the copy outside tells. Nothing is
signed unless the tree contains both, so two signed checkpoints never contradict each other.
"""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from datetime import UTC, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from registry.audit import keys, notes, sequencing, tiles
from registry.audit.models import Checkpoint, Cosignature, Log
from registry.audit.services import record
from registry.audit.tree import Tree
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.permissions import require

logger = logging.getLogger(__name__)


def extend() -> Checkpoint | None:
    """Sequence what waits and sign a checkpoint if one is due; the newest checkpoint. For the timer.

    Due is one when the log grew and the last is some minutes old, and the first of every day.
    """
    sequencing.sequence()
    newest = Checkpoint.objects.first()
    size = tiles.stored_size()
    if newest is not None:
        now = clock.now()
        age = now - newest.at
        due = size > newest.size and age >= timedelta(seconds=settings.LOG_CHECKPOINT_EVERY_S)
        if not due and now.astimezone(UTC).date() == newest.at.astimezone(UTC).date():
            return newest
    return sign() if size else None


def covering(size: int) -> Checkpoint:
    """A checkpoint over at least ``size`` records, signed now if there is none."""
    newest = Checkpoint.objects.first()
    return newest if newest is not None and newest.size >= size else sign()


@transaction.atomic(durable=True)
def sign(*, also: notes.SigningKey | None = None) -> Checkpoint:
    """Sign the tree as it stands. ``also`` signs beside the present key (a change of keys).

    Raises Refusal ``LOG_BROKEN`` when the tree does not contain the last checkpoint, here or in the copy outside;
    ``CHECKPOINT_COPY_MISSING`` when that copy is gone; those of the keys.
    """
    sequencing.take_lock()
    log = this_log()
    tree = tiles.stored_tree()
    _refuse_unless_it_grew(tree, log)
    checkpoint = notes.Checkpoint(log.origin, tree.size, tree.root(), clock.now().replace(microsecond=0))
    signers = [keys.signing_key(log.origin), *([also] if also else [])]
    note = str(checkpoint.signed(*signers))
    row = Checkpoint.objects.create(size=tree.size, root=checkpoint.root, at=checkpoint.at, note=note)
    _keep_outside(log, note)  # before the commit: should that fail, the copy outside is ahead, and still contained
    return row


def this_log() -> Log:
    """Which log this is; begun on the first call. Its name ends in letters of its own, so that no two are alike."""
    log = Log.objects.first()
    if log is None:
        Log.objects.bulk_create([Log(origin=f"{settings.LOG_ORIGIN}/{secrets.token_hex(4)}")], ignore_conflicts=True)
        log = Log.objects.get()
    return log


# --- the copy outside -------------------------------------------------------------------------------------------


def copy_path(log: Log) -> Path:
    return Path(settings.LOG_CHECKPOINTS_DIR) / log.origin.rpartition("/")[2] / "latest"


def kept_outside(log: Log) -> notes.Checkpoint | None:
    """The checkpoint of the copy. Raises Refusal ``LOG_BROKEN`` when it is none of this log's."""
    path = copy_path(log)
    if not path.is_file():
        return None
    try:
        return notes.open_checkpoint(path.read_text("utf-8"), keys.verifier_keys(), log.origin)
    except (ValueError, OSError) as error:
        raise sequencing.log_broken(
            _("Stopped; nothing was signed. The last checkpoint kept at %(path)s cannot be used: %(why)s."),
            path=path,
            why=error,
        ) from error


def _keep_outside(log: Log, note: str) -> None:
    path = copy_path(log)
    path.parent.mkdir(parents=True, exist_ok=True)
    day = path.with_name(f"{clock.now():%Y-%m-%d}")
    for target in (day, path):
        aside = path.with_name(f".{target.name}.{os.getpid()}")
        with aside.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    descriptor = os.open(path.parent, os.O_RDONLY)
    with suppress(OSError):  # not every file system syncs directories
        os.fsync(descriptor)
    os.close(descriptor)


def _refuse_unless_it_grew(tree: Tree, log: Log) -> None:
    stored = Checkpoint.objects.first()
    outside = kept_outside(log)
    if stored is not None and outside is None:
        raise Refusal(
            "CHECKPOINT_COPY_MISSING",
            _(
                "Stopped; nothing was signed. The last checkpoint is not at %(path)s, so nobody can tell whether this "
                "is an older copy of the database. Put a checkpoint back that was kept elsewhere: “manage.py log "
                "adopt FILE”."
            ),
            path=copy_path(log),
        )
    if stored is not None:
        _refuse_unless_inside(tree, stored.size, bytes(stored.root))
    if outside is not None:
        _refuse_unless_inside(tree, outside.size, outside.root)


def _refuse_unless_inside(tree: Tree, size: int, root: bytes) -> None:
    if size > tree.size:
        raise sequencing.log_broken(
            _(
                "Stopped; nothing was signed. The signed checkpoint is of %(signed)s records, the database has "
                "%(size)s: it is an older copy. Restore the newest one; tell the operator."
            ),
            signed=size,
            size=tree.size,
        )
    try:
        same = tree.root(size) == root
    except LookupError:
        same = False
    if not same:
        raise sequencing.log_broken(
            _(
                "Stopped; nothing was signed. The first %(size)s records do not fit the signed checkpoint: the log "
                "was changed. Tell the operator."
            ),
            size=size,
        )


# --- acts of the operator and of witnesses ----------------------------------------------------------------------


@transaction.atomic(durable=True)
def adopt(note: str) -> notes.Checkpoint:
    """Put a checkpoint that was kept elsewhere in the place of the copy outside. It must be this log's and fit."""
    sequencing.take_lock()
    log = this_log()
    try:
        checkpoint = notes.open_checkpoint(note, keys.verifier_keys(), log.origin)
    except notes.NoteInvalid as error:
        raise InvalidInput(error.code, _("This is no checkpoint of this log: %(why)s."), why=error) from error
    _refuse_unless_inside(tiles.stored_tree(), checkpoint.size, checkpoint.root)
    _keep_outside(log, note)
    return checkpoint


def change_key(*, actor: Actor) -> Checkpoint:
    """A new signing key; the checkpoint that begins its time is signed by the old one too.

    Where there is no key yet it is simply the first. The old private key stays beside the new one as
    ``log.key.<id>``, for the operator to destroy.
    """
    require(actor, "audit.change_key")
    sequencing.sequence()
    if not settings.LOG_SIGNING_KEY.exists():
        keys.make_key(settings.LOG_SIGNING_KEY, demo=not settings.PRODUCTION)
        return sign()
    sign()  # should the log not be as signed, the old key stays
    log, path = this_log(), Path(settings.LOG_SIGNING_KEY)
    old = keys.signing_key(log.origin)
    os.replace(path, path.with_name(f"{path.name}.{old.verifier.id.hex()}"))
    keys.make_key(path, demo=not settings.PRODUCTION)
    new = keys.signing_key(log.origin)
    with transaction.atomic():
        record(actor, "audit.change_key", log, before={"key": str(old.verifier)}, after={"key": str(new.verifier)})
    sequencing.sequence()
    return sign(also=old)


@transaction.atomic
def add_cosignature(*, actor: Actor, line: str) -> Cosignature:
    """Keep a witness's signature line under the newest checkpoint that it fits. The same line again changes nothing.

    Raises InvalidInput ``COSIGNATURE_WRONG`` when no known witness signed one of the newest checkpoints so.
    """
    require(actor, "audit.cosign")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit.cosign'))")
    for row in Checkpoint.objects.all()[:50]:
        text = notes.Note.parse(row.note).text
        try:
            note = notes.Note.parse(f"{text}\n{line.strip()}\n")
            signed = note.signed_by(each for each in keys.witness_keys() if each.kind == notes.COSIGNATURE)
        except notes.NoteInvalid:
            continue
        if signed:
            return Cosignature.objects.get_or_create(
                checkpoint=row, witness=signed[0].name, defaults={"line": str(note.signatures[0])}
            )[0]
    raise InvalidInput("COSIGNATURE_WRONG", _("No known witness signed one of the newest checkpoints with this line."))
