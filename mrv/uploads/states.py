from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

UPLOAD = StateMachine(
    name="upload",
    initial="accepted",
    states=(
        State("accepted", _("Accepted"), "success", "✔"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(Transition("accepted", "withdraw", "withdrawn", "uploads.withdraw"),),
)
