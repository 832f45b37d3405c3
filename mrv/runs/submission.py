"""What the authorised representative reads before a period is submitted to verification."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mrv.periods.models import MonitoringPeriod
from mrv.periods.review_frame import review_frame
from mrv.periods.selectors import period_for
from mrv.periods.states import PERIOD
from mrv.runs import selectors
from mrv.runs.models import Run
from mrv.runs.presentation import headline
from registry.core.languages import local_name
from registry.core.permissions import require_right
from registry.core.reviews import Review
from registry.core.templatetags.kcr import number

SHOWN = ("creditable_t", "retained_t_co2", "gross_t_co2")
"""Of the headline figures, where the methodology has them."""


@require_safe
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    period = period_for(request.actor, pk)
    require_right(request.actor, "periods.submit", period)
    PERIOD.target(period.state, "submit")
    return render(request, "core/review.html", {"review": review_of(period, selectors.newest_official(period))})


def review_of(period: MonitoringPeriod, run: Run | None) -> Review:
    page = reverse("periods:detail", args=[period.pk])
    is_ready = run is not None and run.state == "succeeded"
    figures = _figures(selectors.result_of(run)) if run is not None and is_ready else []
    result = reverse("runs:detail", args=[run.pk]) if run is not None else page
    earns_nothing = any(name == "creditable_t" and not value for name, value, _label, _text in figures)
    return Review(
        title=_("Submit the period"),
        **review_frame(period, "submit"),
        facts=[
            (_("Span"), f"{period.first_day} – {period.last_day}"),
            (_("Station"), local_name(period.station)),
            (_("Methodology"), run.methodology if run else "–"),
            (_("Digest of the evidence"), period.bundle_digest),
            *((label, text) for _name, _value, label, text in figures),
        ],
        hints=[(_("Nothing is creditable on this result. Read why before you submit it."), result)]
        if earns_nothing
        else [],
        stays=[(_("The official result: every figure, its uncertainty and its remarks"), result)] if is_ready else [],
        missing=[] if is_ready else [(_("A finished official calculation of the sealed evidence"), page)],
        then=[
            _("You propose a verification body, the authority confirms it, and the body opens the sealed evidence."),
            _("The body may raise findings; you answer them, and data are corrected by a revision of the period."),
            _("When it is verified, result and evidence are shown to everybody, and the authority decides."),
        ],
        fixed=[
            _("The sealed evidence and the official result: the period is not opened again, nothing is added to it."),
            _("Who submitted it, and when, stays in the audit log."),
        ],
        button=_("Submit the period"),
    )


def _figures(result: dict[str, Any]) -> list[tuple[str, Any, str, str]]:
    """Name, value, label and text of each figure shown."""
    return [
        (
            row["name"],
            row["value"],
            f"{row['label'][:1].upper()}{row['label'][1:]}",
            f"{number(row['value'], row['decimals'])} {row['unit']}".strip(),
        )
        for row in headline(result)
        if row["name"] in SHOWN
    ]
