"""From a verified outcome to the record of a certificate: everything it states, as plain data.

What the outcome's ``certificate_figures`` may hold is said in :mod:`registry.credits.handover`. Figures are printed
with at most three decimals; the ledger keeps the creditable quantity and the remainder with all of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from registry.certificates.drawing import Bilingual, CertificateRecord
from registry.certificates.drawing.record import Correction
from registry.certificates.records.common import Edition, minute, named, people, said, with_code
from registry.credits.handover import CREDITS, VerifiedOutcome
from registry.credits.models import Issuance, Reversal
from registry.credits.serials import first_day, last_day, offset_text
from registry.organisations.models import Organisation, User
from registry.projects.models import Project

TONNE = "t CO₂"
MILLITONNE = Decimal("0.001")
Words = dict[str, str]

TITLES = {
    "issuance": ("岩溶碳汇信用签发证书", "Certificate of Issuance of Karst Carbon-Sink Credits"),
    "inventory_statement": ("岩溶碳汇核算声明", "Inventory Statement of the Karst Carbon Sink"),
}
SIGNING_ROLES = (Bilingual("核查组长", "Lead verifier"), Bilingual("独立复核人", "Independent reviewer"))
NO_SERIES = {"interval": "day", "dates": [], "rain_mm": [], "discharge_m3_s": [], "flux_t_co2": []}


@dataclass(frozen=True)
class Occasion:
    """Who decides, and which edition it is: what the outcome does not know."""

    edition: Edition
    project: Project
    authority: Bilingual
    prepared_by: User
    approved_by: User


def record_of_issuance(occasion: Occasion, outcome: VerifiedOutcome, issuance: Issuance) -> CertificateRecord:
    account_t = issuance.quantity_t - issuance.buffer_t
    figures = [
        *_figures(outcome),
        _figure("whole_tonnes", words("本次签发", "Credits issued"), str(issuance.quantity_t)),
        _figure("buffer", words("缓冲池", "Buffer pool"), str(issuance.buffer_t)),
    ]
    steps = _steps_to_creditable(outcome)
    reached, carried_in_t = Decimal(steps[-1]["value"]), issuance.remainder.carried_in_t.quantize(MILLITONNE)
    rest_t = issuance.quantity_t - reached - carried_in_t  # as a difference, so that the picture always adds up
    steps += [
        *_change(words("上期结转余数", "Remainder carried in"), carried_in_t),
        *_change(words("取整余数，结转下期", "Remainder, carried to the next issuance"), rest_t),
        _level(words("签发碳信用", "Credits issued"), Decimal(issuance.quantity_t)),
        *_change(words("缓冲池", "Buffer pool"), -Decimal(issuance.buffer_t)),
        _level(words("业主账户", "To the proponent's account"), Decimal(account_t)),
    ]
    serials = {
        "blocks": [
            {"vintage": block.vintage, "first": block.first, "last": block.last, "printed": block.printed}
            for block in issuance.blocks()
        ],
        "total": issuance.quantity_t,
        "buffer": issuance.buffer_t,
    }
    made = _record("issuance", occasion, outcome, "whole_tonnes", figures, steps, serials=serials, reason=None)
    return with_code(replace(made, corrections=tuple(_corrections(issuance))))


def _corrections(issuance: Issuance) -> Iterator[Correction]:
    """Confirmed reversals and over-issuances that cancelled credits of this issuance, oldest first."""
    for reversal in Reversal.objects.filter(state="confirmed", buffer_t__gt=0).order_by("decided_at", "id"):
        parts = (
            min(one.upper, issuance.serials.upper) - max(one.lower, issuance.serials.lower)
            for one in reversal.buffer_serials
        )
        cancelled_t = sum(part for part in parts if part > 0)
        if cancelled_t:
            assert reversal.decided_at is not None
            yield Correction(
                said(reversal.get_kind_display), minute(reversal.decided_at)[:10], cancelled_t, reversal.public_note
            )


def record_of_statement(occasion: Occasion, outcome: VerifiedOutcome, reason: Words | None) -> CertificateRecord:
    figures = _figures(outcome)
    headline, steps = "retained", _steps_to_retained(outcome)
    if outcome.outcome == CREDITS:
        figures.append(_figure("creditable", words("可计入量", "Creditable"), exact(outcome.creditable_t)))
        headline, steps = "creditable", _steps_to_creditable(outcome)
    return with_code(_record("inventory_statement", occasion, outcome, headline, figures, steps, None, reason))


def words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


def shown(value: Decimal) -> str:
    """At most three decimals, no trailing zeros: ``822.3``."""
    return exact(value.quantize(MILLITONNE))


def exact(value: Decimal) -> str:
    """Every decimal, no trailing zeros, no negative zero: ``203.6004``."""
    return f"{value.normalize() + 0:f}"


# --- the whole ------------------------------------------------------------------------------------------


def _record(
    kind: str,
    occasion: Occasion,
    outcome: VerifiedOutcome,
    headline: str,
    figures: list[dict[str, Any]],
    steps: list[dict[str, Any]],
    serials: dict[str, Any] | None,
    reason: Words | None,
) -> CertificateRecord:
    project, extra = occasion.project, outcome.certificate_figures
    return CertificateRecord.from_dict(
        {
            "schema": CertificateRecord.schema,
            "kind": kind,
            **occasion.edition.common,
            "title": words(*TITLES[kind]),
            "authority": asdict(occasion.authority),
            "project": {"code": project.code, "name": _name(project), "kind": asdict(said(project.get_kind_display))},
            "proponent": {
                "name": _name(project.proponent),
                "registration_code": project.proponent.registration_code,
            },
            "place": {
                "division_code": project.division_code,
                "county": words(project.county_zh, project.county_en),
            },
            "period": {
                "start": str(first_day(outcome.period_start, outcome.utc_offset_s)),
                "end": str(last_day(outcome.period_end, outcome.utc_offset_s)),
                "utc_offset": offset_text(outcome.utc_offset_s),
            },
            "methodology": {
                "id": outcome.methodology_id,
                "version": outcome.methodology_version,
                "digest": outcome.methodology_digest,
                "title": dict(extra["methodology_title"]),
            },
            "retention": {
                "kappa": f"{outcome.kappa:f}",
                "horizon": words(outcome.time_horizon_zh, outcome.time_horizon_en),
            },
            "headline": headline,
            "figures": figures,
            "waterfall": steps,
            "series": dict(extra.get("series") or NO_SERIES),
            "serials": serials,
            "reason": reason,
            "result_digest": outcome.result_digest,
            "bundle_digest": outcome.bundle_digest,
            "engine_version": outcome.engine_version,
            "verification": {
                "body": _name(Organisation.objects.get(pk=outcome.verification_body_id)),
                "statement_number": outcome.statement_number,
                "assurance": dict(extra["assurance"]),
                "signatories": list(_signatories(outcome)),
            },
            "officials": [
                {"role": words("编制", "Prepared by"), "name": _name(occasion.prepared_by)},
                {"role": words("批准", "Approved by"), "name": _name(occasion.approved_by)},
            ],
        }
    )


def _signatories(outcome: VerifiedOutcome) -> list[dict[str, Any]]:
    return [asdict(person) for person in people(outcome.signed_by, SIGNING_ROLES)]


def _name(of: Project | Organisation | User) -> Words:
    return asdict(named(of))


# --- figures and steps ----------------------------------------------------------------------------------


def _figures(outcome: VerifiedOutcome) -> list[dict[str, Any]]:
    """The result's figures, then what the methodology adds; the first page shows at most four of them."""
    made = [
        _figure("gross", words("总通量 F(1)", "Gross flux F(1)"), shown(outcome.gross_t), front=True),
        _figure("retained", words("留存通量 F(κ)", "Retained flux F(κ)"), shown(outcome.retained_t), front=True),
    ]
    if outcome.outcome == CREDITS:
        made += [
            _figure("baseline", words("基线", "Baseline"), shown(outcome.baseline_t)),
            _figure("net", words("净增量", "Net enhancement"), shown(outcome.net_t), front=True),
            _figure("p10", words("净增量 P10", "Net enhancement, P10"), shown(outcome.p10_t), front=True),
        ]
    if outcome.half_width_pct:
        label = words("90 % 区间半宽", "Half-width of the 90 % interval")
        made.append(_figure("half_width", label, shown(outcome.half_width_pct), unit="%"))
    known = {figure["key"] for figure in made}
    return [*made, *(dict(f) for f in outcome.certificate_figures.get("figures", ()) if f["key"] not in known)]


