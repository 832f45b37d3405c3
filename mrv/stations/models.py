from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only
from registry.projects.models import Project


class Parameter(models.TextChoices):
    """What a sensor measures, by the names of the canonical series."""

    RAINFALL = "rainfall", _("Rainfall")
    STAGE = "stage", _("Stage")
    TEMPERATURE = "water_temperature", _("Water temperature")
    PH = "ph", "pH"
    EC25 = "specific_conductance_25c", _("Conductivity at 25 °C")
    AIR_PRESSURE = "air_pressure", _("Air pressure")


UNITS = {
    Parameter.RAINFALL: "mm",
    Parameter.STAGE: "m",
    Parameter.TEMPERATURE: "°C",
    Parameter.PH: "1",
    Parameter.EC25: "µS/cm",
    Parameter.AIR_PRESSURE: "kPa",
}


class Station(models.Model):
    """Where a project's water leaves its catchment and is measured."""

    view_action = "stations.view"

    class Kind(models.TextChoices):
        SPRING = "spring", _("Karst spring")
        RIVER = "river", _("River section")
        CONDUIT = "conduit", _("Underground stream")
        OUTLET = "outlet", _("Catchment outlet")
        REACH_END = "reach_end", _("River section below the project")
        CONTROL = "control", _("Outlet of a control catchment")

    BEYOND_PROJECT = (Kind.REACH_END, Kind.CONTROL)
    """Kinds that lie outside the project's catchment: named in a period beside a station of the project's own water."""

    class Region(models.TextChoices):
        """The regions by which means and variation are compared."""

        EAST = "east", _("East")
        WEST = "west", _("West")
        NORTH = "north", _("North")
        SOUTH = "south", _("South")

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
    region = models.CharField(
        _("region"), max_length=60, blank=True, help_text=_("East, West, North, South, or a name of your own.")
    )
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

    @property
    def region_name(self) -> str:
        """The region's name in the reader's language; an own region as it was written."""
        return str(self.Region(self.region).label) if self.region in self.Region.values else self.region

    def relations_of(self, actor: Actor) -> frozenset[str]:
        """Those of the project, and those that later rooms know of (a verification body's assignment)."""
        further = (word for relation in FURTHER_RELATIONS for word in relation(self, actor))
        return self.project.relations_of(actor) | frozenset(further)


FURTHER_RELATIONS: list[Callable[[Station, Actor], Iterable[str]]] = []
"""What a later room adds to how an actor stands to a station; appended once, when the room is loaded."""


OLDEST_DEPLOYMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""From here a sensor's deployments are counted in seconds: an earlier one would lie among those of another sensor."""


class SpanOfSensor(models.Func):
    """A sensor and the time of its deployment as one range of integers: each sensor owns 2**34 seconds from 1970.

    The embedded server has no btree_gist, so that an exclusion over "same sensor, overlapping times" needs both in
    one value.
    """

    template = (
        "int8range(sensor_id * 17179869184"
        " + extract(epoch FROM deployed_from - timestamptz '1970-01-01 00:00+00')::bigint,"
        " sensor_id * 17179869184 + coalesce("
        "extract(epoch FROM deployed_to - timestamptz '1970-01-01 00:00+00')::bigint, 17179869183))"
    )
    output_field = BigIntegerRangeField()
    arity = 0


