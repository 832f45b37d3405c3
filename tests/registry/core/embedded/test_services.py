"""Starting, sharing, killing and stopping the embedded servers."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from registry.core import embedded
from registry.core.embedded import processes
from registry.core.embedded.accounts import Account, able_to_reach
from registry.core.embedded.places import ROOT, Places
from tests.registry.core.embedded.conftest import commit, processes_of, queue, rows

HOLD = """
import sys, time
from pathlib import Path
from registry.core import embedded
with embedded.services(Path(sys.argv[1])):
    print("holding", flush=True)
    sys.stdin.read()
"""


def pid_of(var: Path, name: str) -> int:
    told = json.loads(Places(var).state.read_text())
    return told["pid"] if name == "keeper" else next(one["pid"] for one in told["servers"] if one["name"] == name)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: processes.started_at(pid) is None, seconds=5)


def eventually(ask, seconds: float = 15.0):
    """The answer of ``ask`` once it no longer raises: a server that was killed needs a moment to come back."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def holder(var: Path, **popen):
    """Another command that holds the services until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(var)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen
    )
    try:
        assert process.stdout.readline() == b"holding\n"
        yield process
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(30)


def test_first_start_second_start_and_nothing_left(fresh_var):
    with embedded.services(fresh_var) as handles:
        assert handles.started
        settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('port')"
        assert rows(fresh_var, settings) == [("on", "on", "5432")]
        assert rows(fresh_var, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
        commit(fresh_var, 412)
        queue(fresh_var).lpush("celery", "a hint")
        assert queue(fresh_var).config_get("appendonly") == {"appendonly": "yes"}
    assert processes_of(fresh_var) == []
    began = time.monotonic()
    with embedded.services(fresh_var):
        assert time.monotonic() - began < 5.0
        assert rows(fresh_var, "SELECT n FROM tonnes") == [(412,)]
        assert queue(fresh_var).lrange("celery", 0, -1) == [b"a hint"]
    assert processes_of(fresh_var) == []


def test_no_port_is_opened(var):
    with embedded.services(var):
        for name in ("postgres", "redis"):
            assert psutil.Process(pid_of(var, name)).net_connections(kind="inet") == []


def test_given_servers_are_used_and_nothing_is_started(fresh_var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/kcr")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with embedded.services(fresh_var) as handles:
        assert not handles.started
    assert not fresh_var.exists()


def test_only_the_server_that_is_not_given_is_started_until_someone_needs_the_other(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/kcr")
    with embedded.services(var):
        assert queue(var).ping()
        with pytest.raises(StopIteration):
            pid_of(var, "postgres")
        monkeypatch.delenv("DATABASE_URL")
        with embedded.services(var) as second:
            assert not second.started
            assert rows(var, "SELECT 1") == [(1,)]
    assert processes_of(var) == []


def test_a_fault_of_the_other_server_does_not_touch_the_first(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/kcr")
    with embedded.services(var):
        monkeypatch.delenv("DATABASE_URL")
        version = Places(var).database / "PG_VERSION"
        version.write_text("17\n")
        with pytest.raises(embedded.ServiceFault) as caught:
            embedded.ensure_services(var)
        version.write_text("18\n")
        assert caught.value.code == "DATABASE_VERSION"
        assert queue(var).ping()
        with embedded.services(var):
            assert rows(var, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_killed_server_comes_back_with_everything_acknowledged(var, name):
    with embedded.services(var):
        commit(var, 412)
        queue(var).lpush("celery", "a hint")
        before = pid_of(var, name)
        kill(before)
        assert eventually(lambda: rows(var, "SELECT n FROM tonnes")) == [(412,)]
        assert eventually(lambda: queue(var).lrange("celery", 0, -1)) == [b"a hint"]
        assert processes.wait_until(lambda: pid_of(var, name) != before, seconds=10)


def test_after_kill_of_all_three_the_next_start_recovers(var):
    with holder(var) as first:
        commit(var, 412)
        queue(var).lpush("celery", "a hint")
        for name in ("keeper", "postgres", "redis"):
            with contextlib.suppress(ProcessLookupError):  # the kernel already told the servers of the keeper's end
                os.kill(pid_of(var, name), signal.SIGKILL)
        first.kill()
    assert (Places(var).database / "postmaster.pid").exists()
    with embedded.services(var):
        assert rows(var, "SELECT n FROM tonnes") == [(412,)]
        assert queue(var).lrange("celery", 0, -1) == [b"a hint"]


def test_servers_end_when_only_their_keeper_is_killed(var):
    with holder(var) as first:
        commit(var, 412)
        servers = [(pid, processes.started_at(pid)) for pid in (pid_of(var, "postgres"), pid_of(var, "redis"))]
        kill(pid_of(var, "keeper"))
        assert processes.wait_until(lambda: not any(processes.same_process(*one) for one in servers), seconds=10)
        with embedded.services(var):
            assert rows(var, "SELECT n FROM tonnes") == [(412,)]
        first.kill()


def test_a_lock_file_with_the_number_of_another_living_program(var):
    with embedded.services(var):
        commit(var, 412)
        kept = (Places(var).database / "postmaster.pid").read_text().splitlines()
    kept[0] = str(os.getpid())
    (Places(var).database / "postmaster.pid").write_text("\n".join(kept) + "\n")
    with embedded.services(var):
        assert rows(var, "SELECT n FROM tonnes") == [(412,)]


def test_whoever_leaves_last_stops_them(var):
    with embedded.services(var):
        with holder(var):
            pass
        assert rows(var, "SELECT 1") == [(1,)]
        second = embedded.ensure_services(var)
        assert not second.started
        embedded.stop_services(second)
        assert rows(var, "SELECT 1") == [(1,)]
    assert processes_of(var) == []


def test_a_killed_holder_leaves_nothing_behind(var):
    with holder(var) as first:
        first.kill()
    assert processes.wait_until(lambda: processes_of(var) == [], seconds=15)


def test_three_that_start_at_once_after_a_first_start_that_was_killed_halfway(fresh_var):
    half = Places(fresh_var).database.with_name("postgres.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    command = [sys.executable, "-c", HOLD, str(fresh_var)]
    with contextlib.ExitStack() as stack:
        starting = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)
        ]
        for one in starting:
            stack.callback(one.wait, 30)
            stack.callback(one.stdout.close)
            stack.callback(one.stdin.close)
        assert [one.stdout.readline() for one in starting] == [b"holding\n"] * 3
        assert sum("keeper" in " ".join(one.cmdline()) for one in processes_of(fresh_var)) == 1
        assert not half.exists()
    assert processes_of(fresh_var) == []


def test_a_starter_that_is_killed_while_the_keeper_still_makes_the_database(fresh_var):
    starter = subprocess.Popen([sys.executable, "-c", HOLD, str(fresh_var)], cwd=ROOT, stdin=subprocess.DEVNULL)
    assert processes.wait_until(Places(fresh_var).database.with_name("postgres.new").exists, seconds=30)
    starter.kill()
    starter.wait(10)
    with embedded.services(fresh_var) as handles:
        assert not handles.started
        assert rows(fresh_var, "SELECT 1") == [(1,)]
        assert sum("keeper" in " ".join(one.cmdline()) for one in processes_of(fresh_var)) == 1
    assert processes_of(fresh_var) == []


def test_two_clones_do_not_meet(var, fresh_var):
    with embedded.services(var), embedded.services(fresh_var):
        commit(var, 412)
        assert rows(fresh_var, "SELECT to_regclass('tonnes')") == [(None,)]


@pytest.mark.parametrize("name", ["long" * 30, "blank 空格 100% 'a\"b", "comma,path"])
def test_any_path_of_a_clone(var, name):
    inside = var.parent / name
    var.rename(inside)
    try:
        with embedded.services(inside):
            assert rows(inside, "SELECT 1") == [(1,)]
            assert queue(inside).ping()
        assert processes_of(inside) == []
        assert not Places(inside).sockets.exists()
    finally:
        inside.rename(var)


def as_account(account: Account):
    return lambda: account.enter(death_signal=signal.SIGKILL, parent_pid=os.getppid())


NOBODY = Account("nobody", 65534, 65534, changes=True, passes_directories=True)  # passes to reach this Python
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@only_root
def test_as_an_ordinary_user(var):
    subprocess.run(["chown", "-R", f"{NOBODY.uid}:{NOBODY.gid}", str(var)], check=True)
    with holder(var, preexec_fn=as_account(NOBODY)):
        owners = {one.uids().effective for one in processes_of(var)}
        assert owners == {NOBODY.uid}
        assert var.stat().st_uid == NOBODY.uid
    with embedded.services(var):  # and root may look after it without taking it away
        assert rows(var, "SELECT 1") == [(1,)]
        assert Places(var).database.stat().st_uid == NOBODY.uid
    with holder(var, preexec_fn=as_account(NOBODY)):
        assert len(processes_of(var)) > 3


@only_root
def test_no_server_runs_as_root(var):
    with embedded.services(var):
        assert 0 not in {psutil.Process(pid_of(var, name)).uids().effective for name in ("postgres", "redis")}


@only_root
def test_in_a_home_that_only_root_may_enter(var):
    var.parent.chmod(0o700)
    try:
        with embedded.services(var):
            assert rows(var, "SELECT 1") == [(1,)]
            powers = Path(f"/proc/{pid_of(var, 'postgres')}/status").read_text()
    finally:
        var.parent.chmod(0o711)
    effective = next(line for line in powers.splitlines() if line.startswith("CapEff"))
    assert int(effective.split()[1], 16) in {1 << 1, 1 << 2}  # one power, to pass through directories


@only_root
def test_the_power_to_pass_directories_counts_for_programs_that_ask_before_they_open(fresh_var):
    """initdb asks access(), which by default forgets that power."""
    program = fresh_var.parent / "closed" / "program"
    program.parent.mkdir(mode=0o700)
    program.touch(mode=0o755)
    nobody = Account("nobody", 65534, 65534, changes=True)
    passing = able_to_reach(nobody, program)
    assert passing.passes_directories
    asks = [
        _any_python(),
        "-c",
        "import os, sys; sys.exit(not os.access(sys.argv[1], os.R_OK | os.X_OK))",
        str(program),
    ]
    for account, status in ((passing, 0), (nobody, 1)):
        assert subprocess.run(asks, check=False, preexec_fn=as_account(account)).returncode == status
    program.parent.chmod(0o711)
    assert able_to_reach(nobody, program) == nobody


@only_root
def test_another_user_of_the_machine_does_not_get_in(var):
    probe = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])"
    with embedded.services(var):
        for path in (Places(var).database_sockets / ".s.PGSQL.5432", Places(var).queue_socket):
            stranger = Account("daemon", 1, 1, changes=True)
            done = subprocess.run(
                [_any_python(), "-c", probe, str(path)], capture_output=True, text=True, check=False,
                preexec_fn=as_account(stranger),
            )  # fmt: skip
            assert "PermissionError" in done.stderr
    # even where the directory is open, the server asks the kernel who is there
    with embedded.services(var), pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        _connect_as(1, var)


def _any_python() -> str:
    return next(path for path in ("/usr/bin/python3", sys.executable) if os.path.exists(path))


def _connect_as(uid: int, var: Path) -> None:
    """Connect with another effective user, who may pass every directory."""
    os.seteuid(0)
    Places(var).database.chmod(0o711)
    (Places(var).database / ".s.PGSQL.5432").chmod(0o777)
    os.setegid(uid)
    os.seteuid(uid)
    try:
        psycopg.connect(embedded.database_url(var)).close()
    finally:
        os.seteuid(0)
        os.setegid(0)
        Places(var).database.chmod(0o700)
