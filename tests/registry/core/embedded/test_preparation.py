"""What a machine needs once: made when it is missing, left alone when it is there, told when it cannot be had."""

import os
import shutil
import subprocess

import pytest

from registry.core import i18n, preparation
from registry.core.embedded.faults import ServiceFault
from tests.registry.core.embedded.conftest import manage

SOURCE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "tonne"\nmsgstr "吨"\n'


@pytest.fixture
def clone(tmp_path, settings):
    """A clone with one package in its lock file and nothing made."""
    settings.ROOT, settings.VAR = tmp_path, tmp_path / "var"
    settings.NODE_MODULES = tmp_path / "node_modules"
    (tmp_path / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/one": {"version": "1.0.0"}}}')
    (tmp_path / "package.json").write_text('{"dependencies": {"one": "1.0.0"}}')
    settings.VAR.joinpath("run").mkdir(parents=True)
    return tmp_path


def fake_npm(directory, script):
    """An npm that does what the test says and counts how often it was asked."""
    program = directory / "npm"
    program.write_text(f"#!/bin/sh\necho asked >> {directory}/asked\n{script}\n")
    program.chmod(0o755)
    return [str(program)]


def asked(directory):
    file = directory / "asked"
    return len(file.read_text().splitlines()) if file.exists() else 0


def use(monkeypatch, *, system, packaged):
    monkeypatch.setattr(preparation, "_system_npm", lambda: system)
    monkeypatch.setattr(preparation, "_packaged_npm", lambda: packaged)


INSTALL = "mkdir -p node_modules/one && echo '{}' > node_modules/one/package.json"


def test_node_packages_are_fetched_once_and_again_when_the_lock_or_a_package_changes(clone, monkeypatch):
    use(monkeypatch, system=fake_npm(clone, INSTALL), packaged=None)
    assert preparation.node_packages()
    assert preparation.node_packages() is None
    assert asked(clone) == 1
    shutil.rmtree(clone / "node_modules" / "one")
    assert preparation.node_packages()
    lock = clone / "package-lock.json"
    lock.write_text(lock.read_text().replace("1.0.0", "1.0.1"))
    assert preparation.node_packages()
    assert asked(clone) == 3


def test_without_npm_the_one_of_the_python_package_is_used(clone, monkeypatch):
    use(monkeypatch, system=None, packaged=fake_npm(clone, INSTALL))
    assert preparation.node_packages()


def test_an_npm_that_fails_is_followed_by_the_other(clone, monkeypatch, tmp_path_factory):
    old = tmp_path_factory.mktemp("old")
    use(monkeypatch, system=fake_npm(old, "exit 1"), packaged=fake_npm(clone, INSTALL))
    assert preparation.node_packages()
    assert (asked(old), asked(clone)) == (1, 1)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("echo 'npm error code ENOTFOUND'; echo 'npm error request to https://x failed'; exit 1", "NPM_FAILED"),
        ("echo 'npm error code ENOSPC'; exit 1", "DISK_FULL"),
    ],
)
def test_what_npm_could_not_do_is_told(clone, monkeypatch, script, code):
    use(monkeypatch, system=fake_npm(clone, script), packaged=None)
    with pytest.raises(ServiceFault) as caught:
        preparation.node_packages()
    assert caught.value.code == code
    if code == "NPM_FAILED":
        assert caught.value.params["detail"] == "code ENOTFOUND request to https://x failed"
    assert not (clone / "node_modules" / ".prepared").exists()


def test_a_machine_without_any_npm_is_told_what_to_install(clone, monkeypatch):
    use(monkeypatch, system=None, packaged=None)
    with pytest.raises(ServiceFault) as caught:
        preparation.node_packages()
    assert caught.value.code == "NO_NPM"


def test_the_packaged_npm_is_a_working_one():
    npm = preparation._packaged_npm()
    assert npm is not None
    done = subprocess.run([*npm, "--version"], capture_output=True, text=True, check=True, env={"PATH": os.defpath})
    assert int(done.stdout.split(".")[0]) >= 7  # the first that reads our lock file


def test_translations_are_compiled_when_missing_or_changed(clone):
    source = clone / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE)
    assert i18n.stale_catalogs() == [source.with_suffix(".mo")]
    assert preparation.translations()
    assert preparation.translations() is None
    assert i18n.stale_catalogs() == []
    first = source.with_suffix(".mo").read_bytes()
    assert "吨".encode() in first
    source.write_text(SOURCE.replace("吨", "公吨"))
    assert preparation.translations()
    assert "公吨".encode() in source.with_suffix(".mo").read_bytes()
    source.write_text(SOURCE)
    assert i18n.compile_catalogs() == [source.with_suffix(".mo")]
    assert source.with_suffix(".mo").read_bytes() == first


def test_the_committed_translations_are_up_to_date():
    assert i18n.stale_catalogs() == []


def test_the_command_makes_everything_and_finds_it_the_second_time(fresh_var):
    first = manage(fresh_var, "prepare")
    assert first.returncode == 0, first.stderr
    made = {file.name for file in (fresh_var / "fonts").glob("*.ttf")}
    assert {"NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "DejaVuSans.ttf"} <= made
    assert list((fresh_var / "matplotlib").glob("fontlist-*.json"))
    assert manage(fresh_var, "prepare").stderr.strip() == "一切就绪 / everything is ready"
