from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import allow
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

allow("quality.view", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("quality.view", roles=AUTHORITY_ROLES, relation="submitted")
allow("quality.view", roles=VERIFICATION_ROLES, relation="verifier")
allow("quality.fit", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("quality.attach", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("quality.choose", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("quality.screen", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("quality.review", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("quality.report", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")

acts.name(
    quality__ratingcurve=_("Rating curve fitted"),
    quality__add_shift=_("Shift of a rating curve added"),
    quality__take_back_shift=_("Shift of a rating curve taken back"),
    quality__ionmodels=_("Ion models fitted"),
    quality__qualityreport=_("Readings judged"),
    quality__screening=_("Automatic tests run"),
    quality__attach=_("Laboratory report attached"),
    quality__review=_("Readings reviewed"),
    quality__undo=_("Review taken back"),
)
