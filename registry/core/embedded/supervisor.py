"""``manage.py up``: services, web, worker and beat together; one address; one end for all.

Nothing outlives it. On Ctrl-C or SIGTERM the programs end first, then the services. When the supervisor itself is
killed, the kernel tells its programs (they end by themselves, holding the services until they have), and the next
``up`` ends whatever did not. One thread, one loop.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
from collections.abc import Iterator

from registry.core.embedded.children import end_groups, programs
from registry.core.embedded.client import ensure_services, make_directories, open_lock, revive, stop_services
from registry.core.embedded.faults import ServiceFault, tell
from registry.core.embedded.loop import STOP_SECONDS, STOP_SIGNALS, Loop, say
from registry.core.embedded.places import Places, default_var


class _Stop(BaseException):
    """Someone asked for the end."""


def run(*, port: int | None = None, host: str = "127.0.0.1", with_beat: bool = True) -> int:
    """Run everything until asked to stop; the exit status (0 asked to stop, 1 a fault, told in both languages)."""
    places = Places(default_var())

    def stop(*_: object) -> None:
        raise _Stop

    before = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    try:
        with _only_one(places), _listening(host, _port(port)) as listener:
            return _serve(places, listener, with_beat=with_beat)
    except _Stop:
        return 0
    except ServiceFault as fault:
        tell(fault)
        return 1
    except OSError as error:
        tell(ServiceFault.from_os_error(error, places.var))
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def address_of(host: str, port: int | None) -> str:
    """Where a browser on this machine finds the web; ``port`` as given to :func:`run`, empty for "any free one"."""
    number = _port(port)
    return f"http://{_shown(host)}:{number}/" if number else ""


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def refuse_early(*, port: int | None = None, host: str = "127.0.0.1") -> None:
    """Raise the ServiceFault that ``run`` would meet at once, before a command that runs it later does long work."""
    places = Places(default_var())
    try:
        with _only_one(places), _listening(host, _port(port)):
            pass
    except OSError as error:
        raise ServiceFault.from_os_error(error, places.var) from error


def _port(port: int | None) -> int:
    if port is not None:
        return port
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal():
        raise ServiceFault("ADDRESS_INVALID", host="PORT", port=given, detail="?")
    return int(given)


@contextlib.contextmanager
def _only_one(places: Places) -> Iterator[None]:
    """Hold the place of the one ``up`` of this ``var``; end what a killed one left behind."""
    make_directories(places)
    lock = open_lock(places.up_lock)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = _told(places)
            raise ServiceFault("ALREADY_RUNNING", address=told.get("address", "?"), pid=told.get("pid", "?")) from None
        end_groups([(pid, began) for pid, began in _told(places).get("groups", [])], seconds=STOP_SECONDS)
        yield
        places.up_state.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _told(places: Places) -> dict:
    try:
        told = json.loads(places.up_state.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The listening socket; the web server inherits it, so that the address is ours even while the web restarts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as error:
            raise _address_fault(error, host, port) from None
        listener.listen(2048)
        yield listener
    finally:
        listener.close()


def _address_fault(error: Exception, host: str, port: int) -> ServiceFault:
    other = port + 1 if 1024 <= port < 65535 else 8001
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return ServiceFault("PORT_TAKEN", port=port, other=other)
    if isinstance(error, PermissionError):
        return ServiceFault("PORT_FORBIDDEN", port=port, other=8000)
    return ServiceFault("ADDRESS_INVALID", host=host, port=port, detail=getattr(error, "strerror", None) or error)


def _serve(places: Places, listener: socket.socket, *, with_beat: bool) -> int:
    host, port = listener.getsockname()[:2]
    address, shown = address_of(host, port), _shown(host)
    say("up", "正在启动 / starting")
    _make_ready()
    handles = ensure_services(places.var)
    try:
        _check_database()
        env = {"PUBLIC_BASE_URL": os.environ.get("PUBLIC_BASE_URL") or address.rstrip("/")}
        held = () if handles.users_lock is None else (handles.users_lock,)
        children = programs(places, listener=listener.fileno(), keep_open=held, env=env, with_beat=with_beat)
        return Loop(places, children, address, lambda: revive(handles)).run((shown.strip("[]"), port))
    finally:
        with _undisturbed():
            stop_services(handles)
        say("up", "已停止 / stopped")


def _make_ready() -> None:
    """What the programs need besides the services."""
    from django.conf import settings  # noqa: PLC0415  only these two functions need Django

    from registry.core import preparation  # noqa: PLC0415

    preparation.prepare()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def _check_database() -> None:
    from registry.core.embedded import database  # noqa: PLC0415

    database.refuse_unsafe_server()
    if database.bring_up_to_date():
        say("services", "数据库表已更新 / the database's tables were brought up to date")


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not leave the services running."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
