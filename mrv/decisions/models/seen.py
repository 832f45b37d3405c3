from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.decisions.models.reviews import Review
from registry.core import clock
from registry.core.states import append_only


class SeenLights(models.Model):
    """The six lines of a case as they stood when an official acted on it, with the figures and digests behind them.

    Written in the transaction of the act and never changed: what happens later alters the live lines, not these.
    ``lights`` has a line for each: ``key``, ``level`` and, under ``zh`` and ``en``, ``summary`` and ``facts``.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="seen_lights")
    act = models.CharField(_("act"), max_length=16)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    lights = models.JSONField(_("the six lines"))
    figures = models.JSONField(
        _("figures"), help_text=_("Name of a figure, which ends in its unit, to its decimal value.")
    )
    quantity_verified_t = models.DecimalField(_("verified quantity (t CO₂)"), max_digits=24, decimal_places=9)
    statement_number = models.CharField(_("number of the opinion"), max_length=64)
    bundle_digest = models.CharField(_("digest of the evidence"), max_length=64)
    result_digest = models.CharField(_("digest of the result"), max_length=64)
    methodology_digest = models.CharField(_("digest of the methodology"), max_length=64)
    digest = models.CharField(
        _("digest"), max_length=64, help_text=_("SHA-256 of lines, figures and digests as canonical JSON.")
    )

    class Meta:
        verbose_name = _("lines of a case as seen")
        ordering = ["review", "id"]
        triggers = [append_only("seen_lights_append_only")]

    def __str__(self) -> str:
        return f"{self.review_id} · {self.act} · {self.digest[:12]}"
