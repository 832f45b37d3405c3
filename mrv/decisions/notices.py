"""Who is told of the authority's reviews; how they end is told by the period (``mrv.periods.notices``)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.notices import period_name
from registry.core import told
from registry.core.told import Kind, Line

told.describe(
    "decisions.Review",
    name=lambda review: period_name(review.period),
    url=lambda review: reverse("decisions:case", args=[review.pk]),
)
told.when(
    "decisions.begin",
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
told.nobody(
    "decisions.approve",
    "decisions.return",
    "decisions.refuse",
    "decisions.answer_return",  # stands on the list of things to do
    "decisions.hold",
    "decisions.lift",
    "decisions.set_limit",
)
