"""From a period's official result and the opinion on it to the one value that the record of credits takes."""

from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from calculations.messages import text
from calculations.methodologies import Methodology
from mrv.decisions.certificate_figures import certificate_figures
from mrv.methodologies.selectors import read_version
from mrv.periods.models import MonitoringPeriod
from mrv.runs.models import Run
from mrv.runs.selectors import result_of
from mrv.verification.models import Opinion
from mrv.verification.quantities import quantity_of
from registry.core.errors import Refusal
from registry.credits.handover import CREDITS, STATEMENT, VerifiedOutcome

Result = dict[str, Any]
NOTHING = Decimal(0)


def outcome_of(opinion: Opinion) -> VerifiedOutcome:
    """The verified outcome of the opinion's period: every figure is the official run's, nothing is computed again.

    Raises Refusal ``OPINION_OF_OTHER_RESULT`` when the opinion does not speak of the period's official result.
    """
    period, run = _verified(opinion)
    result = result_of(run)
    methodology = read_version(run.methodology)
    creditable = quantity_of(run) if methodology.earns_credits else NOTHING
    zone = timezone(timedelta(seconds=period.utc_offset_s))
    return VerifiedOutcome(
        project_code=period.project.code,
        period_start=period.start.astimezone(zone),
        period_end=period.end.astimezone(zone),
        utc_offset_s=period.utc_offset_s,
        vintages=_vintages(result),
        gross_t=_figure(result, "gross_t_co2"),
        retained_t=_figure(result, "retained_t_co2"),
        baseline_t=_figure(result, "baseline_t_co2"),
        net_t=_figure(result, "net_t_co2"),
        p10_t=_figure(result, "net_p10_t_co2"),
        half_width_pct=_figure(result, "half_width_90_pct"),
        creditable_t=creditable,
        outcome=result["outcome"],
        reason_codes=tuple(reason["code"] for reason in result["reasons"]),
        methodology_id=methodology.id,
        methodology_version=methodology.version,
        methodology_digest=methodology.digest,
        engine_version=run.engine_version,
        bundle_digest=run.bundle_digest,
        result_digest=run.result_digest,
        buffer_share=methodology.decimal("buffer_share") if methodology.earns_credits else NOTHING,
        statement_number=opinion.number,
        verification_body_id=opinion.assignment.body_id,
        signed_by=(opinion.lead_signed_by_id, opinion.reviewer_signed_by_id),
        kappa=_kappa(result, methodology),
        time_horizon_zh=str(methodology.content["time_horizon_zh"]),
        time_horizon_en=str(methodology.content["time_horizon_en"]),
        certificate_figures=certificate_figures(
            period=period,
            run=run,
            result=result,
            methodology=methodology,
            assurance=opinion.assurance,
            creditable_t=creditable,
            reason=why_nothing(result),
        ),
    )


def _kappa(result: Result, methodology: Methodology) -> Decimal:
    """The kappa that was measured where the methodology measures it, else the version's."""
    measured = result.get("kappa")
    return Decimal(repr(measured["value"])) if measured else methodology.decimal("kappa_ref")


def why_nothing(result: Result) -> dict[str, str] | None:
    """The result's own sentences on why it earns nothing, in both languages; None of a plain inventory."""
    if not result["reasons"]:
        return None
    sentences = {
        language: [text(reason["code"], language, **reason["params"]) for reason in result["reasons"]]
        for language in ("zh", "en")
    }
    return {"zh": "".join(sentences["zh"]), "en": " ".join(sentences["en"])}


def makes_credits(result_outcome: VerifiedOutcome) -> bool:
    """Whether the methodology ends in credits and something is creditable at all."""
    return result_outcome.outcome == CREDITS and result_outcome.creditable_t > 0


def refuse_unissuable(opinion: Opinion) -> None:
    """An inventory that does not meet its version's conditions makes no statement. (Of credits, it makes none.)"""
    _period, run = _verified(opinion)
    result = result_of(run)
    if result["outcome"] == STATEMENT and not result["issuable"]:
        raise Refusal(
            "NOT_ISSUABLE",
            _("The result does not meet the conditions of its methodology: no statement can be made of it."),
        )


def _verified(opinion: Opinion) -> tuple[MonitoringPeriod, Run]:
    period = opinion.assignment.period
    run = period.official_run if period is not None else None
    if period is None or run is None or run.pk != opinion.run_id or run.result_digest != opinion.result_digest:
        raise Refusal(
            "OPINION_OF_OTHER_RESULT",
            _("The opinion %(number)s does not speak of this period's official result. Return it to verification."),
            number=opinion.number,
        )
    return period, run


def _figure(result: Result, name: str) -> Decimal:
    """A figure as the result states it; zero where it does not apply (an inventory has no baseline)."""
    value = result["figures"][name]["value"]
    return NOTHING if value is None else Decimal(value)


def _vintages(result: Result) -> tuple[tuple[int, Decimal], ...]:
    """(year, share of the flux); without any flux the first year bears it all: nothing is issued then."""
    shares = [(int(row["year"]), Decimal(row["share"])) for row in result["vintages"]]
    if sum(share for _year, share in shares) > 0:
        return tuple(shares)
    return ((shares[0][0], Decimal(1)), *((year, NOTHING) for year, _share in shares[1:]))
