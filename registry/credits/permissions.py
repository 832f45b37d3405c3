from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core import acts, guards
from registry.core.errors import Refusal
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role

AUTHORITY_ROLES = {Role.REVIEWER, Role.APPROVER, Role.METHODOLOGY_EDITOR, Role.REGISTRAR, Role.AUDITOR}
HOLDER_ROLES = {Role.EDITOR, Role.REPRESENTATIVE, Role.TRADER, Role.ADMINISTRATOR}
MOVERS = {Role.REPRESENTATIVE, Role.TRADER}
"""Who moves credits: the authorised representative signs for a developer, a trader for an account holder too."""
OFFICIALS = {Role.REGISTRAR, Role.APPROVER}

allow("credits.view_request", roles=AUTHORITY_ROLES, relation="authority")
allow("credits.view_request", roles=HOLDER_ROLES, relation="proponent")
allow("credits.prepare_issuance", roles={Role.REGISTRAR})
allow("credits.approve_issuance", roles={Role.APPROVER}, relation="authority")
allow("credits.return_issuance", roles={Role.APPROVER, Role.REVIEWER}, relation="authority")
allow("credits.carry_remainder", roles={Role.APPROVER})

allow("credits.view_account", roles=HOLDER_ROLES | AUTHORITY_ROLES, relation="own")
allow("credits.view_account", roles=AUTHORITY_ROLES, relation="authority")
allow("credits.open_account", roles={Role.REPRESENTATIVE}, relation="own")
allow("credits.close_account", roles={Role.REPRESENTATIVE}, relation="own")
allow("credits.trust_recipient", roles={Role.REPRESENTATIVE}, relation="own")

allow("credits.view_transfer", roles=HOLDER_ROLES, relation="sender")
allow("credits.view_transfer", roles=HOLDER_ROLES, relation="recipient")
allow("credits.view_transfer", roles=AUTHORITY_ROLES, relation="authority")
allow("credits.offer_transfer", roles=MOVERS, relation="own")
allow("credits.second_transfer", roles=MOVERS, relation="sender")
allow("credits.withdraw_transfer", roles=MOVERS, relation="sender")
allow("credits.accept_transfer", roles=MOVERS, relation="recipient")
allow("credits.decline_transfer", roles=MOVERS, relation="recipient")
allow("credits.expire_transfer", roles={"system"})

allow("credits.view_retirement", roles={PUBLIC_ROLE})
allow("credits.view_cancellation", roles={PUBLIC_ROLE})
allow("credits.retire", roles=MOVERS, relation="own")
allow("credits.cancel", roles=MOVERS, relation="own")

allow("credits.view_listing", roles={PUBLIC_ROLE})
allow("credits.list_credits", roles=MOVERS, relation="own")
allow("credits.sell", roles=MOVERS, relation="own")
allow("credits.request_to_buy", roles=MOVERS, relation="own")
allow("credits.view_buy_request", roles=HOLDER_ROLES, relation="seller")
allow("credits.view_buy_request", roles=HOLDER_ROLES, relation="buyer")
allow("credits.answer_buy_request", roles=MOVERS, relation="seller")
allow("credits.withdraw_buy_request", roles=MOVERS, relation="buyer")
allow("credits.confirm_settlement", roles=MOVERS, relation="own")
allow("credits.confirm_settlement", roles=MOVERS, relation="buyer")
allow("credits.enter_reference_price", roles={Role.REGISTRAR})

