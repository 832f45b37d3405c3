from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shown(models.Model):
    """The version of what the public sees of a subject, and its tonnes: kept by the database itself.

    Triggers on the tables that the public pages show (``migrations/0001_shown.py``, and ``mrv.publication``'s) write
    it in the very transaction of the change. A subject has many rows, one per shard: acts side by side write
    different ones and do not wait for each other. The versions of all its shards together are the subject's version;
    each is the time of the change in microseconds, so that none ever comes again, neither after a rollback nor in an
    older copy of the database that was restored.
    """

    application_rights = ("SELECT, INSERT, UPDATE",)

    class Subject(models.TextChoices):
        PROJECTS = "projects", _("Projects")
        CREDITS = "credits", _("Credits")
        PERIODS = "periods", _("Monitoring periods")

    subject = models.CharField(max_length=16, choices=Subject.choices)
    shard = models.SmallIntegerField()
    version = models.BigIntegerField(default=0)
    issued_t = models.BigIntegerField(default=0)
    retired_t = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "shard"], name="one_row_per_subject_and_shard")]

    def __str__(self) -> str:
        return f"{self.subject}/{self.shard} v{self.version}"
