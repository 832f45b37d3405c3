"""The public side of the audit log: its checkpoint, its keys, proofs and tiles, for whoever wants to watch it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.audit import checkpoints, keys, notes, selectors, tiles
from registry.audit.models import Checkpoint
from registry.audit.tree import HASH_BYTES, TILE_WIDTH
from registry.core.errors import InvalidInput, NotVisible, Refusal

SHOWN = 10
FOR_EVER = "public, max-age=31536000, immutable"
PLACE = re.compile(r"(?P<number>(?:x\d{3}/){0,5}\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?")


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, how to check it, and a place to hold one's own against it."""
    newest = Checkpoint.objects.first()
    context: dict[str, Any] = {"newest": newest, "keys": keys.verifier_keys(), "checkpoints": _older(request)}
    if newest is not None:
        context |= {
            "note": selectors.note_of(newest),
            "witnesses": newest.cosignatures.values_list("witness", flat=True),
            "origin": checkpoints.this_log().origin,
        }
        if asked := request.GET.get("checkpoint", "").strip():
            context |= {"asked": asked[:4000], "answer": _held_against(asked, newest)}
        if asked := request.GET.get("leaf", "").strip():
            context |= {"leaf": asked[:100], "place": _place_of(asked, newest)}
    return render(request, "transparency/log.html", context)


def _older(request: HttpRequest) -> list[Checkpoint]:
    before = request.GET.get("before", "")
    rows = Checkpoint.objects.all()
    if before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    return list(rows[: SHOWN + 1])


def _held_against(asked: str, newest: Checkpoint) -> dict[str, Any]:
    """Whether the log still contains a checkpoint that somebody kept."""
    text = asked.replace("\r\n", "\n").strip() + "\n"
    origin = checkpoints.this_log().origin
    try:
        old = notes.open_checkpoint(text, keys.verifier_keys(), origin)
    except notes.NoteInvalid as error:
        return {"good": False, "why": _NOTE_FAULTS.get(error.code, _NOTE_FAULTS["NOT_A_NOTE"])()}
    if old.size > newest.size:
        return {"good": False, "why": _("It speaks of more records than the log has: the log went back.")}
    if tiles.stored_tree(newest.size).root(old.size) != old.root:
        return {"good": False, "why": _("The log of today does not begin with what it signed: it was rewritten.")}
    stored = Checkpoint.objects.filter(size=old.size).exists()
    return {"good": True, "old": old, "proof": stored}


_NOTE_FAULTS = {
    "NOT_A_NOTE": lambda: _("This is no signed checkpoint. Paste the whole text, with the line that begins with “—”."),
    "NOT_A_CHECKPOINT": lambda: _("This is a signed note, but no checkpoint."),
    "OTHER_LOG": lambda: _("This checkpoint is of another log."),
    "SIGNATURE_WRONG": lambda: _("The signature does not fit the text: the checkpoint was changed."),
    "KEY_UNKNOWN": lambda: _("No key of this log signed this checkpoint."),
}


def _place_of(asked: str, newest: Checkpoint) -> dict[str, Any]:
    try:
        proof = selectors.inclusion_of_hash(leaf_hash_of(asked), newest)
    except Refusal as refusal:
        return {"why": str(refusal)}
    return {"proof": proof, "hash": proof.leaf.hex()}


def leaf_hash_of(text: str) -> bytes:
    """A leaf hash as somebody wrote it: 64 hex digits or base64. Raises InvalidInput."""
    try:
        data = bytes.fromhex(text) if len(text) == 2 * HASH_BYTES else b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if len(data) != HASH_BYTES:
        raise InvalidInput("NO_HASH", _("A leaf hash has 64 hexadecimal digits, or 44 signs of base64."))
    return data


@require_safe
def checkpoint(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """The newest checkpoint as the signed note itself, or the one over so many records."""
    row = selectors.newest_checkpoint() if size is None else selectors.checkpoint_of(_small(size))
    response = HttpResponse(selectors.note_of(row), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = f'inline; filename="checkpoint-{row.size}.txt"'
    return response


@require_safe
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """That the log of ``new`` records continues the one of ``old``: a file for ``verify-log``."""
    first, second = (selectors.checkpoint_of(_small(size)) for size in (old, new))
    response = HttpResponse(selectors.consistency_of(first, second).to_json(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="consistency-{old}-{new}.json"'
    return response


@require_safe
def keys_file(request: HttpRequest) -> HttpResponse:
    """The public keys of the log, one a line, oldest first."""
    text = "".join(f"{key}\n" for key in keys.verifier_keys())
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="log-keys.txt"'
    return response


@require_safe
def tile(request: HttpRequest, level: int, place: str) -> HttpResponse:
    """Hashes of the tree, as C2SP tlog-tiles names them; what is there once never changes."""
    found = PLACE.fullmatch(place)
    if found is None or level > 7:  # five levels already hold more than there will ever be
        raise Http404
    index = int(found["number"].replace("/x", "").replace("x", "").replace("/", ""))
    width = int(found["width"] or TILE_WIDTH)
    newest = Checkpoint.objects.first()
    there = ((newest.size if newest else 0) >> 8 * level) - index * TILE_WIDTH
    if not 1 <= width <= min(TILE_WIDTH, there) or (found["width"] and width == TILE_WIDTH):
        raise Http404
    response = HttpResponse(tiles.read_tiles([(level, index, width)])[0], content_type="application/octet-stream")
    response["Cache-Control"] = FOR_EVER
    return response


def _small(size: int) -> int:
    """A number that fits into the database's columns; nothing is of any other size."""
    if size >= 1 << 62:
        raise NotVisible("NO_CHECKPOINT", _("There is no checkpoint of this size."))
    return size
