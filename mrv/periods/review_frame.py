"""What the pages before an act on a period have in common (``registry.core.reviews``)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mrv.periods.models import MonitoringPeriod
from registry.core.languages import local_name


def review_frame(period: MonitoringPeriod, act: str) -> dict[str, Any]:
    """Of a Review: the project's name, the path to the period, the act's address and the way back."""
    project, page = period.project, reverse("periods:detail", args=[period.pk])
    return {
        "name": f"{project.code} {local_name(project)}",
        "above": [
            (project.code, reverse("projects:detail", args=[project.code])),
            (f"{_('Period')} {period.number}", page),
        ],
        "act_url": reverse("periods:act", args=[period.pk, act]),
        "back_url": page,
    }
