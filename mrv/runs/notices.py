"""Who is told of calculations: those who asked see it on the page; a failed one needs a person."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.periods.notices import PROPONENT, period_name
from registry.core import told
from registry.core.told import Kind, Line

told.describe(
    "runs.Run",
    name=lambda run: f"{period_name(run.period)} · {run.get_kind_display()}",
    url=lambda run: reverse("runs:detail", args=[run.pk]),
)
told.when(
    "runs.fail",
    Line(
        Kind.PERIODS,
        _("A calculation failed: look at the reason"),
        to=lambda run: PROPONENT(run.period),
        may="runs.request_preview",
    ),
    Line(
        Kind.PERIODS,
        _("A calculation failed: look at the reason"),
        to=lambda run: told.Q(organisation_id=run.period.verifier_id),
        may="runs.request_verifier",
    ),
)
told.nobody("runs.request", "runs.claim", "runs.succeed", "runs.reuse", "runs.try_again")
