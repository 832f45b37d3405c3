"""Time zones: what people and programs call them, offsets, and local clocks that go back an hour."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft

Int64s = npt.NDArray[np.int64]
NO_OFFSET = -(2**31)
_OFFSET = re.compile(r"([+-])([0-9]{2})(?::?([0-9]{2}))?")
_GMT = re.compile(r"(?:GMT|UTC)\s*([+-])\s*([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)
_LARGEST_OFFSET_S = 14 * 3600
_DAY_S = 86_400

ABBREVIATIONS = {
    "UTC": 0, "GMT": 0, "Z": 0, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "SST": -11, "CHST": 10,
}  # fmt: skip
"""Hours from UTC of the zone codes that the USGS writes in each row (its CST is Chicago's, not China's)."""

_SPOKEN = (
    (re.compile(r"china|chinesisch|北京|中国|beijing|shanghai|hong kong|urumqi|chine", re.IGNORECASE), "Asia/Shanghai"),
    (re.compile(r"CET\s*/\s*CEST|MEZ\s*/\s*MESZ", re.IGNORECASE), "Europe/Ljubljana"),
    (re.compile(r"westeurop|w\. europe|mitteleurop|central europe", re.IGNORECASE), "Europe/Berlin"),
    (re.compile(r"romance|paris", re.IGNORECASE), "Europe/Paris"),
    (re.compile(r"eastern standard|EST\s*/\s*EDT|eastern time", re.IGNORECASE), "America/New_York"),
    (re.compile(r"central standard|CST\s*/\s*CDT|central time", re.IGNORECASE), "America/Chicago"),
    (re.compile(r"mountain standard|MST\s*/\s*MDT|mountain time", re.IGNORECASE), "America/Denver"),
    (re.compile(r"pacific standard|PST\s*/\s*PDT|pacific time", re.IGNORECASE), "America/Los_Angeles"),
    (re.compile(r"coordinated universal|weltzeit|\bUTC\b|\bGMT\b", re.IGNORECASE), "UTC"),
)  # fmt: skip


def zone_meant(text: str) -> tuple[str | None, bool]:
    """What a header calls its zone -> (IANA name or offset, certain): an offset is certain, a name to confirm."""
    plain = text.strip()
    match = _GMT.search(plain)
    if match:
        return f"{match[1]}{int(match[2]):02d}:{match[3] or '00'}", True
    if parse_offset(plain) is not None:
        return plain, True
    if re.fullmatch(r"[A-Za-z]+/[A-Za-z_]+", plain):
        try:
            ZoneInfo(plain)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None, False
        return plain, True
    for pattern, name in _SPOKEN:
        if pattern.search(plain):
            return name, name == "UTC"
    return None, False


def parse_offset(text: str) -> int | None:
    """Seconds east of UTC of ``Z``, ``+08:00``, ``+0800`` or ``+08``; None for anything else or beyond 14 h."""
    if text in ("Z", "z"):
        return 0
    match = _OFFSET.fullmatch(text)
    if not match or int(match[3] or 0) > 59:
        return None
    seconds = int(match[2]) * 3600 + int(match[3] or 0) * 60
    return (-seconds if match[1] == "-" else seconds) if seconds <= _LARGEST_OFFSET_S else None


def offset_text(offset_s: int) -> str:
    sign = "-" if offset_s < 0 else "+"
    hours, minutes = divmod(abs(offset_s) // 60, 60)
    return f"{sign}{hours:02d}:{minutes:02d}"


def zone_of(draft: Draft, zone: str | None) -> tzinfo | None:
    """The zone the caller chose: an IANA name, ``UTC`` or an offset. An unknown one is an error."""
    if zone is None:
        return None
    offset = parse_offset(zone)
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if zone.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        draft.refuse("ZONE_UNKNOWN", zone=printable(zone))


def utc_of_wall(wall_s: Int64s, zone: tzinfo) -> tuple[Int64s, Int64s]:
    """UTC seconds of local clock readings, and per reading 0, 1 (the clock showed it twice) or -1 (never).

    A day whose offset is the same at both ends has no change inside; only other days are looked at one by one.
    """
    days, day_of_row = np.unique(wall_s // _DAY_S, return_inverse=True)
    offset_of_day = np.zeros(len(days), dtype=np.int64)
    fold = np.zeros(len(wall_s), dtype=np.int64)
    changing = []
    for index, day in enumerate(days):
        start, end = int(day) * _DAY_S, (int(day) + 1) * _DAY_S - 1
        offsets = {_offset_at(second, zone, side) for second in (start, end) for side in (0, 1)}
        offset_of_day[index] = offsets.pop()
        if offsets:
            changing.append(index)
    offset_s = offset_of_day[day_of_row]
    for at in np.flatnonzero(np.isin(day_of_row, changing)):
        first, second = (_offset_at(int(wall_s[at]), zone, side) for side in (0, 1))
        offset_s[at] = first
        fold[at] = np.sign(first - second)
    return wall_s - offset_s, fold


def _offset_at(wall_s: int, zone: tzinfo, fold: int) -> int:
    local = (datetime(1970, 1, 1) + timedelta(seconds=wall_s)).replace(tzinfo=zone, fold=fold)
    offset = local.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def second_passes(wall_s: Int64s, twice: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Of readings whose clock time occurred twice (``twice``), those of the second time, told by the file's order.

    Where the clock goes back among such readings, what follows is the second hour; where each time stands twice in a
    row, the second of each pair is. All False for a stretch that shows each time once: nothing tells which it was.
    """
    second = np.zeros(len(wall_s), dtype=bool)
    at = np.flatnonzero(twice)
    if not len(at):
        return second
    for stretch in np.split(at, np.flatnonzero(np.diff(wall_s[at]) > _DAY_S // 2) + 1):
        steps = np.diff(wall_s[stretch])
        if len(steps) and np.any(steps < 0):
            second[stretch[int(np.argmax(steps < 0)) + 1 :]] = True
        elif len(steps) and np.any(steps == 0):
            second[stretch[1:][steps == 0]] = True
    return second
