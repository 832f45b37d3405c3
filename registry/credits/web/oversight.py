"""The authority's page of freezes, reversals and facts; a proponent's report of a reversal."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible
from registry.core.permissions import may, require
from registry.credits import forms, selectors, states
from registry.credits.models import Freeze, RangeFact, Reversal
from registry.credits.services import accounts, freezes, reversals
from registry.projects.models import Project
from registry.projects.selectors import project_for


def oversight(request: HttpRequest) -> HttpResponse:
    require(request.actor, "credits.view_freeze", Freeze())
    actor = request.actor
    return render(
        request,
        "credits/oversight.html",
        {
            "freezes": list(selectors.freezes_for(actor)[:100]),
            "reversals": [(one, reversals.owed_of(one)) for one in selectors.reversals_for(actor)[:100]],
            "facts": list(RangeFact.objects.select_related("issuance__project", "ends").order_by("-pk")[:100]),
            "fact_kinds": RangeFact.Kind.choices,
            "reversal_kinds": Reversal.Kind.choices,
            "freeze_machine": states.FREEZE,
            "reversal_machine": states.REVERSAL,
            "can_freeze": may(actor, "credits.freeze"),
            "can_report": may(actor, "credits.report_reversal", Reversal(project=Project())),
            "can_record": may(actor, "credits.record_fact"),
            "can_decide": [one.pk for one in selectors.reversals_for(actor)[:100] if _may_decide(actor, one)],
        },
    )


def _may_decide(actor: Actor, reversal: Reversal) -> bool:
    return (
        reversal.state == "reported"
        and may(actor, "credits.decide_reversal", reversal)
        and reversal.reported_by_id != actor.user_id
    )


@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    kind, what = request.POST.get("kind", ""), request.POST.get("what", "").strip()
    require(request.actor, "credits.freeze")
    freezes.freeze(actor=request.actor, reason=request.POST.get("reason", ""), **_covered(request, kind, what))
    messages.success(request, _("Frozen. Offers under way have lapsed."))
    return redirect("credits:oversight")


def _covered(request: HttpRequest, kind: str, what: str) -> dict:
    if kind == "account":
        number = what.upper().removeprefix("KCR-A-")
        return {"account": selectors.account_for(request.actor, forms.whole(number, _("account")))}
    if kind == "project":
        return {"project": project_for(request.actor, what)}
    ranges = selectors.written(what)
    if len(ranges) != 1:
        raise InvalidInput("FREEZE_OF_WHAT", _("Freeze one thing: an account, a project or a range of serials."))
    return {"serials": ranges[0]}


@require_POST
def freeze_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found = selectors.freeze_for(request.actor, pk)
    reason = request.POST.get("reason", "")
    if action == "ask_release":
        freezes.ask_release(actor=request.actor, freeze=found, reason=reason)
    elif action == "release":
        freezes.release(actor=request.actor, freeze=found)
    elif action == "keep":
        freezes.keep_frozen(actor=request.actor, freeze=found, reason=reason)
    else:
        raise Http404
    messages.success(request, _("Done."))
    return redirect("credits:oversight")


def reversal(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.reversal_for(request.actor, pk)
    return render(
        request,
        "credits/reversal.html",
        {
            "reversal": found,
            "machine": states.REVERSAL,
            "owed_t": reversals.owed_of(found),
            "blocks": selectors.blocks_of(found.buffer_serials or ()),
            "can_decide": _may_decide(request.actor, found),
        },
    )


@require_POST
def report(request: HttpRequest, code: str) -> HttpResponse:
    project = project_for(request.actor, code)
    made = reversals.report_reversal(
        actor=request.actor,
        project=project,
        kind=request.POST.get("kind", ""),
        quantity_t=forms.whole(request.POST.get("quantity")),
        report=request.POST.get("report", ""),
    )
    messages.success(request, _("Reported. An official decides on it."))
    return redirect("credits:reversal", pk=made.pk)


@require_POST
def reversal_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    found = selectors.reversal_for(request.actor, pk)
    acts = {"confirm": reversals.confirm_reversal, "dismiss": reversals.dismiss_reversal}
    if action not in acts:
        raise Http404
    acts[action](actor=request.actor, reversal=found, public_note=request.POST.get("public_note", ""))
    messages.success(request, _("Done."))
    return redirect("credits:reversal", pk=pk)


@require_POST
def fact(request: HttpRequest) -> HttpResponse:
    require(request.actor, "credits.record_fact")
    given = request.POST
    ranges = selectors.written(given.get("serials", ""))
    ends = given.get("ends", "")
    if len(ranges) != 1:
        raise InvalidInput("NOT_ONE_ISSUANCE", _("The range lies in no single issuance. Record a fact for each part."))
    earlier = RangeFact.objects.filter(pk=forms.whole(ends)).first() if ends else None
    if ends and earlier is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    accounts.record_fact(
        actor=request.actor,
        kind=given.get("kind", ""),
        serials=ranges[0],
        text=given.get("text", ""),
        reference=given.get("reference", ""),
        holds_from=forms.day(given.get("holds_from"), _("day")),
        ends=earlier,
    )
    messages.success(request, _("Done."))
    return redirect("credits:oversight")
