"""How a run ends: with a result, with another run's equal result, or with a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import build_kit, name_official_run
from mrv.runs import lease
from mrv.runs.models import Run
from mrv.runs.states import RUN
from mrv.spoken import Spoken
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import SYSTEM
from registry.core.errors import Refusal
from registry.core.locking import lock
from registry.projects.models import Project

ONE_RESULT = "one_result_per_calculation"
RESULT_FIELDS = ("result_digest", "result_sha256", "plot_sha256", "figures", "duration_ms")


@dataclass(frozen=True)
class Outcome:
    """What a calculation gave: canonical JSON, its digest, headline figures as decimal strings, arrays to plot."""

    digest: str
    result_json: bytes
    figures: dict[str, Any]
    plot: bytes
    duration_ms: int


def keep_result(run_id: int, attempt: int, outcome: Outcome) -> Run:
    """Write the result, only for the attempt that holds the lease. Raises LeaseLost for any other.

    Where an equal calculation finished first its result is taken instead: there is one result, never two.
    """
    _refuse_what_if(outcome)
    files = {"result_sha256": store.put(outcome.result_json), "plot_sha256": store.put(outcome.plot)}
    try:
        with transaction.atomic():
            run = held(run_id, attempt)
            _finish(
                run,
                "succeed",
                result_digest=outcome.digest,
                figures=outcome.figures,
                duration_ms=outcome.duration_ms,
                **files,
            )
            return run
    except IntegrityError as error:
        if ONE_RESULT not in str(error):
            raise
    with transaction.atomic():
        run = held(run_id, attempt)
        first = equal_result(run)
        assert first is not None
        _finish(run, "succeed", reused_from=first, **{name: getattr(first, name) for name in RESULT_FIELDS})
        return run


def _refuse_what_if(outcome: Outcome) -> None:
    """A what-if (changed parameters) is never a run's result, whoever computed it."""
    if "what_if" in json.loads(outcome.result_json):
        raise Refusal("WHAT_IF_NOT_OFFICIAL", _("A what-if is never kept as the result of a calculation."))


def equal_result(run: Run) -> Run | None:
    """The finished run with the same evidence, methodology, engine and kind, whose result is reused."""
    return Run.objects.filter(
        bundle_digest=run.bundle_digest,
        methodology=run.methodology,
        engine_version=run.engine_version,
        kind=run.kind,
        state="succeeded",
        reused_from__isnull=True,
    ).first()


def reuse(run: Run, first: Run) -> None:
    """End a run that was just asked for with the result that is already there."""
    _finish(run, "reuse", reused_from=first, **{name: getattr(first, name) for name in RESULT_FIELDS})


def fail(run_id: int, attempt: int, error: Spoken) -> None:
    """End the run with a reason that no further attempt would change."""
    with transaction.atomic():
        end_failed(held(run_id, attempt), error)


def held(run_id: int, attempt: int) -> Run:
    """The run, locked after its project and period, if this attempt still holds it."""
    ids = Run.objects.values_list("period_id", "period__project_id").get(pk=run_id)
    lock(Project, ids[1])
    lock(MonitoringPeriod, ids[0])
    run = lock(Run, run_id)
    if run.state != "running" or run.attempt != attempt:
        raise lease.LeaseLost(f"run {run_id}: attempt {attempt} lost its lease to attempt {run.attempt}")
    return run


def _finish(run: Run, action: str, **result: Any) -> None:
    before = RUN.move(run, action, finished_at=clock.now(), phase="", **result)
    record(
        SYSTEM,
        f"runs.{action}",
        run,
        before={"state": before},
        after={
            "state": run.state,
            "kind": run.kind,
            "bundle_digest": run.bundle_digest,
            "result_digest": run.result_digest,
            "reused_from": run.reused_from_id,
        },
    )
    if run.kind == Run.Kind.OFFICIAL:
        period = name_official_run(actor=SYSTEM, period=run.period, run_id=run.pk)
        if period.official_run_id == run.pk:
            build_kit(period)


def end_failed(run: Run, error: Spoken) -> None:
    before = RUN.move(run, "fail", finished_at=clock.now(), error=error.as_dict())
    record(
        SYSTEM,
        "runs.fail",
        run,
        before={"state": before, "attempt": run.attempt},
        after={"state": run.state},
        reason=error.code,
    )
