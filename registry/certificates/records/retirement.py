"""From a retirement in the ledger to the record of its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from psycopg.types.range import Range

from registry.certificates.drawing import Party
from registry.certificates.drawing import Project as ProjectWords
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.records import Beneficiary, Origin, RetirementRecord
from registry.certificates.drawing.retirement import TITLE
from registry.certificates.records.common import (
    Edition,
    authority,
    minute,
    named,
    party,
    printed_block,
    said,
    with_code,
)
from registry.credits import selectors
from registry.credits.fields import Serials
from registry.credits.models import Allotment, Issuance, Retirement


def record_of_retirement(edition: Edition, retirement: Retirement) -> RetirementRecord:
    """``retirement`` may be one that is not kept yet (a preview); everything else is read from the ledger."""
    blocks = selectors.blocks_of(retirement.serials)
    return with_code(
        RetirementRecord(
            **edition.common,
            title=TITLE,
            authority=authority(),
            retirement_number=retirement.number,
            quantity_t=retirement.quantity_t,
            beneficiary=Beneficiary(
                Bilingual(retirement.beneficiary_name, retirement.beneficiary_name_en or retirement.beneficiary_name),
                said(retirement.get_beneficiary_type_display),
                retirement.beneficiary_code,
            ),
            on_behalf=retirement.on_behalf,
            retired_by=_retired_by(retirement),
            purpose=said(retirement.get_purpose_display),
            year=retirement.year,
            public_text=retirement.public_text,
            blocks=tuple(printed_block(block) for block in blocks),
            origins=tuple(_origins(retirement.serials)),
            facts=tuple(
                f"{_line(said(fact.get_kind_display))}: {fact.text} ({fact.holds_from:%Y-%m-%d})"
                for fact in selectors.facts_on(retirement.serials)
            ),
            retired_at=minute(retirement.retired_at),
        )
    )


def _retired_by(retirement: Retirement) -> Party:
    return party(retirement.account.owner)


def _line(words: Bilingual) -> str:
    return f"{words.zh} {words.en}"


def _origins(serials: Serials) -> Iterator[Origin]:
    """Project and vintage of every part, oldest first, with kappa and horizon of its issuance."""
    parts = sorted(_parts(serials), key=lambda part: (part[0].pk, part[1]))
    for (issuance, vintage), of_vintage in groupby(parts, key=lambda part: (part[0], part[1])):
        outcome, project = issuance.request.verified_outcome, issuance.project
        certificate = issuance.certificates.order_by("id").last()
        yield Origin(
            project=ProjectWords(project.code, named(project), said(project.get_kind_display)),
            vintage=vintage,
            quantity_t=sum(quantity for _issuance, _vintage, quantity in of_vintage),
            kappa=f"{outcome.kappa:f}",
            horizon=Bilingual(outcome.time_horizon_zh, outcome.time_horizon_en),
            certificate=certificate.number if certificate else "",
        )


def _parts(serials: Serials) -> Iterator[tuple[Issuance, int, int]]:
    span = Range(min(one.lower for one in serials), max(one.upper for one in serials))
    allotments = list(
        Allotment.objects.filter(serials__overlap=span).select_related("issuance__project", "issuance__request")
    )
    for one in serials:
        for allotment in allotments:
            low, high = max(one.lower, allotment.serials.lower), min(one.upper, allotment.serials.upper)
            if low < high:
                yield allotment.issuance, allotment.vintage, high - low
