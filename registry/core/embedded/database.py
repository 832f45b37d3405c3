"""Bringing a database up to the code's tables, and refusing one that may lose what it acknowledged."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import Places

MIGRATION_LOCK = 7_261_902  # any fixed number: two commands on one database do not migrate at the same time
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


def bring_up_to_date() -> bool:
    """Apply migrations that are missing; whether there were any. Raises ServiceFault when the server is unreachable."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            call_command("migrate", interactive=False, verbosity=0)
        return bool(missing)
    except OperationalError as error:
        raise _fault(error) from error
    finally:
        connections.close_all()


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
