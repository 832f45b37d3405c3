"""Whether the lock files say what pyproject.toml asks for, without asking any network.

``python -m tests.requirements_check`` prints each disagreement and ends with status 1; ``tests/test_requirements.py``
runs the same on these files and on spoilt ones.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}$")
LOCK_ENVIRONMENT = {  # the lock is made for this
    "python_version": "3.11",
    "python_full_version": "3.11.0",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}


@dataclass(frozen=True)
class Lock:
    """One requirements file: name -> version, and what is wrong in its lines."""

    name: str
    pins: dict[str, str]
    faults: tuple[str, ...]


def read_lock(name: str, text: str) -> Lock:
    pins: dict[str, str] = {}
    faults = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        content = line.partition("#")[0].strip()
        if not content:
            continue
        if content.startswith("-") or "://" in content:
            faults.append(f"{name}: an option or an address does not belong here: {content[:80]}")
            continue
        pin, *hashes = content.split()
        package, exact, version = pin.partition("==")
        if not exact:
            faults.append(f"{name}: not pinned: {pin}")
            continue
        key = canonicalize_name(package.partition("[")[0])
        if key in pins:
            faults.append(f"{name}: pinned twice: {key}")
        pins[key] = version
        if not hashes or not all(HASH.match(one) for one in hashes):
            faults.append(f"{name}: without a proper hash: {pin}")
    return Lock(name, pins, tuple(faults))


def needs(requirement: Requirement) -> Iterator[Requirement]:
    """What an installed package asks for, with the extras by which it is asked for."""
    for text in importlib.metadata.requires(requirement.name) or []:
        needed = Requirement(text)
        environments = ({**LOCK_ENVIRONMENT, "extra": extra} for extra in ("", *requirement.extras))
        if needed.marker is None or any(needed.marker.evaluate(dict(one)) for one in environments):
            yield needed


def reachable(direct: list[Requirement], pins: dict[str, str]) -> tuple[set[str], list[str]]:
    """The pins that the direct requirements need, in any number of steps, and what is needed but not pinned so."""
    faults, seen, waiting = [], set(), list(direct)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in pins:
            faults.append(f"{requirement} is needed but not pinned")
            continue
        if not requirement.specifier.contains(pins[name], prereleases=True):
            faults.append(f"{name}=={pins[name]} is outside {requirement}")
        step = (name, tuple(sorted(requirement.extras)))
        if step in seen:
            continue
        seen.add(step)
        try:
            waiting.extend(needs(requirement))
        except importlib.metadata.PackageNotFoundError:
            faults.append(f"{name} is not installed, so what it needs cannot be checked")
    return {name for name, _ in seen}, faults


def disagreements(project: dict, runtime: Lock, dev: Lock) -> list[str]:
    """Every way in which the two locks differ from the project's own list, as sentences."""
    direct = [Requirement(text) for text in project["dependencies"]]
    with_dev = direct + [Requirement(text) for text in project["optional-dependencies"]["dev"]]
    found = [*runtime.faults, *dev.faults]
    for lock, wanted in ((runtime, direct), (dev, with_dev)):
        needed, faults = reachable(wanted, lock.pins)
        found += [f"{lock.name}: {fault}" for fault in faults]
        found += [f"{lock.name}: nothing needs {name}" for name in sorted(set(lock.pins) - needed)]
    for name, version in runtime.pins.items():
        if dev.pins.get(name) != version:
            found.append(f"{dev.name}: {name} is {dev.pins.get(name)}, but {version} in {runtime.name}")
    return found


def check(root: Path = ROOT) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    locks = [read_lock(name, (root / name).read_text("utf-8")) for name in ("requirements.txt", "requirements-dev.txt")]
    return disagreements(project, *locks)


if __name__ == "__main__":
    wrong = check()
    print("\n".join(wrong) or "requirements: the lock files agree with pyproject.toml")
    sys.exit(1 if wrong else 0)
