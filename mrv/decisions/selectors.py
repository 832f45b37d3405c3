from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mrv.decisions import states
from mrv.decisions.docket import DocketLine, docket, docket_line
from mrv.decisions.models import Hold, Review, ReviewNote
from mrv.decisions.notice import notice_runs
from mrv.decisions.outcome import outcome_of
from mrv.periods.models import MonitoringPeriod
from registry.audit.models import Event
from registry.audit.selectors import history_of
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may
from registry.credits import services as credits
from registry.credits.allotment import Allotment

__all__ = [
    "DocketLine",
    "acts_now",
    "docket",
    "docket_line",
    "history_of_review",
    "hold_on",
    "notes_of",
    "open_review",
    "planned_issuance",
    "review_for",
]


def open_review(period: MonitoringPeriod) -> Review | None:
    return Review.objects.filter(period=period, state__in=("begun", "prepared")).select_related("begun_by").first()


def review_for(actor: Actor, pk: int) -> Review:
    review = (
        Review.objects.select_related(
            "period__project__proponent", "period__station", "period__verifier", "opinion__assignment", "request"
        )
        .filter(pk=pk)
        .first()
    )
    if review is None or not may(actor, "decisions.view", review):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return review


def acts_now(actor: Actor, review: Review) -> list[str]:
    """What this official may do with the review at this moment: what a page shows as buttons, and no more.

    Nothing is decided during the public notice or a hold, and nobody decides on what he or she reviewed or prepared.
    """
    acts = [transition.action for transition in states.REVIEW.actions_of(actor, review)]
    hold = hold_on(review)
    if notice_runs(review.period) or hold is not None:
        acts = [act for act in acts if act == "return"]
    if actor.user_id in (review.prepared_by_id, review.begun_by_id):
        acts = [act for act in acts if act not in ("approve", "send_back")]
    if actor.user_id == review.prepared_by_id and review.request is not None:
        acts = [act for act in acts if act not in ("return", "refuse")]  # the issuance is another person's to end
    if review.state in states.OPEN and may(actor, "decisions.hold", review):
        acts.append("hold" if hold is None else "lift")
    return acts


def hold_on(review: Review) -> Hold | None:
    """The hold that is in force on the review."""
    return review.holds.filter(state="placed").select_related("placed_by").first()


def notes_of(actor: Actor, review: Review) -> list[ReviewNote]:
    """What the officials said to each other about the case, in order; nothing for anybody else."""
    if not may(actor, "decisions.view_notes", review):
        return []
    return list(review.notes.select_related("made_by"))


def planned_issuance(review: Review) -> Allotment:
    """What approving now would issue: whole tonnes, buffer, carried remainder, shares by vintage."""
    return credits.plan_issuance(review.period.project, outcome_of(review.opinion))


def history_of_review(review: Review) -> list[Event]:
    return history_of(review, review.period, review.opinion, *([review.request] if review.request else []))
