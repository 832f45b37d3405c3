"""The state machines of the room, and the verbs: what an act on serials makes of their status."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition


@dataclass(frozen=True)
class Verb:
    """One kind of journal entry: the status it takes serials in, the status it leaves them in, and where."""

    kind: str
    label: Any
    source: str
    target: str
    changes_account: bool = False


VERBS = (
    Verb("offer", _("Offered for transfer"), "active", "in_transfer"),
    Verb("deal", _("Sold on the board, offered to the buyer"), "listed", "in_transfer"),
    Verb("accept", _("Transfer accepted"), "in_transfer", "active", changes_account=True),
    Verb("give_back", _("Transfer not taken up, given back"), "in_transfer", "active"),
    Verb("list", _("Listed on the board"), "active", "listed"),
    Verb("unlist", _("Taken off the board"), "listed", "active"),
    Verb("retire", _("Retired"), "active", "retired"),
    Verb("cancel", _("Cancelled"), "active", "cancelled"),
    Verb("reverse", _("Cancelled from the buffer pool"), "buffer", "cancelled"),
)
"""A status that no verb takes as its source (retired, cancelled) is final."""

KINDS_UNDER_FREEZE = ("give_back", "unlist", "reverse")
"""What still goes on under a freeze: serials return to where they came from, and the buffer answers a reversal."""


def verbs_sql() -> str:
    """The same tables as functions of the database, for the kernel and for the check at COMMIT."""
    rows = ", ".join(f"('{v.kind}', '{v.source}', '{v.target}', {str(v.changes_account).lower()})" for v in VERBS)
    kinds = ", ".join(f"'{kind}'" for kind in KINDS_UNDER_FREEZE)
    return f"""
CREATE OR REPLACE FUNCTION credits_verb_allows(p_kind text, p_source text, p_target text, p_changes_account boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (p_kind, p_source, p_target, p_changes_account) IN ({rows})
$$;
CREATE OR REPLACE FUNCTION credits_goes_on_under_freeze(p_kind text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_kind IN ({kinds})
$$;
"""


ISSUANCE_REQUEST = StateMachine(
    name="issuance_request",
    initial="prepared",
    ends=("approved", "returned"),
    states=(
        State("prepared", _("Prepared"), "warning", "◑"),
        State("approved", _("Approved"), "success", "✔"),
        State("returned", _("Returned"), "secondary", "↩"),
    ),
    transitions=(
        Transition("prepared", "approve", "approved", "credits.approve_issuance"),
        Transition("prepared", "return", "returned", "credits.return_issuance"),
    ),
)

ACCOUNT = StateMachine(
    name="account",
    initial="open",
    ends=("closed",),
    states=(State("open", _("In use"), "success", "●"), State("closed", _("Closed"), "secondary", "■")),
    transitions=(Transition("open", "close", "closed", "credits.close_account"),),
)

TRUST = StateMachine(
    name="trusted_recipient",
    initial="listed",
    ends=("removed",),
    states=(State("listed", _("On the list"), "success", "✔"), State("removed", _("Removed"), "secondary", "✖")),
    transitions=(Transition("listed", "remove", "removed", "credits.trust_recipient"),),
)

TRANSFER = StateMachine(
    name="transfer",
    initial="offered",
    ends=("accepted", "declined", "withdrawn", "expired", "lapsed"),
    states=(
        State("offered", _("Offered"), "warning", "◑"),
        State("accepted", _("Accepted"), "success", "✔"),
        State("declined", _("Declined"), "secondary", "✖"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
        State("expired", _("Expired"), "secondary", "⌛"),
        State("lapsed", _("Lapsed by a freeze"), "danger", "‖"),
    ),
    transitions=(
        Transition("offered", "accept", "accepted", "credits.accept_transfer"),
        Transition("offered", "decline", "declined", "credits.decline_transfer"),
        Transition("offered", "withdraw", "withdrawn", "credits.withdraw_transfer"),
        Transition("offered", "expire", "expired", "credits.expire_transfer"),
        Transition("offered", "lapse", "lapsed", "credits.freeze"),
    ),
)

LISTING = StateMachine(
    name="listing",
    initial="open",
    ends=("settled", "cancelled"),
    states=(
        State("open", _("On the board"), "success", "●"),
        State("matched", _("Matched"), "warning", "◑"),
        State("settled", _("Settled"), "primary", "✔"),
        State("cancelled", _("Cancelled"), "secondary", "✖"),
    ),
    transitions=(
        Transition("open", "match", "matched", "credits.sell"),
        Transition("matched", "settle", "settled", "credits.confirm_settlement"),
        Transition("open", "cancel", "cancelled", "credits.sell"),
        Transition("matched", "fall_through", "cancelled", "credits.sell"),
    ),
)

BUY_REQUEST = StateMachine(
    name="buy_request",
    initial="open",
    ends=("agreed", "refused", "withdrawn"),
    states=(
        State("open", _("Waiting for the seller"), "warning", "◑"),
        State("agreed", _("Agreed"), "success", "✔"),
        State("refused", _("Refused"), "secondary", "✖"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(
        Transition("open", "agree", "agreed", "credits.answer_buy_request"),
        Transition("open", "refuse", "refused", "credits.answer_buy_request"),
        Transition("open", "withdraw", "withdrawn", "credits.withdraw_buy_request"),
    ),
)

FREEZE = StateMachine(
    name="freeze",
    initial="in_force",
    ends=("released",),
    states=(
        State("in_force", _("Frozen"), "danger", "‖"),
        State("release_asked", _("Release asked for"), "warning", "◑"),
        State("released", _("Released"), "secondary", "▶"),
    ),
    transitions=(
        Transition("in_force", "ask_release", "release_asked", "credits.release"),
        Transition("release_asked", "release", "released", "credits.release"),
        Transition("release_asked", "keep", "in_force", "credits.release"),
    ),
)

REVERSAL = StateMachine(
    name="reversal",
    initial="reported",
    ends=("confirmed", "dismissed"),
    states=(
        State("reported", _("Reported"), "warning", "◑"),
        State("confirmed", _("Confirmed"), "danger", "✔"),
        State("dismissed", _("Dismissed"), "secondary", "✖"),
    ),
    transitions=(
        Transition("reported", "confirm", "confirmed", "credits.decide_reversal"),
        Transition("reported", "dismiss", "dismissed", "credits.decide_reversal"),
    ),
)
