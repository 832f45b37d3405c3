from django.utils.translation import gettext_lazy as _

from registry.complaints.decisions import deciding, preparing
from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES

allow("complaints.view", roles={PUBLIC_ROLE}, relation="public")
allow("complaints.view", roles={PUBLIC_ROLE}, relation="appellant")
allow("complaints.view", roles=AUTHORITY_ROLES)
allow("complaints.view_contact", roles={Role.REVIEWER, Role.APPROVER})
allow("complaints.view_withheld", roles=AUTHORITY_ROLES)
allow("complaints.file", roles={PUBLIC_ROLE})
allow("complaints.reply", roles={PUBLIC_ROLE})  # the secret of the complaint is what counts
# A suspended organisation may appeal against its suspension: the role is asked for in the relation itself.
allow("complaints.appeal", roles={PUBLIC_ROLE}, relation="party")
allow("complaints.view_decision", roles={PUBLIC_ROLE}, relation="party")
allow("complaints.view_decision", roles={PUBLIC_ROLE}, relation="public")
# Nobody answers on the own decision: the relation is only that of persons who had no part in it.
allow("complaints.answer", roles={Role.REVIEWER, Role.APPROVER}, relation="impartial_to_complaint")
allow("complaints.answer", roles={Role.APPROVER}, relation="impartial_to_appeal")
allow("complaints.moderate", roles={Role.REVIEWER, Role.APPROVER})
fresh("complaints.appeal", "complaints.answer", "complaints.moderate")

deciding(
    "projects.register",
    "projects.return",
    "projects.reject",
    "projects.suspend",
    "projects.reinstate",
    "projects.complete",
    "projects.revoke",
    "projects.approve_renewal",
    "projects.return_renewal",
    "projects.refuse_renewal",
    "projects.approve_change",
    "projects.return_change",
    "projects.refuse_change",
    "organisations.refuse",
    "organisations.suspend",
    "accreditations.suspend",
    "accreditations.end",
)
preparing("projects.ask_revocation")

acts.name(
    complaints__file=_("Complaint received"),
    complaints__appeal=_("Appeal received"),
    complaints__answer=_("Complaint or appeal answered"),
    complaints__reply=_("Reply to the answer received"),
    complaints__close=_("Complaint or appeal closed"),
    complaints__withhold=_("Text of a complaint withheld"),
    complaints__show_again=_("Text of a complaint shown again"),
)
