"""Starting and letting go of the embedded services, from any command's point of view."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.core.embedded.faults import ServiceFault, user_name
from registry.core.embedded.places import ROOT, SOCKET_PORT, Places, default_var
from registry.core.embedded.processes import same_process, wait_until

LOCK_SECONDS = 120
LOG_LIMIT_BYTES = 5_000_000
READY, ANOTHER = "ready", "another"  # what a keeper answers when there is no fault
_keepers: list[subprocess.Popen[bytes]] = []  # those that this process started, to be waited for


@dataclass
class Handles:
    """What one command holds while it uses the services; let go of with ``stop_services``."""

    places: Places
    started: bool  # by this very call
    users_lock: int | None = field(repr=False)  # the open file whose shared lock keeps the services up


def wanted() -> set[str]:
    """The servers that no environment variable gives, so that the embedded ones are used."""
    given_by = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    return {name for name, variable in given_by.items() if not os.environ.get(variable)}


def needed() -> bool:
    """Whether at least one server is not given by its environment variable."""
    return bool(wanted())


def ensure_services(var: Path | None = None, *, durable: bool = True) -> Handles:
    """Start what is not running for this ``var`` and hold it. Does nothing when both servers are given.

    ``durable=False`` is for the servers of a test session alone. Raises ServiceFault.
    """
    places = Places((var or default_var()).resolve())
    if not needed():
        return Handles(places, started=False, users_lock=None)
    try:
        make_directories(places)
        with _locked(places.start_lock, places):
            users_lock = open_lock(places.users_lock)
            try:
                _lock(users_lock, fcntl.LOCK_SH, places)  # waits while a keeper is stopping
                started = _bring_up(places, durable=durable)
            except BaseException:  # also Ctrl-C: what was started meanwhile is stopped before this one ends
                stop_services(Handles(places, started=False, users_lock=users_lock))
                raise
    except OSError as error:
        raise ServiceFault.from_os_error(error, places.var) from error
    return Handles(places, started, users_lock)


def revive(handles: Handles) -> bool:
    """Start the services anew if the keeper of a holder's services was killed; whether that was so."""
    if handles.users_lock is None or _keeper(handles.places):
        return False
    with _locked(handles.places.start_lock, handles.places):
        return _bring_up(handles.places, durable=True)


def stop_services(handles: Handles) -> None:
    """Let go; when no other command uses the services, they are stopped when this returns."""
    if handles.users_lock is None:
        return
    lock, handles.users_lock = handles.users_lock, None
    keeper = _keeper(handles.places)
    try:
        if _others_use(lock):
            return
    finally:
        os.close(lock)
    wait_until(lambda: not _lives(handles.places, keeper), seconds=LOCK_SECONDS)


@contextlib.contextmanager
def services(var: Path | None = None, *, durable: bool = True) -> Iterator[Handles]:
    """The services for the length of a block."""
    handles = ensure_services(var, durable=durable)
    try:
        yield handles
    finally:
        stop_services(handles)


