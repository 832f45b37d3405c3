"""What ``manage.py`` does around Django's own commands: services up before, let go of after, faults as sentences."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator

from registry.core.embedded.client import needed, services
from registry.core.embedded.faults import ServiceFault, tell

WITHOUT_SERVICES = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "prepare",
    "version", "--help", "-h", "--version",
    "up", "demo",  # they hold the services themselves
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run one command; the exit status. A fault of the machine is told in both languages, without a traceback."""
    if importlib.util.find_spec("django") is None:
        tell(
            "依赖尚未安装。请运行 make setup，然后用 .venv/bin/python manage.py。",
            "The requirements are not installed. Run make setup, then use .venv/bin/python manage.py.",
        )
        return 1
    from django.core.management import execute_from_command_line  # noqa: PLC0415  after the check above

    try:
        with _services_for(arguments):
            execute_from_command_line(arguments)
    except ServiceFault as fault:
        tell(fault)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextlib.contextmanager
def _services_for(arguments: list[str]) -> Iterator[None]:
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = {"--help", "-h"} & set(arguments)
    if command in WITHOUT_SERVICES or asks_for_help or not needed() or "RUN_MAIN" in os.environ:
        yield
        return
    with services():
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv))
