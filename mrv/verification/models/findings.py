from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mrv.verification import states
from mrv.verification.models.assignments import Assignment
from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.organisations.models import Membership

PERSON = settings.AUTH_USER_MODEL


class Finding(models.Model):
    """What a verification body asks of the proponent: to correct (CAR), to clarify (CL), to mend later (FAR).

    The row says where it stands; what was said is the thread (:class:`FindingEntry`), which only grows.
    """

    view_action = "verification.view"

    class Kind(models.TextChoices):
        CAR = "car", _("Corrective action request (CAR)")
        CL = "cl", _("Clarification request (CL)")
        FAR = "far", _("Forward action request (FAR)")

    class Severity(models.TextChoices):
        MATERIAL = "material", _("Material")
        MINOR = "minor", _("Not material")

    class AnchorKind(models.TextChoices):
        NONE = "none", _("The task as a whole")
        FILE_ROW = "file_row", _("A row of a file")
        SPAN = "span", _("A time span of a plot")
        PARAMETER = "parameter", _("A parameter of the methodology")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=16)
    requirement = models.CharField(_("requirement"), max_length=200)
    statement = models.TextField(_("finding"))
    severity = models.CharField(_("severity"), max_length=16, choices=Severity.choices)
    anchor_kind = models.CharField(_("speaks of"), max_length=16, choices=AnchorKind.choices, default=AnchorKind.NONE)
    anchor = models.JSONField(_("place"), default=dict)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    due_on = models.DateField(_("answer due on"))
    raised_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closing_reason = models.TextField(_("reason of closing"), blank=True, editable=False)
    carried_from = models.OneToOneField("self", on_delete=models.PROTECT, related_name="carried_to", null=True)
    continues = models.OneToOneField("self", on_delete=models.PROTECT, related_name="continued_by", null=True)
    """The same finding on the revision before: its thread goes on here."""
    state = states.FINDING.field()

    class Meta:
        verbose_name = _("finding")
        ordering = ["assignment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="one_finding_per_number"),
            models.CheckConstraint(
                condition=~Q(state__in=("closed", "unresolved")) | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="finding_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("closed", "unresolved")) | Q(closed_by=F("raised_by")) | ~Q(closing_reason=""),
                name="finding_closed_by_its_raiser_or_with_reason",
            ),
            models.CheckConstraint(condition=Q(kind="far") | ~Q(state="carried"), name="only_far_is_carried"),
            models.CheckConstraint(condition=Q(kind="far") | Q(carried_from__isnull=True), name="only_far_carries_on"),
            models.CheckConstraint(
                condition=~Q(kind="far") | Q(continues__isnull=True) & ~Q(state="moved"),
                name="only_car_and_cl_go_on_in_a_revision",
            ),
        ]
        triggers = [
            states.FINDING.trigger(),
            pgtrigger.Protect(name="finding_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="finding_never_altered",
                fields=[
                    "assignment",
                    "kind",
                    "number",
                    "requirement",
                    "statement",
                    "severity",
                    "anchor_kind",
                    "anchor",
                    "raised_by",
                    "raised_at",
                    "carried_from",
                    "continues",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.assignment}"

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN_FINDING

    @property
    def blocks_opinion(self) -> bool:
        return self.is_open and self.kind != self.Kind.FAR

    @property
    def raiser_is_gone(self) -> bool:
        """Whether the raiser no longer works for the body as one who may raise."""
        return not Membership.objects.filter(
            user_id=self.raised_by_id,
            organisation_id=self.assignment.body_id,
            ended_at__isnull=True,
            role__in=states.RAISING_ROLES,
        ).exists()

    def relations_of(self, actor: Actor) -> frozenset[str]:
        """As to the assignment; besides ``raiser``, and ``stand_in`` for the raiser's body when the raiser is gone."""
        relations = set(self.assignment.relations_of(actor))
        if "body" in relations:
            if actor.user_id == self.raised_by_id:
                relations.add("raiser")
            elif self.raiser_is_gone:
                relations.add("stand_in")
        return frozenset(relations)


class FindingEntry(models.Model):
    """One word in the thread of a finding, by either side."""

    class Act(models.TextChoices):
        RAISE = "raise", _("Raised")
        ANSWER = "answer", _("Answered")
        RAISE_AGAIN = "raise_again", _("Raised again")
        CLOSE = "close", _("Closed")
        GIVE_UP = "give_up", _("Ended unresolved")
        CARRY = "carry", _("Carried to the next period")
        CLOSE_CARRIED = "close_carried", _("Closed with the project's completion")
        REMARK = "remark", _("Remark")
        REVISE = "revise", _("Revision of the period opened")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="entries")
    act = models.CharField(_("act"), max_length=16, choices=Act.choices)
    round = models.PositiveSmallIntegerField(_("round"))
    text = models.TextField(_("text"), blank=True)
    due_on = models.DateField(_("answer due on"), null=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_for = models.CharField(
        _("side"),
        max_length=16,
        choices=[
            ("proponent", _("Proponent")),
            ("body", _("Verification body")),
            ("authority", _("Authority")),
        ],
    )
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("entry of a finding")
        ordering = ["finding", "id"]
        triggers = [append_only("finding_entry_append_only")]

    def __str__(self) -> str:
        return f"{self.finding.number} · {self.get_act_display()}"


class FindingDocument(models.Model):
    """A document that came with an entry, kept by the digest of its bytes."""

    stored_files = ("sha256",)

    entry = models.ForeignKey(FindingEntry, on_delete=models.PROTECT, related_name="documents")
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("document of a finding")
        ordering = ["id"]
        triggers = [append_only("finding_document_append_only")]

    def __str__(self) -> str:
        return self.file_name
