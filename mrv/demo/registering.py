"""Projects of the demonstration on their way: each step is done where the project still stands before it."""

from __future__ import annotations

from mrv.demo import project_stage
from mrv.demo.cast import Extra, Part
from mrv.demo.scene import pass_time_until
from mrv.demo.world import World, renew_accreditations
from mrv.verification import services as verification
from mrv.verification.models import Assignment, Opinion
from registry.core.actors import PUBLIC
from registry.projects import services as projects
from registry.projects.models import Project

COMMENTS = (
    (
        "黄平居民（演示）",
        "请说明还林后农户的耕地补偿如何落实，枯水期泉水是否会减少。\n"
        "How are farmers compensated for their fields, and will the spring run lower in the dry season?",
        "补偿按县里既有政策执行，名单在村务公开栏公示；枯水期流量逐年与基准期比较并公布。\n"
        "Compensation follows the county's rules and is posted in each village; low flow is compared with the years "
        "before and published.",
    ),
    (
        "",
        "泉口有几户人家取水，监测断面应设在取水点上游。\n"
        "Some households draw water at the spring; the section should lie above their intake.",
        "",
    ),
)
SUSPENDED_BECAUSE = (
    "演示：项目区发生未报告的采石活动，查明之前暂停。 Demonstration: unreported quarrying; suspended until it is clear."
)
REVOKED_BECAUSE = "演示：登记材料中的林权证明系伪造。 Demonstration: the forest title in the project's file was forged."
WITHDRAWN_BECAUSE = "演示：水库扩建，项目区将被淹没。 Demonstration: the reservoir grows and floods the project's area."


def open_comment(world: World, project: Project) -> None:
    if project.state == "draft":
        project_stage.open_comment(world, project)


def close_comment(world: World, project: Project) -> None:
    """The comment period passes on the programme's clock; for the first project it takes time, for the rest none."""
    if project.state == "public_comment":
        project_stage.close_comment(world, project)


def validate(world: World, project: Project) -> None:
    """Proposed, confirmed, accepted, signed by two people of the body, as far as it has not come yet."""
    if project.state != "under_validation":
        return
    opinion = sign_validation(world, project)
    verification.countersign_opinion(actor=world.actor("validation_reviewer"), opinion=opinion)


def sign_validation(world: World, project: Project) -> Opinion:
    waiting = Opinion.objects.filter(assignment__project=project, assignment__period=None, state="lead_signed").first()
    return waiting or project_stage.sign_validation(world, _proposed(world, project))


def _proposed(world: World, project: Project) -> Assignment:
    known = Assignment.objects.filter(project=project, period=None, state="confirmed").first()
    return known or project_stage.propose_validation(world, project)


def register(world: World, project: Project) -> None:
    if project.state == "authority_review":
        projects.register(actor=world.actor("approver"), project=project)


def show_under_comment(world: World, project: Project) -> None:
    """Opened last, so that it still runs when a visitor comes; with what two people said."""
    open_comment(world, project)
    project = Project.objects.get(pk=project.pk)
    if project.comments.exists():
        return
    for name, text, answer in COMMENTS:
        made = projects.comment(actor=PUBLIC, project=project, author_name=name, text=text)
        if answer:
            projects.answer_comment(actor=world.actor("editor"), comment=made, answer=answer)


WAITED_FOR = ("suspended", "revoked", "authority_review", "opinion_signed", "at_validator")
"""Extras that go through public comment together with the parts."""


def bring_extra(world: World, extra: Extra, project: Project) -> None:
    """An extra after its comment period: to where a visitor finds it."""
    if extra.becomes in ("suspended", "revoked", "authority_review"):
        validate(world, project)
        project.refresh_from_db()
    if extra.becomes == "suspended" and project.state == "authority_review":
        register(world, project)
        projects.suspend(actor=world.actor("approver"), project=project, reason=SUSPENDED_BECAUSE)
    if extra.becomes == "revoked":
        revoke(world, project)
    if extra.becomes == "opinion_signed" and project.state == "under_validation":
        sign_validation(world, project)
    at_validator = Assignment.objects.filter(project=project).exists()
    if extra.becomes == "at_validator" and project.state == "under_validation" and not at_validator:
        project_stage.propose_validation(world, project)
    if extra.becomes == "submitted" and project.state == "draft":
        projects.submit(actor=world.actor("representative"), project=project)
    if extra.becomes == "withdrawn" and project.state == "draft":
        projects.withdraw(actor=world.actor("representative"), project=project, reason=WITHDRAWN_BECAUSE)


def revoke(world: World, project: Project) -> None:
    """One official asks for it, another one confirms."""
    register(world, project)
    project.refresh_from_db()
    if project.state == "registered" and not project.revocations.filter(state="asked").exists():
        projects.ask_revocation(actor=world.actor("approver"), project=project, reason=REVOKED_BECAUSE)
    if project.state == "registered":
        projects.confirm_revocation(actor=world.actor("second_approver"), project=project)


def pass_comment_time(world: World, parts: list[Project]) -> None:
    """One wait for all who are under comment."""
    ends = [projects.comment_end(project) for project in parts if project.state == "public_comment"]
    if ends:
        pass_time_until(max(ends))
        renew_accreditations(world)


def is_shown(part: Part) -> bool:
    return part.until == "public_comment"
