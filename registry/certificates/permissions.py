from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role

allow("certificates.view", roles={PUBLIC_ROLE})
allow("certificates.issue", roles={Role.APPROVER})
allow("certificates.withdraw", roles={Role.APPROVER})
allow("certificates.render", roles={"system"})
fresh("certificates.withdraw")

acts.name(
    certificates__issue=_("Certificate issued"),
    certificates__render=_("Certificate drawn and signed"),
)
