"""Holders at work in the browser and through the API: wizard, review, typed quantity, file, statement, key."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from registry.core import clock
from registry.core.spreadsheets import plain_text
from registry.credits.models import Cancellation, Listing, Retirement, Reversal, Transfer
from registry.credits.selectors.statement import statement_of
from registry.credits.services import endings, transfers
from registry.organisations.models import User
from tests.registry.credits.market import balance, claim, key, offer, span
from tests.registry.credits.world import approver
from tests.web.forms import Page

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
CLAIM = {"beneficiary_name": "Tea Co.", "beneficiary_type": "organisation", "purpose": "voluntary", "year": "2025"}


@pytest.fixture
def browser(client, m):
    def as_(actor):
        client.force_login(User.objects.get(pk=actor.user_id))
        return client

    return as_


def form(answer, action=""):
    """The hidden and filled fields of the page's form."""
    assert answer.status_code == 200, answer.status_code
    (found,) = [f for f in Page(answer.content.decode()).forms if f.method == "post" and (f.action or "") == action]
    return dict(found.fields)


def test_a_transfer_from_search_to_acceptance(m, browser):
    seller, url = browser(m.seller), reverse("credits:transfer_new", args=[m.account.pk])
    found = seller.get(url, {"q": "buyer-1"}, headers=ENGLISH).content.decode()
    assert m.target.code in found
    review = seller.get(url, {"recipient": m.target.pk, "quantity": "30"}, headers=ENGLISH)
    given = form(review)
    assert f"{m.first}-{m.first + 29}" in review.content.decode()
    assert seller.post(url, {**given, "typed": "3"}).status_code == 422
    assert not Transfer.objects.exists()
    answer = seller.post(url, {**given, "typed": "30"})
    again = seller.post(url, {**given, "typed": "30"})  # a double click
    transfer = Transfer.objects.get()
    assert answer.url == again.url == reverse("credits:transfer", args=[transfer.pk])
    buyer, page = browser(m.buyer), reverse("credits:transfer", args=[transfer.pk])
    accept = reverse("credits:transfer_act", args=[transfer.pk, "accept"])
    assert transfer.number in buyer.get(reverse("core:to_do"), headers=ENGLISH).content.decode()
    assert accept in buyer.get(page).content.decode()
    assert buyer.post(accept, {"typed": "29"}).status_code == 422
    assert buyer.post(accept, {"typed": "30"}).status_code == 302
    assert balance(m.target) == {"active": 30}


def test_a_quantity_that_is_not_there_is_said_before_anything(m, browser):
    url = reverse("credits:transfer_new", args=[m.account.pk])
    for asked, word in ((183, "NOT_ENOUGH"), ("x", "NOT_A_WHOLE_NUMBER"), (0, "QUANTITY")):
        page = browser(m.seller).get(url, {"recipient": m.target.pk, "quantity": asked}, headers=ENGLISH)
        assert page.status_code == 200
        assert word in page.content.decode()


def test_a_retirement_with_review(m, browser):
    url = reverse("credits:retire", args=[m.account.pk])
    review = browser(m.seller).get(url, {"quantity": "5", **CLAIM, "public_text": "<b>Tea</b>"}, headers=ENGLISH)
    assert "&lt;b&gt;Tea" in review.content.decode()
    given = form(review)
    answer = browser(m.seller).post(url, {**given, "typed": "5"})
    made = Retirement.objects.get()
    assert answer.url == reverse("credits:retirement", args=[made.pk])
    assert "Tea Co." in browser(m.buyer).get(answer.url).content.decode()
    faulty = browser(m.seller).get(url, {"quantity": "5", **CLAIM, "beneficiary_code": "5" * 20}, headers=ENGLISH)
    assert "LEI_CHECK" in faulty.content.decode()


CSV = "quantity,beneficiary_name,purpose,year\n3,Guest A,voluntary,2025\n4,Guest B,compliance,2024\n"


def send(client, m, name, data, once, typed="7"):
    url = reverse("credits:retire_file", args=[m.account.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, data), "key": once, "typed": typed}, headers=ENGLISH)


def sheet(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("r.csv", CSV.encode()),
        ("r.csv", "数量;受益方;用途;年份\n3;Guest A;自愿;2025\n4;Guest B;履约;2024\n".encode("gb18030")),
        (
            "r.xlsx",
            sheet(
                [
                    ["quantity", "beneficiary_name", "purpose", "year"],
                    [3, "Guest A", "voluntary", 2025],
                    [4, "Guest B", "compliance", 2024],
                ]
            ),
        ),
    ],
)
def test_a_file_retires_each_line(m, browser, name, data):
    once = key()
    assert send(browser(m.seller), m, name, data, once).status_code == 302
    assert send(browser(m.seller), m, name, data, once).status_code == 302  # the same file sent twice
    made = Retirement.objects.order_by("pk")
    assert [(r.quantity_t, r.beneficiary_name, r.purpose, r.on_behalf) for r in made] == [
        (3, "Guest A", "voluntary", True),
        (4, "Guest B", "compliance", True),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"quantity,year\n1,2025\n", "COLUMNS_MISSING"),
        (CSV.replace("2024", "24").encode(), "LINES_UNUSABLE"),
        (CSV.replace("3,", "300,").encode(), "NOT_ENOUGH"),
        (b"PK\x03\x04 no sheet", "FILE_UNREADABLE"),
        (b"\xff\xfe\x00\x81", "FILE_"),
        (b"x" * 2_000_001, "FILE_TOO_LARGE"),
    ],
)
def test_a_file_with_a_fault_does_nothing(m, browser, data, code):
    answer = send(browser(m.seller), m, "r.csv", data, key())
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert not Retirement.objects.exists()


