"""Processes by identity (number and start time, since numbers are used again), and how a child ends with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def started_at(pid: int) -> float | None:
    """When the process began (seconds), or None when there is none or only its zombie is left."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def same_process(pid: int | None, began: float | None) -> bool:
    """Whether the process that had this number then is still alive."""
    if not pid or began is None:
        return False
    now = started_at(pid)
    return now is not None and abs(now - began) < 1.0


def processes_in(directory: Path, program: str) -> list[tuple[int, float]]:
    """The living processes of this program whose working directory is ``directory``."""
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == program and Path(process.cwd()) == directory:
                found.append((process.pid, process.create_time()))
    return found


def die_with_parent(signal_number: int, parent_pid: int) -> None:
    """To be called in a new child: get ``signal_number`` when the parent ends in any way (Linux; elsewhere nothing)."""
    if not hasattr(_libc, "prctl"):
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal_number)


def wait_until(condition: Callable[[], bool], *, seconds: float, step_seconds: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step_seconds)
    return True


def end_processes(
    pids: Iterable[tuple[int, float]], first_signal: int, *, seconds: float, groups: bool = False
) -> None:
    """Ask the given processes (or their groups) to end, and kill those that are still there after ``seconds``."""
    alive = [(pid, began) for pid, began in pids if same_process(pid, began)]
    send = os.killpg if groups else os.kill
    for number in (first_signal, signal.SIGKILL):
        for pid, began in alive:
            if same_process(pid, began):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    send(pid, number)
        if wait_until(lambda: not any(same_process(*one) for one in alive), seconds=seconds):
            return
