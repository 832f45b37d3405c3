from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunsConfig(AppConfig):
    name = "mrv.runs"
    label = "runs"
    verbose_name = _("Calculation runs")

    def ready(self) -> None:
        from mrv.runs import impact  # noqa: F401, PLC0415  names itself to the methodologies