@pytest.mark.parametrize(
    ("typed", "code"), [("", "NOT_A_WHOLE_NUMBER"), ("3", "QUANTITY_NOT_TYPED"), ("8", "QUANTITY_NOT_TYPED")]
)
def test_a_file_whose_sum_was_not_typed_does_nothing(m, browser, typed, code):
    answer = send(browser(m.seller), m, "r.csv", CSV.encode(), key(), typed)
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert not Retirement.objects.exists()


def test_selling_and_cancelling_by_page(m, browser):
    seller = browser(m.seller)
    url = reverse("credits:list", args=[m.account.pk])
    given = form(seller.get(url, {"quantity": "7"}, headers=ENGLISH))
    assert seller.post(url, {**given, "price": "55,5x", "currency": "CNY"}).status_code == 422
    assert seller.post(url, {**given, "price": "55.5", "currency": "CNY"}).status_code == 302
    assert Listing.objects.get().quantity_t == 7
    url = reverse("credits:cancel", args=[m.account.pk])
    given = form(seller.get(url, {"quantity": "2"}, headers=ENGLISH))
    assert seller.post(url, {**given, "public_note": "Given up.", "typed": "2"}).status_code == 302
    assert Cancellation.objects.get().quantity_t == 2


def test_a_reversal_from_report_to_public_note(m, browser):
    project = m.issuance.project
    page = browser(m.seller).get(reverse("projects:detail", args=[project.code]))
    url = reverse("credits:report_reversal", args=[project.code])
    given = {**form(page, url), "kind": "reversal", "quantity": "4", "report": "A fire."}
    assert browser(m.seller).post(url, given).status_code == 302
    reversal = Reversal.objects.get()
    act = reverse("credits:reversal_act", args=[reversal.pk, "confirm"])
    assert browser(m.seller).post(act, {"public_note": "x"}).status_code == 403
    official = browser(approver())
    assert act in official.get(reverse("credits:reversal", args=[reversal.pk])).content.decode()
    assert official.post(act, {"public_note": "A fire on 3 May."}).status_code == 302
    assert "A fire on 3 May." in browser(m.buyer).get(reverse("projects:detail", args=[project.code])).content.decode()


# --- statements ---------------------------------------------------------------------------------------------------


def test_statements_reconcile_with_the_holdings_whatever_happened(m):
    today = clock.today()
    year = (today - timedelta(days=300), today)
    first = m.first
    transfers.accept_transfer(actor=m.buyer, transfer=offer(m, span(first, 40)))
    transfers.withdraw_transfer(actor=m.seller, transfer=offer(m, span(first + 40, 40)))
    endings.retire(actor=m.seller, account=m.account, serials=span(first + 50, 5), claim=claim(), key=key())
    offer(m, span(first + 60, 10))
    mine, theirs = statement_of(m.account, *year), statement_of(m.target, *year)
    assert [line.change_t for line in mine.lines] == [182, 0, -40, 0, 0, -5, 0]
    assert (mine.opening_t, mine.closing_t, mine.added_t, mine.ended_t) == (0, 137, 182, 45)
    assert mine.lines[-1].balance_t == mine.closing_t
    assert (theirs.closing_t, [line.change_t for line in theirs.lines]) == (40, [40])
    assert mine.reconciles
    assert theirs.reconciles
    empty = statement_of(m.account, today + timedelta(days=1), today + timedelta(days=2))
    assert (empty.opening_t, empty.closing_t, empty.lines, empty.reconciles) == (137, 137, [], True)


def test_the_statement_as_table_and_as_pages(m, browser):
    offer(m, span(m.first, 10))
    page = browser(m.seller).get(reverse("credits:statement", args=[m.account.pk]), headers=ENGLISH)
    assert "The lines and the holdings agree." in page.content.decode()
    table = browser(m.seller).get(reverse("credits:statement_csv", args=[m.account.pk])).content.decode("utf-8-sig")
    lines = table.strip().splitlines()
    assert lines[0].startswith("at,entry,act,serials")
    assert lines[-1].endswith(",182")
    sign = reverse("certificates:sign_statement", args=[m.account.pk])
    assert browser(m.seller).post(sign).url.startswith("/v/KCR-C-")
    assert browser(m.buyer).post(sign).status_code == 404
    backwards = {"from": "2025-02-01", "to": "2025-01-01"}
    assert browser(m.seller).get(reverse("credits:statement", args=[m.account.pk]), backwards).status_code == 422


def test_no_cell_is_a_formula():
    for text in ("=1+1", "+1", "-1", "@x", "\tx"):
        assert plain_text(text) == f"'{text}"
    assert plain_text("KCR-CN-1") == "KCR-CN-1"
