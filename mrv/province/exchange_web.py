"""The exchange with departments: what is agreed with whom, and a department's own tables as files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mrv.province import services
from mrv.province.exports import EXPORTS
from mrv.province.models import Agreement
from mrv.province.reads import agreement_for, department_of, liaison_officers, own_agreement, visible_agreements
from registry.core import clock
from registry.core.errors import InvalidInput
from registry.core.permissions import may, require
from registry.organisations.models import Membership
from registry.public.downloads import TYPES, count_download


@require_safe
def exchange(request: HttpRequest) -> HttpResponse:
    """The authority sees every agreement, a department's liaison officer the own one with its tables."""
    agreements = visible_agreements(request.actor)
    may_agree = may(request.actor, "province.agree")
    own = own_agreement(request.actor)
    return render(
        request,
        "province/exchange.html",
        {
            "agreements": [(each, _labels(each)) for each in agreements],
            "own": own,
            "own_tables": _labels(own) if own else (),
            "begun": own is not None and own.has_begun(clock.today()),
            "may_agree": may_agree,
            "exports": [(name, export.label) for name, export in EXPORTS.items()],
            "officers": liaison_officers() if may_agree else (),
            "today": clock.today(),
        },
    )


def _labels(agreement: Agreement) -> list[tuple[str, Any]]:
    return [(name, EXPORTS[name].label) for name in agreement.tables if name in EXPORTS]


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """The liaison officer chosen says the department."""
    officer = request.POST.get("officer", "")
    found = None
    if officer.isascii() and officer.isdecimal() and len(officer) < 16:
        found = Membership.objects.select_related("user").filter(pk=int(officer)).first()
    if found is None:
        require(request.actor, "province.agree")
        raise InvalidInput("NOT_ITS_LIAISON", _("Choose the department's liaison officer."))
    services.record_agreement(
        actor=request.actor,
        department=department_of(found.organisation_id),
        liaison=found.user,
        tables=request.POST.getlist("tables"),
        valid_from=_day(request.POST.get("valid_from", "")),
        reference=request.POST.get("reference", ""),
    )
    messages.success(request, _("The agreement is recorded; the department is told."))
    return redirect("province:exchange")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("DATE_UNREADABLE", _("Choose the day.")) from error


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    services.end_agreement(
        actor=request.actor, agreement=agreement_for(request.actor, pk), reason=request.POST.get("reason", "")
    )
    messages.success(request, _("The agreement is ended: nothing more is delivered."))
    return redirect("province:exchange")


@require_safe
def table(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """A table agreed with the reader's department; everything else is refused, whether or not it exists."""
    if form not in ("csv", "json"):
        raise Http404
    count_download(request)
    content = services.deliver(actor=request.actor, name=name, form=form)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "no-store"
    return response
