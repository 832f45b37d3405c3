from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "registry.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from registry.notices import telling  # noqa: F401, PLC0415  the follower registers itself on import
