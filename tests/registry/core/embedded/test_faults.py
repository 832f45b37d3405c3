"""What is wrong with the machine is told in one Chinese and one English sentence, and nothing is destroyed."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from registry.core import embedded
from registry.core.embedded.faults import TEXTS, ServiceFault
from tests.registry.core.embedded.conftest import commit, manage, processes_of, queue, rows
from tests.registry.core.embedded.test_services import NOBODY, as_account, only_root

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def refused(var: Path) -> ServiceFault:
    with pytest.raises(ServiceFault) as caught, embedded.services(var):
        pass
    assert processes_of(var) == []
    chinese, english = str(caught.value).splitlines()
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    return caught.value


def test_every_fault_has_both_languages_with_the_same_figures():
    for code, (chinese, english) in TEXTS.items():
        assert CHINESE.search(chinese), code
        assert not CHINESE.search(english), code
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english)), code


def test_a_file_where_the_directory_should_be(fresh_var):
    fresh_var.write_text("mine")
    assert refused(fresh_var).code == "VAR_NOT_DIRECTORY"
    assert fresh_var.read_text() == "mine"


@pytest.mark.parametrize("name", ["postgres", "redis", "run", "log"])
def test_a_file_inside_where_a_directory_should_be(var, name):
    place = var / name
    aside = place.rename(place.with_name("aside")) if place.exists() else None
    place.write_text("mine")
    try:
        assert refused(var).code == "VAR_NOT_DIRECTORY"
        assert place.read_text() == "mine"
    finally:
        place.unlink()
        if aside:
            aside.rename(place)


def test_files_of_someone_else_in_the_database_directory(fresh_var):
    (fresh_var / "postgres").mkdir(parents=True)
    (fresh_var / "postgres" / "thesis.txt").write_text("mine")
    assert refused(fresh_var).code == "FOREIGN_DIRECTORY"
    assert (fresh_var / "postgres" / "thesis.txt").read_text() == "mine"


@contextlib.contextmanager
def spoilt(path: Path, content: bytes):
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def test_a_database_of_another_version(var):
    with spoilt(var / "postgres" / "PG_VERSION", b"17\n"):
        fault = refused(var)
    assert (fault.code, fault.params["found"], fault.params["expected"]) == ("DATABASE_VERSION", "17", "18")


@pytest.mark.parametrize("name", ["global/pg_control", "PG_VERSION", "global/pg_filenode.map"])
def test_damaged_database_files(var, name):
    file = var / "postgres" / name
    content = b"" if name == "PG_VERSION" else bytes(len(file.read_bytes()))
    with spoilt(file, content):
        assert refused(var).code in {"DATABASE_DAMAGED", "DATABASE_VERSION"}


def test_a_missing_version_file_in_a_real_database(var):
    file = var / "postgres" / "PG_VERSION"
    aside = file.rename(var / "aside")
    try:
        assert refused(var).code == "DATABASE_DAMAGED"
    finally:
        aside.rename(file)


def test_a_damaged_queue_file_is_refused_and_a_cut_one_is_read_up_to_the_cut(var):
    with embedded.services(var):
        for hint in ("first", "second", "third"):
            queue(var).rpush("celery", hint)
    file = var / "redis" / "appendonly.aof"
    whole = file.read_bytes()
    with spoilt(file, whole.replace(b"second", b"\r\n*9\r\n$", 1)):
        assert refused(var).code == "QUEUE_DAMAGED"
    file.write_bytes(whole[:-5])
    with embedded.services(var):
        assert queue(var).lrange("celery", 0, -1) == [b"first", b"second"]


def test_a_command_tells_the_fault_without_a_traceback(fresh_var):
    fresh_var.write_text("mine")
    done = manage(fresh_var, "migrate")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == str(ServiceFault("VAR_NOT_DIRECTORY", path=fresh_var)).splitlines()


def test_a_terminal_without_chinese_gets_the_fault_too(fresh_var):
    fresh_var.write_text("mine")
    done = manage(fresh_var, "migrate", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "should be a directory" in done.stderr
    assert "Traceback" not in done.stderr


@only_root
def test_a_directory_that_is_someone_elses(var):
    program = (
        f"from registry.core import embedded; from pathlib import Path; embedded.ensure_services(Path({str(var)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(var)],
        capture_output=True, text=True, check=False, preexec_fn=as_account(NOBODY),
    )  # fmt: skip
    assert "ServiceFault: " in done.stderr
    assert str(ServiceFault("NO_PERMISSION", path=var, user="nobody")) in done.stderr


@only_root
@pytest.mark.parametrize("when", ["first", "later"])
def test_a_full_disk(fresh_var, when):
    fresh_var.mkdir(mode=0o711)
    size = "30m" if when == "first" else "90m"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0711", "tmpfs", fresh_var], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small file system")
    try:
        if when == "later":
            with embedded.services(fresh_var):
                commit(fresh_var, 412)
            with contextlib.suppress(OSError), (fresh_var / "fill").open("wb", buffering=0) as fill:
                while True:
                    fill.write(bytes(1 << 20))
        assert refused(fresh_var).code == "DISK_FULL"
        if when == "later":
            (fresh_var / "fill").unlink()
            with embedded.services(fresh_var):
                assert rows(fresh_var, "SELECT n FROM tonnes") == [(412,)]
    finally:
        subprocess.run(["umount", fresh_var], check=True)


def test_a_disk_that_fills_up_while_the_database_runs_refuses_only_what_does_not_fit(fresh_var):
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    fresh_var.mkdir(mode=0o711)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m,mode=0711", "tmpfs", fresh_var], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small file system")
    try:
        with embedded.services(fresh_var):
            commit(fresh_var, 412)
            with pytest.raises(Exception, match=r"No space left|terminat|closed|recovery"):
                rows(fresh_var, "CREATE TABLE filler AS SELECT repeat('x', 500) FROM generate_series(1, 200000)")
        with embedded.services(fresh_var):
            assert rows(fresh_var, "SELECT n FROM tonnes") == [(412,)]
            assert rows(fresh_var, "SELECT to_regclass('filler')") == [(None,)]
    finally:
        subprocess.run(["umount", fresh_var], check=True)
