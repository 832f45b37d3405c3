"""What a form does whose page grew old: posted again after another person acted on the same record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models, transaction

from registry.audit.models import Event
from registry.audit.services import record
from registry.core import acts
from registry.core.actors import Actor

Send = Callable[..., Any]
ADDS = "adds a record of its own beside those of others"
ONCE = "what it ends or answers is done once: a second person is refused by the record's own state"
AGAIN = "works the same out again from what is there now"
NOTHING = "keeps nothing about a record"
NEVER_OLD: dict[str, str] = {
    **dict.fromkeys(
        (
            "organisations:accredit", "methodologies:new_project", "methodologies:new_version",
            "projects:step documents",
            "stations:new", "stations:add_sensor", "stations:deploy", "stations:calibrate", "stations:visit",
            "uploads:receive", "uploads:hand_in", "records:hand_in", "records:hand_in_grids", "records:attach",
            "quality:act", "quality:new_curve", "quality:new_weir", "quality:new_shift", "quality:attach_report",
            "quality:choose_reference", "complaints:appeal", "verification:raise_finding",
            "verification:finding_act remark", "verification:workbench_act answer", "verification:workbench_act draw",
            "verification:record_consultancy", "certificates:sign_statement", "decisions:set_limit",
            "province:name_area", "province:add_document",
        ),
        ADDS,
    ),
    **dict.fromkeys(
        (
            "projects:answer_comment", "verification:propose_validation", "verification:propose_verification",
            "verification:act sign", "quality:undo", "quality:take_back_shift", "uploads:import", "periods:open",
        ),
        ONCE,
    ),
    **dict.fromkeys(
        (
            "quality:run_tests", "quality:fit_samples", "periods:act prepare", "runs:request", "runs:beside",
            "verification:workbench_act recompute",
        ),
        AGAIN,
    ),
    **dict.fromkeys(("transparency:verify", "demo:advance"), NOTHING),
}  # fmt: skip
"""By the name of an act: why another person's act never makes its page old."""


def name_of(page: str, where: tuple[Any, ...]) -> str:
    """The page's name, and of an address with several acts which one."""
    several = page.rsplit(":", 1)[1] in ("act", "finding_act", "workbench_act", "step")
    return f"{page} {where[-1]}" if several and isinstance(where[-1], str) else page


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def newest() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def done_by(user: int, after: int) -> Any:
    return Event.objects.filter(id__gt=after, refused=False, actor_id=user).order_by("id")


def touched_by(user: int, send: Send) -> tuple[str, models.Model] | None:
    """The act and the record, there before, that this post is logged about; None where it only adds beside others."""
    before = newest()
    with undone():
        send()
        about = list(done_by(user, before).values_list("action", "object_type", "object_id"))
    for action, label, key in about:
        found = _record(label, key)
        if found is not None and action not in acts.BESIDE_OTHERS:
            return action, found
    return None


def refusal_of(send: Send, about: tuple[str, models.Model], user: int, other: Actor) -> str:
    """Post after ``other`` acted on the record; what is wrong with the answer, or nothing."""
    action, row = about
    before = newest()
    with undone():
        record(other, action, row, reason="Meanwhile.")
        stood = _values(row)
        answer = send(as_of=str(before))
        if answer.status_code != 409 or "CHANGED_MEANWHILE" not in answer.content.decode():
            return f"{answer.status_code}, not 409 after {action} on {row._meta.label}"
        if done_by(user, before).exists() or _values(row) != stood:
            return "refused, and yet something was done"
    return ""


def _record(label: str, key: str) -> models.Model | None:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model._base_manager.filter(pk=key).first()


def _values(row: models.Model) -> dict[str, Any]:
    return dict(type(row)._base_manager.filter(pk=row.pk).values().get())
