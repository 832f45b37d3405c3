"""Where the embedded services keep their files and sockets, and the addresses that follow from it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

DATABASE_NAME = "kcr"
DATABASE_ROLE = "kcr"
APPLICATION_ROLE = "kcr_app"
SOCKET_PORT = 5432  # no port is opened; PostgreSQL only uses it in the socket's file name
SOCKET_PATH_LIMIT_BYTES = 103  # Linux allows 107, macOS 103
ROOT = Path(__file__).resolve().parents[3]


def default_var() -> Path:
    return Path(os.environ.get("KCR_VAR") or ROOT / "var").resolve()


@dataclass(frozen=True)
class Places:
    """Every path below ``var`` that the services use."""

    var: Path

    @property
    def database(self) -> Path:
        return self.var / "postgres"

    @property
    def queue(self) -> Path:
        return self.var / "redis"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        """Locks, process numbers and PostgreSQL's access rules; may be deleted when nothing runs."""
        return self.var / "run"

    @property
    def database_log(self) -> Path:
        return self.logs / "postgres.log"

    @property
    def queue_log(self) -> Path:
        return self.logs / "redis.log"

    @property
    def keeper_log(self) -> Path:
        return self.logs / "services.log"

    @property
    def state(self) -> Path:
        return self.run / "services.json"

    @property
    def start_lock(self) -> Path:
        return self.run / "start.lock"

    @property
    def users_lock(self) -> Path:
        return self.run / "users.lock"

    @property
    def up_lock(self) -> Path:
        return self.run / "up.lock"

    @property
    def up_state(self) -> Path:
        return self.run / "up.json"

    @property
    def sockets_fit(self) -> bool:
        """Whether sockets may lie in ``var``: their paths are limited, and libpq takes a comma for a second host."""
        longest = os.fsencode(self.database / f".s.PGSQL.{SOCKET_PORT}.lock")
        return len(longest) <= SOCKET_PATH_LIMIT_BYTES and b"," not in longest

    @property
    def sockets(self) -> Path:
        """The directory, closed to every other user, of both sockets when they cannot lie in ``var``.

        It depends only on ``var`` and the user, so that two clones never meet and settings can name it.
        """
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        return Path("/tmp") / f"kcr-{os.getuid()}-{digest}"  # noqa: S108  checked for its owner before use

    @property
    def database_sockets(self) -> Path:
        return self.database if self.sockets_fit else self.sockets

    @property
    def queue_socket(self) -> Path:
        return (self.queue if self.sockets_fit else self.sockets) / "redis.sock"


def database_url(var: Path | None = None, role: str = DATABASE_ROLE) -> str:
    """The embedded PostgreSQL's address, as libpq and django-environ read it; nothing is started."""
    where = urlencode(
        {"host": str(Places(var or default_var()).database_sockets), "port": SOCKET_PORT}, quote_via=quote
    )
    return f"postgres://{role}@/{DATABASE_NAME}?{where}"


def redis_url(var: Path | None = None) -> str:
    """The embedded Redis's address, as ``redis.from_url`` reads it; nothing is started."""
    return f"unix://{quote(str(Places(var or default_var()).queue_socket))}?db=0"


def broker_url(url: str) -> str:
    """The same Redis address as Celery spells it (it knows sockets as ``redis+socket``)."""
    scheme, separator, rest = url.partition("://")
    if scheme != "unix":
        return url
    path, _, query = rest.partition("?")
    number = dict(part.partition("=")[::2] for part in query.split("&")).get("db", "0")
    return f"redis+socket{separator}{path}?virtual_host={number}"
