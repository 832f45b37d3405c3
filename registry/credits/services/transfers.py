"""Transfers in two steps: offered by one account, taken up by the other; until then the serials lie in escrow."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import SYSTEM, Actor
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.core.rows import insert
from registry.core.workdays import add_working_days
from registry.credits import kernel
from registry.credits.fields import Serials, tonnes_in
from registry.credits.models import Account, Transfer, TrustedRecipient
from registry.credits.services.acting import CLOCK_PERSON, act, chosen, done_before, own_key, require_act
from registry.credits.standing import standing
from registry.credits.states import TRANSFER, TRUST


@act
def trust_recipient(*, actor: Actor, account: Account, recipient: Account) -> TrustedRecipient:
    """Put a recipient on the account's list; it counts from the fourth working day on."""
    person = require_act(actor, "credits.trust_recipient", account)
    kernel.lock_accounts(account.pk)
    _refuse_recipient(account, recipient)
    known = TrustedRecipient.objects.filter(account=account, recipient=recipient, state="listed").first()
    if known is not None:
        return known
    trusted = TrustedRecipient.objects.create(
        account=account,
        recipient=recipient,
        added_by_id=person,
        effective_on=add_working_days(clock.today(), settings.TRUST_WORKING_DAYS),
    )
    record(
        actor,
        "credits.trust_recipient",
        trusted,
        after={"account": account.pk, "recipient": recipient.pk, "effective_on": trusted.effective_on},
    )
    return trusted


@act
def remove_trust(*, actor: Actor, trusted: TrustedRecipient) -> TrustedRecipient:
    """Take a recipient off the list, at once."""
    require_act(actor, "credits.trust_recipient", trusted)
    trusted = lock(TrustedRecipient, trusted.pk)
    TRUST.move(trusted, "remove")
    record(actor, "credits.remove_trust", trusted, after={"recipient": trusted.recipient_id})
    return trusted


@act
def offer_transfer(
    *, actor: Actor, account: Account, recipient: Account, serials: Serials, key: str, note: str = ""
) -> Transfer:
    """Offer serials to another account. The same key with the same terms again gives the same transfer.

    A recipient that is not (yet) trusted needs a second person of the sender (:func:`second_transfer`); a large
    quantity can be accepted only after a delay; an account offers no more than its daily limit.
    """
    require_act(actor, "credits.offer_transfer", account)
    return offer(actor, "offer", account, recipient, serials, own_key(actor, key), note)


def offer(
    actor: Actor, verb: str, account: Account, recipient: Account, serials: Serials, key: str, note: str
) -> Transfer:
    """The offer itself, for a transfer by hand and for a deal of the board, in the caller's transaction."""
    assert actor.user_id is not None
    serials = chosen(serials)
    _refuse_recipient(account, recipient)
    kernel.lock_accounts(account.pk, recipient.pk)
    known = done_before(Transfer, key)
    if known is not None:
        if (known.from_account_id, known.to_account_id, known.serials) != (account.pk, recipient.pk, serials):
            raise Refusal(*kernel.SAID["key_means_one_act"])
        return known
    quantity_t = tonnes_in(serials)
    now = clock.now()
    between = standing(account, recipient, now)
    if between.recipient_frozen:
        raise Refusal(*kernel.SAID["nothing_frozen_moves"])
    _refuse_above_limit(between.offered_today_t, quantity_t)
    delay_h = settings.TRANSFER_LARGE_DELAY_HOURS if quantity_t >= settings.TRANSFER_LARGE_T else 0
    transfer = insert(
        Transfer(
            from_account=account,
            to_account=recipient,
            serials=serials,
            quantity_t=quantity_t,
            key=key,
            note=note.strip(),
            offered_by_id=actor.user_id,
            needs_second_person=not between.trusted,
            acceptable_from=now + timedelta(hours=delay_h),
            expires_at=now + timedelta(days=settings.TRANSFER_EXPIRY_DAYS),
        )
    )
    kernel.post(verb, account=account.pk, serials=serials, key=key, actor_id=actor.user_id)
    record(
        actor,
        "credits.offer_transfer",
        transfer,
        after={
            "from": account.pk,
            "to": recipient.pk,
            "serials": plain(serials),
            "needs_second_person": transfer.needs_second_person,
            "acceptable_from": transfer.acceptable_from,
        },
    )
    return transfer


@act
def second_transfer(*, actor: Actor, transfer: Transfer) -> Transfer:
    """A second person of the sender approves this one transfer to a recipient that is not trusted."""
    person = require_act(actor, "credits.second_transfer", transfer)
    transfer = lock(Transfer, transfer.pk)
    _refuse_decided(transfer)
    _refuse_expired(transfer, clock.now())
    if person == transfer.offered_by_id:
        raise NotAllowed("SEPARATION_OF_DUTIES", _("You offered this transfer; another person approves it."))
    if transfer.seconded_by_id is None and transfer.needs_second_person:
        transfer.seconded_by_id, transfer.seconded_at = person, clock.now()
        transfer.save(update_fields=["seconded_by", "seconded_at"])
        record(actor, "credits.second_transfer", transfer, after={"offered_by": transfer.offered_by_id})
    return transfer


