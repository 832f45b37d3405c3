"""An account's statement as a page and as a table for spreadsheets; the certificates' room signs it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.core import clock
from registry.core.errors import InvalidInput
from registry.core.spreadsheets import plain_text
from registry.core.templatetags.kcr import in_zone
from registry.credits import forms, selectors
from registry.credits.models import Account
from registry.credits.selectors.statement import Statement, statement_of

SHOWN = 500


def statement(request: HttpRequest, pk: int) -> HttpResponse:
    made = asked_statement(request, pk)
    return render(
        request,
        "credits/statement.html",
        {"statement": made, "account": made.account, "lines": made.lines[:SHOWN], "shown": SHOWN},
    )


def as_csv(request: HttpRequest, pk: int) -> HttpResponse:
    made = asked_statement(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{made.account.code}-{made.last_day}.csv"'
    response.write("\ufeff")  # else spreadsheets take the Chinese for another encoding
    writer = csv.writer(response)
    writer.writerow(["at", "entry", "act", "serials", "quantity_t", "change_t", "balance_t"])
    writer.writerow([made.first_day, "", plain_text(_("Opening balance")), "", "", "", made.opening_t])
    for line in made.lines:
        serials = " ".join(block.printed for block in line.blocks)
        writer.writerow(
            [
                in_zone(line.entry.at),
                line.entry.pk,
                plain_text(str(line.label)),
                plain_text(serials),
                line.quantity_t,
                line.change_t,
                line.balance_t,
            ]
        )
    writer.writerow([made.last_day, "", plain_text(_("Closing balance")), "", "", "", made.closing_t])
    return response


def asked_statement(request: HttpRequest, pk: int) -> Statement:
    """The statement of an account that the visitor may see; without days, of this year so far."""
    return statement_of(*asked_span(request, pk, request.GET))


def asked_span(request: HttpRequest, pk: int, given: Mapping[str, str]) -> tuple[Account, date, date]:
    """The account, if the visitor may see it, with first and last day."""
    account = selectors.account_for(request.actor, pk)
    today = clock.today()
    first = forms.day(given["from"], _("from")) if given.get("from") else date(today.year, 1, 1)
    last = forms.day(given["to"], _("to")) if given.get("to") else today
    if last < first or last.year > today.year + 1:
        raise InvalidInput("SPAN", _("The last day lies before the first, or too far ahead."))
    return account, first, last
