"""What the stages of a walkthrough share, and how they wait: for the programme's clock, and for the worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from mrv.demo.faults import Fault, Faulty
from mrv.demo.inputs import Inputs
from mrv.demo.narrator import Narrator
from mrv.demo.precheck import Plan
from mrv.demo.worker import Worker
from mrv.demo.world import World
from mrv.runs.models import Run
from mrv.runs.tasks import resend_lost_runs
from registry.certificates.models import Certificate
from registry.certificates.tasks import resend_waiting
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import Refusal

POLL_S = 0.2
SWEEP_EVERY_S = 20.0
CALCULATION_AT_MOST_S = 1800.0
CERTIFICATE_AT_MOST_S = 120.0


@dataclass(frozen=True)
class Site:
    """What a project is called and where it lies."""

    zh: str
    en: str
    division_code: str = "520621"
    county_zh: str = "江口县"
    county_en: str = "Jiangkou"
    longitude_deg: Decimal = Decimal("108.8390")
    latitude_deg: Decimal = Decimal("27.6960")


@dataclass(frozen=True)
class Scene:
    world: World
    inputs: Inputs
    plan: Plan
    narrator: Narrator
    worker: Worker
    site: Site

    def actor(self, who: str) -> Actor:
        return self.world.actor(who)


def pass_time_until(instant: datetime) -> bool:
    """Let the programme's clock pass ``instant``; False when it has passed already. Never skipped, never back."""
    if clock.now() > instant:
        return False
    clock.advance_to(instant + timedelta(seconds=1))
    return True


def wait_for_run(scene: Scene, run: Run) -> Run:
    """Watch the worker until the run is finished; raise :class:`Faulty` with the run's own reason when it failed."""

    def finished() -> bool:
        run.refresh_from_db()
        if run.state == "running" and run.phase:
            scene.narrator.progress(run.phase, run.done, run.total)
        return run.is_finished

    if not watch(scene.worker, finished, resend_lost_runs, CALCULATION_AT_MOST_S):
        raise Refusal("CALCULATION_TOO_LONG", _("The calculation did not finish in time. See its page."))
    refuse_failed(run)
    return run


def refuse_failed(run: Run) -> None:
    if run.state == "failed":
        error = run.error or {}
        raise Faulty([Fault(error.get("code", "RUN_FAILED"), error.get("zh", ""), error.get("en", ""))])


def wait_for_certificate(scene: Scene, certificate: Certificate) -> Certificate:
    """Wait until the worker has drawn and signed the certificate's file."""

    def drawn() -> bool:
        certificate.refresh_from_db()
        return certificate.rendered_at is not None

    if not watch(scene.worker, drawn, resend_waiting, CERTIFICATE_AT_MOST_S):
        raise not_drawn(certificate.number)
    return certificate


def not_drawn(number: str) -> Refusal:
    return Refusal(
        "CERTIFICATE_NOT_DRAWN",
        _("The certificate %(number)s is issued, but its file was not drawn in time. See the worker's log."),
        number=number,
    )


def watch(worker: Worker, done: Callable[[], bool], sweep: Callable[[], object], at_most_s: float) -> bool:
    """Poll until ``done``; now and then do beat's work, because here may be no beat that finds lost messages."""
    began = swept = time.monotonic()
    while not done():
        worker.check()
        now = time.monotonic()
        if now - began > at_most_s:
            return False
        if now - swept > SWEEP_EVERY_S:
            sweep()
            swept = now
        time.sleep(POLL_S)
    return True
