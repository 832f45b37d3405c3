"""Who is told of the steps of a monitoring period."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.languages import local_name
from registry.core.told import Kind, Line
from registry.core.told import organisation as of

PROPONENT, VERIFIER = of("project.proponent_id"), of("verifier_id")


def period_name(period: Any) -> str:
    return f"{period.project.code} {local_name(period.project)} · {period.first_day}–{period.last_day}"


told.describe(
    "periods.MonitoringPeriod", name=period_name, url=lambda period: reverse("periods:detail", args=[period.pk])
)


def _proponent(text: Any, kind: str = Kind.PERIODS) -> Line:
    return Line(kind, text, to=PROPONENT, may="periods.view")


def _representative(text: Any, may: str = "periods.submit") -> Line:
    return Line(Kind.PERIODS, text, to=PROPONENT, may=may)


told.when("periods.seal", _representative(_("The evidence of a period was sealed: have it calculated and submit it")))
told.when("periods.reopen", _representative(_("A sealed period was reopened")))
told.when(
    "periods.submit",
    _representative(_("The period was submitted: propose a verification body"), "verification.propose"),
)
told.when("periods.begin_verification", _proponent(_("The verification of your period began"), Kind.VERIFICATION))
told.when(
    "periods.verify",
    _proponent(_("Your period was verified"), Kind.VERIFICATION),
    Line(
        Kind.DECISIONS,
        _("A period was verified: begin its review"),
        to=told.the_authority,
        may="decisions.begin_review",
    ),
)
told.when("periods.reject", _proponent(_("Your period was not verified"), Kind.VERIFICATION))
told.when("periods.issue", _proponent(_("Credits were issued for your period"), Kind.DECISIONS))
told.when("periods.issue_statement", _proponent(_("The statement on your period was issued"), Kind.DECISIONS))
told.when("periods.refuse", _proponent(_("The issuance for your period was refused"), Kind.DECISIONS))
told.when("periods.return", _proponent(_("Your period was returned to verification"), Kind.DECISIONS))
told.nobody(
    "periods.open",
    "periods.name_station",
    "periods.drop_station",
    "periods.replace",  # told by the assignment that it ends
    "periods.name_official_run",  # stands on the page of who asked for the run
    "periods.assign_verifier",  # told by the confirmation of the assignment
    "periods.release_verifier",
    "periods.raise_findings",  # told by each finding
    "periods.resolve_findings",
    "periods.begin_issuance_review",  # told by the review
)
