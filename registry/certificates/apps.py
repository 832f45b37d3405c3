from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "registry.certificates"
    label = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from django.conf import settings  # noqa: PLC0415

        from registry.certificates.fonts import FontsMissing, open_fonts  # noqa: PLC0415
        from registry.core import printing  # noqa: PLC0415

        def undrawable(text: str) -> tuple[str, ...]:
            try:
                return open_fonts(settings.FONTS_DIR).undrawable(text)
            except FontsMissing:  # before set-up nothing is drawn either
                return ()

        printing.judge_by(undrawable)
