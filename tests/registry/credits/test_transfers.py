"""Transfers in two steps: who may, what stops them, and where the credits are meanwhile."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from registry.audit.models import Event
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.core.workdays import add_working_days
from registry.credits import ledger, tasks
from registry.credits.models import Entry, Transfer, TrustedRecipient
from registry.credits.services import transfers
from tests.people import member, official
from tests.registry.credits.market import balance, key, offer, pass_time, span
from tests.registry.credits.world import registered_project

pytestmark = pytest.mark.django_db


def code(refusal) -> str:
    return refusal.value.code


def test_offered_credits_lie_in_escrow_and_belong_to_the_recipient_when_it_accepts(m):
    transfer = offer(m, span(m.first, 40))
    assert balance(m.account) == {"active": 142, "in_transfer": 40}
    transfer = transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert transfer.state == "accepted"
    assert balance(m.account) == {"active": 142}
    assert balance(m.target) == {"active": 40}
    connection.check_constraints()
    assert ledger.check().differences == ()


def test_several_ranges_travel_together(m):
    first = m.first
    transfer = offer(m, (*span(first + 20, 5), *span(first, 5), *span(first + 5, 2)))
    assert [(r.lower - first, r.upper - first) for r in transfer.serials] == [(0, 7), (20, 25)]
    assert transfer.quantity_t == 12
    transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert balance(m.target) == {"active": 12}


@pytest.mark.parametrize(
    ("who", "act", "state"),
    [("buyer", transfers.decline_transfer, "declined"), ("seller", transfers.withdraw_transfer, "withdrawn")],
)
def test_what_is_not_taken_up_goes_back(m, who, act, state):
    transfer = act(actor=getattr(m, who), transfer=offer(m, span(m.first, 40)), reason="Not now.")
    assert (transfer.state, transfer.reason) == (state, "Not now.")
    assert balance(m.account) == {"active": 182}
    with pytest.raises(IllegalTransition):
        transfers.accept_transfer(actor=m.buyer, transfer=transfer)


def test_an_offer_expires_by_the_clock(m):
    transfer = offer(m, span(m.first, 40))
    assert tasks.expire_offers() == 0
    pass_time(days=14)
    for act, who in ((transfers.accept_transfer, m.buyer), (transfers.second_transfer, m.second)):
        with pytest.raises(Refusal) as refusal:
            act(actor=who, transfer=transfer)
        assert code(refusal) == "OFFER_EXPIRED"
    assert tasks.expire_offers() == 1
    transfer.refresh_from_db()
    assert (transfer.state, transfer.decided_by) == ("expired", None)
    assert balance(m.account) == {"active": 182}
    assert Entry.objects.get(kind="give_back").actor_id == 0


def test_the_same_key_gives_the_same_transfer_and_another_act_under_it_is_refused(m):
    once, first = key(), m.first
    transfer = offer(m, span(first, 5), key=once)
    assert offer(m, span(first, 5), key=once) == transfer
    transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert offer(m, span(first, 5), key=once).state == "accepted"
    with pytest.raises(Refusal) as refusal:
        offer(m, span(first, 6), key=once)
    assert code(refusal) == "KEY_USED"
    assert Transfer.objects.count() == 1
    with pytest.raises(InvalidInput):
        offer(m, span(first + 10, 5), key=" ")


def test_accepting_twice_is_one_acceptance(m):
    transfer = offer(m, span(m.first, 5))
    transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert transfers.accept_transfer(actor=m.buyer, transfer=transfer).state == "accepted"
    assert Entry.objects.filter(kind="accept").count() == 1
    another = member(m.target.owner, Role.TRADER)
    with pytest.raises(IllegalTransition):
        transfers.accept_transfer(actor=another, transfer=transfer)


def test_an_untrusted_recipient_needs_a_second_person(m):
    transfers.remove_trust(actor=m.seller, trusted=TrustedRecipient.objects.get())
    transfer = offer(m, span(m.first, 5))
    with pytest.raises(Refusal) as refusal:
        transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert code(refusal) == "SECOND_PERSON_MISSING"
    with pytest.raises(NotAllowed):
        transfers.second_transfer(actor=m.seller, transfer=transfer)
    with pytest.raises(DatabaseError, match="accepted_after_second_person"), transaction.atomic():
        Transfer.objects.filter(pk=transfer.pk).update(state="accepted")
    with pytest.raises(DatabaseError, match="seconded_by_another"), transaction.atomic():
        Transfer.objects.filter(pk=transfer.pk).update(seconded_by=transfer.offered_by)
    transfer = transfers.second_transfer(actor=m.second, transfer=transfer)
    assert transfers.accept_transfer(actor=m.buyer, transfer=transfer).state == "accepted"


def test_the_trusted_list_takes_effect_on_the_fourth_working_day(m):
    transfers.remove_trust(actor=m.seller, trusted=TrustedRecipient.objects.get())
    listed = transfers.trust_recipient(actor=m.seller, account=m.account, recipient=m.target)
    day = listed.added_at.astimezone(PROGRAMME_ZONE).date()
    assert listed.effective_on == add_working_days(day, 4)
    assert (listed.effective_on - day).days >= 4
    assert offer(m, span(m.first, 1)).needs_second_person
    pass_time(days=(listed.effective_on - day).days)
    assert not offer(m, span(m.first, 1)).needs_second_person


def test_a_large_transfer_waits_a_day(m):
    with override_settings(TRANSFER_LARGE_T=100):
        transfer = offer(m, span(m.first, 100))
    with pytest.raises(Refusal) as refusal:
        transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    assert code(refusal) == "LARGE_TRANSFER_WAITS"
    pass_time(hours=24)
    assert transfers.accept_transfer(actor=m.buyer, transfer=transfer).state == "accepted"


def test_an_account_offers_no_more_than_its_daily_limit(m):
    first = m.first
    with override_settings(TRANSFER_DAILY_LIMIT_T=100):
        back = offer(m, span(first, 60))
        with pytest.raises(Refusal) as refusal:
            offer(m, span(first + 60, 41))
        assert code(refusal) == "DAILY_LIMIT"
        transfers.withdraw_transfer(actor=m.seller, transfer=back)
        offer(m, span(first + 60, 41))  # what came back does not count
        with pytest.raises(Refusal):
            offer(m, span(first, 60))
        pass_time(days=1)
        assert offer(m, span(first, 60)).state == "offered"


def test_serials_that_are_not_held_are_not_offered(m):
    first = m.first
    offer(m, span(first, 10))
    for serials in (span(first + 9, 5), span(first + 180, 5), span(10**9, 1)):
        with pytest.raises(Refusal) as refusal:
            offer(m, serials)
        assert code(refusal) == "SERIALS_NOT_HELD"
    for nothing in ((), (*span(first + 20, 5), *span(first + 24, 2))):
        with pytest.raises(InvalidInput):
            offer(m, nothing)
    assert Transfer.objects.count() == 1


def test_each_side_has_its_acts_and_strangers_see_nothing(m):
    transfer = offer(m, span(m.first, 5))
    for act, outsider in [
        (transfers.accept_transfer, m.seller),
        (transfers.decline_transfer, m.seller),
        (transfers.withdraw_transfer, m.buyer),
        (transfers.second_transfer, m.buyer),
        (transfers.accept_transfer, official(Role.APPROVER)),
    ]:
        with pytest.raises(NotAllowed):
            act(actor=outsider, transfer=transfer)
    stranger = member(registered_project("DEV-9").proponent, Role.REPRESENTATIVE)
    with pytest.raises(NotVisible):
        transfers.accept_transfer(actor=stranger, transfer=transfer)
    with pytest.raises(NotVisible):
        offer(m, span(m.first, 5), actor=stranger)
    with pytest.raises(NotAllowed):  # an editor reads, and moves nothing
        offer(m, span(m.first, 5), actor=member(m.account.owner, Role.EDITOR))


def test_only_an_open_account_of_an_approved_holder_receives(m):
    with pytest.raises(InvalidInput):
        offer(m, span(m.first, 5), recipient=m.account)
    pool = m.issuance.allotments.get(status="buffer").account
    with pytest.raises(InvalidInput):
        offer(m, span(m.first, 5), recipient=pool)
    m.target.owner.state = "suspended"
    with pytest.raises(Refusal) as refusal:
        offer(m, span(m.first, 5))
    assert code(refusal) == "RECIPIENT_NOT_APPROVED"


def test_every_step_is_in_the_log(m):
    transfer = offer(m, span(m.first, 5))
    transfers.accept_transfer(actor=m.buyer, transfer=transfer)
    events = Event.objects.filter(object_type="credits.Transfer", object_id=str(transfer.pk)).order_by("id")
    assert [event.action for event in events] == ["credits.offer_transfer", "credits.accept_transfer"]
    assert [event.actor_id for event in events] == [m.seller.user_id, m.buyer.user_id]
