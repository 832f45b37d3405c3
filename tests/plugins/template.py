"""The migrated database that every test database is copied from, and the stopped server that keeps it between runs.

Migrating takes longer than many a test run, and workers of pytest-xdist would each do it. What is kept stands under
the digest of everything that decides about it; another digest makes another. Each test database runs ``migrate``
nevertheless: it finds nothing to apply and gives the application's role its rights anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
NAME = "kcr_template"
OWN_MODULE = re.compile(r"^(?:from|import) ((?:registry|mrv|calculations)[.\w]*)", re.MULTILINE)


def digest() -> str:
    """Of the migrations, what they import of ours, their SQL, and the versions of everything else."""
    migrations = sorted(ROOT.glob("registry/*/migrations/*.py")) + sorted(ROOT.glob("mrv/*/migrations/*.py"))
    modules = {name for path in migrations for name in OWN_MODULE.findall(path.read_text())}
    imported = [ROOT / (name.replace(".", "/") + ".py") for name in sorted(modules)]
    decide = [*migrations, *filter(Path.is_file, imported), *sorted(ROOT.glob("registry/**/*.sql"))]
    made = hashlib.sha256()
    for path in [*decide, ROOT / "requirements.txt", Path(__file__)]:
        made.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return made.hexdigest()[:16]


def kept(var: Path) -> Path:
    return var / "test-server" / digest()


def put_in_place(source: Path, target: Path) -> None:
    """Copy a stopped server's files with their owner; whole or not at all."""
    target.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        subprocess.run(["cp", "-a", str(source), str(unfinished)], check=True)
        unfinished.rename(target)
    except (OSError, subprocess.CalledProcessError):  # another run kept it first, or there is no room
        shutil.rmtree(unfinished, ignore_errors=True)


def make(url: str, var: Path) -> None:
    """Create the template in the running server and migrate it."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {NAME}")
    address = urlunsplit(urlsplit(url)._replace(path=f"/{NAME}"))
    env = {**os.environ, "DATABASE_URL": address, "KCR_VAR": str(var)}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=env, check=True)


def forget_others(present: Path) -> None:
    """Of older digests, the newest is left: who goes back and forth between two branches."""
    others = [path for path in present.parent.iterdir() if path != present]
    for path in sorted(others, key=lambda each: each.stat().st_mtime)[:-1]:
        shutil.rmtree(path, ignore_errors=True)
