"""Who gets what answer in the room of complaints, and the complaint that its pages are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.audit.models import Event
from registry.complaints.services import Filed, file_complaint
from registry.core.actors import PUBLIC
from tests.web.world import Journey

WORDS = {"text": "石漠化治理没有进行，请核实。"}


def complain(world: Journey) -> Filed:
    return file_complaint(
        actor=PUBLIC,
        subject_kind="project",
        subject_ref=world.project["registered"].code,
        contact="13800000000",
        **WORDS,
    )


def of_complaint(world: Journey) -> tuple[str]:
    return (world.complaint.complaint.number,)


def acted(action: str) -> Callable[[Journey], tuple[str, str]]:
    return lambda world: (*of_complaint(world), action)


def of_secret(world: Journey) -> tuple[str]:
    return (world.complaint.secret,)


def of_decision(world: Journey) -> tuple[int]:
    """The registration of the project: its proponent may appeal."""
    project = world.project["registered"]
    event = Event.objects.filter(action="projects.register", object_id=str(project.pk)).latest("id")
    return (event.pk,)


def rows(row: Any, posted_only: Any, stage: str) -> tuple[Any, ...]:
    return (
        row(stage, "complaints:list"),
        row(stage, "complaints:list", query="?state=closed"),
        row(stage, "complaints:new"),
        row(stage, "complaints:new", query="?about=project&ref=KC-000000-0000", status=422),
        row(stage, "complaints:detail", where=of_complaint),
        row(stage, "complaints:detail", where=lambda _: ("C-2000-0001",), status=404),
        row(stage, "complaints:mine", where=of_secret),
        row(stage, "complaints:mine", where=lambda _: ("no-such-secret",), status=404),
        row(stage, "complaints:appeal", where=of_decision, roles=frozenset({"representative"}), otherwise=403),
        posted_only("complaints:act", acted("answer")),
    )


def acts(act: Any) -> tuple[Any, ...]:
    page = ("complaints:detail", of_complaint)
    officials = frozenset({"clerk", "approver"})
    answer = {"outcome": "partly", "text": "已派人现场核实，结果见附件。"}
    return (
        act("open", "complaints:act", acted("answer"), officials, page, lambda _: dict(answer)),
        act("open", "complaints:act", acted("withhold"), officials, page, lambda _: {"reason": "点名了个人。"}),
        act(
            "open",
            "complaints:appeal",
            of_decision,
            frozenset({"representative"}),
            ("complaints:appeal", of_decision),
            lambda _: dict(WORDS),
        ),
    )
