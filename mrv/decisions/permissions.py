from django.utils.translation import gettext_lazy as _

from registry.complaints.decisions import deciding, preparing
from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

PROPONENT_ROLES = {Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}

allow("decisions.view_docket", roles=AUTHORITY_ROLES)
allow("decisions.view", roles=AUTHORITY_ROLES)
allow("decisions.view", roles=PROPONENT_ROLES, relation="proponent")
allow("decisions.view", roles=VERIFICATION_ROLES, relation="verifier")
allow("decisions.view", roles={PUBLIC_ROLE}, relation="decided")
allow("decisions.begin_review", roles={Role.REVIEWER})
allow("decisions.prepare", roles={Role.REGISTRAR})
allow("decisions.approve", roles={Role.APPROVER})
allow("decisions.return", roles={Role.REVIEWER, Role.APPROVER})
allow("decisions.refuse", roles={Role.APPROVER})
allow("decisions.hold", roles={Role.REVIEWER, Role.REGISTRAR, Role.APPROVER})
allow("decisions.view_notes", roles=AUTHORITY_ROLES)
allow("decisions.set_limit", roles={Role.APPROVER})
allow("decisions.answer_return", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="verifier")
allow("decisions.answer_return", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
fresh("decisions.prepare", "decisions.approve", "decisions.return", "decisions.refuse")
deciding("decisions.approve", "decisions.return", "decisions.refuse")
preparing("decisions.begin", "decisions.prepare")

acts.name(
    decisions__begin=_("Review begun"),
    decisions__prepare=_("Decision prepared"),
    decisions__approve=_("Decided by the second official"),
    decisions__send_back=_("Sent back to the preparer"),
    decisions__return=_("Returned to verification"),
    decisions__refuse=_("Refused"),
    decisions__hold=_("Case put on hold"),
    decisions__lift=_("Hold lifted"),
    decisions__set_limit=_("Limit of a stage set"),
    decisions__answer_return=_("Reason of a return answered"),
)
