from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

CERTIFICATE = StateMachine(
    name="certificate",
    initial="valid",
    ends=("superseded", "cancelled"),
    states=(
        State("valid", _("In force"), "success", "✔"),
        State("superseded", _("Superseded"), "warning", "⟳"),
        State("cancelled", _("Cancelled"), "danger", "✖"),
    ),
    transitions=(
        Transition("valid", "supersede", "superseded", "certificates.withdraw"),
        Transition("valid", "cancel", "cancelled", "certificates.withdraw"),
    ),
)
