"""Names of regions: one of the four of the published table, or one of a proponent's own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mrv.stations.models import Station
from registry.core.errors import InvalidInput

LONGEST = 60


def region_of(text: str) -> str:
    """What is stored for a region as a person writes it: the code of a known one in either language, else the text.

    Raises InvalidInput REGION_TOO_LONG.
    """
    name = " ".join(text.split())
    if len(name) > LONGEST:
        raise InvalidInput(
            "REGION_TOO_LONG", _("A region's name has at most %(most)s characters. Shorten it."), most=LONGEST
        )
    for language in ("zh-hans", "en"):
        with override(language):
            for code, label in Station.Region.choices:
                if name.casefold() in (code, str(label).casefold()):
                    return str(code)
    return name
