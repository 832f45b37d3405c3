from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

ORGANISATION = StateMachine(
    name="organisation",
    initial="applied",
    ends=("refused", "closed"),
    states=(
        State("applied", _("Applied"), "warning", "…"),
        State("approved", _("Approved"), "success", "✔"),
        State("refused", _("Refused"), "danger", "✖"),
        State("suspended", _("Suspended"), "danger", "‖"),
        State("closed", _("Closed"), "secondary", "■"),
    ),
    transitions=(
        Transition("applied", "approve", "approved", "organisations.decide"),
        Transition("applied", "refuse", "refused", "organisations.decide"),
        Transition("approved", "suspend", "suspended", "organisations.suspend"),
        Transition("suspended", "reinstate", "approved", "organisations.suspend"),
        Transition("approved", "close", "closed", "organisations.close"),
    ),
)

ACCREDITATION = StateMachine(
    name="accreditation",
    initial="granted",
    ends=("ended",),
    states=(
        State("granted", _("Granted"), "success", "✔"),
        State("suspended", _("Suspended"), "danger", "‖"),
        State("ended", _("Ended"), "secondary", "■"),
    ),
    transitions=(
        Transition("granted", "suspend", "suspended", "accreditations.decide"),
        Transition("suspended", "reinstate", "granted", "accreditations.decide"),
        Transition("suspended", "end", "ended", "accreditations.decide"),
    ),
)
