"""Drawing a certificate: ``draw(record, fonts_dir) -> bytes``, and the record that it draws."""

from registry.certificates.drawing.document import RECORD_NAME, DoesNotFit, draw
from registry.certificates.drawing.plain import Bilingual
from registry.certificates.drawing.record import (
    CertificateRecord,
    Figure,
    Methodology,
    Party,
    Period,
    Person,
    Place,
    Project,
    Retention,
    SerialBlock,
    Serials,
    Series,
    Step,
    Verification,
)

__all__ = [
    "RECORD_NAME",
    "Bilingual",
    "CertificateRecord",
    "DoesNotFit",
    "Figure",
    "Methodology",
    "Party",
    "Period",
    "Person",
    "Place",
    "Project",
    "Retention",
    "SerialBlock",
    "Serials",
    "Series",
    "Step",
    "Verification",
    "draw",
]
