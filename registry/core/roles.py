"""The roles of domain.md. A role belongs to a kind of organisation; a person holds roles in one organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    DEVELOPER = "developer", _("Project developer")
    VERIFICATION_BODY = "verification_body", _("Verification body")
    AUTHORITY = "authority", _("Authority")
    DEPARTMENT = "department", _("Department")
    ACCOUNT_HOLDER = "account_holder", _("Account holder")


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Organisation administrator")
    EDITOR = "editor", _("Editor")
    REPRESENTATIVE = "representative", _("Authorised representative")
    VERIFIER = "verifier", _("Verifier")
    LEAD_VERIFIER = "lead_verifier", _("Lead verifier")
    INDEPENDENT_REVIEWER = "independent_reviewer", _("Independent reviewer")
    REVIEWER = "reviewer", _("Reviewer")
    APPROVER = "approver", _("Approver")
    METHODOLOGY_EDITOR = "methodology_editor", _("Methodology editor")
    REGISTRAR = "registrar", _("Registrar")
    AUDITOR = "auditor", _("Auditor")
    LIAISON = "liaison", _("Liaison officer")
    TRADER = "trader", _("Trader")


ROLES_OF_KIND = {
    OrganisationKind.DEVELOPER: {Role.EDITOR, Role.REPRESENTATIVE},
    OrganisationKind.VERIFICATION_BODY: {Role.VERIFIER, Role.LEAD_VERIFIER, Role.INDEPENDENT_REVIEWER},
    OrganisationKind.AUTHORITY: {
        Role.REVIEWER,
        Role.APPROVER,
        Role.METHODOLOGY_EDITOR,
        Role.REGISTRAR,
        Role.AUDITOR,
    },
    OrganisationKind.DEPARTMENT: {Role.LIAISON},
    OrganisationKind.ACCOUNT_HOLDER: {Role.TRADER, Role.REPRESENTATIVE},
}
"""Every kind has an administrator besides."""
