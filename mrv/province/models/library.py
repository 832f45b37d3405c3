from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only


class PolicyDocument(models.Model):
    """A document that the authority keeps for everybody to read; a newer one supersedes it, and both stay."""

    view_action = "province.view_document"
    stored_files = ("sha256",)

    class Kind(models.TextChoices):
        LAW = "law", _("Law or regulation")
        POLICY = "policy", _("Policy document")
        STANDARD = "standard", _("Standard or specification")
        RULE = "rule", _("Rule of this registry")
        GUIDE = "guide", _("Guide")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    title_zh = models.CharField(_("title in Chinese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    issuer_zh = models.CharField(_("issued by, in Chinese"), max_length=120)
    issuer_en = models.CharField(_("issued by, in English"), max_length=120)
    number = models.CharField(_("document number"), max_length=80, blank=True)
    issued_on = models.DateField(_("date of the document"))
    link = models.URLField(_("address where it is published"), max_length=400, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size_bytes = models.BigIntegerField(_("size in bytes"), null=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="superseded_by", null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("policy document")
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(link="") | ~models.Q(sha256=""), name="document_can_be_read_somewhere"
            )
        ]
        triggers = [append_only("policy_document_append_only")]

    def __str__(self) -> str:
        return f"{self.title_zh} {self.title_en}"

    @property
    def name_zh(self) -> str:
        return self.title_zh

    @property
    def name_en(self) -> str:
        return self.title_en

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return frozenset()
