"""A return with a reason per item, and the answers to it: no item is left open when the period comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mrv.decisions.casework import short
from mrv.decisions.lights import TITLES
from mrv.decisions.models import ReturnedItem, Review
from mrv.periods.models import MonitoringPeriod
from mrv.verification import checking
from mrv.verification.models import Assignment
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal, needed_text
from registry.core.languages import is_chinese
from registry.core.locking import lock
from registry.core.permissions import may, require

LIGHT, CHECKLIST, WHOLE = "light:", "checklist:", ""


@dataclass(frozen=True)
class Choice:
    """Something that a return may be about, by the reader's language."""

    item: str
    title: str


def choices(review: Review) -> list[Choice]:
    """The six lines of the case, then the items of the verifier's checklist."""
    return [
        *(Choice(f"{LIGHT}{key}", str(title)) for key, title in TITLES.items()),
        *(Choice(f"{CHECKLIST}{key}", text) for key, text in _checklist(review.opinion.assignment)),
    ]


def title_of(item: ReturnedItem) -> str:
    """What the reason is about, in the reader's language."""
    if item.item.startswith(LIGHT):
        return str(TITLES.get(item.item.removeprefix(LIGHT), item.item))
    if item.item.startswith(CHECKLIST):
        key = item.item.removeprefix(CHECKLIST)
        return dict(_checklist(item.review.opinion.assignment)).get(key, key)
    return _("The case as a whole")


def _checklist(assignment: Assignment) -> list[tuple[str, str]]:
    chinese = is_chinese()
    items = checking.checklist(assignment).of_task(assignment.task)
    return [(item.key, item.zh if chinese else item.en) for item in items]


def checked(review: Review, reason: str, items: Mapping[str, str]) -> dict[str, str]:
    """Item -> reason, as they are kept. Raises InvalidInput RETURN_ITEM or REASON_MISSING."""
    known = {choice.item for choice in choices(review)}
    reasons = {WHOLE: short(reason.strip())} if reason.strip() else {}
    for item, text in items.items():
        if item not in known:
            raise InvalidInput("RETURN_ITEM", gettext_lazy("The case has no item “%(item)s”."), item=item[:80])
        reasons[item] = short(needed_text(text, "REASON_MISSING", gettext_lazy("Say why, for each item you chose.")))
    if not reasons:
        raise InvalidInput("REASON_MISSING", gettext_lazy("Say why."))
    return reasons


def in_one(review: Review, reasons: Mapping[str, str]) -> str:
    """All reasons as one text, for the review's own row and the log."""
    titles = {choice.item: choice.title for choice in choices(review)}
    return "\n".join(f"{titles[item]}: {text}" if item else text for item, text in reasons.items())


def keep(review: Review, reasons: Mapping[str, str]) -> None:
    for item, text in reasons.items():
        ReturnedItem.objects.create(review=review, item=item, reason=text)


def items_of(period: MonitoringPeriod) -> QuerySet[ReturnedItem]:
    """What the authority returned the period for, all its revisions and returns together, in order."""
    return (
        ReturnedItem.objects.filter(review__period__project=period.project_id, review__period__number=period.number)
        .select_related("review__period__project", "review__opinion__assignment__project", "answered_by")
        .order_by("review_id", "id")
    )


def refuse_unanswered(period: MonitoringPeriod) -> None:
    """The authority looks again only when each of its reasons has an answer."""
    open_items = [title_of(item) for item in items_of(period).filter(answered_at=None)]
    if open_items:
        raise Refusal(
            "RETURN_UNANSWERED",
            gettext_lazy("These items of the last return have no answer yet: %(items)s. The verifier gives it."),
            items="; ".join(open_items),
        )


def item_for(actor: Actor, pk: int) -> ReturnedItem:
    item = ReturnedItem.objects.select_related("review__period__project").filter(pk=pk).first()
    if item is None or not may(actor, "decisions.view", item):
        raise NotVisible("NOT_FOUND", gettext_lazy("There is no such record, or it is not yours to see."))
    return item


@transaction.atomic
def answer_item(*, actor: Actor, item: ReturnedItem, text: str) -> ReturnedItem:
    """The verifier or the proponent answers one reason of the return, once."""
    item = lock(ReturnedItem, item.pk)
    require(actor, "decisions.answer_return", item)
    if item.answered_at is not None:
        raise Refusal("ITEM_ANSWERED", gettext_lazy("This item has its answer already. Reload the page."))
    item.answer = short(needed_text(text, "ANSWER_EMPTY", gettext_lazy("Write the answer.")))
    item.answered_by_id, item.answered_at = actor.user_id, clock.now()
    of_body = actor.organisation_id == item.review.opinion.assignment.body_id
    item.answered_for = ReturnedItem.Side.BODY if of_body else ReturnedItem.Side.PROPONENT
    item.save(update_fields=["answer", "answered_by", "answered_at", "answered_for"])
    record(actor, "decisions.answer_return", item, after={"item": item.item, "review": item.review_id})
    return item
