from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core import acts, guards
from registry.core.errors import Refusal
from registry.core.permissions import allow, fresh
from registry.core.roles import Role

AUTHORITY_ROLES = {Role.REVIEWER, Role.APPROVER, Role.METHODOLOGY_EDITOR, Role.REGISTRAR, Role.AUDITOR}
HOLDER_ROLES = {Role.EDITOR, Role.REPRESENTATIVE, Role.TRADER, Role.ADMINISTRATOR}

allow("credits.view_request", roles=AUTHORITY_ROLES, relation="authority")
allow("credits.view_request", roles=HOLDER_ROLES, relation="proponent")
allow("credits.prepare_issuance", roles={Role.REGISTRAR})
allow("credits.approve_issuance", roles={Role.APPROVER}, relation="authority")
allow("credits.return_issuance", roles={Role.APPROVER, Role.REVIEWER}, relation="authority")
allow("credits.carry_remainder", roles={Role.APPROVER})
allow("credits.view_account", roles=HOLDER_ROLES | AUTHORITY_ROLES, relation="own")
allow("credits.view_account", roles=AUTHORITY_ROLES, relation="authority")
fresh("credits.approve_issuance")

acts.name(
    credits__prepare_issuance=_("Issuance prepared"),
    credits__approve_issuance=_("Issuance approved"),
    credits__return_issuance=_("Issuance returned"),
    credits__issue=_("Credits issued"),
    credits__carry_remainder=_("Remainder carried"),
    credits__open_account=_("Account opened"),
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
