from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

REVIEW = StateMachine(
    name="review",
    initial="begun",
    ends=("decided", "returned", "refused"),
    states=(
        State("begun", _("Under review"), "warning", "◔"),
        State("prepared", _("Prepared, waits for the approver"), "warning", "◑"),
        State("decided", _("Decided"), "success", "✔"),
        State("returned", _("Returned to verification"), "secondary", "↩"),
        State("refused", _("Refused"), "danger", "✖"),
    ),
    transitions=(
        Transition("begun", "prepare", "prepared", "decisions.prepare"),
        Transition("prepared", "send_back", "begun", "decisions.approve"),
        Transition("prepared", "approve", "decided", "decisions.approve"),
        Transition("begun", "return", "returned", "decisions.return"),
        Transition("prepared", "return", "returned", "decisions.return"),
        Transition("begun", "refuse", "refused", "decisions.refuse"),
        Transition("prepared", "refuse", "refused", "decisions.refuse"),
    ),
)

OPEN = ("begun", "prepared")

HOLD = StateMachine(
    name="hold",
    initial="placed",
    ends=("lifted",),
    states=(
        State("placed", _("On hold"), "danger", "‖"),
        State("lifted", _("Hold lifted"), "secondary", "▸"),
    ),
    transitions=(Transition("placed", "lift", "lifted", "decisions.hold"),),
)

STAGES = (
    ("begin", _("To be taken up")),
    ("prepare", _("To be prepared")),
    ("decide", _("To be decided by the second official")),
)
"""What a case on the docket waits for."""
