from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.periods import states
from mrv.stations.models import Station
from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind
from registry.organisations.models import Organisation
from registry.projects.models import Project


class DaysOfProject(models.Func):
    """Project and days as one range of integers: each project owns 2**20 days counted from 1900-01-01.

    The embedded server has no btree_gist, so that an exclusion over "same project, overlapping days" needs both in
    one value.
    """

    template = (
        "int8range(project_id * 1048576 + (first_day - DATE '1900-01-01'),"
        " project_id * 1048576 + (last_day - DATE '1900-01-01') + 1)"
    )
    output_field = BigIntegerRangeField()
    arity = 0


class DaysOfStation(models.Func):
    """Station and days as one range of integers, like :class:`DaysOfProject`, which older migrations name."""

    template = (
        "int8range(station_id * 1048576 + (first_day - DATE '1900-01-01'),"
        " station_id * 1048576 + (last_day - DATE '1900-01-01') + 1)"
    )
    output_field = BigIntegerRangeField()
    arity = 0


class StationRole(models.TextChoices):
    """What a further station of a period is for; the names are those of a bundle's companions."""

    DOWNSTREAM = "downstream", _("Downstream station")
    CONTROL = "control", _("Control catchment")


class MonitoringPeriod(models.Model):
    """A span of whole days for which a project accounts: one revision of it, from open to its end."""

    view_action = "periods.view"
    stored_files = ("bundle_sha256", "kit_sha256")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="periods")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="periods")
    number = models.PositiveIntegerField(_("number"))
    revision = models.PositiveIntegerField(_("revision"), default=1)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    start = models.DateTimeField(_("start"), editable=False)
    end = models.DateTimeField(_("end"), editable=False)
    zone = models.CharField(_("time zone"), max_length=64, editable=False)
    bundle_digest = models.CharField(_("digest of the evidence"), max_length=64, blank=True, editable=False)
    bundle_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    kit_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    evidence = models.JSONField(
        _("evidence"),
        null=True,
        editable=False,
        help_text=_("What was sealed: files, versions of curve and models, counts of readings."),
    )
    sealed_at = models.DateTimeField(null=True, editable=False)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    official_run = models.ForeignKey("runs.Run", on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    verifier = models.ForeignKey(
        Organisation,
        verbose_name=_("verification body"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        help_text=_("The body whose assignment to this period is confirmed."),
    )
    opened_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    state = states.PERIOD.field()

    class Meta:
        verbose_name = _("monitoring period")
        ordering = ["project", "number", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number", "revision"], name="one_row_per_period_revision"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day"), end__gt=models.F("start")),
                name="period_span",
            ),
            models.CheckConstraint(
                condition=models.Q(first_day__gte="1900-01-01", last_day__lt="4000-01-01"),
                name="period_days_fit_their_range",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | ~models.Q(bundle_digest=""), name="period_sealed_with_digest"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "sealed")) | models.Q(official_run__isnull=False),
                name="period_submitted_with_run",
            ),
            ExclusionConstraint(
                name="periods_of_station_never_overlap",
                expressions=[(DaysOfStation(), RangeOperators.OVERLAPS)],
                condition=~models.Q(state__in=states.REJECTED),
            ),
        ]
        triggers = [
            states.PERIOD.trigger(),
            pgtrigger.Protect(name="period_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="period_span_never_altered",
                fields=["project", "station", "number", "revision", "first_day", "last_day", "start", "end", "zone"],
            ),
            pgtrigger.Trigger(
                name="period_evidence_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.state NOT IN ('open', 'sealed') AND OLD.state <> 'open' AND
                       (NEW.bundle_digest, NEW.bundle_sha256, NEW.evidence, NEW.official_run_id)
                       IS DISTINCT FROM (OLD.bundle_digest, OLD.bundle_sha256, OLD.evidence, OLD.official_run_id)
                    THEN
                        RAISE EXCEPTION 'period: the evidence and the run of a submitted period cannot change'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        revision = f" r{self.revision}" if self.revision > 1 else ""
        return f"{self.project.code} · {self.number}{revision} · {self.first_day}–{self.last_day}"

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day + timedelta(days=1)).days

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def utc_offset_s(self) -> int:
        """The fixed offset of the station's zone at the start, by which months and vintages are counted."""
        offset = self.start.astimezone(self.tz).utcoffset()
        assert offset is not None
        return int(offset.total_seconds())

    def relations_of(self, actor: Actor) -> frozenset[str]:
        relations = set()
        if actor.organisation_id is not None:
            if actor.organisation_id == self.project.proponent_id:
                relations.add("proponent")
            if actor.organisation_id == self.verifier_id:
                relations.add("verifier")
        if actor.organisation_kind == OrganisationKind.AUTHORITY:
            relations.add("authority")
        if self.state in states.PUBLIC:
            relations.add("public")
        return frozenset(relations)


class PeriodStation(models.Model):
    """A further station over exactly the period's days, in its role; fixed once the evidence is sealed."""

    view_action = "periods.view_evidence"

    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="further_stations")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=StationRole.choices)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("further station")
        ordering = ["period", "role"]
        constraints = [
            models.UniqueConstraint(fields=["period", "role"], name="one_station_per_role"),
            models.UniqueConstraint(fields=["period", "station"], name="one_role_per_station"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="further_station_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM periods_monitoringperiod
                               WHERE id IN (NEW.period_id, OLD.period_id) AND state <> 'open')
                    THEN
                        RAISE EXCEPTION 'period: its further stations are fixed once the evidence is sealed'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.station.code}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.period.relations_of(actor)
