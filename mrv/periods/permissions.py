from django.utils.translation import gettext_lazy as _

from mrv.periods.selectors import verifier_of_station
from mrv.stations.models import FURTHER_RELATIONS
from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

PROPONENT_ROLES = {Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}

allow("periods.view", roles={PUBLIC_ROLE}, relation="public")
allow("periods.view", roles=PROPONENT_ROLES, relation="proponent")
allow("periods.view", roles=VERIFICATION_ROLES, relation="verifier")
allow("periods.view", roles=AUTHORITY_ROLES, relation="authority")
allow("periods.open", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("periods.seal", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("periods.name_station", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("periods.submit", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("periods.view_evidence", roles=PROPONENT_ROLES, relation="proponent")
allow("periods.view_evidence", roles=VERIFICATION_ROLES, relation="verifier")
allow("periods.view_evidence", roles=AUTHORITY_ROLES, relation="authority")
allow("periods.revise", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("periods.revise", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="verifier")
allow("periods.assign_verifier", roles={Role.REVIEWER, Role.APPROVER, Role.REGISTRAR}, relation="authority")
allow("periods.begin_verification", roles={Role.LEAD_VERIFIER, Role.VERIFIER}, relation="verifier")
allow("periods.verify", roles={Role.LEAD_VERIFIER, Role.VERIFIER}, relation="verifier")
allow("periods.conclude", roles={Role.LEAD_VERIFIER, Role.INDEPENDENT_REVIEWER}, relation="verifier")
allow("periods.issue_statement", roles={Role.REVIEWER, Role.REGISTRAR, Role.APPROVER}, relation="authority")
allow("periods.review_issuance", roles={Role.REVIEWER, Role.REGISTRAR, Role.APPROVER}, relation="authority")
allow("periods.decide", roles={Role.REGISTRAR, Role.APPROVER}, relation="authority")
allow("periods.release_verifier", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("periods.release_verifier", roles={Role.LEAD_VERIFIER}, relation="verifier")
allow("periods.release_verifier", roles={Role.REVIEWER, Role.APPROVER, Role.REGISTRAR}, relation="authority")
allow("periods.download_kit", roles={PUBLIC_ROLE}, relation="public")
allow("periods.download_kit", roles=PROPONENT_ROLES, relation="proponent")
allow("periods.download_kit", roles=VERIFICATION_ROLES, relation="verifier")
allow("periods.download_kit", roles=AUTHORITY_ROLES, relation="authority")
allow("periods.name_official_run", roles={"system"})
fresh("periods.submit")
FURTHER_RELATIONS.append(verifier_of_station)

acts.name(
    periods__open=_("Period opened"),
    periods__name_station=_("Further station named"),
    periods__drop_station=_("Further station taken off"),
    periods__seal=_("Evidence sealed"),
    periods__reopen=_("Sealed period reopened"),
    periods__submit=_("Period submitted"),
    periods__name_official_run=_("Official run named"),
    periods__assign_verifier=_("Verification body assigned"),
    periods__release_verifier=_("Verification body released"),
    periods__begin_verification=_("Verification begun"),
    periods__raise_findings=_("Findings raised"),
    periods__resolve_findings=_("Findings resolved"),
    periods__replace=_("Replaced by the next revision"),
    periods__verify=_("Period verified"),
    periods__reject=_("Period not verified"),
    periods__issue_statement=_("Statement issued"),
    periods__begin_issuance_review=_("Issuance review begun"),
    periods__issue=_("Credits issued"),
    periods__refuse=_("Issuance refused"),
    periods__return=_("Returned to verification"),
)
