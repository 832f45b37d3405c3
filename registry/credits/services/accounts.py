"""Opening and closing accounts, and dated facts on ranges."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import Range

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, needed_text
from registry.core.locking import lock
from registry.credits import kernel
from registry.credits.models import Account, Holding, Issuance, RangeFact, Transfer
from registry.credits.services.acting import act, require_act
from registry.credits.states import ACCOUNT
from registry.organisations.models import Organisation

ENDED = (Holding.Status.RETIRED, Holding.Status.CANCELLED)


@act
def open_account(*, actor: Actor) -> Account:
    """The holding account of the actor's own organisation; a second asking gives the same one."""
    owner = lock(Organisation, actor.organisation_id)
    require_act(actor, "credits.open_account", Account(owner=owner))
    account, created = Account.objects.get_or_create(owner=owner, kind=Account.Kind.HOLDER, state="open")
    if created:
        record(actor, "credits.open_account", account, after={"owner": owner.pk, "kind": account.kind})
    return account


@act
def close_account(*, actor: Actor, account: Account) -> Account:
    """Close an account that holds nothing any more but retired and cancelled credits, which stay readable."""
    require_act(actor, "credits.close_account", account)
    kernel.lock_accounts(account.pk)
    account = lock(Account, account.pk)
    held = Holding.objects.filter(account=account, closed_by__isnull=True).exclude(status__in=ENDED)
    if held.exists():
        raise Refusal(
            "ACCOUNT_NOT_EMPTY",
            _("The account still holds credits. Transfer, retire or cancel them, then close the account."),
        )
    if Transfer.objects.filter(to_account=account, state="offered").exists():
        raise Refusal("OFFERS_OPEN", _("Credits are offered to this account. Decline the offers, then close it."))
    before = ACCOUNT.move(account, "close", closed_at=clock.now())
    record(actor, "credits.close_account", account, before={"state": before}, after={"state": account.state})
    return account


@act
def record_fact(
    *,
    actor: Actor,
    kind: str,
    serials: Range[int],
    text: str,
    holds_from: date,
    reference: str = "",
    ends: RangeFact | None = None,
) -> RangeFact:
    """Record a corresponding adjustment or a label on a range of one issuance, or that an earlier fact ends."""
    person = require_act(actor, "credits.record_fact")
    words = needed_text(text, "TEXT_MISSING", _("Say what holds for these credits."))
    if kind not in RangeFact.Kind.values:
        raise InvalidInput("FACT_KIND", _("Choose a corresponding adjustment or a label."))
    issuance = Issuance.objects.filter(serials__contains=serials).first()
    if issuance is None:
        raise InvalidInput("NOT_ONE_ISSUANCE", _("The range lies in no single issuance. Record a fact for each part."))
    if ends is not None and (ends.serials != serials or ends.kind != kind or hasattr(ends, "ended_by")):
        raise InvalidInput("ENDS_ANOTHER", _("A fact ends one earlier fact of its kind, of the same range, once."))
    fact = RangeFact.objects.create(
        kind=kind,
        issuance=issuance,
        serials=serials,
        text=words,
        reference=reference.strip(),
        holds_from=holds_from,
        ends=ends,
        recorded_by_id=person,
    )
    record(
        actor,
        "credits.record_fact",
        fact,
        after={"kind": kind, "serials": [serials.lower, serials.upper - 1], "text": words, "from": holds_from},
    )
    return fact
