from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from registry.core import database_roles


class CoreConfig(AppConfig):
    name = "registry.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from registry import celery  # noqa: F401, PLC0415  the Celery app registers itself on import

        autodiscover_modules("permissions", "todo", "deadlines", "panels", "notices")
        post_migrate.connect(_secure, sender=self)


def _secure(*, using: str, **_rest: Any) -> None:
    """After migrating: the application's role gets its rights (no logic of the registry hangs on this signal)."""
    database_roles.secure(connections[using])
