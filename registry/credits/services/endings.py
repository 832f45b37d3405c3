"""Retirement and cancellation: final acts on serials of the own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, needed_text
from registry.core.printing import refuse_undrawable
from registry.core.rows import insert
from registry.credits import kernel
from registry.credits.beneficiaries import check_code
from registry.credits.fields import Serials, tonnes_in
from registry.credits.models import Account, Cancellation, Retirement, Reversal
from registry.credits.services.acting import act, chosen, done_before, own_key, require_act
from registry.credits.services.transfers import plain

FIRST_YEAR = 2000


@dataclass(frozen=True)
class Claim:
    """For whom and what credits are retired; checked by :func:`checked_claim`."""

    beneficiary_name: str
    beneficiary_type: str
    purpose: str
    year: int
    beneficiary_code: str = ""
    on_behalf: bool = False
    public_text: str = ""
    beneficiary_name_en: str = ""
    """As the certificate prints it beside the Chinese; empty where there is no English name."""


@dataclass(frozen=True)
class BatchLine:
    """One line of a file: what is retired, for whom."""

    claim: Claim
    serials: Serials


@act
def retire(*, actor: Actor, account: Account, serials: Serials, claim: Claim, key: str) -> Retirement:
    """Use up credits for a beneficiary, for ever. The same key with the same terms again gives the same retirement."""
    person = require_act(actor, "credits.retire", account)
    return _retire(actor, person, account, chosen(serials), checked_claim(claim), own_key(actor, key))


@act
def retire_batch(*, actor: Actor, account: Account, lines: Sequence[BatchLine], key: str) -> list[Retirement]:
    """All lines of a file, or none; the same file with the same key again gives the same retirements."""
    person = require_act(actor, "credits.retire", account)
    own = own_key(actor, key)
    return [
        _retire(actor, person, account, chosen(line.serials), checked_claim(line.claim), f"{own}/{number}")
        for number, line in enumerate(lines, 1)
    ]


def _retire(actor: Actor, person: int, account: Account, serials: Serials, claim: Claim, key: str) -> Retirement:
    kernel.lock_accounts(account.pk)
    known = done_before(Retirement, key)
    if known is not None:
        same = all(getattr(known, name) == value for name, value in asdict(claim).items())
        if (known.account_id, known.serials) != (account.pk, serials) or not same:
            raise Refusal(*kernel.SAID["key_means_one_act"])
        return known
    retirement = insert(
        Retirement(
            account=account,
            serials=serials,
            quantity_t=tonnes_in(serials),
            key=key,
            retired_by_id=person,
            **asdict(claim),
        )
    )
    kernel.post("retire", account=account.pk, serials=serials, key=key, actor_id=person)
    record(
        actor,
        "credits.retire",
        retirement,
        after={"account": account.pk, "serials": plain(serials), "purpose": claim.purpose, "year": claim.year},
    )
    return retirement


@act
def cancel(
    *,
    actor: Actor,
    account: Account,
    serials: Serials,
    public_note: str,
    key: str,
    reversal: Reversal | None = None,
) -> Cancellation:
    """Take credits out of use without a claim; with ``reversal`` they replace what its proponent owes."""
    person = require_act(actor, "credits.cancel", account)
    note = needed_text(public_note, "NOTE_MISSING", _("Say publicly why these credits are cancelled."))
    serials, key = chosen(serials), own_key(actor, key)
    kernel.lock_accounts(account.pk)
    known = done_before(Cancellation, key)
    if known is not None:
        if (known.account_id, known.serials) != (account.pk, serials):
            raise Refusal(*kernel.SAID["key_means_one_act"])
        return known
    if reversal is not None:
        _refuse_replacement(account, reversal, tonnes_in(serials))
    cancellation = Cancellation.objects.create(
        account=account,
        serials=serials,
        quantity_t=tonnes_in(serials),
        key=key,
        reversal=reversal,
        public_note=note,
        cancelled_by_id=person,
    )
    kernel.post("cancel", account=account.pk, serials=serials, key=key, actor_id=person)
    record(
        actor,
        "credits.cancel",
        cancellation,
        after={"account": account.pk, "serials": plain(serials), "reversal": reversal and reversal.pk},
        reason=note,
    )
    return cancellation


def _refuse_replacement(account: Account, reversal: Reversal, quantity_t: int) -> None:
    from registry.credits.services.reversals import owed_of  # noqa: PLC0415  they name each other

    if reversal.project.proponent_id != account.owner_id:
        raise InvalidInput("NOT_YOUR_DEBT", _("Another proponent owes these credits."))
    if quantity_t > (owed := owed_of(reversal)):
        raise InvalidInput(
            "MORE_THAN_OWED", _("Only %(owed)s t are owed. Cancel no more than that as a replacement."), owed=owed
        )


def checked_claim(claim: Claim) -> Claim:
    """The claim with its texts trimmed and its code in capitals; raises :class:`InvalidInput` with what is wrong."""
    name = needed_text(claim.beneficiary_name, "BENEFICIARY_MISSING", _("Name the beneficiary of the retirement."))
    if claim.beneficiary_type not in Retirement.Beneficiary.values:
        raise InvalidInput("BENEFICIARY_TYPE", _("Choose what kind of beneficiary it is."))
    if claim.purpose not in Retirement.Purpose.values:
        raise InvalidInput("PURPOSE", _("Choose the purpose: voluntary or compliance."))
    latest = clock.today().year + 1
    if not FIRST_YEAR <= claim.year <= latest:
        raise InvalidInput(
            "YEAR",
            _("The year that the retirement covers lies between %(first)s and %(latest)s."),
            first=FIRST_YEAR,
            latest=latest,
        )
    english = claim.beneficiary_name_en.strip()
    for text, limit in ((name, 200), (english, 200), (claim.public_text, 500)):
        if len(text) > limit:
            raise InvalidInput("TEXT_TOO_LONG", _("A text is longer than %(limit)s characters."), limit=limit)
    refuse_undrawable(name, english, claim.public_text)
    return Claim(
        beneficiary_name=name,
        beneficiary_type=claim.beneficiary_type,
        beneficiary_code=check_code(claim.beneficiary_code),
        purpose=claim.purpose,
        year=claim.year,
        on_behalf=claim.on_behalf,
        public_text=claim.public_text.strip(),
        beneficiary_name_en=english,
    )
