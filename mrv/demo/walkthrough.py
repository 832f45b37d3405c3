"""The whole walkthrough: from checked inputs to the delivered files, and the figures that a caller reads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from calculations.messages import Message
from mrv.demo import period_stage, project_stage
from mrv.demo.delivery import Delivery
from mrv.demo.faults import Fault, Faulty
from mrv.demo.inputs import Inputs
from mrv.demo.narrator import Narrator
from mrv.demo.precheck import Plan
from mrv.demo.scene import Scene, Site
from mrv.demo.worker import Worker, worker
from mrv.demo.world import ensure_world
from mrv.periods.models import MonitoringPeriod
from mrv.publication.selectors import kit_of
from mrv.runs.models import Run
from mrv.runs.selectors import result_of
from registry.certificates.models import Certificate
from registry.core import store
from registry.core.actors import PUBLIC
from registry.credits.handover import STATEMENT

FIGURES = period_stage.SHOWN
"""Figures of the official run under their own names, first in the answer."""


def turn_demo_on() -> None:
    """A walkthrough sets the clock: it makes its process a demonstration, which production never is."""
    if settings.PRODUCTION:
        raise Faulty(
            [Fault.of("NOT_IN_PRODUCTION", _("A walkthrough sets the registry's clock; production refuses it."))]
        )
    settings.DEMO = True


def walk(
    *,
    inputs: Inputs,
    plan: Plan,
    narrator: Narrator,
    delivery: Delivery,
    site: Site | None = None,
    running: Worker | None = None,
) -> dict[str, Any]:
    """Everything, for inputs that were checked; returns the figures. The database must be there and up to date.

    ``running`` is a worker that the caller looks after; without it one is found or started for the time it takes.
    """
    with nullcontext(running) if running else worker() as at_work:
        world = ensure_world()
        project_stage.publish_methodologies(world)
        narrator.step(_("Organisations, people, accreditations and methodologies are there"))
        scene = Scene(world, inputs, plan, narrator, at_work, site or project_stage.SITES[plan.methodology.outcome])
        measured = project_stage.draft_with_evidence(scene)
        project_stage.show_measured(scene, measured)
        project_stage.register(scene, measured.project)
        period = period_stage.seal(scene, measured.station)
        run = period_stage.calculate(scene, period)
        _refuse_unissuable(run)
        period = period_stage.submit(scene, MonitoringPeriod.objects.get(pk=period.pk))
        period = period_stage.verify(scene, period)
        certificate = period_stage.decide(scene, period)
        period = MonitoringPeriod.objects.get(pk=period.pk)
        _put_aside(delivery.aside, period, run, certificate)
        delivery.deliver()
        narrator.step(_("Files written"), folder=delivery.out.resolve())
    return {**answer_of(period, run, certificate), "warnings": [fault.as_dict() for fault in plan.warnings]}


def _refuse_unissuable(run: Run) -> None:
    """An inventory that misses a condition of its methodology ends here, with the result's reasons."""
    result = result_of(run)
    if result["outcome"] == STATEMENT and not result["issuable"]:
        raise Faulty(Fault.of_message(Message(r["code"], r["params"], r["level"])) for r in result["reasons"])


def _put_aside(folder: Path, period: MonitoringPeriod, run: Run, certificate: Certificate) -> None:
    """What anybody may now download, byte for byte as the registry keeps it."""
    kit = kit_of(PUBLIC, period)
    (folder / "bundle.zip").write_bytes(store.read(kit.sha256))
    (folder / "result.json").write_bytes(store.read(run.result_sha256))
    (folder / "certificate.pdf").write_bytes(store.read(certificate.signed_sha256))


def answer_of(period: MonitoringPeriod, run: Run, certificate: Certificate) -> dict[str, Any]:
    """Every figure is the official run's; credits and serials are the ledger's; null where it does not apply."""
    figures: Mapping[str, str | None] = run.figures or {}
    issuance = certificate.issuance
    reason = certificate.content.reason
    return {
        **{name: _number(figures.get(name)) for name in FIGURES},
        "credits": issuance.quantity_t if issuance else 0,
        "buffer_credits": issuance.buffer_t if issuance else 0,
        "serial_first": issuance.first_serial if issuance else None,
        "serial_last": issuance.last_serial if issuance else None,
        "serials": [block.printed for block in issuance.blocks()] if issuance else [],
        "result_digest": run.result_digest,
        "bundle_digest": period.bundle_digest,
        "certificate": certificate.number,
        "certificate_kind": certificate.kind,
        "certificate_url": certificate.content.check_url,
        "outcome": run.methodology.outcome,
        "reason": {"zh": reason.zh, "en": reason.en} if reason else None,
        "project": period.project.code,
        "methodology": str(run.methodology),
        "statement": certificate.statement_number,
    }


def _number(text: str | None) -> int | float | None:
    """A decimal string of the result as a JSON number."""
    if text is None:
        return None
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() and "." not in text else float(value)
