"""A durable database of its own with as many holdings as asked for, spread over accounts, and one hot account."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNTS = 64
BLOCK = 100
"""Serials of one holding."""


@dataclass
class Ledger:
    accounts: list[int]
    """Account ids; the first one is the hot one and holds as much as all others together."""
    persons: list[int]
    """A representative of each account's owner, in the same order."""
    first: int
    """First serial of all."""
    hot_holdings: int
    holdings_each: int

    def start_of(self, account: int) -> int:
        """First serial of an account, by its place in the list."""
        before = 0 if account == 0 else self.hot_holdings + (account - 1) * self.holdings_each
        return self.first + before * BLOCK


@contextmanager
def servers() -> Iterator[str]:
    """Embedded services with durability on, and Django over them as the application's role; the owner's address."""
    with tempfile.TemporaryDirectory(prefix="kcr-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103  the servers' account must pass through
        var = Path(folder) / "var"
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        os.environ["KCR_VAR"] = str(var)
        os.environ["TRANSFER_DAILY_LIMIT_T"] = os.environ["TRANSFER_LARGE_T"] = str(10**12)  # raised for this alone
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
        from registry.core import embedded  # noqa: PLC0415  reads the environment made above

        with embedded.services(var):
            import django  # noqa: PLC0415

            django.setup()
            from registry.core.embedded import database  # noqa: PLC0415

            database.bring_up_to_date()
            yield embedded.database_url(var)


def fill(owner_url: str, holdings: int) -> Ledger:
    """Make the people through the services and the holdings by plain SQL, in place of what was there."""
    import psycopg  # noqa: PLC0415

    from benchmarks.ledger import rows_alone  # noqa: PLC0415  it names this module

    with psycopg.connect(owner_url) as owner:
        _clear(owner)
    accounts, persons, issuance = _people()
    hot = holdings // 2
    each = max(1, (holdings - hot) // (ACCOUNTS - 1))
    with psycopg.connect(owner_url, autocommit=True) as owner:
        first = owner.execute("SELECT upper(serials) FROM credits_issuance WHERE id = %s", [issuance]).fetchone()[0]
        made = Ledger(accounts, persons, first, hot, each)
        _holdings(owner, made, issuance)
        rows_alone.prepare(owner, made)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return made


def _clear(owner: Any) -> None:
    owner.execute("CREATE TABLE IF NOT EXISTS bench_row (id bigint PRIMARY KEY, value bigint NOT NULL)")
    owner.execute("GRANT ALL ON bench_row TO kcr_app")
    tables = ["credits_holding", "credits_entry", "credits_transfer", "credits_retirement", "credits_listing"]
    tables += ["credits_trustedrecipient", "credits_buyrequest", "credits_cancellation", "audit_event", "bench_row"]
    tables += ["audit_pending", "audit_tile", "audit_checkpoint", "audit_log"]
    owner.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def _people() -> tuple[list[int], list[int], int]:
    from registry.credits.models import Account, Issuance, TrustedRecipient  # noqa: PLC0415
    from registry.credits.services import accounts  # noqa: PLC0415
    from registry.organisations.models import Organisation  # noqa: PLC0415
    from tests.people import member  # noqa: PLC0415
    from tests.registry.credits.market import account_holder  # noqa: PLC0415
    from tests.registry.credits.world import issue, outcome, registered_project  # noqa: PLC0415

    issuance = Issuance.objects.first() or issue(outcome(registered_project()))
    made, persons = [], []
    for number in range(ACCOUNTS):
        code = f"BENCH-{number}"
        owner = Organisation.objects.filter(registration_code=code).first() or account_holder(code)
        person = member(owner, "representative")
        made.append(accounts.open_account(actor=person))
        persons.append(person.user_id)
    TrustedRecipient.objects.bulk_create(
        TrustedRecipient(account=a, recipient=b, added_by_id=p, effective_on="2020-01-01")
        for a, b, p in zip(made, [*made[1:], made[0]], persons, strict=True)
    )
    return [Account.objects.get(pk=a.pk).pk for a in made], persons, issuance.pk


def _holdings(owner: Any, ledger: Ledger, issuance: int) -> None:
    """One entry that opened them all; triggers rest meanwhile, the exclusion constraint does not."""
    total = ledger.hot_holdings + ledger.holdings_each * (ACCOUNTS - 1)
    owner.execute("ALTER TABLE credits_entry DISABLE TRIGGER USER")
    owner.execute("ALTER TABLE credits_holding DISABLE TRIGGER USER")
    (entry,) = owner.execute(
        """INSERT INTO credits_entry (kind, from_account_id, to_account_id, serials, status, reason, idempotency_key,
             actor_id) VALUES ('accept', %s, %s, int8range(%s, %s), 'active', '', 'bench', 1) RETURNING id""",
        [ledger.accounts[0], ledger.accounts[0], ledger.first, ledger.first + total * BLOCK],
    ).fetchone()
    owner.execute(
        """INSERT INTO credits_holding (serials, vintage, issuance_id, account_id, status, opened_by_id)
           SELECT int8range(%s + n * %s, %s + (n + 1) * %s), 2021, %s,
                  (%s::bigint[])[CASE WHEN n < %s THEN 1 ELSE 2 + (n - %s) / %s END], 'active', %s
             FROM generate_series(0, %s - 1) n""",
        [
            ledger.first,
            BLOCK,
            ledger.first,
            BLOCK,
            issuance,
            ledger.accounts,
            ledger.hot_holdings,
            ledger.hot_holdings,
            ledger.holdings_each,
            entry,
            total,
        ],
    )
    owner.execute("ALTER TABLE credits_holding ENABLE TRIGGER USER")
    owner.execute("ALTER TABLE credits_entry ENABLE TRIGGER USER")
    owner.execute("INSERT INTO bench_row SELECT n, 0 FROM generate_series(1, %s) n", [total])
