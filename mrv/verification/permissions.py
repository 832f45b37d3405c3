from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

PROPONENT_ROLES = {Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}

allow("verification.view", roles=PROPONENT_ROLES, relation="proponent")
allow("verification.view", roles=VERIFICATION_ROLES, relation="body")
allow("verification.view", roles=AUTHORITY_ROLES)
allow("verification.view", roles={PUBLIC_ROLE}, relation="public")
allow("verification.propose", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("verification.withdraw", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("verification.confirm", roles={Role.REVIEWER})
allow("verification.accept", roles={Role.LEAD_VERIFIER}, relation="body")
allow("verification.recompute", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="body")
allow("verification.sign", roles={Role.LEAD_VERIFIER}, relation="body")
allow("verification.countersign", roles={Role.INDEPENDENT_REVIEWER}, relation="body")
allow("verification.reopen", roles={Role.REVIEWER, Role.REGISTRAR, Role.APPROVER})
fresh("verification.confirm", "verification.accept", "verification.sign", "verification.countersign")

acts.name(
    verification__propose=_("Verification body proposed"),
    verification__confirm=_("Verification body confirmed"),
    verification__accept=_("Assignment accepted with declaration"),
    verification__decline=_("Assignment declined"),
    verification__withdraw=_("Assignment withdrawn"),
    verification__recompute=_("Recomputed outside the server: identical"),
    verification__sign=_("Opinion signed by the lead verifier"),
    verification__countersign=_("Opinion signed by the independent reviewer"),
    verification__send_back=_("Opinion sent back by the independent reviewer"),
    verification__return=_("Opinion returned by the authority"),
    verification__finish=_("Assignment done"),
    verification__reopen=_("Assignment taken up again"),
)
