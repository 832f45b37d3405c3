"""Who is told of the steps of a project."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.languages import local_name
from registry.core.told import Kind, Line
from registry.core.told import organisation as of

PROPONENT = of("proponent_id")

told.describe(
    "projects.Project",
    name=lambda project: f"{project.code} {local_name(project)}",
    url=lambda project: reverse("projects:detail", args=[project.code]),
)


def _proponent(text: Any, kind: str = Kind.PROJECTS, may: str = "projects.view") -> Line:
    return Line(kind, text, to=PROPONENT, may=may)


def _authority(text: Any, may: str, kind: str = Kind.PROJECTS) -> Line:
    return Line(kind, text, to=told.the_authority, may=may)


told.when("projects.submit", _authority(_("A project was submitted: check it"), "projects.open_comment"))
told.when("projects.open_comment", _proponent(_("Public comment on the project was opened"), Kind.COMMENTS))
told.when("projects.close_comment", _proponent(_("Public comment on the project was closed"), Kind.COMMENTS))
told.when(
    "projects.comment",
    _proponent(_("Somebody commented on the project: answer publicly"), Kind.COMMENTS, "projects.answer_comment"),
)
told.when(
    "projects.validate",
    _proponent(_("The project was validated")),
    _authority(_("A project was validated: decide on its registration"), "projects.register"),
)
told.when("projects.register", _proponent(_("The project was registered"), Kind.DECISIONS))
told.when(
    "projects.return",
    _proponent(_("The project was returned to you: change the draft"), Kind.DECISIONS, "projects.edit"),
)
told.when("projects.reject", _proponent(_("The registration of the project was refused"), Kind.DECISIONS))
told.when("projects.suspend", _proponent(_("The project was suspended"), Kind.SECURITY))
told.when("projects.reinstate", _proponent(_("The project was reinstated"), Kind.SECURITY))
told.when("projects.complete", _proponent(_("The project was completed"), Kind.DECISIONS))
told.when(
    "projects.ask_revocation",
    _authority(
        _("The revocation of a registration was asked for: confirm or drop it"), "projects.revoke", Kind.DECISIONS
    ),
)
told.when("projects.revoke", _proponent(_("The registration of the project was revoked"), Kind.SECURITY))
told.when("projects.withdraw", _authority(_("A project was withdrawn by its proponent"), "projects.open_comment"))


def _parties(project: Any) -> told.Q:
    """The proponent, and whoever is to take the project over or has just taken it over."""
    change = project.proponent_changes.order_by("-pk").first()
    wanted = {project.proponent_id} | ({change.from_organisation_id, change.to_organisation_id} if change else set())
    return told.Q(organisation_id__in=wanted)


def _both(text: Any) -> Line:
    return Line(Kind.DECISIONS, text, to=_parties, may="projects.view")


# --- requests on a registered project ---
told.when(
    "projects.request_renewal",
    _authority(_("The renewal of a crediting period was asked for: decide"), "projects.decide_request", Kind.DECISIONS),
)
told.when("projects.approve_renewal", _proponent(_("The crediting period was renewed"), Kind.DECISIONS))
told.when("projects.return_renewal", _proponent(_("The request for renewal was returned to you"), Kind.DECISIONS))
told.when("projects.refuse_renewal", _proponent(_("The renewal of the crediting period was refused"), Kind.DECISIONS))
told.when("projects.request_change", _both(_("The project is to pass to another proponent: both sign")))
told.when(
    "projects.countersign_change",
    _both(_("The new proponent signed the change of proponent")),
    _authority(_("A change of proponent was signed by both: decide"), "projects.decide_request", Kind.DECISIONS),
)
told.when("projects.decline_change", _both(_("The new proponent declined the project")))
told.when("projects.approve_change", _both(_("The project passed to another proponent")))
told.when("projects.return_change", _both(_("The change of proponent was returned")))
told.when("projects.refuse_change", _both(_("The change of proponent was refused")))
told.when("projects.withdraw_change", _both(_("The change of proponent was withdrawn")))
told.nobody(
    "projects.withdraw_renewal",
    "projects.draft",
    "projects.add_document",
    "projects.change_draft",
    "projects.declare",
    "projects.justify_overlap",  # read by whoever judges the file
    "projects.set_boundary",
    "projects.answer_comment",  # the public reads it beside the comment; who commented left no address
    "projects.drop_revocation",
)
