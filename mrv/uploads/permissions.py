from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import allow
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES

allow("uploads.view", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("uploads.view", roles=AUTHORITY_ROLES, relation="submitted")
allow("uploads.create", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("uploads.create", roles={"system"})  # a finished month of telemetry
allow("uploads.withdraw", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")

acts.name(
    uploads__receive=_("File received"),
    uploads__take_in=_("File handed in"),
    uploads__discard=_("Handed-in file discarded"),
    uploads__answer=_("Reading of a file settled"),
    uploads__withdraw=_("File withdrawn"),
)
