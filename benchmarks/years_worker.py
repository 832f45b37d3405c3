"""The worker's side of `benchmarks.throughput`: station-years from sealed bundles to results, several in one task.

Started as `celery -A benchmarks.years_worker worker`, with the settings of the registry's own workers. It imports the
science and nothing of the web, as a calculation needs no more than a bundle.
"""

from __future__ import annotations

import os
import resource
import time

from celery import Celery

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = Celery("benchmark", broker=os.environ.get("BROKER_URL"), backend=os.environ.get("BROKER_URL"))
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


@app.task(name="benchmarks.years")
def years(paths: list[str], methodology_toml: str) -> dict[str, float | int | list[str]]:
    """Results of several bundles: their digests, seconds of the processor, and the process's largest memory [MB]."""
    from calculations.bundle import read_bundle  # noqa: PLC0415  the parent process of the pool needs no numpy
    from calculations.engine import compute  # noqa: PLC0415
    from calculations.methodologies import read_methodology  # noqa: PLC0415

    started = time.process_time()
    methodology = read_methodology(methodology_toml.encode())
    digests = [compute(read_bundle(path), methodology).digest for path in paths]
    largest_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return {
        "process": os.getpid(),
        "seconds": time.process_time() - started,
        "largest_mb": largest_mb,
        "digests": digests,
    }