def _others_use(lock: int) -> bool:
    """Whether another command holds the shared lock (the keeper, when it stops, holds the exclusive one)."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return True
    return False


def make_directories(places: Places) -> None:
    """``var`` may be passed through, not listed, by others: the account that PostgreSQL runs as must get in."""
    if places.var.exists() and not places.var.is_dir():
        raise ServiceFault("VAR_NOT_DIRECTORY", path=places.var)
    if places.var.exists() and not os.access(places.var, os.W_OK | os.X_OK):
        raise ServiceFault("NO_PERMISSION", path=places.var, user=user_name())
    if not places.var.exists():
        places.var.mkdir(mode=0o711, parents=True, exist_ok=True)
        owner = places.var.parent.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:  # root in the clone of an ordinary user
            os.chown(places.var, owner.st_uid, owner.st_gid)
    for directory, mode in ((places.run, 0o711), (places.logs, 0o700)):
        if not directory.is_dir():
            directory.mkdir(mode=mode, exist_ok=True)  # another first start may have been a moment faster
            _give_to_owner_of_var(directory, places)
    for log in (places.keeper_log, places.database_log, places.queue_log):
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
        _give_to_owner_of_var(log, places)


def _give_to_owner_of_var(path: Path, places: Places) -> None:
    owner = places.var.stat()
    if os.geteuid() == 0 and path.stat().st_uid != owner.st_uid:
        os.chown(path, owner.st_uid, owner.st_gid)


def open_lock(path: Path) -> int:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    owner = path.parent.stat()
    if os.geteuid() == 0:
        os.fchown(lock, owner.st_uid, owner.st_gid)
    return lock


def _lock(lock: int, kind: int, places: Places) -> None:
    def taken() -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            return True
        return False

    if not wait_until(taken, seconds=LOCK_SECONDS):
        raise ServiceFault("BUSY", seconds=LOCK_SECONDS, log=places.keeper_log)


@contextlib.contextmanager
def _locked(path: Path, places: Places) -> Iterator[None]:
    lock = open_lock(path)
    try:
        _lock(lock, fcntl.LOCK_EX, places)
        yield
    finally:
        os.close(lock)


def _keeper(places: Places) -> dict[str, Any]:
    for keeper in _keepers:
        keeper.poll()  # so that one that ended does not stay a zombie of ours
    try:
        told = json.loads(places.state.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) and same_process(told.get("pid"), told.get("began")) else {}


def _lives(places: Places, keeper: dict[str, Any]) -> bool:
    """Whether that keeper, or one that this process started just now, still runs."""
    return same_process(keeper.get("pid"), keeper.get("began")) or any(
        k.args[3] == str(places.var) and k.poll() is None for k in _keepers
    )


def _bring_up(places: Places, *, durable: bool) -> bool:
    """Have a keeper with every wanted server ready; whether it was started here. The start lock is held."""
    deadline = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < deadline:
        if not wait_until(lambda: _settled(places), seconds=LOCK_SECONDS):
            break
        if _keeper(places):
            _ask_for_the_rest(places)
            return False
        if _start_keeper(places, durable=durable):
            return True
    raise ServiceFault("BUSY", seconds=LOCK_SECONDS, log=places.keeper_log)


def _ask_for_the_rest(places: Places) -> None:
    """Have a running keeper start what this command wants and the commands before it did not."""
    told = _keeper(places)
    if wanted() <= {server["name"] for server in told["servers"]}:
        return
    os.kill(told["pid"], signal.SIGUSR1)
    wait_until(lambda: _keeper(places).get("answered") != told["answered"], seconds=LOCK_SECONDS)
    told = _keeper(places)
    if not told:
        raise ServiceFault("KEEPER_ENDED", log=places.keeper_log)
    if told["fault"]:
        raise ServiceFault.from_json(told["fault"])


def _settled(places: Places) -> bool:
    """Whether there is no keeper, or its servers accept connections: not starting, restarting or just now killed."""
    told = _keeper(places)
    sockets = {"postgres": places.database_sockets / f".s.PGSQL.{SOCKET_PORT}", "redis": places.queue_socket}
    names = [server["name"] for server in told.get("servers", [])]
    return not told or (told["status"] == "ready" and all(_accepts(sockets[name]) for name in names))


def _accepts(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        return True
    return False


def _start_keeper(places: Places, *, durable: bool) -> bool:
    """Start a keeper; False when there is one already, of a command that was killed before it was ready."""
    ours, theirs = os.pipe()
    with places.keeper_log.open("ab") as log:
        keeper = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "registry.core.embedded.keeper", str(places.var), str(theirs)]
            + [",".join(sorted(wanted()))]
            + ([] if durable else ["--not-durable"]),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[theirs],
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
        )
    _keepers.append(keeper)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        answer = pipe.read().decode()
    if answer == READY:
        return True
    keeper.wait()
    if answer == ANOTHER:
        return False
    raise ServiceFault.from_json(answer) if answer else ServiceFault("KEEPER_ENDED", log=places.keeper_log)
