from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES

allow("province.view_area", roles={PUBLIC_ROLE}, relation="public")
allow("province.name_area", roles={Role.APPROVER})
allow("province.view_exchange", roles=AUTHORITY_ROLES | {Role.LIAISON})
allow("province.view_agreement", roles=AUTHORITY_ROLES)
allow("province.view_agreement", roles={Role.LIAISON}, relation="department")
allow("province.agree", roles={Role.APPROVER})
allow("province.deliver", roles={Role.LIAISON}, relation="department")
allow("province.view_document", roles={PUBLIC_ROLE})
allow("province.keep_document", roles={Role.REVIEWER, Role.APPROVER})
fresh("province.name_area", "province.agree")

acts.beside_others("province.deliver", "province.add_document")
acts.name(
    province__name_area=_("Demonstration area named"),
    province__end_area=_("Demonstration area ended"),
    province__agree=_("Tables agreed with a department"),
    province__end_agreement=_("Agreement with a department ended"),
    province__deliver=_("Table delivered to a department"),
    province__add_document=_("Policy document added"),
    province__supersede_document=_("Policy document superseded"),
)
