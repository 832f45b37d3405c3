"""What ``manage.py`` does around Django's own commands: services up before, let go of after, faults as sentences."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator

from registry.core.embedded.client import needed, services
from registry.core.embedded.faults import ServiceFault, tell

WITHOUT_SERVICES = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "messages",
    "prepare", "version", "--help", "-h", "--version",
    "up", "walkthrough",  # they hold the services and make ready themselves
}  # fmt: skip
TABLES_AS_THEY_ARE = {
    "dbshell", "flush", "inspectdb", "makemigrations", "migrate", "optimizemigration", "pgtrigger", "showmigrations",
    "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "test", "testserver",
}  # fmt: skip
NEEDS_PREPARATION = {"demo"}


def main(arguments: list[str]) -> int:
    """Run one command; the exit status. A fault of the machine is told in both languages, without a traceback."""
    if importlib.util.find_spec("django") is None:
        tell(
            "依赖尚未安装。请运行 make setup，然后用 .venv/bin/python manage.py。",
            "The requirements are not installed. Run make setup, then use .venv/bin/python manage.py.",
        )
        return 1
    from django.core.management import execute_from_command_line  # noqa: PLC0415  after the check above

    command = arguments[1] if len(arguments) > 1 else "help"
    if {"--help", "-h"} & set(arguments):
        command = "help"
    _set_environment(command, arguments)
    try:
        if command == "demo" and "--no-up" not in arguments:
            _refuse_early(arguments)
        with _services_for(command):
            _make_ready_for(command)
            execute_from_command_line(arguments)
    except ServiceFault as fault:
        tell(fault)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _set_environment(command: str, arguments: list[str]) -> None:
    """What settings must know before they are read: the address that certificates will name, and the demonstration."""
    if command == "demo":
        os.environ.setdefault("DEMO", "true")
    if command in {"demo", "up"}:
        port = _option(arguments, "--port") or os.environ.get("PORT") or "8000"
        if port != "0":
            os.environ.setdefault("PUBLIC_BASE_URL", f"http://127.0.0.1:{port}")


def _refuse_early(arguments: list[str]) -> None:
    """Seeding takes a while: that another one is running or the port is taken is told before."""
    from registry.core.embedded import supervisor  # noqa: PLC0415  only this command needs it

    port, host = _option(arguments, "--port"), _option(arguments, "--host")
    if port is None or port.isdigit():
        supervisor.refuse_early(port=port and int(port), host=host or "127.0.0.1")


def _option(arguments: list[str], name: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == name:
            return arguments[position + 1] if position + 1 < len(arguments) else None
        if argument.startswith(name + "="):
            return argument.partition("=")[2]
    return None


@contextlib.contextmanager
def _services_for(command: str) -> Iterator[None]:
    if command in WITHOUT_SERVICES or not needed():
        yield
        return
    with services():
        yield


def _make_ready_for(command: str) -> None:
    """On a fresh clone a command just works: what it needs is made, and the embedded database has its tables."""
    tables = not os.environ.get("DATABASE_URL") and command not in WITHOUT_SERVICES | TABLES_AS_THEY_ARE
    if not tables and command not in NEEDS_PREPARATION:
        return
    import django  # noqa: PLC0415

    django.setup()
    if command in NEEDS_PREPARATION:
        from registry.core import preparation  # noqa: PLC0415

        preparation.prepare()
    if tables:
        from registry.core.embedded import database  # noqa: PLC0415

        if database.bring_up_to_date():
            tell("数据库表已更新 / the database's tables were brought up to date")