@act
def accept_transfer(*, actor: Actor, transfer: Transfer) -> Transfer:
    """The recipient takes the serials. Asked again by the same person, the same answer."""
    person = require_act(actor, "credits.accept_transfer", transfer)
    transfer = _locked(transfer)
    if transfer.state == "accepted" and transfer.decided_by_id == person:
        return transfer
    _refuse_decided(transfer)
    now = clock.now()
    _refuse_expired(transfer, now)
    if transfer.waits_for_second_person:
        raise Refusal(
            "SECOND_PERSON_MISSING",
            _("You are not on the sender's list of trusted recipients: a second person of the sender must approve."),
        )
    if now < transfer.acceptable_from:
        raise Refusal(
            "LARGE_TRANSFER_WAITS",
            _("A transfer of this size can be accepted only after %(instant)s: until then it can be stopped."),
            instant=f"{transfer.acceptable_from.astimezone(PROGRAMME_ZONE):%Y-%m-%d %H:%M %z}",
        )
    kernel.post(
        "accept",
        account=transfer.from_account_id,
        to=transfer.to_account_id,
        serials=transfer.serials,
        key=f"transfer:{transfer.pk}:accept",
        actor_id=person,
    )
    _decide(actor, transfer, "accept", person, now)
    return transfer


@act
def decline_transfer(*, actor: Actor, transfer: Transfer, reason: str = "") -> Transfer:
    """The recipient does not take the serials; they go back."""
    person = require_act(actor, "credits.decline_transfer", transfer)
    return give_back(actor, _locked(transfer), "decline", person, reason)


@act
def withdraw_transfer(*, actor: Actor, transfer: Transfer, reason: str = "") -> Transfer:
    """The sender takes the offer back before it was accepted."""
    person = require_act(actor, "credits.withdraw_transfer", transfer)
    return give_back(actor, _locked(transfer), "withdraw", person, reason)


@act
def expire_transfer(*, transfer: Transfer) -> Transfer:
    """Time is over: the serials go back. Called by the clock's task; changes nothing when it is not so."""
    require(SYSTEM, "credits.expire_transfer", transfer)
    transfer = _locked(transfer)
    if transfer.state == "offered" and clock.now() >= transfer.expires_at:
        give_back(SYSTEM, transfer, "expire", CLOCK_PERSON)
    return transfer


def give_back(actor: Actor, transfer: Transfer, action: str, person: int, reason: str = "") -> Transfer:
    """End an offer whose row is locked, without acceptance. A deal of the board falls through with it."""
    TRANSFER.target(transfer.state, action)
    kernel.post(
        "give_back",
        account=transfer.from_account_id,
        serials=transfer.serials,
        key=f"transfer:{transfer.pk}:{action}",
        actor_id=person,
    )
    _decide(actor, transfer, action, person, clock.now(), reason)
    from registry.credits.services import board  # noqa: PLC0415  the board offers transfers, and hears of their end

    board.deal_fell_through(actor, transfer)
    return transfer


def plain(serials: Serials) -> list[list[int]]:
    """First and last serial of each range, for the audit log."""
    return [[one.lower, one.upper - 1] for one in serials]


def _locked(transfer: Transfer) -> Transfer:
    """The accounts first, then the transfer's row, as everywhere."""
    kernel.lock_accounts(transfer.from_account_id, transfer.to_account_id)
    return lock(Transfer, transfer.pk)


def _decide(actor: Actor, transfer: Transfer, action: str, person: int, now: datetime, reason: str = "") -> None:
    before = TRANSFER.move(transfer, action, decided_by_id=person or None, decided_at=now, reason=reason.strip()[:500])
    record(
        actor,
        f"credits.{action}_transfer",
        transfer,
        before={"state": before},
        after={"state": transfer.state, "serials": plain(transfer.serials)},
        reason=reason.strip(),
    )


def _refuse_expired(transfer: Transfer, now: datetime) -> None:
    """Between its end and the clock's task that gives the serials back, an offer is no longer taken up."""
    if now >= transfer.expires_at:
        raise Refusal("OFFER_EXPIRED", _("The offer has expired. Ask the sender to offer the credits again."))


def _refuse_decided(transfer: Transfer) -> None:
    if transfer.state != "offered":
        raise IllegalTransition(
            "TRANSFER_DECIDED",
            _("This transfer is decided: %(state)s. Nothing was changed."),
            state=TRANSFER.state(transfer.state).label,
        )


def _refuse_recipient(account: Account, recipient: Account) -> None:
    if recipient.pk == account.pk:
        raise InvalidInput("OWN_ACCOUNT", _("That is the account itself. Choose another recipient."))
    if recipient.kind != Account.Kind.HOLDER:
        raise InvalidInput("NOT_A_RECIPIENT", _("Only a holding account can receive credits."))
    if recipient.state != "open" or recipient.owner.state != "approved":
        raise Refusal(
            "RECIPIENT_NOT_APPROVED", _("The recipient's account is closed or its organisation is not approved.")
        )


def _refuse_above_limit(used_t: int, quantity_t: int) -> None:
    limit = settings.TRANSFER_DAILY_LIMIT_T
    if used_t + quantity_t > limit:
        raise Refusal(
            "DAILY_LIMIT",
            _("An account offers at most %(limit)s t a day; today %(used)s t are offered. Wait until tomorrow."),
            limit=limit,
            used=used_t,
        )
