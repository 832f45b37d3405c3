"""Bringing a database up to the code's tables, and refusing one that may lose what it acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import environ
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from psycopg import sql

from registry.core import database_roles
from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import Places

MIGRATION_LOCK = 7_261_902  # any fixed number: two commands on one database do not migrate at the same time
SUPERUSER = "postgres"  # of an embedded server only; its socket lets in whoever runs the registry
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


def bring_up_to_date() -> bool:
    """Apply migrations that are missing; whether there were any. Raises ServiceFault when the server is unreachable."""
    try:
        with _as_owner():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                call_command("migrate", interactive=False, verbosity=0)
            _ensure_application_role()  # after the tables are the present ones: its rights name their columns
            return bool(missing)
    except OperationalError as error:
        raise _fault(error) from error
    finally:
        connections.close_all()


@contextmanager
def _as_owner() -> Iterator[None]:
    """The default connection as the tables' owner for the length of a block."""
    connections.close_all()
    known = dict(connection.settings_dict)
    given = environ.Env().db_url_config(settings.DATABASE_OWNER_URL)
    connection.settings_dict.update({name: given[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")})
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(known)


def _ensure_application_role() -> None:
    """Embedded databases that were made before there were two roles get the second one and its rights."""
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [role])
        if cursor.fetchone()[0] or settings.GIVEN_DATABASE:
            return
    parameters = {**connection.get_connection_params(), "user": SUPERUSER}
    plain = {name: parameters[name] for name in ("user", "host", "port", "dbname") if name in parameters}
    with psycopg.connect(**plain, autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    database_roles.secure(connection)


def refuse_unsafe_server() -> None:
    """Raise ServiceFault UNSAFE_SERVER when a power cut could take back an acknowledged act."""
    try:
        with connection.cursor() as cursor:
            for name in DURABILITY:
                cursor.execute("SELECT current_setting(%s)", [name])
                (value,) = cursor.fetchone()
                if value == "off":
                    raise ServiceFault("UNSAFE_SERVER", setting=name)
    except OperationalError as error:
        raise _fault(error) from error
    finally:
        connections.close_all()


def _fault(error: OperationalError) -> ServiceFault:
    said = str(error)
    if "No space left on device" in said:
        return ServiceFault("DISK_FULL", path=Places(settings.VAR).database)
    server = urlsplit(settings.DATABASE_URL)
    detail = f"{server.hostname or server.query}: {said.strip().splitlines()[0]}"
    return ServiceFault("DATABASE_UNREACHABLE", detail=detail)
