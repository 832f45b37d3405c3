from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.credits.permissions import AUTHORITY_ROLES, HOLDER_ROLES
from registry.projects.permissions import VERIFICATION_ROLES

allow("certificates.view", roles={PUBLIC_ROLE})
allow("certificates.read", roles={PUBLIC_ROLE}, relation="public")
allow("certificates.read", roles=HOLDER_ROLES | VERIFICATION_ROLES, relation="own")
allow("certificates.read", roles=AUTHORITY_ROLES)
allow("certificates.issue", roles={Role.APPROVER})
allow("certificates.state_opinion", roles={Role.INDEPENDENT_REVIEWER})
allow("certificates.set_aside_opinion", roles={Role.REVIEWER, Role.REGISTRAR, Role.APPROVER})
allow("certificates.withdraw", roles={Role.APPROVER})
allow("certificates.certify", roles={"system"})
allow("certificates.render", roles={"system"})
fresh("certificates.withdraw")

acts.name(
    certificates__issue=_("Certificate issued"),
    certificates__render=_("Certificate drawn and signed"),
    certificates__supersede=_("Certificate replaced by another"),
    certificates__cancel=_("Certificate cancelled"),
)
