from django.utils.translation import gettext_lazy as _

from registry.core.states import State, StateMachine, Transition

PERIOD = StateMachine(
    name="period",
    initial="open",
    ends=("replaced", "not_verified", "statement_issued", "issued", "refused"),
    states=(
        State("open", _("Open"), "secondary", "✎"),
        State("sealed", _("Sealed"), "info", "▣"),
        State("submitted", _("Submitted"), "info", "➤"),
        State("under_verification", _("Under verification"), "warning", "◔"),
        State("findings", _("Findings to answer"), "warning", "⚑"),
        State("verified", _("Verified"), "success", "✔"),
        State("replaced", _("Replaced by the next revision"), "secondary", "↻"),
        State("not_verified", _("Not verified"), "danger", "✖"),
        State("statement_issued", _("Statement issued"), "success", "✔"),
        State("issuance_review", _("Issuance review"), "warning", "◑"),
        State("issued", _("Credits issued"), "success", "✔"),
        State("refused", _("Refused"), "danger", "✖"),
    ),
    transitions=(
        Transition("open", "seal", "sealed", "periods.seal"),
        Transition("sealed", "reopen", "open", "periods.seal"),
        Transition("sealed", "submit", "submitted", "periods.submit"),
        Transition("submitted", "begin_verification", "under_verification", "periods.begin_verification"),
        Transition("under_verification", "raise_findings", "findings", "periods.verify"),
        Transition("findings", "resolve_findings", "under_verification", "periods.verify"),
        # Data must change: this revision stays as it is, its days go to revision n+1.
        Transition("findings", "replace", "replaced", "periods.revise"),
        Transition("under_verification", "verify", "verified", "periods.conclude"),
        Transition("under_verification", "reject", "not_verified", "periods.conclude"),
        Transition("verified", "issue_statement", "statement_issued", "periods.issue_statement"),
        Transition("verified", "begin_issuance_review", "issuance_review", "periods.review_issuance"),
        Transition("issuance_review", "issue", "issued", "periods.decide"),
        Transition("issuance_review", "refuse", "refused", "periods.decide"),
        Transition("issuance_review", "return", "under_verification", "periods.review_issuance"),
    ),
)

REJECTED = ("not_verified", "refused", "replaced")
"""These end a revision: its span is free again for a new one."""


PUBLIC = ("verified", "statement_issued", "issuance_review", "issued")
"""From the opinion on the period is under public notice."""