def _figure(key: str, label: Words, value: str, *, unit: str = TONNE, front: bool = False) -> dict[str, Any]:
    return {"key": key, "label": label, "value": value, "unit": unit, "front": front}


def _steps_to_retained(outcome: VerifiedOutcome) -> list[dict[str, Any]]:
    gross, retained = outcome.gross_t.quantize(MILLITONNE), outcome.retained_t.quantize(MILLITONNE)
    kappa = f"{outcome.kappa:f}"
    return [
        _level(words("泉口总通量 F(1)", "Gross flux at the spring, F(1)"), gross),
        *_change(words(f"下游返还（κ {kappa}）", f"Returned downstream (κ {kappa})"), retained - gross),
        _level(words("留存通量", "Retained flux"), retained),
    ]


def _steps_to_creditable(outcome: VerifiedOutcome) -> list[dict[str, Any]]:
    """The outcome's own steps when it brings them (they end at the creditable quantity), else the common ones."""
    given = outcome.certificate_figures.get("waterfall")
    if given:
        if Decimal(given[-1]["value"]) != outcome.creditable_t.quantize(MILLITONNE) or not given[-1]["total"]:
            raise ValueError("the outcome's waterfall does not end at its creditable quantity")
        return [dict(step) for step in given]
    retained, baseline = outcome.retained_t.quantize(MILLITONNE), outcome.baseline_t.quantize(MILLITONNE)
    net, creditable = outcome.net_t.quantize(MILLITONNE), outcome.creditable_t.quantize(MILLITONNE)
    deduction = (
        words("不计入负值", "A loss counts as nothing")
        if creditable > net
        else words("不确定度扣减（至 P10）", "Deduction for uncertainty (to P10)")
    )
    return [
        *_steps_to_retained(outcome),
        *_change(words("基线负荷", "Baseline load"), -baseline),
        *_change(words("其他扣减", "Other deductions"), net - (retained - baseline)),
        _level(words("净增量", "Net enhancement"), net),
        *_change(deduction, creditable - net),
        _level(words("可计入量", "Creditable"), creditable),
    ]


def _level(label: Words, value: Decimal) -> dict[str, Any]:
    return {"label": label, "value": exact(value), "total": True}


def _change(label: Words, value: Decimal) -> list[dict[str, Any]]:
    """One step, or none where nothing changes."""
    return [{"label": label, "value": exact(value), "total": False}] if value else []
