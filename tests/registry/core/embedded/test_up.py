"""``manage.py up`` as a person meets it: one address, one end, and the way back after any kill."""

import contextlib
import json
import os
import queue as queues
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from registry.core.embedded import loop, processes, supervisor
from registry.core.embedded.children import Child, group_members
from registry.core.embedded.client import make_directories
from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import ROOT, Places
from tests.registry.core.embedded.conftest import (
    commit,
    end_all,
    manage,
    own_environment,
    processes_of,
    rows,
    temporary_var,
)
from tests.registry.core.embedded.test_services import pid_of

READY_SECONDS = 400  # a busy machine makes a database and starts four Django processes slowly


class Up:
    """One running ``manage.py up`` and the lines that it has printed."""

    def __init__(self, var: Path, *arguments: str) -> None:
        self.var = var
        self.lines: list[str] = []
        self._arriving: queues.Queue[str | None] = queues.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0", *arguments],
            cwd=ROOT,
            env=own_environment(var, WORKER_CONCURRENCY="1", WEB_WORKERS="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            # a shell that runs the tests in the background lets them ignore Ctrl-C, and what they start, too
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._arriving.put(line)
        self._arriving.put(None)

    def wait_for(self, pattern: str, seconds: float = READY_SECONDS) -> re.Match[str]:
        """The first line from now on that fits."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._arriving.get(timeout=max(0.0, deadline - time.monotonic()))
            except queues.Empty:
                line = None
            if line is None:
                pytest.fail(f"no line fits {pattern!r}:\n" + "".join(self.lines))
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found

    def wait_for_each(self, *patterns: str) -> None:
        """A line for each of them, in whatever order they come."""
        missing = set(patterns)
        while missing:
            found = self.wait_for("|".join(f"(?:{pattern})" for pattern in sorted(missing)))
            missing = {pattern for pattern in missing if not re.search(pattern, found.string)}

    def wait_until_open(self) -> str:
        return self.wait_for(r"^up +\| .*open +(http://127\.0\.0\.1:\d+/)")[1]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(READY_SECONDS)

    def pids(self) -> list[int]:
        """Web, worker and beat."""
        return [pid for pid, _ in json.loads(Places(self.var).up_state.read_text())["groups"]]


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "static/no-such-file", timeout=10):
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code == 404


@contextlib.contextmanager
def running(var: Path, *arguments: str):
    up = Up(var, *arguments)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.process.kill()
        up.process.wait(10)


@pytest.fixture(scope="module")
def up_var():
    with temporary_var() as place, pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        yield place


@pytest.fixture(autouse=True)
def nothing_left(up_var):
    yield
    end_all(up_var)


def test_one_address_a_second_up_is_told_kills_are_mended_and_sigterm_leaves_nothing(up_var):
    with running(up_var) as up:
        address = up.wait_until_open()
        assert answers(address)

        second = manage(up_var, "up", "--port", "0")
        assert second.returncode == 1
        assert address in second.stderr
        assert str(up.process.pid) in second.stderr
        assert "Traceback" not in second.stderr
        assert manage(up_var, "migrate", "--check").returncode == 0  # shares the services, and leaves them running
        assert answers(address)

        commit(up_var, 412)
        groups = dict(zip(("web", "worker", "beat"), up.pids(), strict=True))
        members = [one.pid for pid in groups.values() for one in group_members(pid, 0)]
        for pid in groups.values():
            os.kill(pid, signal.SIGKILL)
        up.wait_for_each(*(rf"up +\| {name} .*\(status -9\), restarting 1/5" for name in groups))
        assert not [pid for pid in members if processes.started_at(pid)]
        up.wait_for(r"worker +\| .*ready")
        os.kill(pid_of(up_var, "postgres"), signal.SIGKILL)
        os.kill(pid_of(up_var, "redis"), signal.SIGKILL)
        up.wait_for_each(r"services\| .*postgres .*restarting", r"services\| .*redis .*restarting")
        os.kill(pid_of(up_var, "keeper"), signal.SIGKILL)
        up.wait_for(r"services\| .*keeper was killed")
        assert rows(up_var, "SELECT n FROM tonnes") == [(412,)]
        assert answers(address)

        assert {line.partition("|")[0].strip() for line in up.lines} >= {"web", "worker", "beat", "services", "up"}
        assert up.end(signal.SIGTERM) == 0
        assert processes_of(up_var) == []
        assert not Places(up_var).up_state.exists()


def test_ctrl_c_while_it_is_still_starting(up_var):
    with running(up_var) as up:
        assert processes.wait_until(Places(up_var).state.exists, seconds=READY_SECONDS)
        assert up.end(signal.SIGINT) == 0
    assert processes_of(up_var) == []


def test_a_killed_supervisor_takes_everything_down_and_the_next_up_recovers(up_var):
    with running(up_var) as up:
        up.wait_until_open()
        commit(up_var, 413)
        stuck = [one for pid in up.pids() for one in group_members(pid, 0)]
        for one in stuck:
            one.suspend()  # a stopped program cannot heed the kernel's word
        up.process.kill()
        up.process.wait(10)
        assert processes_of(up_var)
    with running(up_var) as up:
        up.wait_until_open()
        assert not [one.pid for one in stuck if processes.started_at(one.pid)]
        assert rows(up_var, "SELECT n FROM tonnes") == [(413,)]
        assert len(processes_of(up_var)) > 6
        up.process.kill()
        up.process.wait(10)
    assert processes.wait_until(lambda: processes_of(up_var) == [], seconds=READY_SECONDS)


def test_a_part_that_keeps_ending_is_started_a_bounded_number_of_times(fresh_var, monkeypatch, capsys):
    monkeypatch.setattr(loop, "RESTART_AFTER_SECONDS", 0.05)
    make_directories(Places(fresh_var))
    failing = Child("beat", [sys.executable, "-S", "-c", "print('cannot'); raise SystemExit(3)"], {})
    steady = Child("web", [sys.executable, "-S", "-c", "import time; time.sleep(60)"], {})
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ServiceFault) as caught:
        loop.Loop(Places(fresh_var), [steady, failing], "http://here/", lambda: False).run(server.getsockname())
    assert (caught.value.code, caught.value.params) == ("CHILD_KEEPS_FAILING", {"name": "beat"})
    printed = capsys.readouterr().out
    assert printed.count("beat    | cannot") == 6
    assert "status 3), restarting 5/5" in printed
    assert steady.process.returncode == -signal.SIGTERM


def test_a_port_of_another_program(fresh_var):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = manage(fresh_var, "up", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.splitlines() == str(ServiceFault("PORT_TAKEN", port=port, other=port + 1)).splitlines()
    assert processes_of(fresh_var) == []


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("203.0.113.7", 0), ("no such host", 0)])
def test_an_address_that_cannot_be_served(fresh_var, monkeypatch, capsys, host, port):
    monkeypatch.setenv("KCR_VAR", str(fresh_var))
    assert supervisor.run(host=host, port=port) == 1
    chinese, english = capsys.readouterr().err.splitlines()
    assert chinese.startswith(f"不能在 {host}:{port}")
    assert english.startswith(f"Cannot serve on {host}:{port}")
    assert processes_of(fresh_var) == []


def test_a_demonstration_is_refused_before_it_seeds(fresh_var):
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = manage(fresh_var, "demo", "--port", str(other.getsockname()[1]))
    assert done.returncode == 1
    assert "is taken by another program" in done.stderr
    assert done.stdout == ""
    assert not Places(fresh_var).database.exists()


def test_a_port_variable_that_is_no_number(fresh_var, monkeypatch, capsys):
    monkeypatch.setenv("KCR_VAR", str(fresh_var))
    monkeypatch.setenv("PORT", "http")
    assert supervisor.run() == 1
    assert "Cannot serve on PORT:http" in capsys.readouterr().err
