"""The parts of a project's file: boundaries and documents by digest, what is declared, why an overlap may stand.

Nothing here is changed or taken away: a newer row of the same kind takes an older one's place, and both stay.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.states import append_only
from registry.organisations.models import User
from registry.projects.models.project import Project


class ProjectDocument(models.Model):
    """A document of the project's file, kept by the digest of its bytes; a newer one never replaces it."""

    stored_files = ("sha256",)

    class Kind(models.TextChoices):
        DESIGN = "design", _("Project design")
        BASELINE = "baseline", _("Baseline")
        BOUNDARY = "boundary", _("Boundary")
        MONITORING = "monitoring", _("Monitoring plan")
        RIGHTS = "rights", _("Rights to land and water")
        CONSULTATION = "consultation", _("Talks with those concerned")
        OTHER = "other", _("Another document")

    class Language(models.TextChoices):
        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")
        BOTH = "zh-en", _("Chinese and English")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, blank=True)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("document")
        ordering = ["id"]
        triggers = [append_only("project_document_append_only")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title or self.file_name}"


class BoundaryVersion(models.Model):
    """A boundary as it was uploaded: the file by its digest, and what was read from it. The last one counts."""

    stored_files = ("sha256",)

    class Format(models.TextChoices):
        GEOJSON = "geojson", "GeoJSON"
        KML = "kml", "KML"
        SHAPEFILE = "shapefile", _("Shapefile")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="boundary_versions")
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    format = models.CharField(_("format"), max_length=16, choices=Format.choices)
    crs = models.CharField(_("coordinate system of the file"), max_length=120)
    boundary = models.JSONField(_("boundary (GeoJSON, CGCS2000)"))
    area_km2 = models.DecimalField(
        _("area on the ellipsoid (km²)"), max_digits=12, decimal_places=6, validators=[MinValueValidator(0)]
    )
    vertices = models.IntegerField(_("vertices"))
    remarks = models.JSONField(_("remarks"), default=list)
    """``[{"code": …, "params": {…}}]``: what was noticed and is no fault; said by ``services.boundaries.remark``."""
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("boundary")
        ordering = ["-id"]
        triggers = [append_only("project_boundary_append_only")]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.file_name}"


class Declaration(models.Model):
    """What the proponent declares on one subject, as one whole; the last one counts."""

    class Subject(models.TextChoices):
        PROGRAMMES = "programmes", _("Other programmes")
        SAFEGUARDS = "safeguards", _("Safeguards")
        BASELINE = "baseline", _("Baseline")
        ADDITIONALITY = "additionality", _("Additionality")
        ESTIMATES = "estimates", _("Estimates by year")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="declarations")
    subject = models.CharField(_("subject"), max_length=32, choices=Subject.choices)
    content = models.JSONField(_("content"))
    """By subject, as its service wrote it: see ``services.declarations`` and ``services.estimates``."""
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    declared_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("declaration")
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "subject", "-id"], name="declaration_that_counts")]
        triggers = [append_only("project_declaration_append_only")]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.get_subject_display()}"


class OverlapJustification(models.Model):
    """Why a project may lie over another one in the same years without counting a tonne twice; the last one counts."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="overlap_justifications")
    other = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    area_km2 = models.DecimalField(_("overlap (km²)"), max_digits=12, decimal_places=6)
    """The overlap for which it was given: a greater one needs a new justification."""
    text = models.TextField(_("justification"))
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    given_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("justification of an overlap")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(project=models.F("other")), name="overlap_is_with_another")
        ]
        triggers = [append_only("project_overlap_append_only")]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.other.code}"
