from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockOffset(models.Model):
    """At most one row: how far a demonstration's clock runs ahead. Written by ``clock.advance_to`` only."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_clock")]

    def __str__(self) -> str:
        return f"+{self.offset}"


class CalendarDay(models.Model):
    """A day on which the weekly rule does not hold: a holiday on a weekday, or a make-up working day."""

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.date} {'+' if self.is_working else '-'} {self.note}"


class IdempotentAnswer(models.Model):
    """The answer to a request of the API with an ``Idempotency-Key``, written in the transaction of its act."""

    user_id = models.BigIntegerField()
    """0 for nobody."""
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=300, blank=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
