"""What the docket asks of an official."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.decisions import selectors
from mrv.decisions.models import ReturnedItem, Review
from registry.core import todo
from registry.core.actors import Actor
from registry.core.deadlines import end_of
from registry.core.languages import local_name
from registry.core.permissions import may


def _step(actor: Actor, line: selectors.DocketLine) -> Any:
    """The sentence for this official, or None when the next step is another's or the notice still runs."""
    review: Review | None = line.review
    if review is None:
        return _("Begin the review of a verified period") if may(actor, "decisions.begin_review", line.period) else None
    acts = selectors.acts_now(actor, review)
    if line.hold is not None:
        return None  # it waits for whoever put it on hold
    if "prepare" in acts:
        return _("Prepare the decision")
    return _("Decide as the second person") if "approve" in acts else None


@todo.provider
def docket(actor: Actor) -> Iterator[todo.ToDo]:
    if not may(actor, "decisions.view_docket"):
        return
    for line in selectors.docket(actor):
        title = _step(actor, line)
        if title is not None:
            project = line.period.project
            yield todo.ToDo(
                title=title,
                detail=f"{project.code} {local_name(project)} · {line.period.first_day}–{line.period.last_day}",
                url=reverse("decisions:case", args=[line.review.pk]) if line.review else reverse("decisions:docket"),
                since=line.verified_at,
                due=end_of(line.due_on),
            )


@todo.provider
def returned_items(actor: Actor) -> Iterator[todo.ToDo]:
    """A returned period asks the verifier and the proponent for an answer to each of its reasons."""
    if actor.organisation_id is None:
        return
    open_items = ReturnedItem.objects.filter(answered_at=None).select_related("review__period__project")
    mine = open_items.filter(
        Q(review__period__project__proponent_id=actor.organisation_id)
        | Q(review__period__verifier_id=actor.organisation_id)
    )
    seen: set[int] = set()
    for item in mine.order_by("id"):
        review = item.review
        if review.pk not in seen and may(actor, "decisions.answer_return", item):
            seen.add(review.pk)
            yield todo.ToDo(
                title=_("Answer the reasons of the return"),
                detail=str(review.period),
                url=f"{reverse('periods:detail', args=[review.period_id])}#returned",
                since=item.made_at,
            )
