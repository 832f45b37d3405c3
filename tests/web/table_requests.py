"""Who gets what answer on the page of a project's requests, and the renewal that waits there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.projects import services
from registry.projects.models import Renewal
from tests.mrv.evidence import BASELINE
from tests.web.world import STRANGER, Journey


def ask(world: Journey) -> Renewal:
    """A renewal of the registered project that waits for the authority."""
    return services.request_renewal(
        actor=world.actor("representative"),
        project=world.project["registered"],
        baseline="Measured in 2030.",
        additionality="Nobody else pays.",
        file_name="new.json",
        data=BASELINE.read_bytes(),
    )


def of_registered(world: Journey) -> tuple[str]:
    return (world.project["registered"].code,)


def acted(action: str) -> Callable[[Journey], tuple[Any, ...]]:
    return lambda world: (world.renewal.pk, action)


def rows(row: Any, posted_only: Any, stage: str) -> tuple[Any, ...]:
    return (
        row(stage, "projects:requests", where=of_registered),
        posted_only("projects:request_renewal", of_registered),
        posted_only("projects:request_change", of_registered),
        posted_only("projects:act_on_renewal", acted("approve")),
        posted_only("projects:act_on_change", lambda _world: (1, "approve")),
    )


def acts(act: Any) -> tuple[Any, ...]:
    page = ("projects:requests", of_registered)

    def decided(action: str, roles: set[str]) -> Any:
        data = (lambda _world: {"reason": "A reason."}) if action in ("return", "refuse") else (lambda _world: {})
        return act("open", "projects:act_on_renewal", acted(action), frozenset(roles), page, data)

    return (
        decided("approve", {"approver"}),
        decided("refuse", {"approver"}),
        decided("return", {"approver", "clerk"}),
        decided("withdraw", {"representative"}),
        act("open", "projects:request_change", of_registered, frozenset({"representative"}), page, _passed_on),
    )


def _passed_on(world: Journey) -> dict[str, str]:
    from registry.organisations.models import Membership

    new = Membership.objects.get(user=world.users[STRANGER]).organisation_id
    return {"to_organisation": str(new), "reason": "The company is sold."}
