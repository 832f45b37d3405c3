from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "registry.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from registry import celery  # noqa: F401, PLC0415  the Celery app registers itself on import

        autodiscover_modules("permissions", "todo", "panels")
