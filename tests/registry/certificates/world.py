"""Certificates made through the same services as real ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from registry.certificates import services
from registry.certificates.models import Certificate
from registry.credits.handover import VerifiedOutcome
from registry.projects.models import Project
from tests.registry.credits.world import approver, issue, outcome, registered_project, registrar

PRINTED = {
    "methodology_title": {"zh": "岩溶碳汇增量", "en": "Enhancement of the karst carbon sink"},
    "assurance": {"zh": "合理保证", "en": "Reasonable assurance"},
    "figures": [
        {
            "key": "runoff",
            "label": {"zh": "径流深", "en": "Runoff"},
            "value": "592.6",
            "unit": "mm",
            "front": False,
        }
    ],
    "series": {
        "interval": "day",
        "dates": ["2021-01-01", "2021-01-02", "2021-01-03"],
        "rain_mm": [0.0, 12.5, 3.0],
        "discharge_m3_s": [0.4, 1.9, None],
        "flux_t_co2": [0.9, 2.1, 1.0],
    },
}


def printed_outcome(project: Project, creditable: str = "203.6", **changes: Any) -> VerifiedOutcome:
    return outcome(project, creditable, **{"certificate_figures": PRINTED, **changes})


def certificate(project: Project | None = None, creditable: str = "203.6", **changes: Any) -> Certificate:
    issuance = issue(printed_outcome(project or registered_project(), creditable, **changes))
    return services.issue_certificate(actor=approver(), issuance=issuance)


def statement(verified: VerifiedOutcome, **reason: str) -> Certificate:
    return services.record_issuance_statement(preparer=registrar(), approver=approver(), outcome=verified, **reason)


def inventory(project: Project, **changes: Any) -> VerifiedOutcome:
    """An inventory: no baseline, nothing creditable, by its methodology."""
    nothing = Decimal(0)
    return printed_outcome(
        project,
        "0",
        outcome="statement",
        methodology_id="KCS-INV",
        baseline_t=nothing,
        net_t=nothing,
        p10_t=nothing,
        buffer_share=nothing,
        **changes,
    )
