"""What officials write beside a case: notes to each other, holds, and the limits of the docket's stages."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.decisions import states
from mrv.decisions.models import Hold, Review, ReviewNote, StageLimit
from mrv.periods.models import MonitoringPeriod
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, needed_text
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.models import Project

MOST_TEXT = 4000
MOST_DAYS = 250


@transaction.atomic
def hold(*, actor: Actor, review: Review, reason: str) -> Hold:
    """Postpone a case with a reason: it is neither prepared, decided nor refused until the hold is lifted."""
    review = _locked(review)
    require(actor, "decisions.hold", review)
    reason = short(needed_text(reason, "REASON_MISSING", _("Say why.")))
    if review.state not in states.OPEN:
        raise Refusal("REVIEW_ENDED", _("This case is decided or returned; there is nothing to hold."))
    if review.holds.filter(state="placed").exists():
        raise Refusal("REVIEW_HELD_ALREADY", _("The case is on hold already. Reload the page."))
    placed = Hold.objects.create(review=review, reason=reason, placed_by_id=actor.user_id)
    record(actor, "decisions.hold", review, after={"hold": placed.pk}, reason=reason)
    return placed


@transaction.atomic
def lift(*, actor: Actor, review: Review) -> Hold:
    """End the hold: the case goes on where it stood."""
    review = _locked(review)
    require(actor, "decisions.hold", review)
    placed = review.holds.filter(state="placed").first()
    if placed is None:
        raise Refusal("REVIEW_NOT_HELD", _("The case is not on hold. Reload the page."))
    placed = lock(Hold, placed.pk)
    states.HOLD.move(placed, "lift", lifted_by_id=actor.user_id, lifted_at=clock.now())
    record(actor, "decisions.lift", review, after={"hold": placed.pk})
    return placed


def refuse_held(review: Review) -> None:
    held = review.holds.filter(state="placed").first()
    if held is not None:
        raise Refusal(
            "REVIEW_HELD",
            _("The case is on hold: %(reason)s. Lift the hold first."),
            reason=held.reason,
        )


def keep_note(actor: Actor, review: Review, step: str, text: str) -> ReviewNote | None:
    """What the official says to the next one; nothing where nothing is said. In the act's own transaction."""
    text = short(text.strip())
    if not text:
        return None
    return ReviewNote.objects.create(review=review, step=step, text=text, made_by_id=actor.user_id)


@transaction.atomic
def set_limit(*, actor: Actor, stage: str, working_days: int) -> StageLimit:
    """Publish within how many working days a stage of the docket is to be done, from now on."""
    require(actor, "decisions.set_limit")
    if stage not in dict(states.STAGES):
        raise InvalidInput("STAGE_UNKNOWN", _("The docket has no such stage."))
    if not 1 <= working_days <= MOST_DAYS:
        raise InvalidInput(
            "LIMIT_RANGE", _("Give 1 to %(most)s working days, not %(given)s."), most=MOST_DAYS, given=working_days
        )
    limit = StageLimit.objects.create(stage=stage, working_days=working_days, set_by_id=actor.user_id)
    record(actor, "decisions.set_limit", limit, after={"stage": stage, "working_days": working_days})
    return limit


def short(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise InvalidInput("TEXT_TOO_LONG", _("The text is longer than %(limit)s characters."), limit=MOST_TEXT)
    return text


def _locked(review: Review) -> Review:
    """The project's row first, then the period's, then the review's, as everywhere."""
    lock(Project, review.period.project_id)
    lock(MonitoringPeriod, review.period_id)
    return lock(Review, review.pk)
