from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

METHODOLOGY = StateMachine(
    name="methodology",
    initial="draft",
    ends=("superseded", "withdrawn"),
    states=(
        State("draft", _("Draft"), "secondary", "✎"),
        State("tested", _("Impact tested"), "info", "◔"),
        State("signed", _("Signed by the editor"), "warning", "◑"),
        State("published", _("Published"), "success", "✔"),
        State("superseded", _("Superseded"), "secondary", "■"),
        State("withdrawn", _("Withdrawn"), "danger", "✖"),
    ),
    transitions=(
        Transition("draft", "test", "tested", "methodologies.edit"),
        # Further periods became official since: the impact is recorded anew.
        Transition("tested", "test", "tested", "methodologies.edit"),
        Transition("tested", "sign", "signed", "methodologies.sign"),
        Transition("signed", "publish", "published", "methodologies.publish"),
        Transition("published", "supersede", "superseded", "methodologies.publish"),
        Transition("published", "withdraw", "withdrawn", "methodologies.withdraw"),
    ),
)

PUBLISHED_ONCE = ("published", "superseded", "withdrawn")
"""Whatever was published stays visible and computable for ever."""
