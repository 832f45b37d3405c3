"""The shipped drafts of the inventory and the enhancement methodology: tested on the demonstration's past periods."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mrv.demo.scene import CALCULATION_AT_MOST_S, watch
from mrv.demo.worker import Worker
from mrv.demo.world import World
from mrv.methodologies import services as methodologies
from mrv.methodologies.models import MethodologyVersion
from mrv.runs.models import Run
from mrv.runs.tasks import resend_lost_runs
from registry.core.errors import Refusal

TO_SIGN, TO_PUBLISH = "KCS-ENH-BACI", "KCS-INV"


def start_impacts(world: World) -> None:
    """Ask the workers for every past period under each drafted version."""
    editor = world.actor("methodology_editor")
    for version in _drafts():
        methodologies.start_impact(actor=editor, version=version)


def record_impacts(world: World, running: Worker) -> None:
    """Record what changes; one version is signed and waits for its second person, the other for its first."""
    editor = world.actor("methodology_editor")

    def calculated() -> bool:
        return not Run.objects.filter(kind=Run.Kind.IMPACT, state__in=("queued", "running")).exists()

    if not watch(running, calculated, resend_lost_runs, CALCULATION_AT_MOST_S):
        raise Refusal("CALCULATION_TOO_LONG", _("The calculation did not finish in time. See its page."))
    for version in _drafts():
        tested = methodologies.record_impact(actor=editor, version=version)
        if tested.identifier == TO_PUBLISH:
            methodologies.sign_version(actor=editor, version=tested)


def _drafts() -> list[MethodologyVersion]:
    return list(MethodologyVersion.objects.filter(identifier__in=(TO_SIGN, TO_PUBLISH), state="draft").order_by("id"))
