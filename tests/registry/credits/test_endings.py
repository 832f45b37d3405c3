"""Retirement and cancellation: final, public, for somebody, once."""

import pytest
from django.db import DatabaseError, connection, transaction

from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.credits import ledger, selectors
from registry.credits.beneficiaries import is_credit_code, is_lei
from registry.credits.models import Cancellation, Holding, Issuance, Retirement
from registry.credits.services import endings
from tests.people import member
from tests.registry.credits.market import balance, claim, key, market, offer, span
from tests.registry.credits.world import issue, one_world, outcome, registered_project

pytestmark = pytest.mark.django_db
LEI = "529900T8BM49AURSDO55"
CREDIT_CODE = "91350200776049653A"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        made = issue(outcome(registered_project()))
        market(made)
        yield made.pk


@pytest.fixture
def m(world, db):
    return market(Issuance.objects.get(pk=world))


def retire(m, serials, **changes):
    given = {"actor": m.seller, "account": m.account, "serials": serials, "claim": claim(), "key": key()}
    return endings.retire(**{**given, **changes})


def test_a_retirement_says_for_whom_and_is_final(m):
    first = m.first
    made = retire(
        m,
        span(first, 30),
        claim=claim(
            beneficiary_code=LEI.lower(), on_behalf=True, purpose="compliance", public_text=" For the tea of 2025. "
        ),
    )
    assert (made.quantity_t, made.beneficiary_code, made.public_text) == (30, LEI, "For the tea of 2025.")
    assert balance(m.account) == {"active": 152, "retired": 30}
    for again in (retire, offer):
        with pytest.raises(Refusal) as refusal:
            again(m, span(first + 29, 2))
        assert refusal.value.code == "SERIALS_NOT_HELD"
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Retirement.objects.update(beneficiary_name="Somebody else")
    connection.check_constraints()
    assert ledger.check().differences == ()


def test_a_retirement_prints_its_serials_by_vintage(m):
    first = m.first
    made = retire(m, (*span(first, 3), *span(first + 10, 2)))
    assert [block.printed for block in selectors.blocks_of(made.serials)] == [
        f"KCR-CN-520621-0001-2021-{first}-{first + 2}",
        f"KCR-CN-520621-0001-2021-{first + 10}-{first + 11}",
    ]


def test_the_same_key_retires_once(m):
    once, first = key(), m.first
    made = retire(m, span(first, 5), key=once)
    assert retire(m, span(first, 5), key=once) == made
    for change in ({"serials": span(first + 5, 5)}, {"claim": claim(beneficiary_name="Another")}):
        with pytest.raises(Refusal) as refusal:
            retire(m, **{"serials": span(first, 5), "key": once, **change})
        assert refusal.value.code == "KEY_USED"
    assert balance(m.account)["retired"] == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"beneficiary_name": " "}, "BENEFICIARY_MISSING"),
        ({"beneficiary_type": "planet"}, "BENEFICIARY_TYPE"),
        ({"purpose": "fun"}, "PURPOSE"),
        ({"year": 1999}, "YEAR"),
        ({"year": 2999}, "YEAR"),
        ({"beneficiary_code": "529900T8BM49AURSDO56"}, "LEI_CHECK"),
        ({"beneficiary_code": "91350200776049653B"}, "CREDIT_CODE_CHECK"),
        ({"beneficiary_name": "x" * 201}, "TEXT_TOO_LONG"),
        ({"public_text": "x" * 501}, "TEXT_TOO_LONG"),
        ({"beneficiary_code": "1" * 41}, "CODE_TOO_LONG"),
    ],
)
def test_a_claim_with_a_fault_is_refused_by_name(m, change, code):
    with pytest.raises(InvalidInput) as refusal:
        retire(m, span(m.first, 1), claim=claim(**change))
    assert refusal.value.code == code
    assert balance(m.account) == {"active": 182}


def test_codes_are_checked_sign_by_sign():
    assert is_lei(LEI)
    assert is_credit_code(CREDIT_CODE)
    for place in range(18):
        other = "2" if CREDIT_CODE[place] != "2" else "3"
        assert not is_credit_code(CREDIT_CODE[:place] + other + CREDIT_CODE[place + 1 :])
    for place in range(20):
        other = "7" if LEI[place] != "7" else "8"
        assert not is_lei(LEI[:place] + other + LEI[place + 1 :])


def test_a_file_of_retirements_is_done_whole_or_not_at_all(m):
    first, once = m.first, key()
    lines = [
        endings.BatchLine(claim(beneficiary_name=f"Guest {n}"), span(first + 10 * n, 10 if n else 5)) for n in range(3)
    ]
    made = endings.retire_batch(actor=m.seller, account=m.account, lines=lines, key=once)
    assert [r.beneficiary_name for r in made] == ["Guest 0", "Guest 1", "Guest 2"]
    assert balance(m.account)["retired"] == 25
    assert endings.retire_batch(actor=m.seller, account=m.account, lines=lines, key=once) == made
    bad = [endings.BatchLine(claim(), span(first + 100, 5)), endings.BatchLine(claim(), span(first + 104, 5))]
    with pytest.raises(Refusal):
        endings.retire_batch(actor=m.seller, account=m.account, lines=bad, key=key())
    assert balance(m.account)["retired"] == 25


def test_cancelling_says_why_and_is_final(m):
    first = m.first
    with pytest.raises(InvalidInput):
        endings.cancel(actor=m.seller, account=m.account, serials=span(first, 5), public_note=" ", key=key())
    made = endings.cancel(actor=m.seller, account=m.account, serials=span(first, 5), public_note="Given up.", key=key())
    assert made == Cancellation.objects.get()
    assert balance(m.account) == {"active": 177, "cancelled": 5}
    with pytest.raises(Refusal):
        retire(m, span(first, 1))


def test_only_who_moves_credits_of_the_account_ends_them(m):
    editor = member(m.account.owner, Role.EDITOR)
    for actor, refusal in ((editor, NotAllowed), (m.buyer, NotVisible)):
        with pytest.raises(refusal):
            retire(m, span(m.first, 1), actor=actor)
        with pytest.raises(refusal):
            endings.cancel(actor=actor, account=m.account, serials=span(m.first, 1), public_note="x", key=key())
    assert not Holding.objects.filter(status__in=["retired", "cancelled"]).exists()
