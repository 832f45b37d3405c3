from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow
from registry.core.roles import Role

allow("organisations.view", roles={PUBLIC_ROLE})
allow("organisations.decide", roles={Role.REVIEWER})
allow("organisations.suspend", roles={Role.APPROVER})
allow("organisations.close", roles={Role.ADMINISTRATOR}, relation="own")
allow("accreditations.grant", roles={Role.APPROVER})
allow("accreditations.decide", roles={Role.APPROVER})
allow("organisations.add_member", roles={Role.ADMINISTRATOR}, relation="own")
allow("organisations.add_member", roles={"system"})

acts.name(
    organisations__apply=_("Organisation applied"),
    organisations__approve=_("Organisation approved"),
    organisations__found_authority=_("Authority founded"),
    organisations__add_member=_("Member added"),
    accreditations__grant=_("Accreditation granted"),
)
