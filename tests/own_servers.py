"""A database and a queue of a test's own on the session's servers, for programs that run as processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from registry.core import embedded
from registry.core.embedded.places import DATABASE_NAME, Places
from tests.plugins import template

PREPARED = ("fonts", "matplotlib")
QUEUE = 9
"""The Redis database of these programs: no other test's worker takes their messages."""


@dataclass
class Place:
    """Where such programs run: ``env`` is their whole environment."""

    database_url: str
    env: dict[str, str]

    def rows(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def own_place(name: str, var: Path) -> Iterator[Place]:
    name = f"{name}_{os.getpid()}"
    link_prepared(var)
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {os.environ.get('KCR_TEST_TEMPLATE', 'template1')}")
    database = urlsplit(server)._replace(path=f"/{name}").geturl()
    own = {
        "DATABASE_URL": database,
        "REDIS_URL": queue_url(os.environ["REDIS_URL"], QUEUE),
        "KCR_VAR": str(var),
        "DEMO": "",
    }
    try:
        yield Place(database, {**os.environ, **own})
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def link_prepared(var: Path) -> None:
    """Fonts and the plots' list of fonts, as ``manage.py prepare`` made them for the session: found, not made again."""
    var.mkdir(mode=0o711, parents=True, exist_ok=True)
    for made in PREPARED:
        there = Path(os.environ.get("KCR_VAR", "")) / made
        if there.is_dir() and not (var / made).exists():
            (var / made).symlink_to(there.resolve())


def migrate_from_template(var: Path) -> None:
    """Put the session's kept server files into a new ``var``, with the migrated database as the registry's own.

    What is started there finds nothing to migrate, as on every start but the first. Does nothing where the session's
    servers were given: then the first start migrates.
    """
    link_prepared(var)
    keep, places = os.environ.get("KCR_TEST_KEPT"), Places(var)
    if keep is None:
        return
    template.put_in_place(Path(keep), places.database)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        handles = embedded.ensure_services(var, durable=False)
    server = urlsplit(embedded.database_url(var))._replace(path="/template1").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {DATABASE_NAME}")
        connection.execute(f"ALTER DATABASE {template.NAME} RENAME TO {DATABASE_NAME}")
    embedded.stop_services(handles)


def queue_url(url: str, number: int) -> str:
    """The same Redis server, another of its databases."""
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlsplit(url)._replace(path=f"/{number}").geturl()
