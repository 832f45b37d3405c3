from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.complaints import states
from registry.core import acts, clock
from registry.core.actors import Actor
from registry.core.languages import is_chinese
from registry.organisations.models import Organisation, User


class Complaint(models.Model):
    """What somebody holds against a record, or a party against a decision, with the authority's answer.

    What was said stays; the authority may keep it from the public, with a reason that the public reads. The contact is
    the authority's alone.
    """

    view_action = "complaints.view"

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        APPEAL = "appeal", _("Appeal")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        PARTLY = "partly", _("Upheld in part")
        DISMISSED = "dismissed", _("Not upheld")

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    subject_kind = models.CharField(_("about"), max_length=20)
    subject_ref = models.CharField(_("record"), max_length=60)
    subject_zh = models.CharField(max_length=300)
    subject_en = models.CharField(max_length=300)
    subject_url = models.CharField(max_length=300, blank=True)
    is_public = models.BooleanField(_("public"))
    decision = models.ForeignKey(
        "audit.Event", verbose_name=_("decision"), on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_by_ids = models.JSONField(default=list)
    """The persons who took or prepared the decision: none of them answers."""
    text = models.TextField(_("text"))
    author_name = models.CharField(_("name to be shown"), max_length=100, blank=True)
    contact = models.CharField(_("contact, never shown"), max_length=200, blank=True)
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    """Null for the public, which needs no account."""
    filed_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    """The party that appeals."""
    received_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    answer_due_on = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    reply_until = models.DateField(null=True, editable=False)
    reply = models.TextField(_("reply"), blank=True)
    replied_at = models.DateTimeField(null=True, editable=False)
    conclusion = models.TextField(_("conclusion"), blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    withheld_reason = models.TextField(_("why the text is withheld"), blank=True)
    state = states.COMPLAINT.field()

    class Meta:
        verbose_name = _("complaint")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="complaint")
                | models.Q(decision__isnull=False, filed_for__isnull=False, filed_by__isnull=False),
                name="appeal_names_decision_and_party",
            ),
            models.CheckConstraint(
                condition=models.Q(state="received")
                | models.Q(answered_by__isnull=False, answered_at__isnull=False, reply_until__isnull=False),
                name="complaint_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(closed_by__isnull=False, closed_at__isnull=False),
                name="complaint_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["decision", "filed_for"], condition=models.Q(kind="appeal"), name="one_appeal_per_party"
            ),
        ]
        triggers = [
            states.COMPLAINT.trigger(),
            pgtrigger.Protect(
                name="complaint_keeps_its_words",
                operation=pgtrigger.UpdateOf(
                    "number",
                    "kind",
                    "subject_kind",
                    "subject_ref",
                    "decision_id",
                    "decided_by_ids",
                    "text",
                    "author_name",
                    "filed_by_id",
                    "filed_for_id",
                    "received_at",
                    "answer_due_on",
                )
                | pgtrigger.Delete,
            ),
            pgtrigger.Protect(
                name="complaint_is_answered_once",
                operation=pgtrigger.UpdateOf("answer", "outcome", "answered_by_id", "answered_at", "reply_until"),
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="complainant_replies_once",
                operation=pgtrigger.UpdateOf("reply", "replied_at"),
                condition=pgtrigger.Q(old__replied_at__isnull=False) | pgtrigger.Q(old__state="closed"),
            ),
            pgtrigger.Trigger(
                name="takers_never_answer",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.decided_by_ids @> to_jsonb(NEW.answered_by_id)
                       OR NEW.decided_by_ids @> to_jsonb(NEW.closed_by_id)
                    THEN
                        RAISE EXCEPTION 'complaint: who took the decision does not answer for it'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> str:
        """What it is about, in the reader's language."""
        named = self.subject_zh if is_chinese() else self.subject_en
        if self.decision is None:
            return named
        return f"{acts.NAMES.get(self.decision.action, self.decision.action)} · {named}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if self.is_public:
            relations.add("public")
        if self.filed_for_id is not None and actor.organisation_id == self.filed_for_id:
            relations.add("appellant")
        if actor.user_id is not None and actor.user_id not in self.decided_by_ids:
            relations.add(f"impartial_to_{self.kind}")
        return frozenset(relations)
