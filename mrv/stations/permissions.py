from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

allow("stations.view", roles={PUBLIC_ROLE}, relation="public")
allow("stations.view", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("stations.view", roles=AUTHORITY_ROLES | VERIFICATION_ROLES, relation="submitted")
# Springs are vulnerable: to everybody else a station lies at a rounded place (``registry.core.geography.coarse``).
allow("stations.view_place", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("stations.view_place", roles=AUTHORITY_ROLES | VERIFICATION_ROLES, relation="submitted")
for act in ("stations.create", "stations.equip", "stations.visit"):
    allow(act, roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")

acts.beside_others("stations.visit", "stations.calibrate", "stations.deploy", "stations.equip", "stations.issue_token")
acts.name(
    stations__create=_("Station added"),
    stations__place=_("Station placed in a region"),
    stations__equip=_("Sensor added"),
    stations__deploy=_("Sensor deployed"),
    stations__end_deployment=_("Deployment ended"),
    stations__calibrate=_("Calibration recorded"),
    stations__visit=_("Field visit recorded"),
    stations__issue_token=_("Station token issued"),
    stations__revoke_token=_("Station token revoked"),
)
