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


class CountyProjects(models.Model):
    """How many public projects a county has under a methodology: kept by triggers in the transaction of each change.

    The start page and the register say it without reading every project (``migrations/0003_county_projects.py``).
    """

    application_rights = ("SELECT, INSERT, UPDATE",)

    division_code = models.CharField(max_length=6)
    county_zh = models.CharField(max_length=60)
    county_en = models.CharField(max_length=60)
    methodology_id = models.CharField(max_length=40)
    projects = models.BigIntegerField()
    registered = models.BigIntegerField()
    """Of these: registered now or before, the revoked left out."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "county_zh", "county_en", "methodology_id"], name="county_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.methodology_id}: {self.projects}"
