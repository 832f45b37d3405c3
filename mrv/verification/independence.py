"""Whether a body may take a task: every rule has its own code, so that a refusal says which one it was."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.verification.models import Assignment, Consultancy
from registry.core import clock
from registry.core.errors import Refusal
from registry.core.roles import OrganisationKind
from registry.organisations.models import Membership, Organisation
from registry.organisations.selectors import is_accredited
from registry.projects.models import ChangeOfProponent, Project
from registry.projects.selectors import developers_of

STAFF_COOLING = timedelta(days=3 * 365)
"""A person who left one side stays a link to it for this long."""


def refusals(*, body: Organisation, project: Project, task: str) -> list[Refusal]:
    """Every rule that keeps this body from this task today; empty when it may take it."""
    found = _standing(body, task) + conflicts(body=body, project=project, task=task)
    if task == Assignment.Task.VERIFICATION and _in_a_row(body, project) >= settings.VERIFICATION_ROTATION_LIMIT:
        found.append(
            Refusal(
                "BODY_ROTATION_LIMIT",
                _(
                    "%(body)s verified the last %(limit)s periods of this project in a row, which is the limit. "
                    "Choose another body for this one."
                ),
                body=body,
                limit=settings.VERIFICATION_ROTATION_LIMIT,
            )
        )
    return found


def conflicts(*, body: Organisation, project: Project, task: str) -> list[Refusal]:
    """The rules that speak against the body's independence, whatever its accreditation and rotation."""
    found = []
    developers = developers_of(project)
    if body.pk in developers:
        found.append(
            Refusal(
                "BODY_DEVELOPED_PROJECT",
                _("%(body)s developed this project and cannot judge it. Choose another body."),
                body=body,
            )
        )
    if task == Assignment.Task.VERIFICATION and _validated(body, project):
        found.append(
            Refusal(
                "BODY_VALIDATED_PROJECT",
                _("%(body)s validated this project and cannot verify its periods. Choose another body."),
                body=body,
            )
        )
    if Consultancy.objects.filter(body=body, project=project).exists():
        found.append(
            Refusal(
                "BODY_CONSULTED_PROJECT",
                _("%(body)s consulted this project and cannot judge it. Choose another body."),
                body=body,
            )
        )
    if any(_shares_staff(body, developer) for developer in developers):
        found.append(
            Refusal(
                "BODY_SHARES_STAFF",
                _("%(body)s shares staff with the proponent, now or in the last three years. Choose another body."),
                body=body,
            )
        )
    return found


def refuse_linked_proponent(change: ChangeOfProponent) -> None:
    """A project does not pass to a developer that shares staff with a body that judges it now."""
    engaged = Assignment.objects.filter(project=change.project, state__in=("proposed", "confirmed", "accepted"))
    for assignment in engaged.select_related("body"):
        if _shares_staff(assignment.body, change.to_organisation_id):
            raise Refusal(
                "BODY_SHARES_STAFF",
                _("%(body)s, which judges the project now, shares staff with the new proponent. End its task first."),
                body=assignment.body,
            )


def check(*, body: Organisation, project: Project, task: str) -> None:
    """Raise the first refusal of :func:`refusals`."""
    for refusal in refusals(body=body, project=project, task=task):
        raise refusal


def _standing(body: Organisation, task: str) -> list[Refusal]:
    if body.kind != OrganisationKind.VERIFICATION_BODY or body.state != "approved":
        return [
            Refusal(
                "NOT_AN_APPROVED_BODY",
                _("%(body)s is not an approved verification body. Choose another body."),
                body=body,
            )
        ]
    day = clock.today()
    if is_accredited(body, task, day):
        return []
    return [
        Refusal(
            "BODY_NOT_ACCREDITED",
            _("%(body)s is not accredited for this task (%(scope)s) on %(day)s. Choose another body."),
            body=body,
            scope=Assignment.Task(task).label,
            day=day,
        )
    ]


def _validated(body: Organisation, project: Project) -> bool:
    """Also while its validation is under way, or after one that ended negative."""
    if project.validations.filter(body=body).exists():
        return True
    return Assignment.objects.filter(
        task=Assignment.Task.VALIDATION, project=project, body=body, state__in=("accepted", "done")
    ).exists()


def _in_a_row(body: Organisation, project: Project) -> int:
    """How many of the project's latest concluded periods this body verified without another one between.

    Revisions of a period count once; a period that is being verified now is not concluded.
    """
    concluded = (
        Assignment.objects.filter(task=Assignment.Task.VERIFICATION, project=project, state="done")
        .order_by("-period__number", "-period__revision")
        .values_list("period__number", "body_id")
    )
    count, last = 0, None
    for number, body_id in concluded:
        if number == last:
            continue
        if body_id != body.pk:
            break
        count, last = count + 1, number
    return count


def _shares_staff(body: Organisation, developer_id: int) -> bool:
    if body.pk == developer_id:
        return False  # said by its own rule
    left_after = clock.now() - STAFF_COOLING
    of_body = Membership.objects.filter(organisation=body).exclude(ended_at__lt=left_after)
    of_developer = Membership.objects.filter(organisation=developer_id).exclude(ended_at__lt=left_after)
    return of_body.filter(user__in=of_developer.values("user")).exists()
