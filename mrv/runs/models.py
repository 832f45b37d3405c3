from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.methodologies.models import MethodologyVersion
from mrv.periods.models import MonitoringPeriod
from mrv.runs import states
from registry.core import clock
from registry.core.actors import Actor


class Run(models.Model):
    """One calculation, from the request to its result. This row is the truth; the queue is only a hint.

    ``lease_until`` is real time, not the registry's clock: while a run is queued, the moment from which its message
    counts as lost; while it is running, the moment until which attempt number ``attempt`` alone may write.
    """

    view_action = "runs.view"
    stored_files = ("bundle_sha256", "result_sha256", "plot_sha256")

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("Official")
        PREVIEW = "preview", _("Preview")
        VERIFIER = "verifier", _("Verifier's recalculation")
        IMPACT = "impact", _("Impact test of a methodology version")

    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    methodology = models.ForeignKey(MethodologyVersion, on_delete=models.PROTECT, related_name="runs")
    engine_version = models.CharField(_("engine"), max_length=40)
    bundle_digest = models.CharField(_("digest of the evidence"), max_length=64)
    bundle_sha256 = models.CharField(max_length=64)
    phase = models.CharField(_("phase"), max_length=40, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    lease_until = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(_("duration in ms"), null=True)
    reused_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    result_digest = models.CharField(_("digest of the result"), max_length=64, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    plot_sha256 = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(_("figures"), null=True)
    error = models.JSONField(_("error"), null=True)
    state = states.RUN.field()

    class Meta:
        verbose_name = _("calculation run")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "lease_until"])]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle_digest", "methodology", "engine_version", "kind"],
                condition=models.Q(state="succeeded", reused_from__isnull=True),
                name="one_result_per_calculation",
            ),
            models.UniqueConstraint(
                fields=["period", "bundle_digest", "methodology", "engine_version", "kind"],
                condition=~models.Q(state="failed"),
                name="one_live_run_per_request",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="succeeded")
                | (
                    ~models.Q(result_digest="")
                    & ~models.Q(result_sha256="")
                    & models.Q(figures__isnull=False, finished_at__isnull=False)
                ),
                name="run_succeeded_with_result",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | models.Q(error__isnull=False, finished_at__isnull=False),
                name="run_failed_with_reason",
            ),
        ]
        triggers = [
            states.RUN.trigger(),
            pgtrigger.Protect(name="run_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="run_final_when_finished",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=states.FINISHED),
            ),
            pgtrigger.ReadOnly(
                name="run_identity_never_altered",
                fields=[
                    "period",
                    "kind",
                    "methodology",
                    "engine_version",
                    "bundle_digest",
                    "bundle_sha256",
                    "requested_by",
                    "requested_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.get_kind_display()} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in states.FINISHED

    def relations_of(self, actor: Actor) -> frozenset[str]:
        """As to the period; but a preview is its proponent's alone, and an impact test the authority's."""
        relations = self.period.relations_of(actor)
        own = {self.Kind.PREVIEW: {"proponent"}, self.Kind.IMPACT: {"authority"}}.get(self.Kind(self.kind))
        return relations if own is None else relations & own
