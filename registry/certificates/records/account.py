"""From an account's statement of the ledger to the record that is signed."""

from __future__ import annotations

from datetime import datetime

from registry.certificates.drawing.records import AccountStatementRecord, StatementLine
from registry.certificates.drawing.statement import TITLE
from registry.certificates.records.common import Edition, authority, minute, party, said, with_code
from registry.credits.selectors.statement import Line, Statement


def record_of_account(edition: Edition, statement: Statement, as_of: datetime) -> AccountStatementRecord:
    """Raises ValueError when the lines and the holdings do not agree: then nothing may be signed."""
    return with_code(
        AccountStatementRecord(
            **edition.common,
            title=TITLE,
            authority=authority(),
            account=statement.account.code,
            owner=party(statement.account.owner),
            first_day=str(statement.first_day),
            last_day=str(statement.last_day),
            as_of=minute(as_of),
            opening_t=statement.opening_t,
            closing_t=statement.closing_t,
            lines=tuple(_line(line) for line in statement.lines),
        )
    )


def _line(line: Line) -> StatementLine:
    return StatementLine(
        at=minute(line.entry.at)[:16],
        act=said(lambda: line.label),
        serials=tuple(block.printed for block in line.blocks),
        quantity_t=line.quantity_t,
        change_t=line.change_t,
        balance_t=line.balance_t,
    )
