from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.audit.models import Verification
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.todo import ToDo, provider


@provider
def broken_log(actor: Actor) -> Iterable[ToDo]:
    """A log that is not as signed stops everything else: it stands on every official's list."""
    if not may(actor, "audit.view"):
        return
    newest = Verification.objects.exclude(ended_at=None).first()
    if newest is not None and newest.result == Verification.Result.BROKEN:
        yield ToDo(
            title=_("The audit log is not as it was signed"),
            detail=_("Tell the operator; decide nothing until it is explained."),
            url=reverse("transparency:events"),
            since=newest.ended_at or newest.asked_at,
        )
