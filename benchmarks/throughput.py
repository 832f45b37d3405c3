"""Ten thousand station-years through Celery: 200 are computed by real workers and extrapolated.

Each is a sealed bundle on disk (raw files left out), read with all its digests checked, and computed with 10,000
scrambled Sobol draws. A task holds several years. Wall time, because
the queue and its processes belong to the measure; memory is each worker's largest.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.timing import Line, Table
from calculations.bundle import write_bundle
from calculations.methodologies import methodology_bytes
from registry.core import embedded
from tests.calculations import jiangkou

ROOT = Path(__file__).parents[1]
YEARS, WHOLE, PER_TASK = 200, 10_000, 10
DIFFERENT = 20
DRAWS = 10_000
LIMIT_S = 15 * 60.0
_SEVERAL = 2


def measure(rounds: int) -> Table:
    """One round, whatever is asked for: it takes a minute."""
    place = Path(tempfile.mkdtemp(prefix="kcr-throughput-"))
    place.chmod(0o711)
    handles = embedded.ensure_services(place / "var", durable=False)
    try:
        return _measure(place, embedded.broker_url(embedded.redis_url(place / "var")))
    finally:
        embedded.stop_services(handles)
        shutil.rmtree(place, ignore_errors=True)


def _measure(place: Path, broker_url: str) -> Table:
    os.environ["BROKER_URL"] = broker_url
    from benchmarks.years_worker import app, years  # noqa: PLC0415  the broker's address is known only now

    app.conf.update(broker_url=broker_url, result_backend=broker_url)
    paths = _bundles(place)
    toml = _methodology()
    held = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    if held is not None:  # the other benchmarks stay on one core: the workers may have all
        os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))
    worker = _worker(broker_url)
    try:
        warm = [years.delay(paths[:1], toml) for _ in range(2 * _cores())]
        for one in warm:
            one.get(timeout=120)
        tasks = [[paths[k % DIFFERENT] for k in range(at, at + PER_TASK)] for at in range(0, YEARS, PER_TASK)]
        start = time.perf_counter()
        sent = [years.delay(task, toml) for task in tasks]
        found: list[dict[str, Any]] = [one.get(timeout=900) for one in sent]
        wall_s = time.perf_counter() - start
    finally:
        _end(worker)
        if held is not None:
            os.sched_setaffinity(0, held)
    return _table(found, wall_s)


def _cores() -> int:
    return min(_SEVERAL, os.cpu_count() or 1)


def _bundles(place: Path) -> list[str]:
    """Bundles that differ by their catchment, hence in digest and seed."""
    given = jiangkou.evidence()
    folder = place / "bundles"
    folder.mkdir()
    paths = []
    for number in range(DIFFERENT):
        path = folder / f"{number:02d}.zip"
        station = given.station | {"catchment_area_km2": f"{28 + 0.01 * number:.2f}"}
        write_bundle(replace(given, station=station), path)
        paths.append(str(path))
    return paths


def _methodology() -> str:
    """KCS-ENH-BACI with few draws, by Sobol points, under a version of its own."""
    text = methodology_bytes("KCS-ENH-BACI", "1.0.0").decode()
    text = text.replace('version = "1.0.0"\nprocedure', 'version = "0.0.1"\nprocedure').replace("131072", str(DRAWS))
    return text + (
        '\n[[parameters]]\nsymbol = "scrambled_sobol"\nname_zh = "Sobol 点"\nname_en = "Sobol points"\nunit = "1"\n'
        'default = 1\nminimum = 0\nmaximum = 1\ndistribution = { kind = "fixed" }\n'
        'source_zh = "测速用"\nsource_en = "for this benchmark"\n'
    )


def _worker(broker_url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "benchmarks.years_worker", "worker"]
    command += ["--concurrency", str(_cores()), "--loglevel", "ERROR", "--without-mingle", "--without-gossip"]
    environment = os.environ | {"BROKER_URL": broker_url, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603  our own command


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(timeout=30)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=30)


def _table(found: list[dict[str, Any]], wall_s: float) -> Table:
    processes = {item["process"] for item in found}
    digests = [digest for item in found for digest in item["digests"]]
    if len(digests) != YEARS or len(set(digests)) != DIFFERENT:
        raise RuntimeError("the workers did not compute every year, or not the same each time")
    whole_s, processes_s = wall_s * WHOLE / YEARS, sum(item["seconds"] for item in found) * WHOLE / YEARS / _cores()
    busy_s = sum(item["seconds"] for item in found)
    largest_mb = max(item["largest_mb"] for item in found)
    lines = (
        Line(f"{YEARS} station-years by {len(processes)} processes", wall_s, f"wall time, {PER_TASK} years a task"),
        Line("one of them, processor time", busy_s / YEARS, f"{DRAWS:,} draws, bundle read and checked"),
        Line(f"{WHOLE:,} station-years", whole_s, "extrapolated", f"{whole_s / LIMIT_S:.2f} of 15'"),
        Line(
            "the same, by processor time",
            processes_s,
            f"on {_cores()} cores of their own",
            f"{processes_s / LIMIT_S:.2f} of 15'",
        ),
    )
    kept_busy = 100.0 * busy_s / (wall_s * len(processes))
    notes = (
        f"largest memory of a worker process: {largest_mb:.0f} MB",
        f"the processes were at work {kept_busy:.0f} % of the wall time",
    )
    return Table("Ten thousand station-years through Celery", lines, notes)
