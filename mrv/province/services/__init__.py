"""Every write of this room: demonstration areas, agreements with departments, the library of rules."""

from mrv.province.services.areas import end_area, name_area
from mrv.province.services.exchange import deliver, end_agreement, record_agreement
from mrv.province.services.library import add_document, supersede_document

__all__ = [
    "add_document",
    "deliver",
    "end_agreement",
    "end_area",
    "name_area",
    "record_agreement",
    "supersede_document",
]
