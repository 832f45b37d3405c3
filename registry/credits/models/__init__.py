"""The tables of the room: the ledger itself, and the records of why its serials move."""

from registry.credits.models.accounts import Account
from registry.credits.models.board import BuyRequest, Listing, ReferencePrice
from registry.credits.models.endings import Cancellation, Retirement
from registry.credits.models.issuances import Issuance, IssuanceRequest, Remainder, tonnes
from registry.credits.models.ledger import Allotment, Entry, Holding, SerialRange
from registry.credits.models.safety import Freeze, RangeFact, Reversal
from registry.credits.models.transfers import Transfer, TrustedRecipient

__all__ = [
    "Account",
    "Allotment",
    "BuyRequest",
    "Cancellation",
    "Entry",
    "Freeze",
    "Holding",
    "Issuance",
    "IssuanceRequest",
    "Listing",
    "RangeFact",
    "ReferencePrice",
    "Remainder",
    "Retirement",
    "Reversal",
    "SerialRange",
    "Transfer",
    "TrustedRecipient",
    "tonnes",
]
