"""The rows that one retirement writes, written by plain SQL in one call: nothing is checked, asked or locked first.

No act that leaves a journal, a record and an audit event can be quicker than this, whatever its code. The tables are
copies with all indexes and constraints, without triggers and foreign keys.
"""

from __future__ import annotations

from typing import Any

from benchmarks.ledger.place import BLOCK, Ledger

COPIED = ("credits_entry", "credits_holding", "credits_retirement", "audit_event")
HOLDING = "serials, vintage, issuance_id, account_id, status, opened_by_id"
MOST_HOLDINGS = 20_000
EVENT_BYTES = 600
FUNCTION = """
    CREATE OR REPLACE FUNCTION bench_rows(account bigint, person bigint, taken int8range, key text, event bytea)
    RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        entry bigint;
        held bench_credits_holding;
    BEGIN
        INSERT INTO bench_credits_entry (kind, from_account_id, to_account_id, serials, status, reason,
            idempotency_key, actor_id)
        VALUES ('retire', account, account, taken, 'retired', '', key, person) RETURNING id INTO entry;
        UPDATE bench_credits_holding SET closed_by_id = entry WHERE closed_by_id IS NULL AND serials && taken
        RETURNING * INTO held;
        INSERT INTO bench_credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
        SELECT part, held.vintage, held.issuance_id, account,
               CASE WHEN part <@ taken THEN 'retired' ELSE held.status END, entry
          FROM unnest(ARRAY[int8range(lower(held.serials), lower(taken)), taken,
                            int8range(upper(taken), upper(held.serials))]) part
         WHERE NOT isempty(part);
        INSERT INTO bench_credits_retirement (account_id, serials, quantity_t, key, beneficiary_name,
            beneficiary_name_en, beneficiary_type, beneficiary_code, on_behalf, purpose, year, public_text,
            retired_by_id)
        VALUES (account, int8multirange(taken), 1, key, 'Tea Co.', '', 'organisation', '', false, 'voluntary', 2025,
            '', person);
        INSERT INTO bench_audit_event (at, clock_offset_s, actor_id, organisation_id, roles, action, object_type,
            object_id, refused, reason, body)
        VALUES (now(), 0, person, 1, 'representative', 'credits.retire', 'credits.Retirement', '1', false, '', event);
    END $$
"""


def prepare(owner: Any, ledger: Ledger) -> None:
    for table in COPIED:
        owner.execute(f"DROP TABLE IF EXISTS bench_{table} CASCADE")
        owner.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
    copied = f"INSERT INTO bench_credits_holding ({HOLDING}) SELECT {HOLDING} FROM credits_holding"  # noqa: S608
    owner.execute(f"{copied} WHERE upper(serials) <= %s", [ledger.first + BLOCK * MOST_HOLDINGS])
    owner.execute(FUNCTION)
    owner.execute(f"GRANT ALL ON {', '.join(f'bench_{table}' for table in COPIED)} TO kcr_app")


def write(account: int, person: int, taken: Any, key: str) -> None:
    """One transaction with the act's rows."""
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT bench_rows(%s, %s, %s::int8range, %s, %s)", [account, person, taken, key, b"x" * EVENT_BYTES]
        )
