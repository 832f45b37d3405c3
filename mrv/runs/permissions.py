from mrv.periods.permissions import PROPONENT_ROLES
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
