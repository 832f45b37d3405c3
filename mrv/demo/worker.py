"""A Celery worker of the walkthrough's own, where none runs: a real process, ended when the walkthrough ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from registry.celery import app
from registry.core.embedded.processes import die_with_parent
from registry.core.errors import Refusal

OWN = "walkthrough-"
"""Workers of that name end with their walkthrough: no other walkthrough may count on one."""
ASK_SECONDS = 1.0
STOP_SECONDS = 20


class Worker:
    """The process that calculates; ``process`` is None when a standing worker does."""

    def __init__(self, process: subprocess.Popen[bytes] | None, log: IO[bytes] | None) -> None:
        self.process = process
        self._log = log

    def check(self) -> None:
        """Raise ``WORKER_ENDED`` with its last words when the own worker is gone."""
        if self.process is None or self._log is None or self.process.poll() is None:
            return
        self._log.seek(0)
        words = self._log.read().decode(errors="replace").strip().splitlines()
        raise Refusal(
            "WORKER_ENDED",
            _("The worker process ended (status %(status)s): %(words)s. Run the walkthrough again."),
            status=self.process.returncode,
            words=" / ".join(words[-3:]) or "–",
        )


@contextmanager
def worker(processes: int = 1) -> Iterator[Worker]:
    """A standing worker (``manage.py up``) if one answers, else one of our own for the length of the block."""
    if standing_worker():
        yield Worker(None, None)
        return
    with tempfile.TemporaryFile() as log:
        process = _start(log, processes)
        try:
            yield Worker(process, log)
        finally:
            _stop(process)


def standing_worker() -> bool:
    """Whether a worker answers that does not end with a walkthrough. Refusal where the queue cannot be reached."""
    try:
        answers = app.control.ping(timeout=ASK_SECONDS) or []
    except (OperationalError, OSError) as error:
        raise Refusal(
            "QUEUE_UNREACHABLE",
            _("The queue that REDIS_URL names cannot be reached (%(reason)s). Correct it or leave it out."),
            reason=error,
        ) from error
    return any(not name.startswith(OWN) for answer in answers for name in answer)


def _start(log: IO[bytes], processes: int) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    command = [sys.executable, "-m", "celery", "-A", "registry.celery", "worker", "--hostname", f"{OWN}{parent}@%h"]
    command += ["--pool", "solo"] if processes == 1 else ["--concurrency", str(processes)]
    command += ["--loglevel", "WARNING"]
    command += ["--without-mingle", "--without-gossip", "--without-heartbeat"]
    return subprocess.Popen(  # noqa: S603  our own program
        command,
        cwd=settings.ROOT,
        env={**os.environ, "DEMO": "1", "KCR_VAR": str(settings.VAR), "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),  # noqa: PLW1509  no threads here
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let it finish what it does; whoever does not end is ended with its group."""
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
