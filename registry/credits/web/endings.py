"""Retiring with a review page, from a file, and cancelling."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.core import clock
from registry.core.errors import InvalidInput
from registry.credits import batches, forms, selectors
from registry.credits.fields import tonnes_in
from registry.credits.models import Retirement
from registry.credits.services import endings as services
from registry.credits.web.accounts import own_account


def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """For whom, how much, and a review page with the text as everybody will read it."""
    account = own_account(request, pk, "credits.retire")
    if request.method == "POST":
        serials = selectors.written(request.POST.get("serials", ""))
        forms.refuse_unconfirmed(serials, request.POST.get("typed"))
        made = services.retire(
            actor=request.actor,
            account=account,
            serials=serials,
            claim=forms.claim(request.POST),
            key=request.POST.get("key", ""),
        )
        messages.success(request, _("Retired. The retirement is public and final."))
        return redirect("credits:retirement", pk=made.pk)
    asked = request.GET
    context = {
        "account": account,
        "asked": asked,
        "purposes": Retirement.Purpose.choices,
        "kinds": Retirement.Beneficiary.choices,
        "vintages": selectors.tonnes_by_vintage(selectors.open_holdings([account]).filter(status="active")),
        "year": clock.today().year,
        "file_key": uuid4().hex,
    }
    if asked.get("quantity") or asked.get("serials"):
        serials, problem = forms.asked_serials(asked, account)
        if not problem:
            try:
                context["claim"] = services.checked_claim(forms.claim(asked))
                context |= {
                    "serials": serials,
                    "blocks": selectors.blocks_of(serials),
                    "quantity_t": tonnes_in(serials),
                    "key": uuid4().hex,
                    "purpose": Retirement.Purpose(context["claim"].purpose).label,
                    "kind": Retirement.Beneficiary(context["claim"].beneficiary_type).label,
                }
            except InvalidInput as fault:
                problem = fault
        context["problem"] = problem
    return render(request, "credits/retire.html", context)


@require_POST
def retire_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of retirements, done whole or not at all."""
    account = own_account(request, pk, "credits.retire")
    sent = request.FILES.get("file")
    if sent is None:
        raise InvalidInput("FILE_MISSING", _("Choose a file."))
    if sent.size > batches.LARGEST_FILE_BYTES:
        raise InvalidInput("FILE_TOO_LARGE", _("The file is larger than 2 MB."))
    key = request.POST.get("key", "")
    made = selectors.batch_under(request.actor, key)
    if not made:
        lines = batches.lines_of(sent.read(), sent.name or "", account)
        forms.refuse_unconfirmed(tuple(each for line in lines for each in line.serials), request.POST.get("typed"))
        made = services.retire_batch(actor=request.actor, account=account, lines=lines, key=key)
    messages.success(request, _("%(count)s retirements were made.") % {"count": len(made)})
    return redirect("credits:account", pk=pk)


def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """One retirement, for everybody."""
    found = selectors.retirement_for(pk)
    return render(
        request, "credits/retirement.html", {"retirement": found, "blocks": selectors.blocks_of(found.serials)}
    )


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancelling: how much and why, then a review; also what replaces credits that are owed."""
    account = own_account(request, pk, "credits.cancel")
    owed = selectors.owed_reversals(account)
    if request.method == "POST":
        serials = selectors.written(request.POST.get("serials", ""))
        forms.refuse_unconfirmed(serials, request.POST.get("typed"))
        number = request.POST.get("reversal", "")
        services.cancel(
            actor=request.actor,
            account=account,
            serials=serials,
            public_note=request.POST.get("public_note", ""),
            key=request.POST.get("key", ""),
            reversal=selectors.reversal_for(request.actor, forms.whole(number)) if number else None,
        )
        messages.success(request, _("Cancelled. The note is public and final."))
        return redirect("credits:account", pk=pk)
    context = {"account": account, "asked": request.GET, "owed": owed}
    if request.GET.get("quantity"):
        serials, problem = forms.asked_serials(request.GET, account)
        context |= {"problem": problem, "key": uuid4().hex}
        if serials:
            context |= {
                "serials": serials,
                "blocks": selectors.blocks_of(serials),
                "quantity_t": tonnes_in(serials),
            }
    return render(request, "credits/cancel.html", context)
