from django.utils.translation import gettext_lazy as _

from mrv.methodologies.selectors import version_in_force
from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.crediting import tell_in_force

AUTHORITY_ROLES = {Role.REVIEWER, Role.APPROVER, Role.METHODOLOGY_EDITOR, Role.REGISTRAR, Role.AUDITOR}

allow("methodologies.view", roles={PUBLIC_ROLE}, relation="public")
allow("methodologies.view", roles=AUTHORITY_ROLES)
allow("methodologies.draft", roles={Role.METHODOLOGY_EDITOR})
allow("methodologies.edit", roles={Role.METHODOLOGY_EDITOR})
allow("methodologies.sign", roles={Role.METHODOLOGY_EDITOR})
allow("methodologies.publish", roles={Role.METHODOLOGY_EDITOR, Role.APPROVER})
allow("methodologies.withdraw", roles={Role.APPROVER})
fresh("methodologies.sign", "methodologies.publish", "methodologies.withdraw")
tell_in_force(version_in_force)

acts.name(
    methodologies__draft=_("Version drafted"),
    methodologies__start_impact=_("Impact test started"),
    methodologies__test=_("Impact recorded"),
    methodologies__sign=_("Version signed"),
    methodologies__publish=_("Version published"),
    methodologies__supersede=_("Version superseded"),
    methodologies__withdraw=_("Version withdrawn"),
)
