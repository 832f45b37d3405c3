"""The registry under gunicorn as its own process, over the test's database, as the application's role; and clients."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.internal.flows import login as records
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from registry.core import embedded
from registry.core.actors import Actor
from registry.organisations.models import User
from tests.people import FOR_EVER

CSRF = "c" * 32
ANSWERS_WITHIN_S = 240  # a machine may be busy with other tests


@dataclass
class Answer:
    status: int
    body: dict[str, Any]


class Browser:
    """One signed-in person with one connection of its own."""

    def __init__(self, port: int, actor: Actor) -> None:
        user = User.objects.get(pk=actor.user_id)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "mfa", "at": FOR_EVER.timestamp(), "reauthenticated": True}
        ]
        session[records._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
        session.create()
        self.port = port
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        }

    def send(self, method: str, path: str, body: object = None, key: str = "") -> Answer:
        """Raises OSError or HTTPException when no answer came. An act without a key gets a new one."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_WITHIN_S)
        try:
            headers = {**self.headers, "Idempotency-Key": key or uuid4().hex}
            talk.request(method, f"/api/v1/{path}", json.dumps(body) if body is not None else None, headers)
            answer = talk.getresponse()
            text = answer.read()
            with suppress(ValueError):
                return Answer(answer.status, json.loads(text))
            return Answer(answer.status, {"text": text[:300].decode(errors="replace")})
        finally:
            talk.close()


def application_url() -> str:
    """The test's own database, as the application's role."""
    url = urlsplit(os.environ["DATABASE_URL"])
    host = url.netloc.rpartition("@")[2]
    netloc = f"{embedded.APPLICATION_ROLE}@{host}"
    return url._replace(netloc=netloc, path=f"/{connection.settings_dict['NAME']}").geturl()


class Server:
    """gunicorn with two processes of eight threads."""

    def __init__(self, database_url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DATABASE_OWNER_URL": os.environ.get("DATABASE_URL", database_url),
            "DATABASE_POOL": "1",
            "TRANSFER_DAILY_LIMIT_T": str(10**12),
            "LOG_LEVEL": "CRITICAL",
            "API_RATE_PERSON": "1000000/min",  # how fast one person may ask is not what is tested here
        }
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gunicorn", "registry.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]
        command += ["--preload", "--log-level", "warning"]
        process = subprocess.Popen(command, env=self.env, cwd=settings.ROOT, start_new_session=True)
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                talk.request("GET", "/api/v1/listings/")
                if talk.getresponse().status == 200:
                    return process
            time.sleep(0.1)
        raise TimeoutError("gunicorn does not answer")

    def kill(self) -> None:
        """kill -9 of the whole server, in whatever it does just then."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.process = self._start()

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)


@contextmanager
def serving(database_url: str) -> Iterator[Server]:
    server = Server(database_url)
    try:
        yield server
    finally:
        server.stop()


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """All acts begun together, each in its own thread; their results or exceptions."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        gate.wait(timeout=30)
        try:
            return act()
        except (OSError, http.client.HTTPException) as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
