from django.utils.translation import gettext_lazy as _

from mrv.periods.permissions import PROPONENT_ROLES
from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

allow("runs.view", roles={PUBLIC_ROLE}, relation="public")
allow("runs.view", roles=PROPONENT_ROLES, relation="proponent")
allow("runs.view", roles=VERIFICATION_ROLES, relation="verifier")
allow("runs.view", roles=AUTHORITY_ROLES, relation="authority")
allow("runs.request_preview", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("runs.request_official", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("runs.request_verifier", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="verifier")
allow("runs.calculate", roles={"system"})

acts.name(
    runs__request=_("Calculation requested"),
    runs__claim=_("Calculation begun"),
    runs__succeed=_("Calculation finished"),
    runs__reuse=_("Equal result reused"),
    runs__fail=_("Calculation failed"),
    runs__try_again=_("Calculation tried again"),
)
