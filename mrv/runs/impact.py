"""The impact test of a methodology version: every past official period, calculated again from its sealed evidence."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from mrv.methodologies import impact
from mrv.methodologies.models import MethodologyVersion
from mrv.periods.models import MonitoringPeriod
from mrv.runs import results
from mrv.runs.lease import QUEUE_WAIT, real_now
from mrv.runs.models import Run
from mrv.runs.services import send
from mrv.runs.version import engine_version
from registry.audit.services import record
from registry.core.actors import Actor

QUANTITIES = ("net_p10_t_co2", "retained_t_co2")
"""The quantity that a version ends in: the first of these that its result has."""


def past_periods(version: MethodologyVersion) -> list[MonitoringPeriod]:
    """The submitted periods, of every revision, whose official run followed another version of the methodology."""
    found = (
        MonitoringPeriod.objects.filter(official_run__methodology__identifier=version.identifier)
        .exclude(official_run__methodology=version)
        .exclude(state__in=("open", "sealed"))
    )
    if not found.exists():  # of most versions there are none, and to ask for whole rows costs many times as much
        return []
    return list(found.select_related("project", "official_run__methodology").order_by("pk"))


def periods_of_other_versions(version: MethodologyVersion) -> list[str]:
    return [str(period) for period in past_periods(version)]


def start(actor: Actor, version: MethodologyVersion) -> int:
    """Ask for each calculation that is not there, nor waiting, nor running. In the caller's transaction."""
    asked = 0
    newest = _newest_runs(version)
    for period in past_periods(version):
        known = newest.get(period.pk)
        if known is not None and known.state != "failed" and known.engine_version == engine_version():
            continue
        run = Run.objects.create(
            period=period,
            kind=Run.Kind.IMPACT,
            methodology=version,
            engine_version=engine_version(),
            bundle_digest=period.bundle_digest,
            bundle_sha256=period.bundle_sha256,
            requested_by_id=actor.user_id,
            lease_until=real_now() + QUEUE_WAIT,
        )
        record(actor, "runs.request", run, after={"kind": run.kind, "methodology": str(version)})
        first = results.equal_result(run)
        if first is not None:
            results.reuse(run, first)
        else:
            transaction.on_commit(partial(send, run.pk))
        asked += 1
    return asked


def rows(version: MethodologyVersion) -> list[impact.Row]:
    newest = _newest_runs(version)
    return [_row(period, newest.get(period.pk)) for period in past_periods(version)]


def _newest_runs(version: MethodologyVersion) -> dict[int, Run]:
    found = Run.objects.filter(methodology=version, kind=Run.Kind.IMPACT).order_by("id")
    return {run.period_id: run for run in found}


def _row(period: MonitoringPeriod, run: Run | None) -> impact.Row:
    official = period.official_run
    assert official is not None
    state = impact.WAITING
    if run is not None and run.is_finished:
        state = impact.DONE if run.state == "succeeded" else impact.FAILED
    done = run is not None and state == impact.DONE
    return impact.Row(
        period=period.pk,
        name=str(period),
        followed=str(official.methodology),
        engine_before=official.engine_version,
        before_t=_quantity(official),
        digest_before=official.result_digest,
        state=state,
        run=run.pk if run is not None else None,
        percent=int(100 * run.done / run.total) if run is not None and run.total else 0,
        engine_after=run.engine_version if run is not None and done else "",
        after_t=_quantity(run) if run is not None and done else "",
        digest_after=run.result_digest if run is not None and done else "",
        error=run.error if run is not None and state == impact.FAILED else None,
    )


def _quantity(run: Run) -> str:
    figures = run.figures or {}
    return str(next((figures[name] for name in QUANTITIES if figures.get(name) is not None), ""))


impact.register(impact.Tester(periods_of_other_versions, start, rows))
