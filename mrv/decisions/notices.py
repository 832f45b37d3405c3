"""Who is told of the authority's reviews; how they end is told by the period (``mrv.periods.notices``)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.notices import PROPONENT, VERIFIER, period_name
from registry.core import told
from registry.core.told import Kind, Line

told.describe(
    "decisions.Review",
    name=lambda review: period_name(review.period),
    url=lambda review: reverse("decisions:case", args=[review.pk]),
)


def _period(review: Any) -> tuple[Any]:
    """The parties read of their case on the period's own page."""
    return (review.period,)


def _proponent(text: Any, may: str = "periods.submit") -> Line:
    return Line(Kind.DECISIONS, text, to=PROPONENT, may=may, about=_period)


def _body(text: Any, may: str = "periods.verify") -> Line:
    return Line(Kind.DECISIONS, text, to=VERIFIER, may=may, about=_period)


def _of_item(item: Any) -> tuple[Any]:
    return (item.review.period,)


told.when(
    "decisions.begin",
    _proponent(_("The authority took up the review of your period")),
    Line(
        Kind.DECISIONS,
        _("The review of a period began: prepare the decision"),
        to=told.the_authority,
        may="decisions.prepare",
    ),
)
told.when(
    "decisions.prepare",
    Line(Kind.DECISIONS, _("A decision was prepared: decide on it"), to=told.the_authority, may="decisions.approve"),
)
told.when(
    "decisions.send_back",
    Line(
        Kind.DECISIONS,
        _("A prepared decision was sent back: prepare it again"),
        to=told.the_authority,
        may="decisions.prepare",
    ),
)
told.when(
    "decisions.approve",
    _body(_("The authority decided on a period that your body verified"), "periods.conclude"),
    Line(
        Kind.DECISIONS,
        _("The decision that was prepared was taken"),
        to=told.the_authority,
        may="decisions.prepare",
    ),
)
told.when("decisions.refuse", _body(_("The authority refused a period that your body verified"), "periods.conclude"))
told.when(
    "decisions.hold",
    _proponent(_("The authority put the case of your period on hold")),
    _body(_("The authority put the case of a period on hold")),
)
told.when(
    "decisions.lift",
    _proponent(_("The case of your period goes on: the hold was lifted")),
    _body(_("The case of a period goes on: the hold was lifted")),
)
ANSWERED = _("A reason of the authority's return was answered")
told.when(
    "decisions.answer_return",
    Line(Kind.DECISIONS, ANSWERED, to=PROPONENT, may="periods.submit", about=_of_item),
    Line(Kind.DECISIONS, ANSWERED, to=VERIFIER, may="periods.verify", about=_of_item),
)
told.nobody(
    "decisions.return",  # told by the period and by the assignment that is taken up again
    "decisions.set_limit",  # stands on the docket, which everybody whom it binds opens
)
