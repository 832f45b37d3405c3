from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.core import clock
from registry.core.actors import Actor
from registry.core.states import append_only


class Derived(models.Model):
    """Something worked out from uploads: never changed, a better one is a new version beside it.

    ``record`` is what evidence holds of it, ``digest`` guards it; ``messages`` is what a person should know, as
    :meth:`mrv.spoken.Spoken.as_dict` gives it.
    """

    view_action = "quality.view"

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="%(class)s_set")
    version = models.PositiveIntegerField(_("version"))
    record = models.JSONField(_("record"))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 of the record as canonical JSON."))
    messages = models.JSONField(_("messages"), default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        abstract = True
        ordering = ["station", "version"]

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.relations_of(actor)


class RatingCurve(Derived):
    """Stage to discharge: a power law or segments fitted to gaugings, or a weir. Null bounds mean: valid until a newer
    curve says otherwise. A weir may have no gaugings."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="rating_curves", null=True)
    valid_from = models.DateTimeField(_("valid from"), null=True)
    valid_to = models.DateTimeField(_("valid to"), null=True)

    class Meta(Derived.Meta):
        verbose_name = _("rating curve")
        constraints = [
            models.UniqueConstraint(fields=["station", "version"], name="one_curve_per_version"),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="curve_validity_span",
            ),
        ]
        triggers = [append_only("rating_curve_append_only")]

    def __str__(self) -> str:
        return f"{self.station.code} · {self._meta.verbose_name} v{self.version}"


class RatingShift(models.Model):
    """What is added to the stage before a curve is entered, from a time on. Taken back by a further row only."""

    view_action = "quality.view"

    curve = models.ForeignKey(RatingCurve, on_delete=models.PROTECT, related_name="shifts")
    at = models.DateTimeField(_("time"))
    shift_m = models.DecimalField(_("shift of the stage (m)"), max_digits=5, decimal_places=3)
    sd_m = models.DecimalField(_("standard uncertainty (m)"), max_digits=5, decimal_places=3)
    reason = models.TextField(_("reason"))
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("shift of a rating curve")
        ordering = ["curve", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shift_m__gte=-2) & models.Q(shift_m__lte=2), name="rating_shift_is_small"
            ),
            models.CheckConstraint(
                condition=models.Q(sd_m__gte=0) & models.Q(sd_m__lte=2), name="rating_shift_uncertainty"
            ),
        ]
        triggers = [append_only("rating_shift_append_only")]

    def __str__(self) -> str:
        return f"{self.curve} · {self.at:%Y-%m-%d %H:%M} {self.shift_m:+} m"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.curve.relations_of(actor)


class IonModels(Derived):
    """Regressions of ions on conductivity for the span ``[valid_from, valid_to)``.

    Fitted to a file's samples, or, without a file, a published set that a person chose with a reason.
    """

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="ion_models", null=True)
    reference = models.CharField(_("published set"), max_length=32, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"))

    class Meta(Derived.Meta):
        verbose_name = _("ion models")
        constraints = [
            models.UniqueConstraint(fields=["station", "version"], name="one_ion_models_per_version"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from")), name="ion_models_validity_span"
            ),
            models.CheckConstraint(
                condition=models.Q(upload__isnull=False, reference="")
                | models.Q(upload=None) & ~models.Q(reference=""),
                name="ion_models_of_a_file_or_a_published_set",
            ),
        ]
        triggers = [append_only("ion_models_append_only")]

    def __str__(self) -> str:
        return f"{self.station.code} · {self._meta.verbose_name} v{self.version}"


class QualityReport(Derived):
    """What a station's logger files hold of the span ``[start, end)``: slots, ranges, gaps and flags."""

    series_digest = models.CharField(_("digest of the readings"), max_length=64)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("to"))
    slots_expected = models.PositiveIntegerField(_("readings expected"))
    slots_present = models.PositiveIntegerField(_("readings present"))

    class Meta(Derived.Meta):
        verbose_name = _("quality report")
        constraints = [
            models.UniqueConstraint(fields=["station", "version"], name="one_quality_report_per_version"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="quality_report_span"),
            models.CheckConstraint(
                condition=models.Q(slots_present__lte=models.F("slots_expected")), name="quality_report_slots"
            ),
        ]
        triggers = [append_only("quality_report_append_only")]

    def __str__(self) -> str:
        return f"{self.station.code} · {self._meta.verbose_name} v{self.version}"

    @property
    def slots_missing(self) -> int:
        return self.slots_expected - self.slots_present


