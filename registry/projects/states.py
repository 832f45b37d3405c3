from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core.errors import Refusal
from registry.core.states import State, StateMachine, Transition

PROJECT = StateMachine(
    name="project",
    initial="draft",
    ends=("completed", "revoked", "withdrawn", "rejected"),
    states=(
        State("draft", _("Draft"), "secondary", "✎"),
        State("submitted", _("Submitted"), "info", "➤"),
        State("public_comment", _("Public comment"), "info", "☷"),
        State("under_validation", _("Under validation"), "warning", "◔"),
        State("authority_review", _("Authority review"), "warning", "◑"),
        State("registered", _("Registered"), "success", "✔"),
        State("suspended", _("Suspended"), "danger", "‖"),
        State("completed", _("Completed"), "secondary", "■"),
        State("revoked", _("Revoked"), "danger", "✖"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
        State("rejected", _("Rejected"), "danger", "✖"),
    ),
    transitions=(
        Transition("draft", "submit", "submitted", "projects.submit"),
        Transition("submitted", "open_comment", "public_comment", "projects.open_comment"),
        Transition("submitted", "return", "draft", "projects.return"),
        Transition("public_comment", "close_comment", "under_validation", "projects.close_comment"),
        Transition("under_validation", "validate", "authority_review", "projects.receive_validation"),
        Transition("under_validation", "return", "draft", "projects.return"),
        Transition("authority_review", "register", "registered", "projects.register"),
        Transition("authority_review", "return", "draft", "projects.return"),
        Transition("authority_review", "reject", "rejected", "projects.reject"),
        Transition("registered", "suspend", "suspended", "projects.suspend"),
        Transition("suspended", "reinstate", "registered", "projects.suspend"),
        Transition("registered", "complete", "completed", "projects.complete"),
        Transition("registered", "revoke", "revoked", "projects.revoke"),
        Transition("suspended", "revoke", "revoked", "projects.revoke"),
        Transition("draft", "withdraw", "withdrawn", "projects.withdraw"),
        Transition("submitted", "withdraw", "withdrawn", "projects.withdraw"),
        Transition("public_comment", "withdraw", "withdrawn", "projects.withdraw"),
        Transition("under_validation", "withdraw", "withdrawn", "projects.withdraw"),
        Transition("authority_review", "withdraw", "withdrawn", "projects.withdraw"),
    ),
)

REVOCATION = StateMachine(
    name="revocation",
    initial="asked",
    ends=("confirmed", "dropped"),
    states=(
        State("asked", _("Asked for"), "warning", "◑"),
        State("confirmed", _("Confirmed"), "danger", "✖"),
        State("dropped", _("Dropped"), "secondary", "↩"),
    ),
    transitions=(
        Transition("asked", "confirm", "confirmed", "projects.revoke"),
        Transition("asked", "drop", "dropped", "projects.revoke"),
    ),
)


def registered(request: Any) -> Refusal | None:
    """A request is granted to a registered project only; a suspended or ended one is decided on otherwise."""
    if request.project.state == "registered":
        return None
    return Refusal(
        "PROJECT_NOT_REGISTERED",
        _("The project is “%(state)s”; only a registered project is renewed or passes to another proponent."),
        state=request.project.get_state_display(),
    )


RENEWAL = StateMachine(
    name="renewal",
    initial="requested",
    ends=("approved", "returned", "refused", "withdrawn"),
    states=(
        State("requested", _("Waits for the authority"), "warning", "◑"),
        State("approved", _("Approved"), "success", "✔"),
        State("returned", _("Returned"), "secondary", "↩"),
        State("refused", _("Refused"), "danger", "✖"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(
        Transition("requested", "approve", "approved", "projects.decide_request", registered),
        Transition("requested", "return", "returned", "projects.return_request"),
        Transition("requested", "refuse", "refused", "projects.decide_request"),
        Transition("requested", "withdraw", "withdrawn", "projects.withdraw_request"),
    ),
)

PROPONENT_CHANGE = StateMachine(
    name="proponent_change",
    initial="requested",
    ends=("approved", "declined", "returned", "refused", "withdrawn"),
    states=(
        State("requested", _("Waits for the new proponent's signature"), "warning", "◔"),
        State("countersigned", _("Signed by both, waits for the authority"), "warning", "◑"),
        State("approved", _("Approved"), "success", "✔"),
        State("declined", _("Declined by the new proponent"), "secondary", "✖"),
        State("returned", _("Returned"), "secondary", "↩"),
        State("refused", _("Refused"), "danger", "✖"),
        State("withdrawn", _("Withdrawn"), "secondary", "↩"),
    ),
    transitions=(
        Transition("requested", "countersign", "countersigned", "projects.countersign_change"),
        Transition("requested", "decline", "declined", "projects.countersign_change"),
        Transition("requested", "withdraw", "withdrawn", "projects.withdraw_request"),
        Transition("countersigned", "withdraw", "withdrawn", "projects.withdraw_request"),
        Transition("countersigned", "approve", "approved", "projects.decide_request", registered),
        Transition("countersigned", "return", "returned", "projects.return_request"),
        Transition("countersigned", "refuse", "refused", "projects.decide_request"),
    ),
)
