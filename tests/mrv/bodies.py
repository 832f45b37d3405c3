"""A submitted month with the people around it: proponent, two verification bodies, officials. Made once per module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from mrv.demo.checks import look_at_everything
from mrv.periods.models import MonitoringPeriod
from mrv.verification import services as verification
from mrv.verification.models import Assignment, Opinion
from registry.core.actors import Actor
from registry.core.errors import Refusal
from registry.core.roles import Role
from registry.organisations.models import Organisation
from tests.mrv.evidence import BASELINE, Site, site
from tests.people import member, official, verification_body
from tests.triggers import outermost

DECLARATION = "No interest depends on the outcome."
WORDS = {"reasons_zh": "证据完整。", "reasons_en": "The evidence is complete."}


@dataclass
class Court:
    """Everybody who has a say in one submitted period."""

    site: Site
    period: MonitoringPeriod
    validator: Organisation
    body: Organisation
    lead: Actor
    reviewer: Actor
    clerk: Actor
    approver: Actor

    @property
    def owner(self) -> Actor:
        return self.site.owner

    @property
    def whole_t(self) -> int:
        """The whole tonnes of the official run: what the officials have to confirm."""
        return int(self.fresh().official_run.figures["creditable_t"])

    def fresh(self) -> MonitoringPeriod:
        return MonitoringPeriod.objects.get(pk=self.period.pk)

    def confirmed(self) -> Assignment:
        proposed = verification.propose_verification(actor=self.owner, period=self.period, body=self.body)
        return verification.confirm(actor=self.clerk, assignment=proposed)

    def accepted(self) -> Assignment:
        return verification.accept(actor=self.lead, assignment=self.confirmed(), declaration=DECLARATION)

    def recomputed(self) -> Assignment:
        assignment = self.accepted()
        digest = self.fresh().official_run.result_digest
        verification.record_recomputation(actor=self.lead, assignment=assignment, result_digest=digest)
        return assignment

    def signed(self, assignment: Assignment | None = None, *, positive: bool = True) -> Opinion:
        assignment = assignment or self.recomputed()
        if positive and assignment.state == "accepted":
            look_at_everything(self.lead, assignment)
        return verification.sign_opinion(actor=self.lead, assignment=assignment, positive=positive, **WORDS)

    def verified(self) -> MonitoringPeriod:
        verification.countersign_opinion(actor=self.reviewer, opinion=self.signed())
        return self.fresh()

    def after_notice(self) -> MonitoringPeriod:
        from mrv.decisions.notice import notice_end
        from mrv.demo.scene import pass_time_until

        period = self.verified()
        pass_time_until(notice_end(period))
        return period


def court(methodology: str = "KCS-ENH-BACI", *, baseline: Path | None = BASELINE) -> Court:
    place = site(methodology, baseline=baseline)
    body = verification_body("Verifier", "VVB-V", "verification", "validation")
    return Court(
        site=place,
        period=place.submitted(),
        validator=verification_body("Validator", "VVB-A", "validation", "verification"),
        body=body,
        lead=member(body, Role.LEAD_VERIFIER),
        reviewer=member(body, Role.INDEPENDENT_REVIEWER),
        clerk=official(Role.REVIEWER, Role.REGISTRAR, email="clerk@authority.test"),
        approver=official(Role.APPROVER, email="approver@authority.test"),
    )


@contextmanager
def kept(blocker: Any, folder: Path, **options: Any) -> Iterator[Court]:
    """A court for the tests of one module: made once, rolled back when the last of them is done."""
    with blocker.unblock(), override_settings(EVIDENCE_STORE=folder / "store", DEMO=True), outermost():
        yield court(**options)
        transaction.set_rollback(True)


def code_of(call: Callable[..., Any], *args: Any, **options: Any) -> str:
    """The code with which an act is refused; nothing of it stays."""
    with pytest.raises(Refusal) as refused, transaction.atomic():
        call(*args, **options)
    return refused.value.code
