from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

ISSUANCE_REQUEST = StateMachine(
    name="issuance_request",
    initial="prepared",
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
