from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerCount(models.Model):
    """How often a choice of the self-test was taken: nothing of who took it, nor when, nor what else."""

    application_rights = ("SELECT, INSERT, UPDATE",)

    question = models.CharField(_("question"), max_length=32)
    choice = models.CharField(_("choice"), max_length=32)
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("count of answers")
        ordering = ["question", "choice"]
        constraints = [models.UniqueConstraint(fields=["question", "choice"], name="one_count_per_choice")]

    def __str__(self) -> str:
        return f"{self.question} {self.choice}: {self.count}"
