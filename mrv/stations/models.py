from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.projects.models import Project


class Station(models.Model):
    """Where a project's water leaves its catchment and is measured."""

    view_action = "stations.view"

    class Kind(models.TextChoices):
        SPRING = "spring", _("Karst spring")
        RIVER = "river", _("River section")
        CONDUIT = "conduit", _("Underground stream")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stations")
    code = models.CharField(_("code"), max_length=40)
    name_zh = models.CharField(_("name in Chinese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices, default=Kind.SPRING)
    longitude_deg = models.DecimalField(_("longitude (°)"), max_digits=9, decimal_places=6)
    latitude_deg = models.DecimalField(_("latitude (°)"), max_digits=8, decimal_places=6)
    zone = models.CharField(
        _("time zone"), max_length=64, help_text=_("IANA name; days of this station begin at its midnight.")
    )
    catchment_area_km2 = models.DecimalField(_("catchment area (km²)"), max_digits=10, decimal_places=4)
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("station")
        ordering = ["project", "code"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="one_station_per_code"),
            models.CheckConstraint(condition=models.Q(catchment_area_km2__gt=0), name="station_area_is_positive"),
            models.CheckConstraint(
                condition=models.Q(longitude_deg__gte=-180, longitude_deg__lte=180)
                & models.Q(latitude_deg__gte=-90, latitude_deg__lte=90),
                name="station_lies_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh} {self.name_en}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.project.relations_of(actor)
