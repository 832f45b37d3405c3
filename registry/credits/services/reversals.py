"""Reversals and over-issuances: the buffer pool answers first, the proponent owes the rest."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Sum, Value, When
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import Range

from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal, needed_text
from registry.core.locking import lock
from registry.core.roles import OrganisationKind
from registry.credits import kernel
from registry.credits.fields import Serials, first_of, joined, tonnes_in
from registry.credits.models import Account, Holding, Issuance, Reversal
from registry.credits.services.acting import act, require_act
from registry.credits.services.transfers import plain
from registry.credits.states import REVERSAL
from registry.organisations.models import Organisation
from registry.projects.models import Project


@act
def report_reversal(*, actor: Actor, project: Project, kind: str, quantity_t: int, report: str) -> Reversal:
    """The proponent reports that removals did not last, or the authority finds it; another official decides."""
    person = require_act(actor, "credits.report_reversal", Reversal(project=project))
    project = lock(Project, project.pk)
    text = needed_text(report, "REPORT_MISSING", _("Say what happened, where and when."))
    if kind not in Reversal.Kind.values:
        raise InvalidInput("REVERSAL_KIND", _("Choose whether it is a reversal or an over-issuance."))
    issued_t = Issuance.objects.filter(project=project).aggregate(t=Sum("quantity_t"))["t"] or 0
    known_t = (
        Reversal.objects.filter(project=project).exclude(state="dismissed").aggregate(t=Sum("quantity_t"))["t"] or 0
    )
    if not 0 < quantity_t <= issued_t - known_t:
        raise InvalidInput(
            "REVERSAL_QUANTITY",
            _("The quantity lies between 1 and %(limit)s t: what was issued to the project and not reversed yet."),
            limit=issued_t - known_t,
        )
    reversal = Reversal.objects.create(
        project=project,
        kind=kind,
        quantity_t=quantity_t,
        found_by_authority=actor.organisation_kind == OrganisationKind.AUTHORITY,
        reported_by_id=person,
        report=text,
    )
    record(actor, "credits.report_reversal", reversal, after={"kind": kind, "quantity_t": quantity_t}, reason=text)
    return reversal


@act
def confirm_reversal(*, actor: Actor, reversal: Reversal, public_note: str) -> Reversal:
    """Cancel from the buffer what it has, the project's own part first; the proponent owes what it lacks."""
    person = require_act(actor, "credits.decide_reversal", reversal)
    lock(Project, reversal.project_id)
    pool = Account.objects.filter(kind=Account.Kind.BUFFER).first()
    if pool is not None:
        kernel.lock_accounts(pool.pk)
    reversal = lock(Reversal, reversal.pk)
    REVERSAL.target(reversal.state, "confirm")
    _refuse_reporter(person, reversal)
    note = needed_text(public_note, "NOTE_MISSING", _("Write the public note: what happened and what follows."))
    taken = _from_buffer(pool, reversal.project, reversal.quantity_t) if pool else ()
    buffer_t = tonnes_in(taken)
    before = REVERSAL.move(
        reversal,
        "confirm",
        decided_by_id=person,
        decided_at=clock.now(),
        public_note=note,
        buffer_serials=taken or None,
        buffer_t=buffer_t,
        shortfall_t=reversal.quantity_t - buffer_t,
    )
    if pool is not None and taken:
        kernel.post(
            "reverse", account=pool.pk, serials=taken, key=f"reversal:{reversal.pk}", actor_id=person, reason=note
        )
    record(
        actor,
        "credits.confirm_reversal",
        reversal,
        before={"state": before},
        after={"state": reversal.state, "buffer": plain(taken), "shortfall_t": reversal.shortfall_t},
        reason=note,
    )
    return reversal


@act
def dismiss_reversal(*, actor: Actor, reversal: Reversal, public_note: str) -> Reversal:
    """The report is unfounded; the reasons are public."""
    person = require_act(actor, "credits.decide_reversal", reversal)
    reversal = lock(Reversal, reversal.pk)
    REVERSAL.target(reversal.state, "dismiss")
    _refuse_reporter(person, reversal)
    note = needed_text(public_note, "NOTE_MISSING", _("Write the public note: what happened and what follows."))
    before = REVERSAL.move(reversal, "dismiss", decided_by_id=person, decided_at=clock.now(), public_note=note)
    record(
        actor,
        "credits.dismiss_reversal",
        reversal,
        before={"state": before},
        after={"state": reversal.state},
        reason=note,
    )
    return reversal


def owed_of(reversal: Reversal) -> int:
    """What its proponent still has to replace."""
    replaced = reversal.replacements.aggregate(t=Sum("quantity_t"))["t"] or 0
    return (reversal.shortfall_t or 0) - replaced


def owed_by(proponent: Organisation | int) -> int:
    """All that an organisation has to replace, over its projects."""
    confirmed = Reversal.objects.filter(project__proponent=proponent, state="confirmed", shortfall_t__gt=0)
    owed = confirmed.aggregate(t=Sum("shortfall_t"))["t"] or 0
    replaced = confirmed.aggregate(t=Sum("replacements__quantity_t"))["t"] or 0
    return owed - replaced


def refuse_owing(project: Project) -> None:
    """Nothing is issued to a proponent that owes replacements."""
    if owed := owed_by(project.proponent_id):
        raise Refusal(
            "REPLACEMENT_OWED",
            _("The proponent owes %(owed)s t for a reversal. Nothing is issued to it before it has replaced them."),
            owed=owed,
        )


def _refuse_reporter(person: int, reversal: Reversal) -> None:
    if person == reversal.reported_by_id:
        raise NotAllowed("SEPARATION_OF_DUTIES", _("You reported this; another person decides on it."))


def _from_buffer(pool: Account, project: Project, quantity_t: int) -> Serials:
    """The oldest serials of the pool, the project's own before the others'."""
    own_first = Case(When(issuance__project=project, then=Value(0)), default=Value(1), output_field=IntegerField())
    held = (
        Holding.objects.filter(account=pool, closed_by__isnull=True, status=Holding.Status.BUFFER)
        .order_by(own_first, "serials")
        .values_list("serials", flat=True)
    )
    taken: list[Range[int]] = []
    for serials in held.iterator():
        missing = quantity_t - tonnes_in(taken)
        if missing == 0:
            break
        taken += first_of((serials,), missing)[0]
    return joined(taken)
