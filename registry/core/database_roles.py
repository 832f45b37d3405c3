"""Two roles of the database: the owner migrates, the application reads and writes only what each table allows.

Run after every migration (``CoreConfig.ready``), so that a new table is never open by oversight, whoever migrates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

READ = "SELECT"
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"

# The package that installs triggers lets any session switch them off by a setting: that switch is taken out.
NO_SWITCH = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT false $$
"""


def secure(connection: BaseDatabaseWrapper) -> None:
    """Take out the triggers' switch; give the application's role its rights, if the server has that role."""
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('public._pgtrigger_should_ignore') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(NO_SWITCH)
        cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [role])
        owner, known = cursor.fetchone()
        if not known or owner == role:
            return
        tables = set(connection.introspection.table_names(cursor))
        for statement in statements(role, tables):
            cursor.execute(statement)


def statements(role: str, tables: set[str]) -> Iterator[sql.Composed]:
    """Everything taken away, then given table by table."""
    name = sql.Identifier(role)
    for what in ("TABLES", "SEQUENCES"):
        yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA public FROM {}").format(sql.SQL(what), name)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    rights = rights_of_models()
    for table in sorted(tables):
        for right in rights.get(table, (ALL,)):
            yield sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(right), sql.Identifier(table), name)


def rights_of_models() -> dict[str, tuple[str, ...]]:
    """By table: a model may say its own (``application_rights``); else what its triggers allow."""
    rights: dict[str, tuple[str, ...]] = {"django_migrations": (READ,)}
    for model in apps.get_models(include_auto_created=True):
        own = getattr(model, "application_rights", None)
        rights[model._meta.db_table] = own or (_by_triggers(model),)
    if settings.PRODUCTION:  # elsewhere a demonstration may set the clock forward
        rights["core_clockoffset"] = (READ,)
    return rights


def _by_triggers(model: Any) -> str:
    """Append-only tables take new rows; tables whose rows may not be deleted take changes; others all."""
    protected = [t for t in pgtrigger.registered() if t[0] is model and isinstance(t[1], pgtrigger.Protect)]
    operations = [str(trigger.operation) for _model, trigger in protected]
    if "UPDATE OR DELETE" in operations:
        return ADD
    if any("DELETE" in operation for operation in operations):
        return CHANGE
    return ALL
