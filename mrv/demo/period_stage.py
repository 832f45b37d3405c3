"""The monitoring period: sealed, calculated by the worker, submitted, verified by another body, decided."""

from __future__ import annotations

import re
import subprocess
import sys

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.decisions import services as decisions
from mrv.decisions.models import Review
from mrv.decisions.notice import notice_end
from mrv.decisions.selectors import planned_issuance
from mrv.demo.checks import look_at_everything, look_at_sample
from mrv.demo.project_stage import DECLARATION
from mrv.demo.scene import Scene, pass_time_until, wait_for_certificate, wait_for_run
from mrv.demo.world import VERIFIER, World, renew_accreditations
from mrv.periods import services as periods
from mrv.periods.models import MonitoringPeriod
from mrv.publication.selectors import kit_of
from mrv.runs import services as runs
from mrv.runs.models import Run
from mrv.stations.models import Station
from mrv.verification import services as verification
from mrv.verification.models import Assignment, Opinion
from registry.certificates.models import Certificate
from registry.core.errors import Refusal

RESULT_LINE = re.compile(r"^result\s+([0-9a-f]{64})$", re.MULTILINE)
SHOWN = (
    "readings",
    "missing_slots",
    "runoff_mm",
    "flow_weighted_hco3_mg_l",
    "mean_si_calcite",
    "mean_pco2_pa",
    "gross_t_co2",
    "gross_t_co2_km2_a",
    "retained_t_co2",
    "baseline_t_co2",
    "net_t_co2",
    "net_p10_t_co2",
    "half_width_90_pct",
)


def seal(scene: Scene, station: Station) -> MonitoringPeriod:
    """Open the period when it is over on the programme's clock, and seal its evidence."""
    inputs, editor = scene.inputs, scene.actor("editor")
    pass_time_until(inputs.end)
    period = periods.open_period(
        actor=editor, project=station.project, station=station, first_day=inputs.first_day, last_day=inputs.last_day
    )
    period = periods.seal_period(actor=editor, period=period)
    scene.narrator.step(
        _("Period opened and its evidence sealed"),
        period=f"{period.first_day} … {period.last_day} ({period.zone})",
        bundle_digest=period.bundle_digest,
    )
    return period


def calculate(scene: Scene, period: MonitoringPeriod) -> Run:
    """Ask for the official calculation and watch the worker do it."""
    run = runs.request_run(actor=scene.actor("editor"), period=period, kind=Run.Kind.OFFICIAL)
    run = wait_for_run(scene, run)
    figures = run.figures or {}
    scene.narrator.step(
        _("Official calculation, by the worker"),
        **{name: figures[name] for name in SHOWN if figures.get(name) is not None},
        result_digest=run.result_digest,
    )
    return run


def submit(scene: Scene, period: MonitoringPeriod) -> MonitoringPeriod:
    period = periods.submit_period(actor=scene.actor("representative"), period=period)
    scene.narrator.step(_("Submitted by the authorised representative"))
    return period


def assign_verifier(world: World, period: MonitoringPeriod) -> Assignment:
    """Another body than the validator is proposed, confirmed, and accepts with its declaration."""
    renew_accreditations(world)
    assignment = verification.propose_verification(
        actor=world.actor("representative"), period=period, body=world.organisation(VERIFIER)
    )
    assignment = verification.confirm(actor=world.actor("clerk"), assignment=assignment)
    return verification.accept(actor=world.actor("verification_lead"), assignment=assignment, declaration=DECLARATION)


def verify(scene: Scene, period: MonitoringPeriod) -> MonitoringPeriod:
    """The verifier downloads the kit, computes it outside the server, and two of its people sign."""
    opinion = sign_verification(scene, assign_verifier(scene.world, period))
    opinion = verification.countersign_opinion(actor=scene.actor("verification_reviewer"), opinion=opinion)
    scene.narrator.step(
        _("Recomputed outside the server by another body, and verified"),
        recomputed=opinion.result_digest,
        statement=opinion.number,
        quantity_verified_t=opinion.quantity_verified_t,
    )
    return MonitoringPeriod.objects.get(pk=period.pk)


