"""Step 5: dates and times to UTC seconds. One form in the whole column, never a guess per row.

Accepted are ISO 8601 and its year-first cousins (``2021/5/1 0:15`` as spreadsheets rewrite it), with or without an
offset. Day-first and month-first dates cannot be told apart and are not read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.numbers import half_width, look_up

_DATE = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_TIME = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]0+)?)?\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?", re.IGNORECASE
)
_OFFSET = re.compile(r"([+-])([0-9]{2})(?::?([0-9]{2}))?")
_DAY_S = 86_400
_EPOCH_DAY = datetime(1970, 1, 1).toordinal()
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_LARGEST_OFFSET_S = 14 * 3600
_NO_OFFSET = -(2**31)

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Instants:
    """Per row the UTC second (where ``ok``); without any zone the second of the file's own clock.

    ``wall`` writes an instant as the file's clock showed it, ``shown`` the same with its offset. ``in_utc``: the file
    has no clock of its own because its offsets differ, so both write UTC.
    """

    epoch_s: Int64s
    ok: npt.NDArray[np.bool_]
    wall: Callable[[int], str]
    shown: Callable[[int], str]
    in_utc: bool = False


@dataclass(frozen=True)
class _Part:
    """One different date or time of day: its value in seconds, its form, and the offset if it has one."""

    seconds: int
    form: str
    offset_s: int = _NO_OFFSET


def _read_date(text: str) -> _Part | None:
    match = _DATE.fullmatch(half_width(text).strip())
    if not match:
        return None
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        days = datetime(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    return _Part(days * _DAY_S, f"%Y{match[2]}%m{match[2]}%d")


def _read_time(text: str) -> _Part | None:
    match = _TIME.fullmatch(half_width(text).strip())
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    form = "%H:%M" if match[3] is None else "%H:%M:%S"
    offset = _NO_OFFSET
    if match[4]:
        parsed = parse_offset(match[4])
        if parsed is None:
            return None
        offset, form = parsed, form + "%z"
    return _Part(hour * 3600 + minute * 60 + second, form, offset)


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


class _Memo(dict[str, int]):
    """Text -> index into ``parts`` (0: unreadable), so that every different text is read once."""

    def __init__(self, read: Callable[[str], _Part | None]) -> None:
        super().__init__()
        self.read = read
        self.parts: list[_Part] = [_Part(0, "")]
        self.texts: list[str] = [""]

    def __missing__(self, text: str) -> int:
        part = self.read(text)
        index = 0
        if part is not None:
            index = len(self.parts)
            self.parts.append(part)
            self.texts.append(text)
        self[text] = index
        return index

    def look_up(self, texts: Sequence[str]) -> Int64s:
        return look_up(self, texts, np.int64)

    @property
    def seconds(self) -> Int64s:
        return np.array([part.seconds for part in self.parts], dtype=np.int64)

    @property
    def offsets_s(self) -> Int64s:
        return np.array([part.offset_s for part in self.parts], dtype=np.int64)

    def forms(self) -> tuple[list[str], Int64s]:
        """The different forms, and per part the index of its form."""
        names = list(dict.fromkeys(part.form for part in self.parts))
        return names, np.array([names.index(part.form) for part in self.parts], dtype=np.int64)


def _split(texts: Sequence[str], separator: str) -> tuple[Sequence[str], Sequence[str]]:
    """Each text before and after its separator; in one go when every text has exactly one.

    NUL, which no text of a file holds any more, marks the borders between the texts.
    """
    pieces = f"{separator}\0{separator}".join(texts).split(separator)
    if len(pieces) == 3 * len(texts) - 1 and pieces[2::3].count("\0") == len(texts) - 1:
        return pieces[0::3], pieces[1::3]
    split = [text.partition(separator) for text in texts]
    return [parts[0] for parts in split], [parts[2] for parts in split]


class ClockColumn:
    """The time column, filled block by block. Days and times of day are few, so rows are two small indices."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._separator: str | None = None
        self._date_memo, self._time_memo = _Memo(_read_date), _Memo(_read_time)
        self._parts: list[tuple[Int64s, Int64s]] = []
        self._row_count = 0
        self._odd: dict[Literal["mixed", "unreadable"], list[tuple[int, str]]] = {"mixed": [], "unreadable": []}
        self._odd_counts = {"mixed": 0, "unreadable": 0}

    def add(self, cells: Sequence[str]) -> None:
        stripped = list(map(str.strip, cells))
        if self._separator is None:
            self._separator = "T" if any("T" in cell for cell in stripped[:10]) else " "
        date_texts, time_texts = _split(stripped, self._separator)
        dates = self._date_memo.look_up(date_texts)
        times = self._time_memo.look_up(time_texts)
        for at in np.flatnonzero((dates == 0) | (times == 0)):
            self._note_odd(self._row_count + int(at), stripped[at])
        self._parts.append((dates, times))
        self._row_count += len(cells)

    def _note_odd(self, position: int, text: str) -> None:
        """A cell that the column's own form cannot read: another form, or no date at all?"""
        other = text.partition(" " if self._separator == "T" else "T")
        known_elsewhere = _read_date(other[0]) is not None and _read_time(other[2]) is not None
        kind: Literal["mixed", "unreadable"] = "mixed" if known_elsewhere else "unreadable"
        self._odd_counts[kind] += 1
        if len(self._odd[kind]) < FIRST_CELLS:
            self._odd[kind].append((position, text))

    def finish(self, draft: Draft, file_rows: Int64s, zone: tzinfo | None, zone_name: str | None) -> Instants:
        """Instants of all rows; what cannot be read or placed is an error in the draft and not ``ok``."""
        dates = np.concatenate([part[0] for part in self._parts])
        times = np.concatenate([part[1] for part in self._parts])
        ok = (dates > 0) & (times > 0)
        form = self._one_form(draft, file_rows, dates, times, ok)
        wall_s = self._date_memo.seconds[dates] + self._time_memo.seconds[times]
        draft.date_format = form
        draft.timezone = {"in_file": None, "must_ask": False}
        if form is None:
            return Instants(wall_s, ok, _wall_text, _wall_text)
        if form.endswith("%z"):
            return self._with_offsets(draft, file_rows, wall_s, dates, times, ok)
        first = int(np.argmax(ok))
        if zone is None or zone_name is None:
            draft.timezone["must_ask"] = True
            draft.error("TZ_NOT_IN_FILE", **self._place(file_rows, dates, times, first))
            return Instants(wall_s, ok, _wall_text, _wall_text)
        draft.timezone["resolved"] = zone_name
        draft.info("TZ_FROM_STATION", zone=zone_name, row=int(file_rows[first]))
        epoch_s, fold = utc_of_wall(wall_s, zone)
        for sign, code in ((1, "LOCAL_TIME_AMBIGUOUS"), (-1, "LOCAL_TIME_NONEXISTENT")):
            at = np.flatnonzero(ok & (fold == sign))
            places = [self._place(file_rows, dates, times, int(index)) for index in at[:FIRST_CELLS]]
            draft.places("error", code, places, count=len(at), zone=zone_name)
        return Instants(epoch_s, ok & (fold == 0), _in_zone(zone, shown=False), _in_zone(zone, shown=True))

    def _one_form(
        self, draft: Draft, file_rows: Int64s, dates: Int64s, times: Int64s, ok: npt.NDArray[np.bool_]
    ) -> str | None:
        """The form of most rows; rows of another form are errors and leave ``ok``."""
        date_forms, form_of_date = self._date_memo.forms()
        time_forms, form_of_time = self._time_memo.forms()
        form_of_row = form_of_date[dates] * len(time_forms) + form_of_time[times]
        form = None
        places, count = [], self._odd_counts["mixed"]
        example = ""
        if ok.any():
            forms, counts = np.unique(form_of_row[ok], return_counts=True)
            most = int(forms[np.argmax(counts)])
            form = date_forms[most // len(time_forms)] + str(self._separator) + time_forms[most % len(time_forms)]
            example = self._text(dates, times, int(np.argmax(ok & (form_of_row == most))))
            others = np.flatnonzero(ok & (form_of_row != most))
            places = [self._place(file_rows, dates, times, int(index)) for index in others[:FIRST_CELLS]]
            count += len(others)
            ok &= form_of_row == most
        places += self._odd_places(file_rows, "mixed")
        draft.places("error", "MIXED_DATE_FORMATS", places, count=count, example=example)
        unreadable = self._odd_places(file_rows, "unreadable")
        draft.places("error", "DATE_UNREADABLE", unreadable, count=self._odd_counts["unreadable"])
        return form

    def _odd_places(self, file_rows: Int64s, kind: Literal["mixed", "unreadable"]) -> list[dict[str, Any]]:
        return [
            {"row": int(file_rows[position]), "column": self.source, "text": printable(text)}
            for position, text in self._odd[kind]
        ]

    def _text(self, dates: Int64s, times: Int64s, index: int) -> str:
        date, time = self._date_memo.texts[dates[index]], self._time_memo.texts[times[index]]
        return printable(f"{date}{self._separator}{time}")

    def _place(self, file_rows: Int64s, dates: Int64s, times: Int64s, index: int) -> dict[str, Any]:
        return {"row": int(file_rows[index]), "column": self.source, "text": self._text(dates, times, index)}

    def _with_offsets(
        self,
        draft: Draft,
        file_rows: Int64s,
        wall_s: Int64s,
        dates: Int64s,
        times: Int64s,
        ok: npt.NDArray[np.bool_],
    ) -> Instants:
        offset_s = self._time_memo.offsets_s[times]
        used = np.unique(offset_s[ok])
        names = [offset_text(int(offset)) for offset in used]
        draft.timezone = {"in_file": "/".join(names), "must_ask": False}
        if len(used) == 1:
            zone = timezone(timedelta(seconds=int(used[0])))
        else:
            zone = UTC
            changed = int(np.argmax(ok & (offset_s != offset_s[int(np.argmax(ok))])))
            place = self._place(file_rows, dates, times, changed)
            draft.warning("OFFSETS_DIFFER", **place, offsets=names)
        return Instants(
            wall_s - np.where(ok, offset_s, 0),
            ok,
            _in_zone(zone, shown=False),
            _in_zone(zone, shown=True),
            in_utc=len(used) > 1,
        )


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


def _wall_text(epoch_s: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=epoch_s)).isoformat()


def _in_zone(zone: tzinfo, *, shown: bool) -> Callable[[int], str]:
    """Writes an instant in a zone: 2021-05-01T00:15:00, or when ``shown`` to people 2021-05-01 00:15:00 +08:00."""

    def text(epoch_s: int) -> str:
        local = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone)
        if shown:
            offset = local.utcoffset() or timedelta()
            return f"{local:%Y-%m-%d %H:%M:%S} {offset_text(int(offset.total_seconds()))}"
        return local.replace(tzinfo=None).isoformat()

    return text
