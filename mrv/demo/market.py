"""What happens to credits after their issuance: held, offered, bought, retired, reversed; and a word of complaint."""

from __future__ import annotations

from decimal import Decimal

from mrv.demo.scene import Site
from mrv.demo.spring_stage import found
from mrv.demo.world import AUTHORITY, DEVELOPER, Body, Person, World, ensure_body, ensure_person
from registry.complaints import services as complaints
from registry.complaints.models import Complaint
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.roles import OrganisationKind, Role
from registry.credits.fields import Serials, first_of, joined
from registry.credits.models import (
    Account,
    Holding,
    Issuance,
    Listing,
    Retirement,
    Reversal,
    Transfer,
    TrustedRecipient,
)
from registry.credits.services import accounts, board, endings, reversals, transfers
from registry.credits.services.endings import Claim

BUYER = Body(
    "91520115DEM001156H", OrganisationKind.ACCOUNT_HOLDER, "贵阳碳中和采购方（演示）", "Guiyang Offset Buyer (demo)"
)
SECOND_APPROVER = Person(
    "approver2@authority.demo.example", AUTHORITY, "省厅复审", "Authority's second approver", (Role.APPROVER,)
)
"""What takes two officials with the same right, takes two people."""
TRADER = Person("trader@buyer.demo.example", BUYER, "持有人", "Credit holder", (Role.TRADER, Role.REPRESENTATIVE))
BOUGHT_T, OFFERED_T, LISTED_T, ASKED_T, RETIRED_T, REVERSED_T = 40, 12, 25, 10, 15, 4
PRICE = Decimal("68.00")
CLAIM = {
    "beneficiary_name": "贵阳马拉松组委会（演示）",
    "beneficiary_name_en": "Guiyang Marathon organisers (demo)",
    "beneficiary_type": Retirement.Beneficiary.EVENT,
    "purpose": Retirement.Purpose.VOLUNTARY,
    "public_text": "演示：抵销赛事的交通排放。 Demonstration: the event's travel emissions.",
    "on_behalf": True,
}
FIRE = (
    "演示：2026 年春季火灾烧毁约 0.6 km² 恢复林地。\n"
    "Demonstration: a fire in spring 2026 burnt about 0.6 km2 of restored forest."
)
FIRE_NOTE = (
    "演示：现场核实，自缓冲池注销相应数量。\nDemonstration: seen on site; as much is taken out of the buffer pool."
)
COMPLAINANT = "江口村民小组（演示）"
COMPLAINT = (
    "演示投诉：公示牌上的流域面积与登记系统不一致，请核实。\n"
    "Demonstration complaint: the catchment's area on the notice board is not the registry's. Please look into it."
)


def ensure_market(world: World) -> World:
    """The buyer with its account, trusted by the developer before the first waiting period passes."""
    buyer = ensure_body(world, BUYER)
    trader = ensure_person(world, TRADER, buyer)
    second = ensure_person(world, SECOND_APPROVER, world.organisation(AUTHORITY))
    people = {**world.users, "trader": trader, "second_approver": second}
    both = World({**world.organisations, BUYER.code: buyer}, people)
    recipient = accounts.open_account(actor=both.actor("trader"))
    account = accounts.open_account(actor=both.actor("representative"))
    if not TrustedRecipient.objects.filter(account=account, recipient=recipient, state="listed").exists():
        transfers.trust_recipient(actor=both.actor("representative"), account=account, recipient=recipient)
    return both


def _account(world: World, body: Body) -> Account:
    return Account.objects.get(owner=world.organisation(body), kind=Account.Kind.HOLDER, state="open")


def _active(account: Account, site: Site, quantity_t: int) -> Serials:
    """The first free serials of the site's project in this account."""
    project = found(site)
    free = Holding.objects.filter(
        account=account, issuance__project=project, closed_by__isnull=True, status=Holding.Status.ACTIVE
    )
    return first_of(joined(free.order_by("serials").values_list("serials", flat=True)), quantity_t)[0]


def trade(world: World, site: Site) -> None:
    """Some credits are bought, some wait for an answer, some stand on the board with a request."""
    seller, buyer = _account(world, DEVELOPER), _account(world, BUYER)
    representative, trader = world.actor("representative"), world.actor("trader")
    if Transfer.objects.filter(from_account=seller).exists():
        return
    bought = transfers.offer_transfer(
        actor=representative,
        account=seller,
        recipient=buyer,
        serials=_active(seller, site, BOUGHT_T),
        key="demo:bought",
        note="演示交易 demonstration",
    )
    transfers.accept_transfer(actor=trader, transfer=bought)
    transfers.offer_transfer(
        actor=representative,
        account=seller,
        recipient=buyer,
        serials=_active(seller, site, OFFERED_T),
        key="demo:offered",
        note="演示交易，待接收 demonstration, waits for the buyer",
    )
    listing = board.list_credits(
        actor=representative,
        account=seller,
        serials=_active(seller, site, LISTED_T),
        price=PRICE,
        currency="CNY",
        key="demo:listed",
        note="演示挂牌 demonstration",
    )
    if not Listing.objects.get(pk=listing.pk).buy_requests.exists():
        board.request_to_buy(actor=trader, listing=listing, buyer=buyer, quantity_t=ASKED_T)


def retire(world: World, site: Site) -> None:
    buyer = _account(world, BUYER)
    if Retirement.objects.filter(account=buyer).exists():
        return
    endings.retire(
        actor=world.actor("trader"),
        account=buyer,
        serials=_active(buyer, site, RETIRED_T),
        claim=Claim(year=clock.now().year, **CLAIM),
        key="demo:retired",
    )


def reverse(world: World, site: Site) -> None:
    """The proponent reports that some did not last; the approver takes as much out of the buffer."""
    project = found(site)
    assert project is not None
    if Reversal.objects.filter(project=project).exists() or not Issuance.objects.filter(project=project).exists():
        return
    reversal = reversals.report_reversal(
        actor=world.actor("representative"),
        project=project,
        kind=Reversal.Kind.REVERSAL,
        quantity_t=REVERSED_T,
        report=FIRE,
    )
    reversals.confirm_reversal(actor=world.actor("approver"), reversal=reversal, public_note=FIRE_NOTE)


def complained() -> bool:
    """The last act of the seeding: where it is, everything before it is."""
    return Complaint.objects.filter(author_name=COMPLAINANT).exists()


def complain(site: Site) -> None:
    project = found(site)
    assert project is not None
    if not complained():
        complaints.file_complaint(
            actor=PUBLIC,
            subject_kind="project",
            subject_ref=project.code,
            text=COMPLAINT,
            author_name=COMPLAINANT,
        )