def sign_verification(scene: Scene, assignment: Assignment) -> Opinion:
    """The kit computed outside the server, the digest recorded, the opinion signed by the lead verifier."""
    recomputation = Recomputation(scene.world, assignment)
    return sign_recomputed(scene.world, assignment, recomputation.digest())


def sign_recomputed(world: World, assignment: Assignment, digest: str) -> Opinion:
    """The digest recorded, everything looked at, and the opinion signed by the lead verifier."""
    lead, period = world.actor("verification_lead"), assignment.period
    assert period is not None
    if not assignment.recomputations.exists():
        verification.record_recomputation(actor=lead, assignment=assignment, result_digest=digest)
    look_at_everything(lead, assignment)
    look_at_sample(lead, assignment, seed=f"{period.project.code}-{period.number}")
    return verification.sign_opinion(
        actor=lead,
        assignment=assignment,
        positive=True,
        reasons_zh="证据完整；在服务器之外重算，结果逐字节一致。",
        reasons_en="The evidence is complete; recomputed outside the server, the result is identical.",
    )


class Recomputation:
    """The command line of the science at work on the verifier's kit: no Django, no database, no network."""

    def __init__(self, world: World, assignment: Assignment) -> None:
        assert assignment.period_id is not None
        period = MonitoringPeriod.objects.get(pk=assignment.period_id)
        self.assignment = assignment
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [
                sys.executable,
                "-m",
                "calculations",
                "recompute",
                str(kit_of(world.actor("verification_lead"), period).path),
            ],
            cwd=settings.ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def digest(self) -> str:
        """Wait for the result digest that it prints.

        Raises Refusal ``RECOMPUTATION_DIFFERS`` with its last line when it is not identical.
        """
        printed, complained = self._process.communicate()
        lines = printed.strip().splitlines()
        result = RESULT_LINE.search(printed)
        if self._process.returncode != 0 or not lines or lines[-1] != "identical" or result is None:
            said = lines[-1] if lines else complained.strip()[-300:]
            raise Refusal("RECOMPUTATION_DIFFERS", _("The kit does not recompute: %(said)s"), said=said or "–")
        return result[1]


def prepare_decision(scene: Scene, period: MonitoringPeriod) -> Review:
    """Reviewed and, when the public notice has passed, prepared by one official."""
    clerk = scene.actor("clerk")
    review = decisions.begin_review(actor=clerk, period=period)
    pass_time_until(notice_end(period))
    scene.narrator.step(_("Public notice has passed on the programme's clock"), until=f"{notice_end(period):%Y-%m-%d}")
    quantity = planned_issuance(review).total_t if review.outcome == Review.Outcome.CREDITS else None
    return decisions.prepare(actor=clerk, review=review, confirmed_quantity=quantity)


def decide(scene: Scene, period: MonitoringPeriod) -> Certificate:
    """Reviewed, under public notice, prepared by one official and decided by another; then the file is drawn."""
    review = prepare_decision(scene, period)
    quantity = review.request.quantity_t if review.request is not None else None
    certificate = decisions.approve(actor=scene.actor("approver"), review=review, confirmed_quantity=quantity)
    certificate = wait_for_certificate(scene, certificate)
    if certificate.issuance is not None:
        scene.narrator.step(
            _("Credits issued by two officials; certificate drawn and signed"),
            credits=certificate.issuance.quantity_t,
            buffer=certificate.issuance.buffer_t,
            serials=", ".join(block.printed for block in certificate.issuance.blocks()),
            certificate=certificate.number,
        )
    else:
        reason = certificate.content.reason
        scene.narrator.step(
            _("Statement issued by two officials, no credits; certificate drawn and signed"),
            certificate=certificate.number,
            **({"reason": f"{reason.zh} {reason.en}"} if reason else {}),
        )
    return certificate
