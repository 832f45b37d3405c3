"""The one door to the journal: every act on serials is one call of the database function ``post_entry``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _
from psycopg.types.multirange import Int8Multirange
from psycopg.types.range import Range

from registry.core.errors import Refusal
from registry.credits.fields import Serials
from registry.credits.models import Entry, Issuance
from registry.credits.states import VERBS

VERB = {verb.kind: verb for verb in VERBS}
SAID = {
    "account_holds_the_serials": (
        "SERIALS_NOT_HELD",
        _("The account does not hold all of these serials in a status in which this can be done. Reload the page."),
    ),
    "entry_follows_its_verb": (
        "SERIALS_NOT_HELD",
        _("The account does not hold all of these serials in a status in which this can be done. Reload the page."),
    ),
    "nothing_frozen_moves": (
        "FROZEN",
        _("The authority froze this account, this project or these serials. Nothing moves until it releases them."),
    ),
    "account_is_open": ("ACCOUNT_CLOSED", _("The account is closed: nothing moves into it or out of it.")),
    "key_means_one_act": (
        "KEY_USED",
        _("This idempotency key belongs to another act. Look that act up by its key, or send a new key."),
    ),
}
"""What the kernel's refusals mean to a person, by the name that the database gives with each."""


@contextmanager
def told() -> Iterator[None]:
    """Turn the kernel's refusal into one that pages and the API can explain; anything else stays a fault."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name in SAID:
            raise Refusal(*SAID[name]) from error
        raise


def post_entry(
    *,
    kind: str,
    serials: Range[int],
    key: str,
    actor_id: int,
    issuance_id: int | None = None,
    from_account_id: int | None = None,
    to_account_id: int | None = None,
    status: str = "",
    reason: str = "",
) -> int:
    """Post one entry and return its id. The same ``key`` with the same act again returns the same entry.

    Raises django.db.IntegrityError when the serials are not the account's to move or the key means another act.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a journal entry belongs into the transaction of its act")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post_entry(%s, %s, %s, %s, int8range(%s, %s), %s, %s, %s, %s)",
            [
                kind,
                issuance_id,
                from_account_id,
                to_account_id,
                serials.lower,
                serials.upper,
                status,
                reason,
                key,
                actor_id,
            ],
        )
        return int(cursor.fetchone()[0])


def lock_accounts(*accounts: int) -> None:
    """The first thing an act does: lock its accounts in id order, and wait while a freeze is being written."""
    if not connection.in_atomic_block:
        raise RuntimeError("accounts are locked in the transaction of an act")
    with connection.cursor() as cursor:
        cursor.execute("SELECT credits_lock_accounts(%s::bigint[])", [list(accounts)])


def lock_against_movement() -> None:
    """Wait until no act on serials is under way and hold all that begin: for a freeze, which must miss none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('credits.freeze'))")


def post(
    verb: str, *, account: int, to: int | None = None, serials: Serials, key: str, actor_id: int, reason: str = ""
) -> int:
    """One act over one or several ranges, all or nothing; the id of its first entry.

    Raises a refusal when the account does not hold the serials in the status that the verb takes, when a freeze is
    in force or an account closed, or when the key means another act.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a journal entry belongs into the transaction of its act")
    target = VERB[verb].target
    with told(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT post_entries(%s, %s, %s, %s::int8multirange, %s, %s, %s, %s)",
            [verb, account, to or account, Int8Multirange(list(serials)), target, reason, key, actor_id],
        )
        return int(cursor.fetchone()[0])


def post_issuance(issuance: Issuance, *, actor_id: int) -> int:
    """Open the holdings that the issuance's allotments name. Raises a refusal while a freeze stands against it."""
    with told():
        return post_entry(
            kind=Entry.ISSUE,
            serials=issuance.serials,
            issuance_id=issuance.pk,
            key=f"issuance:{issuance.request_id}",
            actor_id=actor_id,
        )


def next_serials(count: int) -> Range[int]:
    """The next ``count`` serials of the one global sequence, without gaps; waits for whoever issues right now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('credits.serials'))")
        cursor.execute("SELECT coalesce(max(upper(serials)), 1) FROM credits_issuance")
        first = int(cursor.fetchone()[0])
    return Range(first, first + count)
