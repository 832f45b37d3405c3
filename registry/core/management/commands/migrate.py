"""Django's own command, in half the time (:mod:`registry.core.migrating`)."""

from typing import Any

from django.core.management.commands import migrate

from registry.core.migrating import light_options


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with light_options():
            super().handle(*args, **options)
