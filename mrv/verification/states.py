from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

ASSIGNMENT = StateMachine(
    name="assignment",
    initial="proposed",
    states=(
        State("proposed", _("Proposed"), "secondary", "…"),
        State("confirmed", _("Confirmed by the authority"), "info", "➤"),
        State("accepted", _("Accepted with declaration"), "warning", "◔"),
        State("declined", _("Declined"), "secondary", "✖"),
        State("done", _("Done"), "success", "✔"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(
        Transition("proposed", "confirm", "confirmed", "verification.confirm"),
        Transition("proposed", "withdraw", "withdrawn", "verification.withdraw"),
        Transition("confirmed", "accept", "accepted", "verification.accept"),
        Transition("confirmed", "decline", "declined", "verification.accept"),
        Transition("confirmed", "withdraw", "withdrawn", "verification.withdraw"),
        Transition("accepted", "finish", "done", "verification.countersign"),
        # The authority returned the verified period: the same body goes on under the same assignment.
        Transition("done", "reopen", "accepted", "verification.reopen"),
    ),
)

LIVE = ("proposed", "confirmed", "accepted", "done")
"""At most one of these per task: a declined or withdrawn assignment makes room for another body."""

OPINION = StateMachine(
    name="opinion",
    initial="lead_signed",
    states=(
        State("lead_signed", _("Signed by the lead verifier"), "warning", "◑"),
        State("signed", _("Signed by both"), "success", "✔"),
        State("sent_back", _("Sent back by the independent reviewer"), "secondary", "↩"),
        State("returned", _("Returned by the authority"), "secondary", "↩"),
    ),
    transitions=(
        Transition("lead_signed", "countersign", "signed", "verification.countersign"),
        Transition("lead_signed", "send_back", "sent_back", "verification.countersign"),
        Transition("signed", "return", "returned", "verification.reopen"),
    ),
)
