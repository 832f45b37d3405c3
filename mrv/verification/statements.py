"""The verification statement: what an opinion says, handed to the register of certificates with the second signature.

The register numbers it, binds it to the audit log, draws and signs it; this room says what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mrv.methodologies.selectors import methodology_of
from mrv.verification import anchors, checking
from mrv.verification.models import Assignment, Finding, Opinion
from registry.certificates import services as certificates
from registry.certificates.handover import StatedOpinion
from registry.certificates.models import Certificate
from registry.core.actors import Actor
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import NotVisible, Refusal
from registry.core.permissions import may
from registry.organisations.models import User

Words = dict[str, str]


def certify(actor: Actor, opinion: Opinion) -> Certificate:
    """Called with the second signature, in its transaction: what is stated from now on never changes."""
    assignment = opinion.assignment
    earlier = assignment.opinions.filter(state="returned").exclude(pk=opinion.pk).order_by("id").last()
    return certificates.issue_opinion(
        actor=actor,
        stated=StatedOpinion(
            project_code=assignment.project.code,
            body_id=assignment.body_id,
            statement_number=opinion.number,
            content=record_of(opinion),
            replaces=earlier.number if earlier else "",
        ),
    )


def certificates_of(opinions: Iterable[Opinion]) -> dict[str, Certificate]:
    """The certificates of signed opinions, by the opinion's number."""
    numbers = [opinion.number for opinion in opinions]
    return {
        found.statement_number: found
        for found in Certificate.objects.filter(kind=Certificate.Kind.OPINION, statement_number__in=numbers).defer(
            "record"
        )
    }


def statement_for(actor: Actor, opinion_id: int) -> Certificate:
    """The certificate of an opinion, for whoever may see the opinion."""
    opinion = Opinion.objects.select_related("assignment__project", "assignment__period", "assignment__body")
    found = opinion.filter(pk=opinion_id).first()
    if found is not None and may(actor, "verification.view", found):
        certificate = Certificate.objects.filter(kind=Certificate.Kind.OPINION, statement_number=found.number).first()
        if certificate is not None:
            return certificate
    raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))


def drawn_for(actor: Actor, opinion_id: int) -> Certificate:
    """The same, once its file is there. Refusal ``STATEMENT_WAITS`` until a worker has drawn it."""
    certificate = statement_for(actor, opinion_id)
    if certificate.rendered_at is None:
        raise Refusal("STATEMENT_WAITS", _("The statement is being drawn and signed. Open it again in a minute."))
    return certificate


# --- the record -----------------------------------------------------------------------------------------------


def record_of(opinion: Opinion) -> dict[str, Any]:
    """Everything that the statement says, as plain data in both languages."""
    assignment = opinion.assignment
    project = assignment.project
    methodology = methodology_of(project, assignment.crediting.start)
    return {
        "task": assignment.task,
        "positive": opinion.positive,
        "demo": project.is_demo or not settings.PRODUCTION,
        "body": {"name": _name(assignment.body), "code": assignment.body.registration_code},
        "proponent": {"name": _name(project.proponent), "code": project.proponent.registration_code},
        "project": {
            "code": project.code,
            "name": _name(project),
            "place": _words(project.county_zh, project.county_en),
            "division_code": project.division_code,
        },
        "period": _period(assignment),
        "methodology": {
            "id": methodology.identifier,
            "version": methodology.version,
            "digest": methodology.digest,
        },
        "assurance": _both(opinion.get_assurance_display),
        "materiality_pct": f"{opinion.materiality_pct.normalize():f}",
        "quantity_claimed_t": _tonnes(opinion.quantity_claimed_t),
        "quantity_verified_t": _tonnes(opinion.quantity_verified_t),
        "reasons": _words(opinion.reasons_zh, opinion.reasons_en),
        "bundle_digest": opinion.bundle_digest,
        "result_digest": opinion.result_digest,
        "recomputations": [
            {"by": _name(each.recorded_by), "on": _day(each.recorded_at), "digest": each.result_digest}
            for each in assignment.recomputations.filter(run=opinion.run).order_by("id")
        ],
        "signatories": [
            {"role": _words("核查组长", "Lead verifier"), **_signed(opinion.lead_signed_by, opinion.lead_signed_at)},
            {
                "role": _words("独立复核人", "Independent reviewer"),
                **_signed(opinion.reviewer_signed_by, opinion.reviewer_signed_at),
            },
        ],
        "declaration": assignment.declaration,
        "findings": [_finding(each) for each in assignment.findings.order_by("id")],
        "checklist": _checklist(assignment),
        "sampling": _sampling(assignment),
    }


def _period(assignment: Assignment) -> dict[str, Any] | None:
    period = assignment.period
    if period is None:
        return None
    return {
        "number": period.number,
        "revision": period.revision,
        "first_day": f"{period.first_day}",
        "last_day": f"{period.last_day}",
        "zone": period.zone,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "number": finding.number,
        "requirement": finding.requirement,
        "statement": finding.statement,
        "place": _both(lambda: anchors.said(finding)),
        "rounds": finding.round,
        "raised_on": _day(finding.raised_at),
        "ended_on": _day(finding.closed_at) if finding.closed_at else "",
        "state": _both(finding.get_state_display),
    }


def _checklist(assignment: Assignment) -> dict[str, Any]:
    lines = checking.lines_of(assignment)
    return {
        "digest": checking.checklist(assignment).digest,
        "counts": checking.progress(lines),
        "items": [
            {
                "zh": line.item.zh,
                "en": line.item.en,
                "verdict": line.verdict,
                "finding": line.answer.finding.number if line.answer and line.answer.finding else "",
                "note": line.answer.note if line.answer else "",
            }
            for line in lines
        ],
    }


def _sampling(assignment: Assignment) -> dict[str, Any] | None:
    plan = assignment.sampling_plans.first()
    if plan is None:
        return None
    picks = []
    for pick in plan.picks.prefetch_related("checks"):
        check = pick.checks.last()
        picks.append(
            {
                "kind": _both(pick.get_kind_display),
                "at_random": pick.at_random,
                "place": _both(lambda place=pick.place: anchors.place_said(assignment, place)),
                "outcome": _both(check.get_outcome_display) if check else _words("未查看", "Not looked at"),
                "note": check.note if check else "",
            }
        )
    return {"seed": plan.seed, "method": plan.method, "bundle_digest": plan.bundle_digest, "picks": picks}


def _words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


def _name(named: Any) -> Words:
    return _words(named.name_zh, named.name_en)


def _both(say: Any) -> Words:
    with override("zh-hans"):
        zh = str(say())
    with override("en"):
        return _words(zh, str(say()))


def _signed(person: User | None, at: Any) -> dict[str, Any]:
    assert person is not None
    return {"name": _name(person), "at": f"{at.astimezone(PROGRAMME_ZONE):%Y-%m-%d %H:%M} +08:00"}


def _day(at: Any) -> str:
    return f"{at.astimezone(PROGRAMME_ZONE):%Y-%m-%d}"


def _tonnes(value: Any) -> str:
    return "" if value is None else f"{value.normalize() + 0:f}"
