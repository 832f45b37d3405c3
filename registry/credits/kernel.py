"""The one door to the journal: every act on serials is one call of the database function ``post_entry``."""

from __future__ import annotations

from django.db import connection
from psycopg.types.range import Range

from registry.credits.models import Entry, Issuance


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


def post_issuance(issuance: Issuance, *, actor_id: int) -> int:
    """Open the holdings that the issuance's allotments name."""
    return post_entry(
        kind=Entry.Kind.ISSUE,
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
