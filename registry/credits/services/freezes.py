"""Freezing and releasing: one official freezes at once; to release it takes two."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg.types.multirange import Int8Multirange
from psycopg.types.range import Range

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, needed_text
from registry.core.locking import lock
from registry.credits import kernel
from registry.credits.models import Account, Freeze, Issuance, Listing, Transfer
from registry.credits.services import board
from registry.credits.services.acting import act, require_act
from registry.credits.services.transfers import give_back
from registry.credits.states import FREEZE
from registry.projects.models import Project


@act
def freeze(
    *,
    actor: Actor,
    reason: str,
    account: Account | None = None,
    project: Project | None = None,
    serials: Range[int] | None = None,
) -> Freeze:
    """Stop every verb on an account, a project's credits or a range. Offers under way lapse, listings come down.

    Waits until no act is under way, so that none slips past.
    """
    person = require_act(actor, "credits.freeze")
    reason = needed_text(reason, "REASON_MISSING", _("Say why this is frozen."))
    if sum(part is not None for part in (account, project, serials)) != 1:
        raise InvalidInput("FREEZE_OF_WHAT", _("Freeze one thing: an account, a project or a range of serials."))
    if serials is not None and not Issuance.objects.filter(serials__overlap=serials).exists():
        raise InvalidInput("NO_SUCH_SERIALS", _("No credit has such a serial number."))
    kernel.lock_against_movement()
    made = Freeze.objects.create(account=account, project=project, serials=serials, reason=reason, frozen_by_id=person)
    record(actor, "credits.freeze", made, after={"covers": made.covers}, reason=reason)
    _end_what_is_under_way(actor, person, made)
    return made


@act
def ask_release(*, actor: Actor, freeze: Freeze, reason: str) -> Freeze:
    """The first of two who release."""
    person = require_act(actor, "credits.release", freeze)
    freeze = lock(Freeze, freeze.pk)
    reason = needed_text(reason, "REASON_MISSING", _("Say why it may be released."))
    before = FREEZE.move(freeze, "ask_release", release_asked_by_id=person, release_reason=reason)
    record(actor, "credits.ask_release", freeze, before={"state": before}, after={"state": freeze.state}, reason=reason)
    return freeze


@act
def release(*, actor: Actor, freeze: Freeze) -> Freeze:
    """The second of two, another person than the first: what was frozen moves again."""
    person = require_act(actor, "credits.release", freeze)
    freeze = lock(Freeze, freeze.pk)
    FREEZE.target(freeze.state, "release")
    if person == freeze.release_asked_by_id:
        raise NotAllowed("SEPARATION_OF_DUTIES", _("You asked for this release; another person grants it."))
    before = FREEZE.move(freeze, "release", released_by_id=person, released_at=clock.now())
    record(actor, "credits.release", freeze, before={"state": before}, after={"state": freeze.state})
    return freeze


@act
def keep_frozen(*, actor: Actor, freeze: Freeze, reason: str) -> Freeze:
    """The release is not granted; it may be asked for again."""
    require_act(actor, "credits.release", freeze)
    freeze = lock(Freeze, freeze.pk)
    reason = needed_text(reason, "REASON_MISSING", _("Say why it stays frozen."))
    before = FREEZE.move(freeze, "keep", release_asked_by=None, release_reason="")
    record(actor, "credits.keep_frozen", freeze, before={"state": before}, after={"state": freeze.state}, reason=reason)
    return freeze


def _end_what_is_under_way(actor: Actor, person: int, made: Freeze) -> None:
    if made.account_id is not None:
        transfers = Q(from_account=made.account_id) | Q(to_account=made.account_id)
        listings = Q(account=made.account_id)
    else:
        ranges = (
            [made.serials]
            if made.serials is not None
            else list(Issuance.objects.filter(project=made.project_id).values_list("serials", flat=True))
        )
        covered = Q(pk__in=_touching(Transfer, ranges)), Q(pk__in=_touching(Listing, ranges))
        transfers, listings = covered
    for transfer in Transfer.objects.filter(transfers, state="offered").order_by("pk"):
        kernel.lock_accounts(transfer.from_account_id, transfer.to_account_id)
        give_back(actor, lock(Transfer, transfer.pk), "lapse", person, made.reason)
    for listing in Listing.objects.filter(listings, state="open").order_by("pk"):
        board.take_down(actor, person, listing)


def _touching(model: type[Transfer] | type[Listing], ranges: list[Range[int]]) -> list[int]:
    table = model._meta.db_table
    return [
        row.pk
        for row in model.objects.raw(
            f"SELECT id FROM {table} WHERE state IN ('offered', 'open') AND serials && %s::int8multirange",  # noqa: S608
            [Int8Multirange(ranges)],
        )
    ]
