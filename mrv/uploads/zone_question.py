"""What is asked about the time zone of a file: nothing where the file states it, else what the person must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mrv.uploads.models import ReceivedFile
from mrv.uploads.readers import ReadReport

ZONES = ("Asia/Shanghai", "UTC", "+08:00", "Europe/Ljubljana", "America/New_York")
ANSWERABLE = frozenset({"TZ_NOT_IN_FILE", "ENCODING_UNDECIDED", "ZONE_UNKNOWN"})
"""Errors that an answer in the settings ends: nothing in the file need be corrected."""


@dataclass(frozen=True)
class ZoneQuestion:
    """``choices``: value and label; none where there is nothing to choose. ``chosen``: "" until somebody says it."""

    sentence: str
    choices: Sequence[tuple[str, str]] = ()
    chosen: str = ""
    open: bool = False
    """Whether the import waits for the answer."""


def zone_question(file: ReceivedFile, report: ReadReport) -> ZoneQuestion | None:
    """None where the file has no times to ask about (a baseline, a file that could not be read)."""
    zone: dict[str, Any] = report.timezone or {}
    answered = str(file.answers.get("zone") or "")
    if not zone and not answered:
        return None
    stated, must_ask = zone.get("in_file") or "", bool(zone.get("must_ask"))
    if stated and not must_ask:
        return ZoneQuestion(_("The file states it: %(zone)s. There is nothing to choose.") % {"zone": stated})
    meant = str(zone.get("resolved") or "")
    if stated:
        sentence = _("The file calls its zone “%(zone)s”. Confirm what is meant, or choose another.") % {"zone": stated}
        return ZoneQuestion(sentence, _choices(file, meant), meant, open=True)
    if must_ask:
        sentence = _("The file does not state it. Choose the zone that the logger's clock was set to.")
        return ZoneQuestion(sentence, _choices(file, answered), answered, open=True)
    taken = answered or meant or _taken(report)
    sentence = _("The file does not state it; the zone chosen here is used.")
    return ZoneQuestion(sentence, _choices(file, taken), taken)


def _taken(report: ReadReport) -> str:
    """The zone that the reader took without asking."""
    said = (message.params.get("zone") for message in report.messages if message.code == "TZ_FROM_STATION")
    return str(next(said, ""))


def _choices(file: ReceivedFile, *also: str) -> list[tuple[str, str]]:
    own = file.station.zone
    names = dict.fromkeys((own, *(name for name in also if name), *ZONES))
    return [(name, _("%(zone)s (the station's)") % {"zone": name} if name == own else name) for name in names]