class Screening(models.Model):
    """One run of the automatic tests over a station's whole record. A later file or a request makes a new one."""

    view_action = "quality.view"

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="screenings")
    version = models.PositiveIntegerField(_("version"))
    uploads = models.JSONField(_("files"), help_text=_("Keys of the files that were tested, in order."))
    quality_set = models.CharField(_("quality-control set"), max_length=64)
    sensors = models.JSONField(
        _("sensor ranges"), default=list, help_text=_("Ranges of the sensors that the readings were held against.")
    )
    start = models.DateTimeField(_("from"), null=True)
    end = models.DateTimeField(_("to"), null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("screening")
        ordering = ["station", "version"]
        constraints = [models.UniqueConstraint(fields=["station", "version"], name="one_screening_per_version")]
        triggers = [append_only("screening_append_only")]

    def __str__(self) -> str:
        return f"{self.station.code} · {self._meta.verbose_name} v{self.version}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.relations_of(actor)


class Flag(models.Model):
    """What a test found: readings of one parameter in ``[start, end)``, with QARTOD number and reason code."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="flags")
    parameter = models.CharField(_("quantity"), max_length=64)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("to"))
    code = models.CharField(_("reason"), max_length=32)
    flag = models.PositiveSmallIntegerField(_("flag (QARTOD)"))
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("flag")
        ordering = ["screening", "start", "parameter", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="flag_span"),
            models.CheckConstraint(condition=models.Q(flag__in=[1, 2, 3, 4, 9]), name="flag_is_qartod"),
        ]
        triggers = [append_only("flag_append_only")]

    def __str__(self) -> str:
        return f"{self.code} {self.parameter} {self.start:%Y-%m-%d %H:%M}"


class ReviewAct(models.Model):
    """What a person decided about readings. Never changed: taking it back is a further act that names it."""

    view_action = "quality.view"

    class Kind(models.TextChoices):
        ACCEPT = "accept", _("Flag accepted: readings left out")
        REJECT = "reject", _("Flag rejected: readings kept")
        EXCLUDE = "exclude", _("Readings excluded")
        OFFSET = "offset", _("Offset corrected")
        DRIFT = "drift", _("Linear drift corrected")
        NOTE = "note", _("Note")
        UNDO = "undo", _("Taken back")

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="review_acts")
    kind = models.CharField(_("act"), max_length=16, choices=Kind.choices)
    parameter = models.CharField(_("quantity"), max_length=64)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("to"))
    code = models.CharField(_("reason code of the flag"), max_length=32, blank=True)
    start_value = models.CharField(_("correction at the start"), max_length=32, blank=True)
    end_value = models.CharField(_("correction at the end"), max_length=32, blank=True)
    relative = models.BooleanField(_("as a share of the reading"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("act of review")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="review_act_span"),
            models.CheckConstraint(
                condition=models.Q(kind="undo", undoes__isnull=False) | ~models.Q(kind="undo") & models.Q(undoes=None),
                name="review_undo_names_an_act",
            ),
        ]
        triggers = [append_only("review_act_append_only")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.parameter} {self.start:%Y-%m-%d %H:%M}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.station.relations_of(actor)


class LabReport(models.Model):
    """A laboratory's signed report (PDF) beside the sheet whose figures it proves, kept by the digest of its bytes."""

    view_action = "quality.view"
    stored_files = ("sha256",)

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="lab_reports")
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"))
    laboratory = models.CharField(_("laboratory"), max_length=200, blank=True)
    number = models.CharField(_("number of the report"), max_length=100, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("laboratory report")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["upload", "sha256"], name="one_lab_report_per_bytes")]
        triggers = [append_only("lab_report_append_only")]

    def __str__(self) -> str:
        return self.file_name

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.upload.station.relations_of(actor)
