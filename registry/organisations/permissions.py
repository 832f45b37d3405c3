from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import ROLES_OF_KIND, OrganisationKind, Role

AUTHORITY_ROLES = frozenset(ROLES_OF_KIND[OrganisationKind.AUTHORITY]) | {Role.ADMINISTRATOR}

allow("organisations.view", roles={PUBLIC_ROLE}, relation="listed")
allow("organisations.view", roles=set(Role), relation="own")
allow("organisations.view", roles=AUTHORITY_ROLES - {Role.ADMINISTRATOR})
allow("organisations.view_members", roles=set(Role), relation="own")
allow("organisations.view_members", roles=AUTHORITY_ROLES - {Role.ADMINISTRATOR})
allow("organisations.decide", roles={Role.REVIEWER})
allow("organisations.suspend", roles={Role.APPROVER})
allow("organisations.close", roles={Role.ADMINISTRATOR}, relation="own")
allow("organisations.invite", roles={Role.ADMINISTRATOR}, relation="own")
allow("organisations.change_roles", roles={Role.ADMINISTRATOR}, relation="own")
allow("organisations.add_member", roles={Role.ADMINISTRATOR}, relation="own")
allow("organisations.add_member", roles={"system"})
allow("accreditations.grant", roles={Role.APPROVER})
allow("accreditations.decide", roles={Role.APPROVER})
allow("calendar.edit", roles={Role.REVIEWER, Role.APPROVER, Role.REGISTRAR})
fresh(
    "organisations.decide",
    "organisations.suspend",
    "organisations.close",
    "accreditations.grant",
    "accreditations.decide",
)

acts.beside_others(
    "organisations.invite",
    "organisations.withdraw_invitation",
    "organisations.accept_invitation",
    "organisations.grant_role",
    "organisations.add_member",
)
acts.name(
    organisations__apply=_("Organisation applied"),
    organisations__approve=_("Organisation approved"),
    organisations__refuse=_("Organisation refused"),
    organisations__suspend=_("Organisation suspended"),
    organisations__reinstate=_("Organisation reinstated"),
    organisations__close=_("Organisation closed"),
    organisations__found_authority=_("Authority founded"),
    organisations__add_member=_("Member added"),
    organisations__invite=_("Member invited"),
    organisations__withdraw_invitation=_("Invitation withdrawn"),
    organisations__accept_invitation=_("Invitation accepted"),
    organisations__grant_role=_("Role granted"),
    organisations__end_role=_("Role ended"),
    accreditations__grant=_("Accreditation granted"),
    accreditations__suspend=_("Accreditation suspended"),
    accreditations__reinstate=_("Accreditation reinstated"),
    accreditations__end=_("Accreditation ended"),
    calendar__set=_("Calendar day set"),
    people__sign_in=_("Signed in"),
    people__create_token=_("Token made"),
    people__end_token=_("Token ended"),
)
