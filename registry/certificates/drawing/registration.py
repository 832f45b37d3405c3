"""The certificate of a project's registration, as a sheet."""

from __future__ import annotations

from pathlib import Path

from registry.certificates.drawing import front, words
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.records import RegistrationRecord
from registry.certificates.drawing.setting import both, grouped
from registry.certificates.drawing.sheet import Fact, Group, Sheet, draw_sheet

TITLE = Bilingual("岩溶碳汇项目登记证书", "Certificate of Registration of a Karst Carbon-Sink Project")
_CERTIFIES = Bilingual(
    "兹证明：下列项目经公示与审定，由主管部门批准登记。登记不产生碳信用：碳信用按监测期核查签发。",
    "It is certified that the project below was published for comment, validated and registered by the authority. "
    "Registration issues no credits: each monitoring period is verified and decided by itself.",
)
_KIND = Bilingual("项目类型", "Kind of project")
_AREA = Bilingual("流域面积", "Catchment area")
_CREDITING = Bilingual("计入期", "Crediting period")
_METHODOLOGY = Bilingual("方法学", "Methodology")
_VALIDATION = Bilingual("审定", "Validation")
_VALIDATED_BY = Bilingual("审定机构签字", "Validated by")
_REGISTERED_BY = Bilingual("批准登记", "Registered by")
_REGISTERED_ON = Bilingual("登记日期", "Date of registration")
_BOUNDARY = Bilingual("项目边界", "Boundary")
NO_NAME = Bilingual("", "")
_DRAWN = Bilingual("边界为按面积绘制的圆", "The boundary is a circle of this area")


def sheet(record: RegistrationRecord) -> Sheet:
    project, method, validation = record.project, record.methodology, record.validation
    drawn = (both(_DRAWN.zh, _DRAWN.en),) if record.boundary_is_drawn else ()
    return Sheet(
        sentence=_CERTIFIES,
        about=project.code,
        name=project.name,
        under=(Bilingual(project.code, project.code),),
        facts=(
            Fact(words.PROPONENT, record.proponent.name, (record.proponent.registration_code,)),
            Fact(_KIND, project.kind),
            Fact(words.PLACE, front.county(record.place)),
            Fact(_AREA, Bilingual(f"{grouped(record.area_km2)} km²", ""), drawn),
            Fact(_CREDITING, Bilingual(f"{record.crediting_start} — {record.crediting_end}", "")),
            Fact(_METHODOLOGY, Bilingual(f"{method.id} {method.version}", "")),
            Fact(
                _VALIDATION,
                validation.body,
                (f"{both(words.STATEMENT_NUMBER.zh, words.STATEMENT_NUMBER.en)} {validation.statement_number}",),
                wide=True,
            ),
        ),
        groups=(Group(_VALIDATED_BY, validation.signatories), Group(_REGISTERED_BY, record.officials)),
        date_label=_REGISTERED_ON,
        date=record.registered_at[:10],
        named=(
            (_BOUNDARY, record.boundary_sha256),
            (words.METHODOLOGY_DIGEST, method.digest),
            *(line for each in record.documents for line in ((each.kind, each.file_name), (NO_NAME, each.sha256))),
            *words.replaces(record.replaces),
        ),
    )


def draw(record: RegistrationRecord, fonts_dir: Path, log_proof: bytes | None = None) -> bytes:
    return draw_sheet(record, sheet(record), fonts_dir, log_proof)
