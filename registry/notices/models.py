from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.languages import is_chinese, local_name
from registry.core.told import Kind

PERSON = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """One thing that one person was told: the sentence in both languages, the record's name and where its page is.

    The row is the truth; the mail follows it.
    """

    class Mail(models.TextChoices):
        NONE = "none", _("none")
        WAITING = "waiting", _("waiting")
        BEGUN = "begun", _("begun")
        """Handed to the mail server or about to be: never sent again, whatever happened to the worker."""
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="notices", db_index=False)
    organisation_id = models.BigIntegerField(null=True)
    """In whose name the person was told; None for what concerns the person alone."""
    key = models.CharField(max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    action = models.CharField(_("act"), max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    url = models.CharField(max_length=300)
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    name_zh = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    at = models.DateTimeField(_("at"), db_default=clock.Now(), editable=False)
    read_at = models.DateTimeField(_("read at"), null=True)
    mail = models.CharField(max_length=16, choices=Mail.choices, default=Mail.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_person"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="unread_notices"),
            models.Index(fields=["id"], condition=models.Q(mail="waiting"), name="mails_that_wait"),
        ]
        triggers = [
            pgtrigger.Protect(name="notice_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="notice_never_altered",
                fields=[
                    "user",
                    "organisation_id",
                    "key",
                    "kind",
                    "action",
                    "object_type",
                    "object_id",
                    "url",
                    "text_zh",
                    "text_en",
                    "name_zh",
                    "name_en",
                    "at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} · {self.name}"

    @property
    def text(self) -> str:
        return self.text_zh if is_chinese() else self.text_en

    @property
    def name(self) -> str:
        return local_name(self)


class Preference(models.Model):
    """How a person wants to be told by mail. Without a row: everything, in both languages."""

    user = models.OneToOneField(PERSON, on_delete=models.PROTECT, related_name="notice_preference", primary_key=True)
    language = models.CharField(_("language of mails"), max_length=16, blank=True)
    muted = models.JSONField(default=list)
    """Kinds that are not mailed; they are still shown."""

    class Meta:
        verbose_name = _("notice preference")

    def __str__(self) -> str:
        return f"{self.user_id} {self.language} {self.muted}"


class Follower(models.Model):
    """The one row that says how far in the log everybody was told."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    next_index = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_follower")]
        triggers = [pgtrigger.Protect(name="follower_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.next_index)
