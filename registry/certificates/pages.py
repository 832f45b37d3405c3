"""What each kind of certificate says, for its web page and for programs: the same words that its paper prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.certificates.drawing import Bilingual, CertificateRecord, Figure, registration, retirement
from registry.certificates.drawing.opinion import CONCLUSIONS
from registry.certificates.drawing.record import SerialBlock
from registry.certificates.drawing.records import (
    AccountStatementRecord,
    OpinionRecord,
    RegistrationRecord,
    RetirementRecord,
    StatementLine,
)
from registry.certificates.drawing.sheet import Fact, Sheet
from registry.certificates.models import Certificate
from registry.core.languages import is_chinese


@dataclass(frozen=True)
class Page:
    """The middle of the page: a number or a name set large, labelled facts, and what else a kind has."""

    facts: list[tuple[str, list[str]]]
    headline: Figure | None = None
    headline_label: str = ""
    name: str = ""
    text: str = ""
    """A paragraph above the facts."""
    figures: tuple[tuple[str, Figure], ...] = ()
    blocks: tuple[SerialBlock, ...] = ()
    lines: tuple[tuple[StatementLine, str], ...] = ()
    """Acts of an account statement, each with its name."""
    digests: tuple[tuple[str, str], ...] = ()
    about: str = ""
    """Address of what it speaks of."""
    about_label: str = ""


def of(certificate: Certificate) -> Page:
    return PAGES[certificate.kind](certificate, certificate.content)


def facts_json(certificate: Certificate) -> dict[str, Any]:
    """What a program learns of a public kind besides what all have in common."""
    return FACTS[certificate.kind](certificate, certificate.content)


def local(words: Bilingual) -> str:
    chinese = is_chinese()
    return (words.zh or words.en) if chinese else (words.en or words.zh)


# --- issuance and inventory statement ---------------------------------------------------------------------------


def _of_period(certificate: Certificate, content: CertificateRecord) -> Page:
    assert certificate.project is not None
    verification, method = content.verification, content.methodology
    facts = [
        (_("Project"), f"{content.project.code} {local(content.project.name)}"),
        (_("Kind"), local(content.project.kind)),
        (_("Proponent"), f"{local(content.proponent.name)} {content.proponent.registration_code}"),
        (_("County"), f"{local(content.place.county)} {content.place.division_code}"),
        (_("Period"), f"{content.period.start} – {content.period.end} ({content.period.utc_offset})"),
        (_("Methodology"), f"{method.id} {method.version} {local(method.title)}"),
        (_("Retained share κ"), f"{content.retention.kappa} · {local(content.retention.horizon)}"),
        (
            _("Verification"),
            f"{local(verification.body)} · {verification.statement_number} · {local(verification.assurance)}",
        ),
    ]
    corrections = [
        (
            _("Corrected after issuance"),
            f"{local(each.kind)} · {each.decided_on} · {each.cancelled_t} t CO₂ · {each.note}",
        )
        for each in content.corrections
    ]
    return Page(
        facts=[(label, [value]) for label, value in [*facts, *corrections]],
        headline=content.headline_figure,
        headline_label=local(content.headline_figure.label),
        text=local(content.reason) if content.reason else "",
        figures=tuple((local(figure.label), figure) for figure in content.figures),
        blocks=content.serials.blocks if content.serials else (),
        digests=(
            (_("Calculation result"), content.result_digest),
            (_("Evidence bundle"), content.bundle_digest),
            (_("Methodology version"), method.digest),
        ),
        about=reverse("projects:detail", args=[certificate.project.code]),
        about_label=_("Open the project"),
    )


def _period_json(certificate: Certificate, content: CertificateRecord) -> dict[str, Any]:
    return {
        "project": content.project.code,
        "period": {
            "start": content.period.start,
            "end": content.period.end,
            "utc_offset": content.period.utc_offset,
        },
        "statement_number": certificate.statement_number,
        "methodology": {
            "id": content.methodology.id,
            "version": content.methodology.version,
            "digest": content.methodology.digest,
        },
        "quantity_t": content.serials.total if content.serials else 0,
        "buffer_t": content.serials.buffer if content.serials else 0,
        "serials": [block.printed for block in content.serials.blocks] if content.serials else [],
        "result_digest": content.result_digest,
        "bundle_digest": content.bundle_digest,
    }


# --- the kinds that are drawn as a sheet -------------------------------------------------------------------------


def of_sheet(sheet: Sheet, **more: Any) -> Page:
    """The words of the paper, in the page's language."""
    return Page(
        facts=[_fact(fact) for fact in (*sheet.facts, *sheet.more_facts)],
        headline=sheet.headline,
        headline_label=local(sheet.headline.label) if sheet.headline else "",
        name=local(sheet.name) if sheet.name else "",
        blocks=sheet.blocks,
        digests=tuple((local(label), value) for label, value in sheet.named),
        **more,
    )


