"""What every offer and every listing asks of the ledger first, each as one question of plain SQL.

Three questions of the ORM cost an offer more than the kernel's whole entry; these are asked under the accounts' locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection
from psycopg.types.multirange import Int8Multirange

from registry.core import clock
from registry.core.clock import PROGRAMME_ZONE
from registry.credits.fields import Serials
from registry.credits.models import Account

STANDING = """
SELECT EXISTS (SELECT 1 FROM credits_freeze WHERE account_id = %(recipient)s AND state <> 'released'),
       EXISTS (SELECT 1 FROM credits_trustedrecipient
                WHERE account_id = %(account)s AND recipient_id = %(recipient)s
                  AND state = 'listed' AND effective_on <= %(today)s),
       (SELECT coalesce(sum(quantity_t), 0)::bigint FROM credits_transfer
         WHERE from_account_id = %(account)s AND offered_at >= %(midnight)s AND state IN ('offered', 'accepted'))
"""
"""What an offer that came back used of the day's limit is free again: only these two states count."""

SORTS = """
WITH held AS MATERIALIZED (
    SELECT vintage, issuance_id, account_id FROM credits_holding WHERE closed_by_id IS NULL AND serials && %s
)
SELECT DISTINCT h.vintage, p.kind
  FROM held h JOIN credits_issuance i ON i.id = h.issuance_id JOIN projects_project p ON p.id = i.project_id
 WHERE h.account_id = %s
"""
"""By the serials first: asked in one, the planner goes through every holding of the account."""


@dataclass(frozen=True)
class Standing:
    """How a recipient stands to a sender, and what the sender offered since the programme's midnight."""

    recipient_frozen: bool
    trusted: bool
    offered_today_t: int


def standing(account: Account, recipient: Account, now: datetime) -> Standing:
    day = clock.day_of(now)
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING,
            {
                "account": account.pk,
                "recipient": recipient.pk,
                "today": day,
                "midnight": datetime.combine(day, time(), PROGRAMME_ZONE),
            },
        )
        return Standing(*cursor.fetchone())


def sorts_of(account: Account, serials: Serials) -> set[tuple[int, str]]:
    """Vintage and project kind of what the account holds of these serials."""
    with connection.cursor() as cursor:
        cursor.execute(SORTS, [Int8Multirange(list(serials)), account.pk])
        return set(cursor.fetchall())
