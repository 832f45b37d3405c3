"""Transfers, retirements, freezes and reversals that an actor may see, and what became of an idempotency key."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.core.roles import OrganisationKind
from registry.credits.models import (
    Account,
    Cancellation,
    Entry,
    Freeze,
    Listing,
    Retirement,
    Reversal,
    Transfer,
    TrustedRecipient,
)
from registry.credits.services.acting import own_key
from registry.credits.services.reversals import owed_of
from registry.credits.states import TRANSFER

NOT_FOUND = "NOT_FOUND", _("There is no such record, or it is not yours to see.")


@dataclass(frozen=True)
class Done:
    """What an idempotency key led to: the journal's first entry under it, and the record of the act."""

    key: str
    entry: Entry
    record: Transfer | Retirement | Cancellation | Listing


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """The transfers of the actor's own accounts; the authority sees all."""
    found = Transfer.objects.select_related("from_account__owner", "to_account__owner", "offered_by", "seconded_by")
    if actor.organisation_id is None or not actor.organisation_approved:
        return found.none()
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return found
    return found.filter(Q(from_account__owner=actor.organisation_id) | Q(to_account__owner=actor.organisation_id))


def transfer_for(actor: Actor, pk: int) -> Transfer:
    transfer = transfers_for(actor).filter(pk=pk).first()
    if transfer is None or not may(actor, "credits.view_transfer", transfer):
        raise NotVisible(*NOT_FOUND)
    return transfer


def transfers_of(accounts: list[Account]) -> QuerySet[Transfer]:
    """Transfers from and to accounts that the caller already narrowed, newest first."""
    found = Transfer.objects.select_related("from_account__owner", "to_account__owner")
    return found.filter(Q(from_account__in=accounts) | Q(to_account__in=accounts))


def transfer_acts(actor: Actor, transfer: Transfer) -> list[str]:
    """What this person may do with the transfer now: what its page shows as buttons."""
    acts = [t.action for t in TRANSFER.actions_of(actor, transfer) if t.action in ("accept", "decline", "withdraw")]
    if "accept" in acts and (transfer.waits_for_second_person or clock.now() < transfer.acceptable_from):
        acts.remove("accept")
    if (
        transfer.state == "offered"
        and transfer.waits_for_second_person
        and actor.user_id != transfer.offered_by_id
        and may(actor, "credits.second_transfer", transfer)
    ):
        acts.append("second")
    return acts


def retirement_for(pk: int) -> Retirement:
    """One retirement; they are public."""
    found = Retirement.objects.select_related("account__owner").filter(pk=pk).first()
    if found is None:
        raise NotVisible(*NOT_FOUND)
    return found


def batch_under(actor: Actor, key: str) -> list[Retirement]:
    """The retirements that a file made under this key; empty when there are none."""
    own = own_key(actor, key)
    return list(Retirement.objects.filter(key__startswith=f"{own}/").order_by("pk"))


def owed_reversals(account: Account) -> list[Reversal]:
    """The reversals that the account's owner still has to make good."""
    found = Reversal.objects.filter(project__proponent=account.owner_id, state="confirmed", shortfall_t__gt=0)
    return [one for one in found.select_related("project") if owed_of(one) > 0]


def trusted_of(account: Account) -> QuerySet[TrustedRecipient]:
    return account.trusted_recipients.filter(state="listed").select_related("recipient__owner")


def retirements_of(account: Account) -> QuerySet[Retirement]:
    return Retirement.objects.filter(account=account)


def find_recipients(text: str, *, but: Account) -> list[Account]:
    """Open holding accounts of approved organisations by name, code or account number; at most twenty."""
    text = text.strip()
    if not text:
        return []
    number = text.upper().removeprefix("KCR-A-").lstrip("0")
    wanted = (
        Q(owner__name_zh__icontains=text) | Q(owner__name_en__icontains=text) | Q(owner__registration_code__iexact=text)
    )
    if number.isdecimal() and len(number) < 19:
        wanted |= Q(pk=int(number))
    found = Account.objects.filter(wanted, kind=Account.Kind.HOLDER, state="open", owner__state="approved").exclude(
        pk=but.pk
    )
    return list(found.select_related("owner").order_by("owner__name_en", "pk")[:20])


def by_key(actor: Actor, key: str) -> Done:
    """What the actor's organisation did under this key; :class:`NotVisible` when nothing was done."""
    own = own_key(actor, key)
    entry = Entry.objects.filter(idempotency_key=own).first()
    if entry is None:
        raise NotVisible("KEY_UNKNOWN", _("Nothing was done under this key: the act can be sent again."))
    for model in (Transfer, Retirement, Cancellation, Listing):
        record = model.objects.filter(key=own).first()
        if record is not None:
            return Done(key, entry, record)
    raise NotVisible(*NOT_FOUND)


def freezes_for(actor: Actor) -> QuerySet[Freeze]:
    """The freezes, for the authority."""
    found = Freeze.objects.select_related("account__owner", "project", "frozen_by", "release_asked_by", "released_by")
    return found if may(actor, "credits.view_freeze", Freeze()) else found.none()


def freeze_for(actor: Actor, pk: int) -> Freeze:
    found = freezes_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible(*NOT_FOUND)
    return found


def reversals_for(actor: Actor) -> QuerySet[Reversal]:
    found = Reversal.objects.select_related("project__proponent", "reported_by", "decided_by")
    if actor.organisation_id is None or not actor.organisation_approved:
        return found.none()
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return found
    return found.filter(project__proponent=actor.organisation_id)


def reversal_for(actor: Actor, pk: int) -> Reversal:
    reversal = reversals_for(actor).filter(pk=pk).first()
    if reversal is None or not may(actor, "credits.view_reversal", reversal):
        raise NotVisible(*NOT_FOUND)
    return reversal
