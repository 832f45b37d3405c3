"""The lock files agree with pyproject.toml, and the check sees every way in which they might not."""

import copy
import tomllib

import pytest

from tests.requirements_check import ROOT, check, disagreements, read_lock


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def texts():
    return {name: (ROOT / name).read_text("utf-8") for name in ("requirements.txt", "requirements-dev.txt")}


def test_the_lock_files_agree_with_the_project():
    assert check() == []


def found(project, texts):
    return "\n".join(disagreements(project, *(read_lock(name, text) for name, text in texts.items())))


def spoilt(texts, old, new, name="requirements.txt"):
    assert old in texts[name]
    return {**texts, name: texts[name].replace(old, new, 1)}


def without(text, package):
    lines = text.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(package + "=="))
    end = next((i for i in range(start + 1, len(lines)) if not lines[i].startswith((" ", "#"))), len(lines))
    return "".join(lines[:start] + lines[end:])


def test_a_direct_dependency_that_is_not_pinned(project, texts):
    asked = copy.deepcopy(project)
    asked["dependencies"].append("unheard-of-package")
    assert "requirements.txt: unheard-of-package is needed but not pinned" in found(asked, texts)


def test_a_pin_outside_what_the_project_asks_for(project, texts):
    asked = copy.deepcopy(project)
    asked["dependencies"] = [one.replace("django>=5.2,<5.3", "django>=6") for one in asked["dependencies"]]
    assert "is outside django>=6" in found(asked, texts)


def test_a_pin_that_nothing_needs(project, texts):
    line = "left-over==1.0 --hash=sha256:" + "0" * 64 + "\n"
    assert "nothing needs left-over" in found(project, {name: text + line for name, text in texts.items()})


def test_a_needed_package_that_was_dropped(project, texts):
    assert "sqlparse" in found(project, {**texts, "requirements.txt": without(texts["requirements.txt"], "sqlparse")})


def test_a_pin_without_hashes(project, texts):
    bare = {**texts, "requirements.txt": without(texts["requirements.txt"], "polib") + "polib==1.2.0\n"}
    assert "without a proper hash: polib==1.2.0" in found(project, bare)


def test_an_address_of_an_index(project, texts):
    for line in ("--index-url https://example.org/simple\n", "polib @ https://example.org/polib.whl\n"):
        told = found(project, {**texts, "requirements.txt": line + texts["requirements.txt"]})
        assert "an option or an address does not belong here" in told


def test_two_locks_with_different_versions(project, texts):
    version = next(line for line in texts["requirements-dev.txt"].splitlines() if line.startswith("sqlparse=="))
    told = found(project, spoilt(texts, version.split()[0], "sqlparse==0.0.1", "requirements-dev.txt"))
    assert "requirements-dev.txt: sqlparse is 0.0.1" in told
