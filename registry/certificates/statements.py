"""The account statement of the credits' room as a PDF in the certificates' lettering."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.certificates.drawing.record import Bilingual
from registry.certificates.drawing.statement import Row, Sheet, draw_statement
from registry.core.errors import InvalidInput
from registry.credits.selectors.statement import Line, Statement
from registry.credits.web.statements import asked_statement
from registry.projects.services import PROGRAMME_ZONE

MOST_LINES = 2_000


def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who may see the account; the same span as the page."""
    made = asked_statement(request, pk)
    if len(made.lines) > MOST_LINES:
        raise InvalidInput(
            "STATEMENT_TOO_LONG",
            _("This span has more than %(limit)s lines. Choose fewer days, or take the table (CSV)."),
            limit=MOST_LINES,
        )
    response = HttpResponse(draw_statement(sheet_of(made), settings.FONTS_DIR), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{made.account.code}-{made.last_day}.pdf"'
    return response


def sheet_of(statement: Statement) -> Sheet:
    owner = statement.account.owner
    return Sheet(
        number=statement.account.code,
        owner=Bilingual(owner.name_zh, owner.name_en),
        span=f"{statement.first_day} – {statement.last_day}",
        opening=str(statement.opening_t),
        closing=str(statement.closing_t),
        rows=tuple(_row(line) for line in statement.lines),
        demo=settings.DEMO,
    )


def _row(line: Line) -> Row:
    return Row(
        at=f"{line.entry.at.astimezone(PROGRAMME_ZONE):%Y-%m-%d %H:%M}",
        act=Bilingual(_in("zh-hans", line), _in("en", line)),
        serials=tuple(block.printed for block in line.blocks),
        quantity=str(line.quantity_t),
        change=f"{line.change_t:+d}" if line.change_t else "0",
        balance=str(line.balance_t),
    )


def _in(language: str, line: Line) -> str:
    with override(language):
        return str(line.label)
