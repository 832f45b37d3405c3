"""The programs that ``up`` runs, each in a process group of its own, its output cut into labelled lines."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from registry.core.embedded.places import ROOT, Places
from registry.core.embedded.processes import die_with_parent, started_at

RESTARTS, RESTARTS_WITHIN_SECONDS = 5, 120.0


@dataclass
class Child:
    """One program: started again when it ends by itself, a bounded number of times."""

    name: str
    command: list[str]
    env: dict[str, str]
    keep_open: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    restart_at: float | None = None
    ended_at: list[float] = field(default_factory=list)
    rest: bytes = b""

    def start(self) -> None:
        parent = os.getpid()
        self.restart_at = None
        self.process = subprocess.Popen(  # noqa: S603  our own programs
            self.command,
            cwd=ROOT,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.keep_open,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),  # noqa: PLW1509  no threads here
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.began = started_at(self.process.pid) or time.time()

    @property
    def output(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def lines(self) -> tuple[list[str], bool]:
        """The whole lines that have arrived, and whether the output has ended."""
        try:
            data = os.read(self.output, 65536)
        except BlockingIOError:
            return [], False
        *whole, self.rest = (self.rest + data).split(b"\n")
        if not data and self.rest:
            whole, self.rest = [*whole, self.rest], b""
        return [line.decode(errors="replace") for line in whole], not data

    def may_restart(self, now: float) -> bool:
        """Count one more unwanted end; whether there may be another start."""
        self.ended_at = [at for at in self.ended_at if now - at < RESTARTS_WITHIN_SECONDS] + [now]
        return len(self.ended_at) <= RESTARTS

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def programs(
    places: Places, *, listener: int, keep_open: tuple[int, ...], env: dict[str, str], with_beat: bool
) -> list[Child]:
    """Web, worker and beat. ``listener`` is the listening socket's file number."""
    python, concurrency = sys.executable, os.environ.get("WORKER_CONCURRENCY", "2")
    celery = [python, "-m", "celery", "--quiet", "-A", "registry.celery"]
    web = [python, "-m", "gunicorn", "registry.wsgi:application", "--bind", f"fd://{listener}", "--no-control-socket"]
    web += ["--workers", os.environ.get("WEB_WORKERS", "2"), "--threads", "4", "--graceful-timeout", "5"]
    web += ["--access-logfile", "-", "--access-logformat", "%(m)s %(U)s %(s)s %(M)s ms"]
    worker = [*celery, "worker", "--concurrency", concurrency, "--loglevel", "INFO", "--without-mingle"]
    beat = [*celery, "beat", "--schedule", str(places.run / "beat-schedule"), "--loglevel", "INFO"]
    env = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "KCR_VAR": str(places.var), **env}
    children = [
        Child("web", web, {"DATABASE_POOL": "true", **env}, (listener, *keep_open)),
        Child("worker", [*worker, "--without-gossip"], {"OPENBLAS_NUM_THREADS": "1", **env}, keep_open),
    ]
    return [*children, Child("beat", beat, env, keep_open)] if with_beat else children


def group_members(group: int, began: float) -> list[psutil.Process]:
    """The living processes of a child's group, even when the child itself is gone already."""
    members = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.create_time() >= began - 1.0:
                members.append(process)
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    return [one for one in members if started_at(one.pid) is not None]


def end_groups(groups: Iterable[tuple[int, float]], *, seconds: float) -> None:
    """Ask what is left of these groups to end, and kill what is still there after ``seconds``."""
    groups = list(groups)
    for number in (signal.SIGTERM, signal.SIGKILL):
        left = [one for group in groups for one in group_members(*group)]
        if not left:
            return
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
                process.send_signal(signal.SIGCONT)  # one that was stopped cannot heed anything
        psutil.wait_procs(left, timeout=seconds)


def tail(path: Path, offset: int) -> tuple[list[str], int]:
    """The whole lines that a log has gained since ``offset``, and the new offset."""
    try:
        with path.open("rb") as log:
            log.seek(offset)
            data = log.read(65536)
    except OSError:
        return [], offset
    whole, newline, _ = data.rpartition(b"\n")
    return (whole.decode(errors="replace").splitlines(), offset + len(whole) + 1) if newline else ([], offset)
