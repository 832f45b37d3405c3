from __future__ import annotations

from django.db import models

from registry.audit.models import Event


def history_of(*objects: models.Model) -> list[Event]:
    """The events of these records, newest first, for the history box of a page the reader may already see."""
    wanted = models.Q(pk__in=[])
    for obj in objects:
        wanted |= models.Q(object_type=obj._meta.label, object_id=str(obj.pk))
    return list(Event.objects.filter(wanted, refused=False).order_by("-id")[:100])
