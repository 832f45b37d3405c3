"""What the database holds, so that a test can say that nothing of it changed."""

from __future__ import annotations

from django.db import connection

LOGS = ("audit_event", "audit_pending", "django_session", "usersessions_usersession")


class Tables:
    """The content of every table but the logs, by digest.

    Only what was written to since is read again: PostgreSQL counts the rows that this transaction wrote, those of
    undone savepoints too.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            names = [name for name in connection.introspection.table_names(cursor) if name not in LOGS]
        self._digests = {name: _digest(name) for name in names}
        self._written = _rows_written()

    def changed(self) -> list[str]:
        """The tables that hold something else than when this was asked last."""
        written = _rows_written()
        touched = [name for name in self._digests if written.get(name) != self._written.get(name)]
        self._written = written
        found = []
        for name in touched:
            digest = _digest(name)
            if digest != self._digests[name]:
                found.append(name)
            self._digests[name] = digest
        return found


def _digest(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM \"{table}\" t"
        )
        return str(cursor.fetchone()[0])


def _rows_written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())
