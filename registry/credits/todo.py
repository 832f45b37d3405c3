"""What waits in the ledger: offers to answer, second persons, requests to buy, deals to settle, releases, reversals."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.core import todo
from registry.core.actors import Actor
from registry.core.languages import local_name
from registry.core.permissions import may
from registry.core.roles import OrganisationKind, Role
from registry.credits import selectors
from registry.credits.models import Freeze
from registry.credits.selectors import board

HOLDERS = (OrganisationKind.DEVELOPER, OrganisationKind.ACCOUNT_HOLDER)
MOST = 50


@todo.provider
def transfers(actor: Actor) -> Iterable[todo.ToDo]:
    if actor.organisation_kind not in HOLDERS:
        return
    for transfer in selectors.transfers_for(actor).filter(state="offered")[:MOST]:
        acts = selectors.transfer_acts(actor, transfer)
        words = {"accept": _("Accept or decline a transfer"), "second": _("Approve a transfer as the second person")}
        for act in ("accept", "second"):
            if act in acts:
                yield todo.ToDo(
                    title=words[act],
                    detail=f"{transfer.number} · {transfer.quantity_t} t · {local_name(transfer.from_account.owner)}",
                    url=reverse("credits:transfer", args=[transfer.pk]),
                    since=transfer.offered_at,
                    due=transfer.expires_at,
                )


@todo.provider
def deals(actor: Actor) -> Iterable[todo.ToDo]:
    if actor.organisation_kind not in HOLDERS:
        return
    for request in board.buy_requests_for(actor).filter(state="open")[:MOST]:
        if may(actor, "credits.answer_buy_request", request):
            yield todo.ToDo(
                title=_("Answer a request to buy"),
                detail=f"{request.listing.number} · {request.quantity_t} t · {local_name(request.buyer.owner)}",
                url=reverse("credits:listing", args=[request.listing_id]),
                since=request.asked_at,
            )
    for listing in board.own_listings(actor).filter(state="matched", transfer__state="accepted")[:MOST]:
        side = "seller" if listing.account.owner_id == actor.organisation_id else "buyer"
        if getattr(listing, f"{side}_confirmed_at") is None and may(actor, "credits.confirm_settlement", listing):
            yield todo.ToDo(
                title=_("Confirm the settlement of a deal"),
                detail=f"{listing.number} · {listing.sold_t} t",
                url=reverse("credits:listing", args=[listing.pk]),
                since=listing.matched_at or listing.listed_at,
            )


@todo.provider
def oversight(actor: Actor) -> Iterable[todo.ToDo]:
    if not actor.has_role(Role.REGISTRAR, Role.APPROVER):
        return
    for freeze in selectors.freezes_for(actor).filter(state="release_asked")[:MOST]:
        if may(actor, "credits.release", freeze) and freeze.release_asked_by_id != actor.user_id:
            yield _release(freeze)
    for reversal in selectors.reversals_for(actor).filter(state="reported")[:MOST]:
        if may(actor, "credits.decide_reversal", reversal) and reversal.reported_by_id != actor.user_id:
            yield todo.ToDo(
                title=_("Decide on a reported reversal"),
                detail=f"{reversal.number} · {reversal.quantity_t} t · {reversal.project.code}",
                url=reverse("credits:reversal", args=[reversal.pk]),
                since=reversal.reported_at,
            )


def _release(freeze: Freeze) -> todo.ToDo:
    return todo.ToDo(
        title=_("Grant or refuse a release"),
        detail=freeze.covers,
        url=reverse("credits:oversight"),
        since=freeze.frozen_at,
    )
