from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

allow("stations.view", roles={PUBLIC_ROLE}, relation="public")
allow("stations.view", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("stations.view", roles=AUTHORITY_ROLES | VERIFICATION_ROLES, relation="submitted")
allow("stations.create", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")

acts.name(
    stations__create=_("Station added"),
)
