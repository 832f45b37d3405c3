from __future__ import annotations

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.organisations.models import Organisation, User
from registry.projects import states

BEFORE_PUBLIC = ("draft", "submitted", "withdrawn")


class Project(models.Model):
    """A catchment in which carbon is taken up, what is done there, and by which methodology it is counted."""

    view_action = "projects.view"

    class Kind(models.TextChoices):
        INVENTORY = "inventory", _("Natural inventory")
        VEGETATION = "vegetation", _("Vegetation restoration")
        SOIL = "soil", _("Soil improvement")
        IRRIGATION = "irrigation", _("Allogenic-water irrigation")
        AQUATIC = "aquatic", _("Aquatic-plant cultivation")
        POWDER = "powder", _("Carbonate powder spreading")

    code = models.CharField(_("code"), max_length=40, unique=True, editable=False)
    name_zh = models.CharField(_("name in Chinese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    proponent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    division_code = models.CharField(_("division code (GB/T 2260)"), max_length=6)
    county_zh = models.CharField(_("county in Chinese"), max_length=60)
    county_en = models.CharField(_("county in English"), max_length=60)
    area_km2 = models.DecimalField(
        _("catchment area (km²)"), max_digits=10, decimal_places=4, validators=[MinValueValidator(0)]
    )
    karst_area_km2 = models.DecimalField(
        _("karst area (km²)"),
        max_digits=10,
        decimal_places=4,
        null=True,
        help_text=_("How much of the catchment is underlain by carbonate rock."),
    )
    outlet_longitude_deg = models.DecimalField(_("outlet longitude (°)"), max_digits=9, decimal_places=6, null=True)
    outlet_latitude_deg = models.DecimalField(_("outlet latitude (°)"), max_digits=8, decimal_places=6, null=True)
    boundary = models.JSONField(_("boundary (GeoJSON, CGCS2000)"))
    boundary_west_deg = models.FloatField(null=True, editable=False)
    boundary_south_deg = models.FloatField(null=True, editable=False)
    boundary_east_deg = models.FloatField(null=True, editable=False)
    boundary_north_deg = models.FloatField(null=True, editable=False)
    """The box around the boundary: neighbours are sought by it, and maps show its middle. Every service sets it."""
    boundary_is_drawn = models.BooleanField(
        _("boundary is a drawn circle"),
        default=False,
        help_text=_("Only the area was given; the circle stands for a catchment boundary that was not surveyed."),
    )
    crediting_start = models.DateField(_("crediting from"))
    crediting_end = models.DateField(_("crediting to"))
    methodology_id = models.CharField(_("methodology"), max_length=40)
    methodology_version = models.CharField(_("methodology version"), max_length=20)
    methodology_digest = models.CharField(max_length=64)
    additionality = models.TextField(_("additionality argument"), blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)
    comment_opens_on = models.DateField(null=True, editable=False)
    comment_closes_on = models.DateField(null=True, editable=False)
    registered_at = models.DateTimeField(null=True, editable=False)
    state = states.PROJECT.field()
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("project")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(area_km2__gt=0), name="project_area_is_positive"),
            models.CheckConstraint(
                condition=models.Q(crediting_end__gt=models.F("crediting_start")),
                name="project_crediting_span",
            ),
            models.CheckConstraint(
                condition=models.Q(karst_area_km2__isnull=True)
                | models.Q(karst_area_km2__gte=0, karst_area_km2__lte=models.F("area_km2")),
                name="project_karst_lies_in_the_catchment",
            ),
        ]
        indexes = [
            models.Index(  # what the public's pages count by is in it whole: the wide rows are not read for it
                fields=["division_code", "county_zh", "county_en", "methodology_id"],
                include=["state", "registered_at", "id"],
                name="projects_by_county",
            )
        ]
        triggers = [
            states.PROJECT.trigger(),
            pgtrigger.Trigger(
                name="proponent_changes_by_request",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("proponent_id"),
                condition=pgtrigger.Q(old__proponent__df=pgtrigger.F("new__proponent")),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM projects_changeofproponent
                        WHERE project_id = NEW.id AND state = 'approved'
                          AND from_organisation_id = OLD.proponent_id AND to_organisation_id = NEW.proponent_id)
                    THEN
                        RAISE EXCEPTION 'project: its proponent changes by an approved request alone'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh} {self.name_en}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None and actor.organisation_id == self.proponent_id:
            relations.add("proponent")
        if self.state not in BEFORE_PUBLIC:
            relations.add("public")
        if self.state != "draft":
            relations.add("submitted")
        return frozenset(relations)


class Validation(models.Model):
    """The outcome of a project's validation as it was handed over by the work floor."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="validations")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    statement_number = models.CharField(_("statement"), max_length=40, unique=True)
    positive = models.BooleanField(_("positive"))
    conclusion_zh = models.TextField()
    conclusion_en = models.TextField()
    signed_by = models.JSONField(_("signed by"))
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("validation")
        triggers = [append_only("project_validation_append_only")]

    def __str__(self) -> str:
        return self.statement_number


class Comment(models.Model):
    """What somebody said while public comment was open, and the proponent's one answer; both public."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="comments")
    number = models.IntegerField(_("number"))
    author_name = models.CharField(_("your name"), max_length=100, blank=True)
    text = models.TextField(_("comment"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    """Null for the public, which needs no account."""
    commented_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("public comment")
        ordering = ["project", "number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="comments_in_order")]
        triggers = [
            pgtrigger.Protect(
                name="comment_keeps_its_words",
                operation=pgtrigger.UpdateOf("project_id", "number", "author_name", "text", "author_id", "commented_at")
                | pgtrigger.Delete,
            ),
            pgtrigger.Protect(
                name="comment_is_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} #{self.number}"


class Revocation(models.Model):
    """One official asks that a registration be revoked, another confirms or drops it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="revocations")
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True, editable=False)
    state = states.REVOCATION.field()

    class Meta:
        verbose_name = _("revocation")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("asked_by"))),
                name="revocation_needs_two_persons",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(state="asked"), name="one_revocation_at_a_time"
            ),
        ]
        triggers = [
            states.REVOCATION.trigger(),
            pgtrigger.Protect(
                name="revocation_keeps_its_terms",
                operation=pgtrigger.UpdateOf("project_id", "reason", "asked_by_id", "asked_at") | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.get_state_display()}"
