"""The keeper: parent of both servers, from the first command that needs them to the last that lets go.

Started by ``client.ensure_services`` as ``python -m registry.core.embedded.keeper VAR STATUS_FD NAMES
[--not-durable]``; NAMES are the servers that no environment variable gives. It tells through the status pipe that they
answer, or the fault; on SIGUSR1 it starts the rest too. It restarts a server that dies, a few times. When it gets the
exclusive lock of ``users.lock``, no command uses the servers any more, and it stops them. When the keeper itself is
killed the servers are told by the kernel and shut down properly.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from registry.core.embedded.accounts import choose_account
from registry.core.embedded.client import ANOTHER, READY, open_lock
from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import Places
from registry.core.embedded.postgres_server import DatabaseServer
from registry.core.embedded.processes import end_processes, started_at, wait_until
from registry.core.embedded.redis_server import QueueServer

START_SECONDS = 600  # crash recovery of a large database may take minutes; a server that ended is noticed at once
LOOK_EVERY_SECONDS = 0.2
RESTARTS, RESTARTS_WITHIN_SECONDS = 5, 60.0

Server = DatabaseServer | QueueServer


def say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)


class Keeper:
    def __init__(self, places: Places, *, durable: bool) -> None:
        account = choose_account(var=places.var, database=places.database)
        self.places = places
        self.servers: tuple[Server, ...] = (DatabaseServer(places, account, durable), QueueServer(places, account))
        self.running: list[Server] = []
        self.answering: set[str] = set()
        """Names of the servers that answered since they were last started: they may have something to save."""
        self.restarts: list[float] = []
        self.told_to_stop = self.told_to_start_all = False
        self.answered = 0  # how many requests to start the rest, and how the last one ended
        self.fault: ServiceFault | None = None
        signal.signal(signal.SIGTERM, self._stop_soon)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGUSR1, self._start_all_soon)

    def _stop_soon(self, *_: object) -> None:
        self.told_to_stop = True

    def _start_all_soon(self, *_: object) -> None:
        self.told_to_start_all = True

    def start(self, names: set[str]) -> None:
        self._end_survivors()
        self._write_state("starting")
        self._make_socket_directory()
        self._start([server for server in self.servers if server.name in names])

    def _start(self, servers: list[Server]) -> None:
        for server in servers:
            server.prepare()
        for server in servers:
            server.start()
            self.running.append(server)
        self._write_state("starting")
        for server in servers:
            self._wait_for(server)
        self._write_state("ready")

    def _start_rest(self) -> None:
        """Another command needs a server that the first one was given from elsewhere."""
        self.told_to_start_all, self.fault = False, None
        try:
            self._start([server for server in self.servers if server not in self.running])
        except ServiceFault as fault:
            self.fault = fault
        except OSError as error:
            self.fault = ServiceFault.from_os_error(error, self.places.var)
        self.running = [one for one in self.running if one.process is not None and one.process.poll() is None]
        self.answered += 1
        self._try_to_write_state("ready")

    def _wait_for(self, server: Server) -> None:
        def settled() -> bool:
            return self.told_to_stop or server.is_ready()

        if not wait_until(settled, seconds=START_SECONDS):
            raise ServiceFault("BUSY", seconds=START_SECONDS, log=self.places.keeper_log)
        self.answering.add(server.name)

    def _end_survivors(self) -> None:
        """End servers whose keeper was killed and that have not gone yet."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self.places.state.read_text())
            end_processes([(one["pid"], one["began"]) for one in told["servers"]], signal.SIGINT, seconds=60)

    def _make_socket_directory(self) -> None:
        if self.places.sockets_fit:
            return
        directory = self.places.sockets
        account = self.servers[0].account
        directory.mkdir(mode=0o700, exist_ok=True)
        about = directory.lstat()
        if directory.is_symlink() or about.st_uid not in {os.geteuid(), account.uid}:
            raise ServiceFault("NO_PERMISSION", path=directory, user=account.name)
        directory.chmod(0o700)
        account.own(directory)

    def _write_state(self, status: str) -> None:
        servers = [
            {"name": server.name, "pid": server.process.pid, "began": started_at(server.process.pid)}
            for server in self.running
            if server.process is not None
        ]
        me: dict[str, object] = {"pid": os.getpid(), "began": started_at(os.getpid()), "status": status}
        me |= {"servers": servers, "answered": self.answered, "fault": self.fault and self.fault.as_json()}
        draft = self.places.state.with_suffix(".new")
        draft.write_text(json.dumps(me))
        draft.replace(self.places.state)

    def _try_to_write_state(self, status: str) -> None:
        with contextlib.suppress(OSError):  # on a full disk the servers matter more than their numbers
            self._write_state(status)

    def look_after(self, users: int) -> None:
        """Return when no command uses the servers any more, or when told to stop."""
        while not self.told_to_stop:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if self.told_to_start_all:
                self._start_rest()
            for server in self.running:
                assert server.process is not None
                if server.process.poll() is not None:
                    self._restart(server)
            time.sleep(LOOK_EVERY_SECONDS)

    def _restart(self, server: Server) -> None:
        assert server.process is not None
        now = time.monotonic()
        self.restarts = [at for at in self.restarts if now - at < RESTARTS_WITHIN_SECONDS] + [now]
        status = server.process.returncode
        if len(self.restarts) > RESTARTS:
            say(f"{server.name} 反复退出（状态 {status}），不再重启 / keeps ending (status {status}); giving up")
            self.told_to_stop = True
            return
        say(f"{server.name} 意外退出（状态 {status}），正在重启 / ended unexpectedly (status {status}); restarting")
        self._try_to_write_state("restarting")
        for attempt in range(RESTARTS):
            self.answering.discard(server.name)
            server.start()
            try:
                self._wait_for(server)
                break
            except ServiceFault as fault:
                if attempt == RESTARTS - 1:
                    say(str(fault))
                    self.told_to_stop = True
                time.sleep(0.5 * (attempt + 1))
        self._try_to_write_state("ready")

    def stop(self) -> None:
        running = [server.process for server in self.running if server.process and server.process.poll() is None]
        for server in self.running:
            if server.process in running:
                answers = server.name in self.answering
                server.process.send_signal(server.stop_signal if answers else server.abandon_signal)
        for process in running:
            if not wait_until(lambda one=process: one.poll() is not None, seconds=60):
                process.kill()
                process.wait()
        if not self.places.sockets_fit:
            shutil.rmtree(self.places.sockets, ignore_errors=True)
        self.places.state.unlink(missing_ok=True)


def main() -> int:
    places, pipe = Places(Path(sys.argv[1])), int(sys.argv[2])
    users = os.open(places.users_lock, os.O_RDWR | os.O_CLOEXEC)
    keeper = None
    answer = READY
    try:
        if not _only_keeper(places):
            answer = ANOTHER
        else:
            keeper = Keeper(places, durable="--not-durable" not in sys.argv)
            keeper.start(set(sys.argv[3].split(",")))
    except ServiceFault as fault:
        answer = fault.as_json()
    except OSError as error:
        answer = ServiceFault.from_os_error(error, places.var).as_json()
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe, answer.encode())
    os.close(pipe)
    try:
        if keeper is not None and answer == READY:
            os.chdir("/")
            keeper.look_after(users)
    finally:
        if keeper is not None:
            keeper.stop()
    return 0


def _only_keeper(places: Places) -> bool:
    """Take the place of the one keeper of this ``var``, for as long as this process lives."""
    lock = open_lock(places.run / "keeper.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
