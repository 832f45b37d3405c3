"""The certificate of a retirement, as a sheet."""

from __future__ import annotations

from pathlib import Path

from registry.certificates.drawing import words
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.record import Figure
from registry.certificates.drawing.records import Origin, RetirementRecord
from registry.certificates.drawing.setting import both, grouped
from registry.certificates.drawing.sheet import Fact, Sheet, draw_sheet

LONG_TEXT = 90
TITLE = Bilingual("岩溶碳汇信用注销证书", "Certificate of Retirement of Karst Carbon-Sink Credits")
_CERTIFIES = Bilingual(
    "兹证明：下列碳信用已为所载受益方永久注销，此后不得转让，也不得再次使用。",
    "It is certified that the credits below were retired for the beneficiary named: "
    "nobody can transfer or use them again.",
)
_RETIRED = Bilingual("已注销碳信用", "Credits retired")
_FOR = Bilingual("受益方", "for the beneficiary")
_BENEFICIARY_KIND = Bilingual("受益方类别", "Kind of beneficiary")
_PURPOSE = Bilingual("用途", "Purpose")
_YEAR = Bilingual("所抵年份", "Year that it covers")
_RETIRED_BY = Bilingual("注销人", "Retired by")
_ON_BEHALF = Bilingual("代受益方注销", "on behalf of the beneficiary")
_NUMBER = Bilingual("注销记录号", "Retirement no.")
_PUBLIC_TEXT = Bilingual("公开文字", "Public text")
_ORIGIN = Bilingual("碳信用来源", "Where the credits come from")
_MARKS = Bilingual("标签与相应调整", "Labels, adjustments")
_WHEN = Bilingual("注销时间", "Retired at")
_RETIRED_ON = Bilingual("注销日期", "Date of retirement")


def sheet(record: RetirementRecord) -> Sheet:
    beneficiary = record.beneficiary
    retired_by = (record.retired_by.registration_code,)
    if record.on_behalf:
        retired_by += (both(_ON_BEHALF.zh, _ON_BEHALF.en),)
    text = record.public_text
    return Sheet(
        sentence=_CERTIFIES,
        about=record.retirement_number,
        headline=Figure("retired", _RETIRED, str(record.quantity_t), "t CO₂"),
        name=beneficiary.name,
        under=(_FOR, *([Bilingual(beneficiary.code, beneficiary.code)] if beneficiary.code else [])),
        facts=(
            Fact(_PURPOSE, record.purpose),
            Fact(_YEAR, Bilingual(str(record.year), "")),
            Fact(_BENEFICIARY_KIND, beneficiary.kind),
            Fact(_RETIRED_BY, record.retired_by.name, retired_by),
            *([_public_text(text)] if text else []),
        ),
        blocks=record.blocks,
        groups=(),
        date_label=_RETIRED_ON,
        date=record.retired_at[:10],
        more_facts=tuple(Fact(_ORIGIN, *_origin(each), wide=True) for each in record.origins),
        named=(
            (_NUMBER, record.retirement_number),
            (_WHEN, record.retired_at),
            *((_MARKS, fact) for fact in record.facts),
            *words.replaces(record.replaces),
        ),
    )


def _public_text(text: str) -> Fact:
    """A sentence as a value; a long text in smaller letters."""
    if len(text) <= LONG_TEXT:
        return Fact(_PUBLIC_TEXT, Bilingual(text, text), wide=True)
    return Fact(_PUBLIC_TEXT, Bilingual("", ""), (text,), wide=True)


def _origin(origin: Origin) -> tuple[Bilingual, tuple[str, ...]]:
    kappa = f"κ = {origin.kappa} · {both(origin.horizon.zh, origin.horizon.en)}"
    count = f"{words.VINTAGE.zh} {words.VINTAGE.en} {origin.vintage} · {grouped(str(origin.quantity_t))} t CO₂"
    return (
        Bilingual(f"{origin.project.code} {origin.project.name.zh}", origin.project.name.en),
        (f"{count} · {origin.certificate}" if origin.certificate else count, kappa),
    )


def draw(record: RetirementRecord, fonts_dir: Path, log_proof: bytes | None = None) -> bytes:
    return draw_sheet(record, sheet(record), fonts_dir, log_proof)
