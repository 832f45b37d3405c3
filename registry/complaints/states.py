from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.errors import Refusal
from registry.core.states import State, StateMachine, Transition


def heard(complaint: Any) -> Refusal | None:
    """Whoever complained has said a last word, or had the published days to say it."""
    if complaint.replied_at is not None or clock.today() > complaint.reply_until:
        return None
    return Refusal(
        "REPLY_DAYS_RUN",
        _("The complainant may still reply until %(day)s (end of day). Close it after the reply or after that day."),
        day=complaint.reply_until,
    )


COMPLAINT = StateMachine(
    name="complaint",
    initial="received",
    ends=("closed",),
    states=(
        State("received", _("Waits for an answer"), "warning", "✉"),
        State("answered", _("Answered"), "info", "◑"),
        State("closed", _("Closed"), "secondary", "■"),
    ),
    transitions=(
        Transition("received", "answer", "answered", "complaints.answer"),
        Transition("answered", "close", "closed", "complaints.answer", heard),
    ),
)
