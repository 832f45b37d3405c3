"""What the officials write beside a review: notes, holds, the items of a return with their answers, the limits."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mrv.decisions import states
from mrv.decisions.models.reviews import Review
from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only

PERSON = settings.AUTH_USER_MODEL


class ReviewNote(models.Model):
    """What an official says to the next one about a case; for the authority alone."""

    view_action = "decisions.view_notes"

    class Step(models.TextChoices):
        BEGIN = "begin", _("on beginning the review")
        PREPARE = "prepare", _("on preparing the decision")
        APPROVE = "approve", _("on deciding")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="notes")
    step = models.CharField(_("step"), max_length=16, choices=Step.choices)
    text = models.TextField(_("note"))
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("note of an official")
        ordering = ["review", "id"]
        triggers = [append_only("review_note_append_only")]

    def __str__(self) -> str:
        return f"{self.review_id} · {self.get_step_display()}"


class Hold(models.Model):
    """The case waits for a reason that is said; while it does, nobody prepares, decides or refuses it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField(_("reason"))
    placed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    lifted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)
    state = states.HOLD.field()

    class Meta:
        verbose_name = _("hold")
        ordering = ["review", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review"], condition=Q(state="placed"), name="one_hold_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="placed") | Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="hold_lifted_by_somebody",
            ),
        ]
        triggers = [
            states.HOLD.trigger(),
            pgtrigger.Protect(name="hold_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="hold_keeps_its_words", fields=["review", "reason", "placed_by", "placed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} · {self.get_state_display()}"


class ReturnedItem(models.Model):
    """One reason of a return: what it is about, and the answer of the verifier or the proponent, given once.

    ``item`` names a line of the case (``light:findings``), an item of the verifier's checklist
    (``checklist:b-curve``), or nothing: then the case as a whole.
    """

    view_action = "decisions.view"

    class Side(models.TextChoices):
        BODY = "body", _("verification body")
        PROPONENT = "proponent", _("proponent")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="returned_items")
    item = models.CharField(_("item"), max_length=80, blank=True)
    reason = models.TextField(_("reason"))
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    answered_for = models.CharField(max_length=16, choices=Side.choices, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("returned item")
        ordering = ["review", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "item"], name="one_reason_per_returned_item"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="") & ~Q(answered_for="")),
                name="returned_item_answered_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="returned_item_keeps_its_words",
                operation=pgtrigger.UpdateOf("review_id", "item", "reason", "made_at") | pgtrigger.Delete,
            ),
            pgtrigger.Protect(
                name="returned_item_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} · {self.item}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.review.relations_of(actor)


class StageLimit(models.Model):
    """Within how many working days a stage of the docket is to be done; the newest row of a stage counts."""

    view_action = "decisions.view_docket"

    stage = models.CharField(_("stage"), max_length=16, choices=states.STAGES)
    working_days = models.PositiveSmallIntegerField(
        _("working days"), validators=[MinValueValidator(1), MaxValueValidator(250)]
    )
    set_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("limit of a stage")
        ordering = ["stage", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(working_days__gte=1, working_days__lte=250), name="stage_limit_sane")
        ]
        triggers = [append_only("stage_limit_append_only")]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.working_days}"