def _fact(fact: Fact) -> tuple[str, list[str]]:
    return local(fact.label), [local(fact.value), *fact.details]


def _of_registration(certificate: Certificate, content: RegistrationRecord) -> Page:
    return of_sheet(
        registration.sheet(content),
        about=reverse("projects:detail", args=[content.project.code]),
        about_label=_("Open the project"),
    )


def _registration_json(certificate: Certificate, content: RegistrationRecord) -> dict[str, Any]:
    return {
        "project": content.project.code,
        "registered_at": content.registered_at,
        "crediting": {"start": content.crediting_start, "end": content.crediting_end},
        "methodology": {
            "id": content.methodology.id,
            "version": content.methodology.version,
            "digest": content.methodology.digest,
        },
    }


def _of_retirement(certificate: Certificate, content: RetirementRecord) -> Page:
    about = reverse("credits:retirement", args=[certificate.retirement_id]) if certificate.retirement_id else ""
    return of_sheet(retirement.sheet(content), about=about, about_label=_("Open the retirement"))


def _retirement_json(certificate: Certificate, content: RetirementRecord) -> dict[str, Any]:
    name = content.beneficiary.name
    return {
        "retirement": content.retirement_number,
        "quantity_t": content.quantity_t,
        "beneficiary": {"zh": name.zh, "en": name.en, "code": content.beneficiary.code},
        "year": content.year,
        "serials": [block.printed for block in content.blocks],
    }


# --- account statement and opinion --------------------------------------------------------------------------------


def _of_account(certificate: Certificate, content: AccountStatementRecord) -> Page:
    return Page(
        facts=[
            (_("Holder"), [local(content.owner.name), content.owner.registration_code]),
            (_("Account"), [content.account]),
            (_("From and to"), [f"{content.first_day} – {content.last_day}"]),
            (_("Opening balance"), [f"{content.opening_t} t CO₂"]),
        ],
        headline=Figure("closing", Bilingual("期末余额", "Closing balance"), str(content.closing_t), "t CO₂"),
        headline_label=_("Closing balance"),
        lines=tuple((line, local(line.act)) for line in content.lines),
    )


def _of_opinion(certificate: Certificate, content: OpinionRecord) -> Page:
    said = content.content
    project, proponent, period = said["project"], said["proponent"], said["period"]
    facts = [
        (_("Statement"), [said["statement_number"]]),
        (_("Project"), [f"{project['code']} {local(Bilingual(**project['name']))}"]),
        (_("Proponent"), [local(Bilingual(**proponent["name"]))]),
    ]
    if period:
        facts.append((_("Period"), [f"{period['first_day']} – {period['last_day']}"]))
    facts += [
        (_("Level of assurance"), [local(Bilingual(**said["assurance"]))]),
        (_("Materiality (%)"), [said["materiality_pct"]]),
        *(
            (local(Bilingual(**signed["role"])), [local(Bilingual(**signed["name"])), signed["at"]])
            for signed in said["signatories"]
        ),
        (_("Findings"), [str(len(said["findings"]))]),
    ]
    verified = said["quantity_verified_t"] if said["positive"] else ""
    label = Bilingual("核定量", "Quantity verified")
    return Page(
        facts=facts,
        headline=Figure("verified", label, verified, "t CO₂") if verified else None,
        headline_label=local(label) if verified else "",
        name=local(CONCLUSIONS[said["task"], said["positive"]]),
        text=local(Bilingual(**said["reasons"])),
        digests=tuple(
            (label, value)
            for label, value in (
                (_("Calculation result"), said["result_digest"]),
                (_("Evidence bundle"), said["bundle_digest"]),
                (_("Methodology version"), said["methodology"]["digest"]),
            )
            if value
        ),
        about=reverse("projects:detail", args=[project["code"]]),
        about_label=_("Open the project"),
    )


def _opinion_json(certificate: Certificate, content: OpinionRecord) -> dict[str, Any]:
    said = content.content
    return {
        "project": said["project"]["code"],
        "statement_number": said["statement_number"],
        "task": said["task"],
        "positive": said["positive"],
        "quantity_verified_t": said["quantity_verified_t"] or None,
        "result_digest": said["result_digest"] or None,
        "bundle_digest": said["bundle_digest"] or None,
    }


PAGES: dict[str, Callable[[Certificate, Any], Page]] = {
    "issuance": _of_period,
    "inventory_statement": _of_period,
    "registration": _of_registration,
    "retirement": _of_retirement,
    "account_statement": _of_account,
    "opinion": _of_opinion,
}
FACTS: dict[str, Callable[[Certificate, Any], dict[str, Any]]] = {
    "issuance": _period_json,
    "inventory_statement": _period_json,
    "registration": _registration_json,
    "retirement": _retirement_json,
    "account_statement": lambda certificate, content: {},
    "opinion": _opinion_json,
}
