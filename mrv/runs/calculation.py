"""One calculation from the store to its outcome. Imported by the worker's task only."""

from __future__ import annotations

from time import monotonic_ns

from django.utils.translation import gettext_lazy as _

from calculations.bundle import Bundle, read_bundle
from calculations.calculation import Progress
from calculations.engine import ENGINE_VERSION, compute
from calculations.evidence import parse_utc_s
from calculations.result import Result
from mrv.methodologies.selectors import candidate_methodology, checked_methodology
from mrv.runs import plot
from mrv.runs.models import Run
from mrv.runs.results import Outcome
from registry.core import store
from registry.core.errors import Refusal


def compute_run(run: Run, tell: Progress) -> Outcome:
    """Read the run's bundle, check it and the methodology, compute. Writes nothing.

    Raises CalculationError (a damaged bundle, METHODOLOGY_ALTERED, whatever the engine refuses) or Refusal; each
    would come out the same on every further attempt.
    """
    begun_ns = monotonic_ns()
    if run.engine_version != ENGINE_VERSION:
        raise Refusal(
            "ENGINE_CHANGED",
            _("The calculation was asked of engine %(asked)s; this worker has %(found)s. Start it again."),
            asked=run.engine_version,
            found=ENGINE_VERSION,
        )
    check = candidate_methodology if run.kind == Run.Kind.IMPACT else checked_methodology
    methodology = check(run.methodology)
    bundle = read_bundle(store.path(run.bundle_sha256))
    if bundle.digest != run.bundle_digest:
        raise Refusal(
            "EVIDENCE_ALTERED",
            _("The stored file %(sha256)s was altered on disk. Nothing was changed; tell the operator."),
            sha256=run.bundle_sha256,
        )
    result = compute(bundle, methodology, tell)
    return Outcome(
        digest=result.digest,
        result_json=result.json_bytes,
        figures={name: figure["value"] for name, figure in result.content["figures"].items()},
        plot=_plot(bundle, result),
        duration_ms=(monotonic_ns() - begun_ns) // 1_000_000,
    )


def _plot(bundle: Bundle, result: Result) -> bytes:
    grid = result.content["plots"]["grid"]
    if "slots" not in grid:  # a methodology without a logger has nothing to draw over time
        period = bundle.evidence.period
        return plot.pack({}, start_s=parse_utc_s(period["start"]), interval_s=period["interval_s"])
    measured = plot.on_grid(bundle.evidence.epoch_s, bundle.evidence.series, **grid)
    return plot.pack({**measured, **result.plots}, start_s=grid["start_s"], interval_s=grid["interval_s"])
