from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

RECORD_FILE = StateMachine(
    name="record_file",
    initial="waiting",
    ends=("discarded", "superseded", "withdrawn"),
    states=(
        State("waiting", _("Waiting for a decision"), "warning", "…"),
        State("accepted", _("Accepted"), "success", "✔"),
        State("discarded", _("Discarded"), "secondary", "✖"),
        State("superseded", _("Superseded"), "secondary", "⟳"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(
        Transition("waiting", "import", "accepted", "records.create"),
        Transition("waiting", "discard", "discarded", "records.create"),
        Transition("accepted", "supersede", "superseded", "records.create"),
        Transition("accepted", "withdraw", "withdrawn", "records.withdraw"),
    ),
)
