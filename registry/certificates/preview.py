"""The certificate of a retirement as it will be printed, shown while the retirement is being typed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from registry.certificates import pages, records
from registry.certificates.drawing import retirement as drawn
from registry.certificates.drawing.records import RetirementRecord
from registry.certificates.records import Edition
from registry.core import clock
from registry.core.errors import InvalidInput
from registry.credits import forms, selectors
from registry.credits.fields import tonnes_in
from registry.credits.models import Account, Retirement
from registry.credits.services.endings import checked_claim

PREVIEW_NUMBER = "预览 PREVIEW"


@require_safe
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment: names and quantity in both languages, or what is still missing."""
    account = selectors.account_for(request.actor, pk)
    try:
        sheet = drawn.sheet(_record(request, account))
    except InvalidInput as problem:
        typed = request.GET.get("beneficiary_name") or request.GET.get("quantity")
        return render(request, "certificates/_preview.html", {"problem": problem if typed else None})
    context = {"sheet": sheet, "title": drawn.TITLE, "page": pages.of_sheet(sheet), "account": account}
    return render(request, "certificates/_preview.html", {**context, "query": urlencode(request.GET, doseq=True)})


@require_safe
def as_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The very pages, unsigned and without a number."""
    record = _record(request, selectors.account_for(request.actor, pk))
    response = HttpResponse(drawn.draw(record, settings.FONTS_DIR), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="preview.pdf"'
    return response


def _record(request: HttpRequest, account: Account) -> RetirementRecord:
    """What the certificate would say; raises InvalidInput with what is missing or wrong."""
    serials, problem = forms.asked_serials(request.GET, account)
    if problem is not None:
        raise problem
    claim = checked_claim(forms.claim(request.GET))
    would_be = Retirement(
        pk=0, account=account, serials=serials, quantity_t=tonnes_in(serials), retired_at=clock.now(), **vars(claim)
    )
    edition = Edition(PREVIEW_NUMBER, clock.today(), demo=True)  # the mark that it is no real one
    return records.record_of_retirement(edition, would_be)
