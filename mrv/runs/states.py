from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

RUN = StateMachine(
    name="run",
    initial="queued",
    ends=("succeeded", "failed"),
    states=(
        State("queued", _("Waiting for a worker"), "secondary", "…"),
        State("running", _("Calculating"), "info", "◔"),
        State("succeeded", _("Finished"), "success", "✔"),
        State("failed", _("Failed"), "danger", "✖"),
    ),
    transitions=(
        Transition("queued", "claim", "running", "runs.calculate"),
        Transition("queued", "reuse", "succeeded", "runs.calculate"),
        Transition("queued", "fail", "failed", "runs.calculate"),
        Transition("running", "try_again", "queued", "runs.calculate"),
        Transition("running", "succeed", "succeeded", "runs.calculate"),
        Transition("running", "fail", "failed", "runs.calculate"),
    ),
)

FINISHED = ("succeeded", "failed")
