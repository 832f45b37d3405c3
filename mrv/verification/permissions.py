from django.utils.translation import gettext_lazy as _

from mrv.verification.independence import refuse_linked_proponent
from registry.core import acts, guards
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role
from registry.projects.permissions import AUTHORITY_ROLES, VERIFICATION_ROLES

PROPONENT_ROLES = {Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}

allow("verification.view", roles=PROPONENT_ROLES, relation="proponent")
allow("verification.view", roles=VERIFICATION_ROLES, relation="body")
allow("verification.view", roles=AUTHORITY_ROLES)
allow("verification.view", roles={PUBLIC_ROLE}, relation="public")
allow("verification.propose", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("verification.withdraw", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("verification.confirm", roles={Role.REVIEWER})
allow("verification.accept", roles={Role.LEAD_VERIFIER}, relation="body")
allow("verification.recompute", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="body")
allow("verification.sign", roles={Role.LEAD_VERIFIER}, relation="body")
allow("verification.countersign", roles={Role.INDEPENDENT_REVIEWER}, relation="body")
allow("verification.reopen", roles={Role.REVIEWER, Role.REGISTRAR, Role.APPROVER})
allow("verification.view_evidence", roles=PROPONENT_ROLES, relation="proponent")
allow("verification.view_evidence", roles=VERIFICATION_ROLES, relation="engaged")
allow("verification.view_evidence", roles=AUTHORITY_ROLES)
allow("verification.view_checklist", roles=VERIFICATION_ROLES, relation="engaged")
allow("verification.view_checklist", roles=AUTHORITY_ROLES)
allow("verification.check", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="engaged")
allow("verification.raise_finding", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="engaged")
allow("verification.answer_finding", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("verification.judge_finding", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="raiser")
allow("verification.judge_finding", roles={Role.LEAD_VERIFIER}, relation="stand_in")
allow("verification.remark", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("verification.remark", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="engaged")
allow("verification.carry_finding", roles={"system"})
allow("verification.move_finding", roles={"system"})
allow("verification.open_revision", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("verification.open_revision", roles={Role.VERIFIER, Role.LEAD_VERIFIER}, relation="engaged")
allow("verification.close_carried", roles={Role.REVIEWER, Role.REGISTRAR})
allow("verification.record_consultancy", roles={Role.REVIEWER, Role.REGISTRAR})
allow("verification.record_consultancy", roles={Role.ADMINISTRATOR}, relation="body")
fresh("verification.confirm", "verification.accept", "verification.sign", "verification.countersign")
guards.register("projects.change_proponent", refuse_linked_proponent)

acts.beside_others("verification.check", "verification.check_pick", "verification.draw_sample", "verification.remark")
acts.name(
    verification__propose=_("Verification body proposed"),
    verification__confirm=_("Verification body confirmed"),
    verification__accept=_("Assignment accepted with declaration"),
    verification__decline=_("Assignment declined"),
    verification__withdraw=_("Assignment withdrawn"),
    verification__recompute=_("Recomputed outside the server: identical"),
    verification__sign=_("Opinion signed by the lead verifier"),
    verification__countersign=_("Opinion signed by the independent reviewer"),
    verification__send_back=_("Opinion sent back by the independent reviewer"),
    verification__return=_("Opinion returned by the authority"),
    verification__finish=_("Assignment done"),
    verification__reopen=_("Assignment taken up again"),
    verification__check=_("Item of the checklist answered"),
    verification__draw_sample=_("Sample drawn"),
    verification__check_pick=_("Pick of the sample checked"),
    verification__raise_finding=_("Finding raised"),
    verification__answer_finding=_("Finding answered"),
    verification__raise_again=_("Finding raised again"),
    verification__close_finding=_("Finding closed"),
    verification__give_up=_("Finding ended unresolved"),
    verification__carry_finding=_("Finding carried to the next period"),
    verification__move_finding=_("Finding goes on in the next revision"),
    verification__open_revision=_("Revision of the period opened from a finding"),
    verification__replace=_("Assignment goes on with the next revision"),
    verification__continue_finding=_("Finding continued from the revision before"),
    verification__take_over=_("Finding taken over from the period before"),
    verification__close_carried=_("Carried finding closed with the project"),
    verification__remark=_("Remark on a finding"),
    verification__record_consultancy=_("Consultancy recorded"),
)