class Sensor(models.Model):
    """One measuring element with its serial number: what it measures, how finely, how truly."""

    view_action = "stations.view"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sensors")
    parameter = models.CharField(_("quantity"), max_length=32, choices=Parameter.choices)
    maker = models.CharField(_("maker"), max_length=80)
    model = models.CharField(_("model"), max_length=80)
    serial_number = models.CharField(_("serial number"), max_length=80)
    range_low = models.DecimalField(_("range from"), max_digits=12, decimal_places=4)
    range_high = models.DecimalField(_("range to"), max_digits=12, decimal_places=4)
    resolution = models.DecimalField(_("resolution"), max_digits=12, decimal_places=6)
    accuracy = models.DecimalField(
        _("accuracy (±)"),
        max_digits=12,
        decimal_places=6,
        help_text=_("As the maker states it, in the quantity's unit."),
    )
    vented = models.BooleanField(
        _("vented"),
        null=True,
        blank=True,
        help_text=_("Of a level sensor: without a vent its readings need an air-pressure file."),
    )
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("sensor")
        ordering = ["parameter", "serial_number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "serial_number", "parameter"], name="one_sensor_per_serial"),
            models.CheckConstraint(condition=models.Q(range_high__gt=models.F("range_low")), name="sensor_range"),
            models.CheckConstraint(
                condition=models.Q(resolution__gt=0, accuracy__gt=0), name="sensor_resolution_and_accuracy"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.model} {self.serial_number}"

    @property
    def unit(self) -> str:
        return UNITS[self.parameter]

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.project.relations_of(actor)


class Deployment(models.Model):
    """A sensor at a station for a time; it is ended once and otherwise never changed."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="deployments")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="deployments")
    deployed_from = models.DateTimeField(_("from"))
    deployed_to = models.DateTimeField(_("until"), null=True, blank=True)
    datum_m = models.DecimalField(
        _("height of the sensor over the station's datum (m)"), max_digits=8, decimal_places=4, default=0
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("deployment")
        ordering = ["-deployed_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deployed_to__isnull=True) | models.Q(deployed_to__gt=models.F("deployed_from")),
                name="deployment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(deployed_from__gte=OLDEST_DEPLOYMENT), name="deployment_from_1970_on"
            ),
            ExclusionConstraint(
                name="a_sensor_is_in_one_place", expressions=[(SpanOfSensor(), RangeOperators.OVERLAPS)]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sensor} @ {self.station.code}"


class Calibration(models.Model):
    """A calibration of a sensor: when, by whom, until when it counts, the certificate by the digest of its bytes."""

    stored_files = ("certificate_sha256",)

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="calibrations")
    calibrated_on = models.DateField(_("calibrated on"))
    expires_on = models.DateField(_("counts until"))
    laboratory = models.CharField(_("laboratory"), max_length=120)
    result = models.CharField(_("result"), max_length=300, blank=True)
    certificate_name = models.CharField(_("certificate"), max_length=255, blank=True)
    certificate_sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    recorded_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("calibration")
        ordering = ["-calibrated_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gt=models.F("calibrated_on")), name="calibration_expires_later"
            )
        ]
        triggers = [append_only("calibration_append_only")]

    def __str__(self) -> str:
        return f"{self.sensor} {self.calibrated_on}"


class FieldVisit(models.Model):
    """What a person read at the spring: the points on which the correction of a drift is anchored.

    A visit is never changed; a wrong one is replaced by a later one that names it.
    """

    view_action = "stations.view"

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="visits")
    visited_at = models.DateTimeField(_("time"))
    visitor = models.CharField(_("who was there"), max_length=120)
    staff_gauge_m = models.DecimalField(_("staff gauge (m)"), max_digits=7, decimal_places=3, null=True, blank=True)
    water_temperature_c = models.DecimalField(
        _("water temperature (°C)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    ph = models.DecimalField("pH", max_digits=4, decimal_places=2, null=True, blank=True)
    ec25_us_cm = models.DecimalField(
        _("conductivity at 25 °C (µS/cm)"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    cleaned = models.BooleanField(_("sensors cleaned"), default=False)
    note = models.TextField(_("note"), blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, related_name="replaced_by", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("field visit")
        ordering = ["-visited_at", "-id"]
        triggers = [append_only("field_visit_append_only")]

    def __str__(self) -> str:
        return f"{self.station.code} {self.visited_at:%Y-%m-%d %H:%M}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.relations_of(actor)


class VisitPhoto(models.Model):
    """A photograph of a field visit, kept by the digest of its bytes."""

    stored_files = ("sha256",)

    visit = models.ForeignKey(FieldVisit, on_delete=models.PROTECT, related_name="photos")
    file_name = models.CharField(_("file"), max_length=255)
    content_type = models.CharField(max_length=32)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("photograph")
        ordering = ["id"]
        triggers = [append_only("visit_photo_append_only")]

    def __str__(self) -> str:
        return self.file_name


class StationToken(models.Model):
    """The key with which a logger sends its readings; only a digest of it is kept."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("station token")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.station.code} {self.name}"


class TelemetryReading(models.Model):
    """A reading as a logger sent it, until its month is sealed into a file. ``readings``: name -> decimal string."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="telemetry")
    at = models.DateTimeField(_("time"))
    readings = models.JSONField(_("readings"))
    battery_v = models.DecimalField(_("battery (V)"), max_digits=5, decimal_places=2, null=True)
    received_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("telemetry reading")
        ordering = ["station", "at"]
        constraints = [models.UniqueConstraint(fields=["station", "at"], name="one_telemetry_reading_per_time")]

    def __str__(self) -> str:
        return f"{self.station.code} {self.at.isoformat()}"
