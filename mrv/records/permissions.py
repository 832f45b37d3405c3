from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import allow
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

allow("records.view", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("records.view", roles=AUTHORITY_ROLES, relation="submitted")
allow("records.view", roles=VERIFICATION_ROLES, relation="verifier")
allow("records.create", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("records.withdraw", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")

acts.name(
    records__take_in=_("Table of records handed in"),
    records__answer=_("Reading of a table settled"),
    records__discard=_("Handed-in table discarded"),
    records__import=_("Records imported"),
    records__supersede=_("Records superseded"),
    records__withdraw=_("Records withdrawn"),
    records__attach=_("Attachment handed in"),
)
