"""Asking for a calculation. It is computed by a worker, never here: this module does not load the engine."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.methodologies import Methodology
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import methodologies_beside, methodology_of, read_version
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import make_bundle
from mrv.runs import results
from mrv.runs.lease import QUEUE_WAIT, real_now
from mrv.runs.models import Run
from mrv.runs.version import engine_version
from registry.audit.services import record
from registry.celery import tell
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import Project

TASK = "mrv.runs.tasks.calculate"


@transaction.atomic
def request_run(
    *,
    actor: Actor,
    period: MonitoringPeriod,
    kind: str = Run.Kind.OFFICIAL,
    methodology: MethodologyVersion | None = None,
) -> Run:
    """Ask for a calculation; the message to the workers leaves with the commit.

    ``official`` and ``verifier`` calculate the sealed evidence, ``preview`` what is there now. A run that is asked
    for again while it waits or runs, or that is finished, is that run; a result that another period's equal
    calculation already gave is reused at once. ``methodology``: a version beside the project's own (a reporting line, a
    pilot, a screening), for a preview only. Raises InvalidInput BESIDE_IS_A_PREVIEW, NOT_BESIDE.
    """
    lock(Project, period.project_id)
    period = lock(MonitoringPeriod, period.pk)
    run = Run(period=period, kind=Run.Kind(kind), requested_by_id=actor.user_id)
    require(actor, f"runs.request_{run.kind}", run)
    if methodology is not None:
        _require_beside(run, methodology)
    run.methodology = methodology or methodology_of(period.project, period.first_day)
    read = read_version(run.methodology)
    run.engine_version = engine_version()
    run.bundle_digest, run.bundle_sha256 = _evidence(period, run, read if methodology is not None else None)
    known = _known(run)
    if known is not None:
        return known
    run.lease_until = real_now() + QUEUE_WAIT
    run.save()
    record(
        actor,
        "runs.request",
        run,
        after={
            "kind": run.kind,
            "bundle_digest": run.bundle_digest,
            "methodology": str(run.methodology),
            "engine": run.engine_version,
        },
    )
    first = results.equal_result(run)
    if first is not None:
        results.reuse(run, first)
    else:
        transaction.on_commit(partial(send, run.pk))
    return run


def _require_beside(run: Run, methodology: MethodologyVersion) -> None:
    """Nothing is ever decided on a version beside the project's own."""
    if run.kind != Run.Kind.PREVIEW:
        raise InvalidInput(
            "BESIDE_IS_A_PREVIEW",
            _("%(methodology)s is not the project's methodology; it can be calculated as a preview only."),
            methodology=str(methodology),
        )
    if not methodologies_beside().filter(pk=methodology.pk).exists():
        raise InvalidInput(
            "NOT_BESIDE",
            _(
                "%(methodology)s is not calculated beside another: it is not in force, or a project follows it as its "
                "own. Choose a reporting line, a pilot or a screening."
            ),
            methodology=str(methodology),
        )


def _evidence(period: MonitoringPeriod, run: Run, beside: Methodology | None) -> tuple[str, str]:
    """Bundle digest and the store's file of what this run calculates."""
    if run.kind == Run.Kind.PREVIEW:
        if period.bundle_digest:
            return period.bundle_digest, period.bundle_sha256
        digest, sha256, _sources = make_bundle(period, beside)
        return digest, sha256
    if not period.bundle_digest:
        raise Refusal(
            "PERIOD_NOT_SEALED",
            _("The evidence is not sealed yet. Seal the period first; until then only a preview can be calculated."),
        )
    return period.bundle_digest, period.bundle_sha256


def _known(run: Run) -> Run | None:
    return (
        Run.objects.filter(
            period=run.period,
            kind=run.kind,
            bundle_digest=run.bundle_digest,
            methodology=run.methodology,
            engine_version=run.engine_version,
        )
        .exclude(state="failed")
        .first()
    )


def _queue_of(run_id: int) -> str | None:
    """Verifiers' recalculations have a queue of their own: their body may run its own worker on it."""
    is_verifiers = Run.objects.filter(pk=run_id, kind=Run.Kind.VERIFIER).exists()
    return settings.VERIFIER_QUEUE if is_verifiers else None


def send(run_id: int, *, countdown_s: int = 0) -> None:
    """Tell the workers, to begin after ``countdown_s`` seconds."""
    tell(TASK, [run_id], countdown=countdown_s or None, queue=_queue_of(run_id))
