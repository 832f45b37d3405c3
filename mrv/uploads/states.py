from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

UPLOAD = StateMachine(
    name="upload",
    initial="accepted",
    ends=("withdrawn",),
    states=(
        State("accepted", _("Accepted"), "success", "✔"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(Transition("accepted", "withdraw", "withdrawn", "uploads.withdraw"),),
)

RECEIVED = StateMachine(
    name="received_file",
    initial="waiting",
    ends=("imported", "discarded"),
    states=(
        State("waiting", _("Waiting for a decision"), "warning", "…"),
        State("imported", _("Imported"), "success", "✔"),
        State("discarded", _("Discarded"), "secondary", "✖"),
    ),
    transitions=(
        Transition("waiting", "import", "imported", "uploads.create"),
        Transition("waiting", "discard", "discarded", "uploads.create"),
    ),
)
