from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "registry.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from registry.notices import services  # noqa: F401, PLC0415  the writer of notices registers itself on import
