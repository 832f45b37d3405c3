"""Who gets what answer in the room of verification: workbench, findings and their threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mrv.demo.world import VALIDATOR
from tests.web.world import Journey

DEVELOPER = frozenset({"editor", "representative"})
VERIFICATION = frozenset({"verification_lead", "verification_reviewer"})
VALIDATION = frozenset({"validation_lead", "validation_reviewer"})
AUTHORITY = frozenset({"clerk", "approver", "methodology_editor"})
INVOLVED = DEVELOPER | VERIFICATION | AUTHORITY
PRIVATE, PUBLIC = "recomputed", "issued"


def of_assignment(world: Journey) -> tuple[int]:
    return (world.assignment.pk,)


def of_validation(world: Journey) -> tuple[int]:
    return (world.validation["questioned"].pk,)


def of_finding(state: str, *more: Any) -> Callable[[Journey], tuple[Any, ...]]:
    return lambda world: (world.finding[state].pk, *more)


def of_far(world: Journey) -> tuple[int]:
    return (world.finding["far"].pk,)


def of_document(world: Journey) -> tuple[int]:
    return (world.finding["answered"].entries.get(act="answer").documents.get().pk,)


def of_file(world: Journey) -> tuple[int, str]:
    return (world.assignment.pk, world.period.evidence["files"][0]["sha256"])


def of_opinion(world: Journey) -> tuple[int]:
    return (world.opinion.pk,)


def rows(row: Any, posted: Any) -> list[Any]:
    of_workbench = {"where": of_assignment, "roles": INVOLVED}
    return [
        row(PRIVATE, "verification:workbench", **of_workbench),
        row(
            PRIVATE,
            "verification:workbench",
            query="?from=2021-05-03T00:00&to=2021-05-03T06:00&panel=ph",
            **of_workbench,
        ),
        row(PUBLIC, "verification:workbench", otherwise=403, **of_workbench),
        row(
            PRIVATE,
            "verification:workbench",
            where=lambda world: (world.validation["lead_signed"].pk,),
            roles=DEVELOPER | VALIDATION | AUTHORITY,
        ),
        row(
            PRIVATE,
            "verification:workbench",
            where=lambda world: (world.validation["confirmed"].pk,),
            roles=DEVELOPER | AUTHORITY,
            forbidden=VALIDATION,
        ),
        row(PRIVATE, "verification:series", **of_workbench),
        row(PUBLIC, "verification:series", otherwise=403, **of_workbench),
        row(PRIVATE, "verification:file", where=of_file, roles=INVOLVED),
        row(PRIVATE, "verification:file", where=lambda world: (world.assignment.pk, "0" * 64), status=404),
        row(PRIVATE, "verification:finding", where=of_far, roles=INVOLVED),
        row(PUBLIC, "verification:finding", where=of_far),
        row("open", "verification:finding", where=of_finding("answered"), roles=DEVELOPER | VALIDATION | AUTHORITY),
        row("open", "verification:finding_document", where=of_document, roles=DEVELOPER | VALIDATION | AUTHORITY),
        row(PUBLIC, "verification:statement", where=of_opinion, status=409),
        row(PRIVATE, "verification:statement", where=lambda _world: (10**9,), status=404),
        posted("verification:workbench_act", lambda world: (*of_assignment(world), "answer")),
        posted("verification:raise_finding", of_assignment),
        posted("verification:finding_act", of_finding("raised", "answer")),
        posted("verification:record_consultancy", lambda world: (world.project["registered"].code,)),
    ]


def acts(act: Any) -> list[Any]:
    def raised(world: Journey) -> dict[str, str]:
        return {"kind": "cl", "requirement": "3.1", "statement": "何时测绘？", "anchor_kind": "none"}

    def on(state: str, action: str, roles: frozenset[str], data: dict[str, str]) -> Any:
        page = ("verification:finding", of_finding(state))
        return act("open", "verification:finding_act", of_finding(state, action), roles, page, lambda _: data)

    lead = frozenset({"validation_lead"})
    return [
        act(
            "open", "verification:raise_finding", of_validation, lead, ("verification:workbench", of_validation), raised
        ),
        on("raised", "answer", DEVELOPER, {"text": "测绘于 2019 年。"}),
        on("raised", "remark", DEVELOPER | lead, {"text": "哪一段？"}),
        on("answered", "close", lead, {"reason": ""}),
        on("answered", "raise_again", lead, {"text": "由谁测绘？"}),
        act(
            "open",
            "verification:workbench_act",
            lambda world: (*of_validation(world), "answer"),
            lead,
            ("verification:workbench", of_validation),
            lambda _: {"item": "a-boundary", "verdict": "satisfied", "note": "已核对。"},
        ),
        act(
            "accepted",
            "verification:workbench_act",
            lambda world: (*of_assignment(world), "draw"),
            frozenset({"verification_lead"}),
            ("verification:workbench", of_assignment),
            lambda _: {"seed": "2021"},
        ),
        act(
            "accepted",
            "verification:workbench_act",
            lambda world: (*of_assignment(world), "recompute"),
            frozenset({"verification_lead"}),
            ("verification:workbench", of_assignment),
        ),
        act(
            "open",
            "verification:record_consultancy",
            lambda world: (world.project["registered"].code,),
            frozenset({"clerk"}),
            ("projects:detail", lambda world: (world.project["registered"].code,)),
            lambda world: {"body": str(world.people.organisations[VALIDATOR.code].pk), "description": "2020 年可研。"},
        ),
    ]
