"""Every write to a project, by subject: its draft, its cycle, the public's comments."""

from registry.projects.services.comments import answer_comment, comment
from registry.projects.services.cycle import (
    PROGRAMME_ZONE,
    ask_revocation,
    close_comment,
    comment_end,
    complete,
    confirm_revocation,
    drop_revocation,
    open_comment,
    receive_validation,
    register,
    reinstate,
    reject,
    return_to_draft,
    submit,
    suspend,
    withdraw,
)
from registry.projects.services.documents import add_document
from registry.projects.services.drafting import change_draft, draft_project
from registry.projects.services.overlaps import justify_overlap

__all__ = [
    "PROGRAMME_ZONE",
    "add_document",
    "answer_comment",
    "ask_revocation",
    "change_draft",
    "close_comment",
    "comment",
    "comment_end",
    "complete",
    "confirm_revocation",
    "draft_project",
    "drop_revocation",
    "justify_overlap",
    "open_comment",
    "receive_validation",
    "register",
    "reinstate",
    "reject",
    "return_to_draft",
    "submit",
    "suspend",
    "withdraw",
]
