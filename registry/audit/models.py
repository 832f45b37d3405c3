import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.audit import triggers
from registry.core import clock
from registry.core.states import append_only


class Event(models.Model):
    """One thing that happened, written in the transaction of the change itself and never changed after.

    ``body`` is the canonical JSON (RFC 8785) of the whole event as bytes; the other columns repeat parts of it for
    searching. People appear by their number, so that erasing a person does not alter what was recorded. The body's
    ``nonce`` is random: who knows only an event's hash cannot find out by trying what it says.
    """

    at = models.DateTimeField(_("at"), db_default=clock.Now(), editable=False)
    clock_offset_s = models.BigIntegerField(_("clock offset in seconds"), default=0)
    actor_id = models.BigIntegerField(_("person"), null=True)
    organisation_id = models.BigIntegerField(_("organisation"), null=True)
    roles = models.CharField(_("roles"), max_length=200, blank=True)
    action = models.CharField(_("act"), max_length=80)
    object_type = models.CharField(_("kind of record"), max_length=80)
    object_id = models.CharField(_("record"), max_length=80)
    refused = models.BooleanField(_("refused"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    body = models.BinaryField(_("event"))

    class Meta:
        verbose_name = _("event")
        ordering = ["id"]
        indexes = [  # the id comes last in each: lists are read newest first, a page at a time
            models.Index(fields=["object_type", "object_id", "id"], name="event_of_object"),
            models.Index(fields=["action", "id"], name="event_of_act"),
            models.Index(fields=["actor_id", "id"], name="event_of_person"),
            models.Index(fields=["id"], condition=models.Q(refused=False), name="event_done"),  # the newest of them
            BrinIndex(fields=["at"], name="event_at", pages_per_range=16, autosummarize=True),
        ]
        triggers = [append_only("event_append_only"), triggers.AWAITS_ITS_LEAF]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_id}"


class Log(models.Model):
    """The one row that says which log this is. A restored copy has the same; a database begun anew has another."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    origin = models.CharField(_("origin"), max_length=200)
    begun_at = models.DateTimeField(_("begun"), db_default=clock.Now(), editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_log")]
        triggers = [append_only("log_append_only")]

    def __str__(self) -> str:
        return self.origin


class Pending(models.Model):
    """An event that is not in the tree yet: written by a trigger with the event, taken out with its leaf."""

    application_rights = ("SELECT, INSERT, DELETE",)

    event_id = models.BigIntegerField(primary_key=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="pending_stays_itself", operation=pgtrigger.Update),
            triggers.LEAVES_WITH_A_LEAF,
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class Leaf(models.Model):
    """Place and hash of an event in the tree: places are 0, 1, 2..., in the order in which the sequencer took them."""

    index = models.BigIntegerField(_("number in the log"), primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="leaf")
    hash = models.BinaryField()

    class Meta:
        ordering = ["index"]
        triggers = [append_only("leaf_append_only"), triggers.LEAVES_ARE_CONTIGUOUS_AND_TRUE]

    def __str__(self) -> str:
        return f"{self.index} {bytes(self.hash).hex()[:12]}"


class Tile(models.Model):
    """256 neighbouring hashes of one level of the tree, once they are complete, and the root over them."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="one_tile_per_place"),
        ]
        triggers = [append_only("tile_append_only"), triggers.TILES_ARE_WHOLE]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root, as it was published (a C2SP signed note)."""

    size = models.BigIntegerField(_("records"))
    root = models.BinaryField(_("root"))
    at = models.DateTimeField(_("signed at"))
    note = models.TextField(_("checkpoint"))

    class Meta:
        verbose_name = _("checkpoint")
        ordering = ["-id"]
        indexes = [models.Index(fields=["size"], name="checkpoint_size")]
        triggers = [append_only("checkpoint_append_only"), triggers.CHECKPOINTS_ONLY_GROW]

    def __str__(self) -> str:
        return f"{self.size} {self.at:%Y-%m-%d %H:%M}"


class Cosignature(models.Model):
    """A witness's signature line under a checkpoint: it saw that the log only grew since it looked before."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(_("witness"), max_length=200)
    line = models.CharField(max_length=400)
    received_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_cosignature_per_witness"),
        ]
        triggers = [append_only("cosignature_append_only")]

    def __str__(self) -> str:
        return self.line


class Verification(models.Model):
    """One complete check of the stored log, asked for by an official or made every night, and what came out."""

    class Result(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        INTACT = "intact", _("Intact")
        BROKEN = "broken", _("Not intact")

    asked_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    asked_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=16, choices=Result.choices, default=Result.WAITING)
    records = models.BigIntegerField(null=True)
    root = models.BinaryField(null=True)
    confirmed_size = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    checkpoints = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list)
    seconds = models.FloatField(null=True)

    class Meta:
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(name="verification_kept", operation=pgtrigger.Delete),
            triggers.VERIFICATION_ENDS_ONCE,
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.result}"

    @property
    def root_hex(self) -> str:
        return bytes(self.root).hex() if self.root else ""
