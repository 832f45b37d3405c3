from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.states import append_only


class Event(models.Model):
    """One thing that happened, written in the transaction of the change itself and never changed after.

    ``body`` is the canonical JSON (RFC 8785) of the whole event as bytes; the other columns repeat parts of it for
    searching. People appear by their number, so that erasing a person does not alter what was recorded.
    """

    at = models.DateTimeField(_("at"), db_default=clock.Now(), editable=False)
    clock_offset_s = models.BigIntegerField(_("clock offset in seconds"), default=0)
    actor_id = models.BigIntegerField(_("person"), null=True)
    organisation_id = models.BigIntegerField(_("organisation"), null=True)
    roles = models.CharField(_("roles"), max_length=200, blank=True)
    action = models.CharField(_("act"), max_length=80)
    object_type = models.CharField(_("kind of record"), max_length=80)
    object_id = models.CharField(_("record"), max_length=80)
    refused = models.BooleanField(_("refused"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    body = models.BinaryField(_("event"))

    class Meta:
        verbose_name = _("event")
        ordering = ["id"]
        indexes = [models.Index(fields=["object_type", "object_id"]), models.Index(fields=["action"])]
        triggers = [append_only("event_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_id}"
