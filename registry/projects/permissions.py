from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, allow, fresh
from registry.core.roles import Role

VERIFICATION_ROLES = {Role.VERIFIER, Role.LEAD_VERIFIER, Role.INDEPENDENT_REVIEWER}
AUTHORITY_ROLES = {Role.REVIEWER, Role.APPROVER, Role.METHODOLOGY_EDITOR, Role.REGISTRAR, Role.AUDITOR}

allow("projects.view", roles={PUBLIC_ROLE}, relation="public")
allow("projects.view", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("projects.view", roles=AUTHORITY_ROLES, relation="submitted")
allow("projects.view", roles=VERIFICATION_ROLES, relation="submitted")
# The outlet is a spring: to everybody else the project lies at a rounded place and has no boundary.
allow("projects.view_place", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation="proponent")
allow("projects.view_place", roles=AUTHORITY_ROLES | VERIFICATION_ROLES, relation="submitted")
allow("projects.create", roles={Role.EDITOR, Role.REPRESENTATIVE})
allow("projects.edit", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("projects.submit", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("projects.withdraw", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("projects.comment", roles={PUBLIC_ROLE}, relation="public")
allow("projects.answer_comment", roles={Role.EDITOR, Role.REPRESENTATIVE}, relation="proponent")
allow("projects.open_comment", roles={Role.REVIEWER})
allow("projects.close_comment", roles={Role.REVIEWER, "system"})
allow("projects.return", roles={Role.REVIEWER})
allow("projects.receive_validation", roles={Role.LEAD_VERIFIER, Role.INDEPENDENT_REVIEWER})
allow("projects.register", roles={Role.APPROVER})
allow("projects.reject", roles={Role.APPROVER})
allow("projects.suspend", roles={Role.APPROVER})
allow("projects.complete", roles={Role.APPROVER})
allow("projects.revoke", roles={Role.APPROVER})
allow("projects.view_request", roles={PUBLIC_ROLE}, relation="public")
for relation in ("proponent", "new_proponent"):
    allow("projects.view_request", roles={Role.EDITOR, Role.REPRESENTATIVE, Role.ADMINISTRATOR}, relation=relation)
allow("projects.view_request", roles=AUTHORITY_ROLES)
allow("projects.request_renewal", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("projects.request_change", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("projects.countersign_change", roles={Role.REPRESENTATIVE}, relation="new_proponent")
allow("projects.withdraw_request", roles={Role.REPRESENTATIVE}, relation="proponent")
allow("projects.return_request", roles={Role.REVIEWER, Role.APPROVER})
allow("projects.decide_request", roles={Role.APPROVER})
fresh(
    "projects.request_renewal",
    "projects.request_change",
    "projects.countersign_change",
    "projects.return_request",
    "projects.decide_request",
)
fresh(
    "projects.submit",
    "projects.withdraw",
    "projects.register",
    "projects.reject",
    "projects.suspend",
    "projects.complete",
    "projects.revoke",
)

acts.beside_others("projects.add_document", "projects.answer_comment")
acts.name(
    projects__draft=_("Project drafted"),
    projects__add_document=_("Document added"),
    projects__set_boundary=_("Boundary uploaded"),
    projects__justify_overlap=_("Overlap justified"),
    projects__declare=_("Declared for the project's file"),
    projects__change_draft=_("Draft changed"),
    projects__submit=_("Project submitted"),
    projects__open_comment=_("Public comment opened"),
    projects__close_comment=_("Public comment closed"),
    projects__validate=_("Validated"),
    projects__register=_("Project registered"),
    projects__return=_("Returned to the proponent"),
    projects__comment=_("Public comment made"),
    projects__answer_comment=_("Public comment answered"),
    projects__withdraw=_("Project withdrawn"),
    projects__reject=_("Registration refused"),
    projects__suspend=_("Project suspended"),
    projects__reinstate=_("Project reinstated"),
    projects__complete=_("Project completed"),
    projects__ask_revocation=_("Revocation asked for"),
    projects__drop_revocation=_("Revocation dropped"),
    projects__revoke=_("Registration revoked"),
    projects__request_renewal=_("Renewal of crediting asked for"),
    projects__approve_renewal=_("Renewal of crediting approved"),
    projects__return_renewal=_("Renewal of crediting returned"),
    projects__refuse_renewal=_("Renewal of crediting refused"),
    projects__withdraw_renewal=_("Renewal of crediting withdrawn"),
    projects__request_change=_("Change of proponent asked for"),
    projects__countersign_change=_("Change of proponent signed by the new one"),
    projects__decline_change=_("Change of proponent declined by the new one"),
    projects__approve_change=_("Change of proponent approved"),
    projects__return_change=_("Change of proponent returned"),
    projects__refuse_change=_("Change of proponent refused"),
    projects__withdraw_change=_("Change of proponent withdrawn"),
)