allow("credits.view_freeze", roles=AUTHORITY_ROLES, relation="authority")
allow("credits.freeze", roles=OFFICIALS)
allow("credits.release", roles=OFFICIALS, relation="authority")
allow("credits.view_reversal", roles=HOLDER_ROLES, relation="proponent")
allow("credits.view_reversal", roles=AUTHORITY_ROLES, relation="authority")
allow("credits.report_reversal", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("credits.report_reversal", roles={Role.REGISTRAR}, relation="authority")
allow("credits.decide_reversal", roles={Role.APPROVER}, relation="authority")
allow("credits.view_fact", roles={PUBLIC_ROLE})
allow("credits.record_fact", roles={Role.REGISTRAR})

fresh(
    "credits.approve_issuance",
    "credits.close_account",
    "credits.trust_recipient",
    "credits.offer_transfer",
    "credits.second_transfer",
    "credits.accept_transfer",
    "credits.retire",
    "credits.cancel",
    "credits.list_credits",
    "credits.answer_buy_request",
    "credits.confirm_settlement",
    "credits.freeze",
    "credits.release",
    "credits.decide_reversal",
)

acts.name(
    credits__prepare_issuance=_("Issuance prepared"),
    credits__approve_issuance=_("Issuance approved"),
    credits__return_issuance=_("Issuance returned"),
    credits__issue=_("Credits issued"),
    credits__carry_remainder=_("Remainder carried"),
    credits__open_account=_("Account opened"),
    credits__close_account=_("Account closed"),
    credits__trust_recipient=_("Recipient put on the trusted list"),
    credits__remove_trust=_("Recipient taken off the trusted list"),
    credits__offer_transfer=_("Transfer offered"),
    credits__second_transfer=_("Transfer approved by a second person"),
    credits__accept_transfer=_("Transfer accepted"),
    credits__decline_transfer=_("Transfer declined"),
    credits__withdraw_transfer=_("Transfer withdrawn"),
    credits__expire_transfer=_("Transfer expired"),
    credits__lapse_transfer=_("Transfer lapsed by a freeze"),
    credits__retire=_("Credits retired"),
    credits__cancel=_("Credits cancelled"),
    credits__list_credits=_("Credits listed on the board"),
    credits__keep_on_board=_("Rest kept on the board"),
    credits__cancel_listing=_("Offer taken off the board"),
    credits__request_to_buy=_("Request to buy"),
    credits__withdraw_request=_("Request to buy withdrawn"),
    credits__refuse_request=_("Request to buy refused"),
    credits__agree_request=_("Request to buy agreed"),
    credits__match=_("Offer matched with a buyer"),
    credits__fall_through=_("Deal fell through"),
    credits__confirm_settlement=_("Settlement confirmed by one side"),
    credits__settle=_("Deal settled"),
    credits__enter_reference_price=_("Reference price entered"),
    credits__freeze=_("Frozen"),
    credits__ask_release=_("Release asked for"),
    credits__release=_("Released"),
    credits__keep_frozen=_("Kept frozen"),
    credits__report_reversal=_("Reversal reported"),
    credits__confirm_reversal=_("Reversal confirmed"),
    credits__dismiss_reversal=_("Reversal dismissed"),
    credits__record_fact=_("Fact recorded on a range"),
)


def _no_open_holdings(organisation: Any) -> None:
    """An organisation cannot close while it still owns units that could move."""
    from registry.credits.models import Holding  # noqa: PLC0415  models are not loaded before this table

    final = ("retired", "cancelled")
    if Holding.objects.filter(account__owner=organisation, closed_by__isnull=True).exclude(status__in=final).exists():
        raise Refusal(
            "OPEN_HOLDINGS", _("The organisation still holds credits. Transfer or retire them before it closes.")
        )


guards.register("organisations.close", _no_open_holdings)


def _nothing_owed_or_reported(change: Any) -> None:
    """A project does not pass on while its reversal waits for a decision or for replacements."""
    from registry.credits.models import Reversal  # noqa: PLC0415  models are not loaded before this table
    from registry.credits.services.reversals import owed_of  # noqa: PLC0415

    for reversal in Reversal.objects.filter(project=change.project, state__in=("reported", "confirmed")):
        if reversal.state == "reported" or owed_of(reversal) > 0:
            raise Refusal(
                "REVERSAL_OPEN",
                _("The reversal %(number)s of this project is not settled. Settle it before the project passes on."),
                number=reversal.number,
            )


guards.register("projects.change_proponent", _nothing_owed_or_reported)
