"""A whole column of times judged at once: its forms, the order of day and month, its zone; nothing row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps import dates as d
from mrv.uploads.readers.steps.instants import ClockRules, Instants, in_zone, wall_text
from mrv.uploads.readers.steps.zones import Int64s, offset_text, second_passes, utc_of_wall, zone_of

if TYPE_CHECKING:
    from mrv.uploads.readers.steps.clock import ClockColumn

_ROWS_AT_ONCE = 1 << 18  # arrays over all rows of a long file are made piece by piece
MOST_FORMS = 2  # one column may mix this many ways of writing; more is no column of dates


class Judge:
    """One reading of a whole column: its forms, their order, its zone."""

    def __init__(
        self,
        column: ClockColumn,
        draft: Draft,
        file_rows: Int64s,
        rules: ClockRules,
        keep: npt.NDArray[np.bool_] | None,
    ) -> None:
        self.column, self.draft, self.file_rows, self.rules = column, draft, file_rows, rules
        self.days, self.times = column.dates.rows.array(), column.times.rows.array()
        self.ok = (self.days > 0) & (self.times > 0)
        self.keep = np.ones(len(self.ok), dtype=bool) if keep is None else keep
        self.ok &= self.keep
        self.time_parts: list[d.TimeText | None] = column.times.parts
        now = rules.now or datetime.now(UTC)
        self.latest_day = int(now.timestamp()) // d.DAY_S + 2

    def instants(self) -> Instants:
        draft = self.draft
        draft.timezone = {"in_file": self.rules.zone_in_file, "must_ask": False}
        if self.rules.station_default:
            draft.timezone["station_default"] = self.rules.station_default
        wall_s, form_of_row, forms = self._read()
        self._one_or_two_forms(form_of_row, forms)
        self._report_unreadable()
        if not self.ok.any():
            return Instants(wall_s, self.ok, wall_text, wall_text)
        if any(name.endswith("%z") for name in draft.date_format or ()) or "%z" in (draft.date_format or ""):
            return self._with_offsets(wall_s)
        return self._in_a_zone(wall_s)

    # --- forms and order ------------------------------------------------------------------------------------------

    def _read(self) -> tuple[Int64s, npt.NDArray[np.integer[Any]], list[str]]:
        """Seconds of the file's clock and the index of its form, per row; and the forms' names."""
        day_s, day_form, day_names = self._read_dates()
        clock_s = np.array([0 if p is None else p.seconds for p in self.time_parts], dtype=np.int64)
        names = list(dict.fromkeys("" if p is None else p.form for p in self.time_parts))
        clock_form = np.array([names.index("" if p is None else p.form) for p in self.time_parts], dtype=np.int32)
        wall_s = np.empty(len(self.days), dtype=np.int64)
        form_of_row = np.empty(len(self.days), dtype=np.int16)
        for start in range(0, len(wall_s), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            days, times = self.days[rows], self.times[rows]
            wall_s[rows] = day_s[days] + clock_s[times]
            self.ok[rows] &= day_form[days] >= 0
            form_of_row[rows] = day_form[days] * len(names) + clock_form[times]
        joint = " " if self.rules.joint is None else self.rules.joint
        forms = [
            day if self.rules.date_form_only else self.rules.prefix + day + ("" if day.endswith("T") else joint) + time
            for day in day_names
            for time in names
        ]
        return wall_s, form_of_row, forms

    def _read_dates(self) -> tuple[Int64s, npt.NDArray[np.integer[Any]], list[str]]:
        parts: list[d.DateText | None] = self.column.dates.parts
        days = np.zeros(len(parts), dtype=np.int64)
        form = np.full(len(parts), -1, dtype=np.int32)
        names: list[str] = []
        used = set(np.flatnonzero(self._counts(self.days)).tolist())
        for shape, with_t in dict.fromkeys((part.shape, part.with_t) for part in parts if part is not None):
            at = [
                index
                for index, part in enumerate(parts)
                if part is not None and (part.shape, part.with_t) == (shape, with_t)
            ]
            judged = [index for index in at if index in used]
            order = self._order([parts[index] for index in judged]) if judged else "ymd"  # type: ignore[misc]
            names.append(d.form_of(shape, order) + ("T" if with_t else ""))
            for index in at:
                day = d.days_of(parts[index], order)  # type: ignore[arg-type]
                if day is not None:
                    days[index], form[index] = day * d.DAY_S, len(names) - 1
        lost = self.ok & (form[self.days] < 0)
        for row in np.flatnonzero(lost).tolist():
            self.column.unreadable[row] = self._text(row)
        return days, form, names

    def _order(self, texts: list[d.DateText]) -> d.Order:
        rules, draft = self.rules, self.draft
        found = d.order_of(
            texts,
            chosen=rules.order,
            header=rules.header_order,
            habit=rules.order_habit,
            latest_day=self.latest_day,
        )
        place = self._place(int(np.argmax(self.ok)))
        shape = texts[0].shape
        if found.how == "ambiguous":
            other = next(order for order in d.ORDERS if order != found.order)
            days = [d.days_of(texts[0], order) for order in (found.order, other)]
            draft.error(
                "AMBIGUOUS_DATE_ORDER",
                **place,
                **{key: _day_text(day) for key, day in zip(("one", "other"), days, strict=True)},
            )
            draft.facts["date_order"] = {"must_ask": True, "choices": [found.order, other]}
        elif found.contradicts_header:
            draft.warning("DATE_ORDER_NOT_AS_STATED", **place, value=d.form_of(shape, found.order))
        if shape[0] == "2":
            draft.warning("TWO_DIGIT_YEAR", **place, value=_day_text(d.days_of(texts[0], found.order)))
        elif shape[0] == "?" and found.order == "mdy":
            draft.warning("US_DATE_FORMAT", **place, value=_day_text(d.days_of(texts[0], found.order)))
        elif shape == "Y.":
            draft.warning("DOTTED_DATE", **place, value=_day_text(d.days_of(texts[0], found.order)))
        return found.order

    def _one_or_two_forms(self, form_of_row: npt.NDArray[np.integer[Any]], forms: list[str]) -> None:
        """The forms into the report, the commonest first; offsets on some rows only, or too many forms, are errors."""
        draft = self.draft
        draft.date_format = None
        if not self.ok.any():
            return
        counts = self._counts(form_of_row)
        present = np.flatnonzero(counts)
        ranked = [int(form) for form in present[np.argsort(-counts[present], kind="stable")]]
        shown = [forms[form] for form in ranked]
        draft.date_format = shown[0]
        different = [form for form in ranked if forms[form] != shown[0]]
        if not different:
            return
        others = np.flatnonzero(self.ok & np.isin(form_of_row, different))
        offsets = {name.endswith("%z") for name in shown}
        level: Any = "error" if len(offsets) > 1 or len(set(shown)) > MOST_FORMS else "warning"
        example = self._text(int(np.argmax(self.ok & (form_of_row == ranked[0]))))
        places = [self._place(int(at)) for at in others[:FIRST_CELLS]]
        draft.places(
            level,
            "MIXED_DATE_FORMATS",
            places,
            count=len(others),
            example=example,
            last_row=int(self.file_rows[others[-1]]),
        )
        if level == "error":
            self.ok[others] = False
        else:
            in_file_order = sorted(ranked, key=lambda form: int(np.argmax(self.ok & (form_of_row == form))))
            draft.date_format = [
                forms[form] + (" (no zero padding, from Excel)" if self._unpadded(form_of_row == form) else "")
                for form in in_file_order
            ]

    def _counts(self, codes: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
        """How many rows that count have each code."""
        found = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
        for start in range(0, len(codes), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            found += np.bincount(codes[rows][self.ok[rows]], minlength=len(found))
        return found

    def _unpadded(self, rows: npt.NDArray[np.bool_]) -> bool:
        used = np.unique(self.days[self.ok & rows]).tolist()
        return any(not self.column.dates.parts[index].padded for index in used)

    def _report_unreadable(self) -> None:
        bad = [at for at in sorted(self.column.unreadable) if self.keep[at]]
        places = [
            {
                "row": int(self.file_rows[at]),
                "column": self.column.source,
                "text": printable(self.column.unreadable[at]),
            }
            for at in bad[:FIRST_CELLS]
        ]
        self.draft.places("error", "DATE_UNREADABLE", places, count=len(bad))

    def _text(self, at: int) -> str:
        day, time = self.column.dates.texts[self.days[at]], self.column.times.texts[self.times[at]]
        return printable(day + ("" if day.endswith("T") else " ") + time)

    def _place(self, at: int) -> dict[str, Any]:
        return {"row": int(self.file_rows[at]), "column": self.column.source, "text": self._text(at)}

    # --- zones ----------------------------------------------------------------------------------------------------

    def _with_offsets(self, wall_s: Int64s) -> Instants:
        of_part = np.array([0 if p is None else p.offset_s for p in self.time_parts], dtype=np.int64)
        used = np.unique(of_part[np.flatnonzero(self._counts(self.times))])
        offset_s = of_part[self.times] if len(used) > 1 else used
        names = [offset_text(int(offset)) for offset in used]
        assert self.draft.timezone is not None
        self.draft.timezone = {"in_file": "/".join(names), "must_ask": False}
        return self._of_offsets(wall_s, offset_s, names)

    def _of_offsets(self, wall_s: Int64s, offset_s: Int64s, names: list[str]) -> Instants:
        ok = self.ok
        if len(names) == 1:
            zone: tzinfo = timezone(timedelta(seconds=int(offset_s[0])))
            wall_s -= offset_s[0]
        else:
            zone = UTC
            changed = int(np.argmax(ok & (offset_s != offset_s[int(np.argmax(ok))])))
            self.draft.warning("OFFSETS_DIFFER", **self._place(changed), offsets=names)
            wall_s -= np.where(ok, offset_s, 0)
        return Instants(
            wall_s,
            ok,
            in_zone(zone, shown=False),
            in_zone(zone, shown=True),
            in_utc=len(names) > 1,
        )

    def _in_a_zone(self, wall_s: Int64s) -> Instants:
        draft, rules, ok = self.draft, self.rules, self.ok
        assert draft.timezone is not None
        first = self._place(int(np.argmax(ok)))
        zone, name = rules.zone, rules.zone_name
        if rules.file_zone and (rules.file_zone_certain or zone is None):
            name = rules.file_zone
            zone = zone_of(draft, name)
            if rules.file_zone_certain:
                if name != rules.zone_in_file:
                    draft.info("TZ_IN_FILE", row=first["row"], zone=rules.zone_in_file, meant=name)
            else:
                draft.timezone |= {"resolved": name, "must_ask": True}
                draft.info("TZ_TO_CONFIRM", row=first["row"], zone=rules.zone_in_file, meant=name)
        elif zone is None and rules.without_asking:
            name = rules.without_asking
            zone = zone_of(draft, name)
            draft.info("TZ_FROM_STATION", zone=name, row=first["row"])
        elif zone is not None:
            draft.timezone["resolved"] = name
            draft.info("TZ_FROM_STATION", zone=name, row=first["row"])
        if zone is None:
            draft.timezone["must_ask"] = True
            draft.error("TZ_NOT_IN_FILE", **first)
            return Instants(wall_s, ok, wall_text, wall_text)
        return self._to_utc(wall_s, zone, str(name))

    def _to_utc(self, wall_s: Int64s, zone: tzinfo, name: str) -> Instants:
        epoch_s, fold = utc_of_wall(wall_s, zone)
        twice = self.ok & (fold == 1)
        second = second_passes(wall_s, twice)
        if second.any():
            later, _ = utc_of_wall(wall_s[second], _LaterFold(zone))
            resolved = self._stretches_told(wall_s, twice, second)
            epoch_s[second] = later
            fold[resolved] = 0
            times = np.sort(wall_s[second])
            self.draft.facts["dst"] = {
                "repeated_wall_clock_rows": int(second.sum()),
                "first": wall_text(int(times[0])),
                "last": wall_text(int(times[-1])),
            }
            self.draft.warning(
                "DST_FOLD_RESOLVED", **self._place(int(np.argmax(second))), count=int(second.sum()), zone=name
            )
        for sign, code in ((1, "LOCAL_TIME_AMBIGUOUS"), (-1, "LOCAL_TIME_NONEXISTENT")):
            at = np.flatnonzero(self.ok & (fold == sign))
            places = [self._place(int(index)) for index in at[:FIRST_CELLS]]
            self.draft.places("error", code, places, count=len(at), zone=name)
        ok = self.ok & (fold == 0)
        return Instants(epoch_s, ok, in_zone(zone, shown=False), in_zone(zone, shown=True))

    def _stretches_told(
        self, wall_s: Int64s, twice: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.bool_]:
        """All readings of the hours in which a second pass was found."""
        days = np.unique(wall_s[second] // d.DAY_S)
        return twice & np.isin(wall_s // d.DAY_S, days)


class _LaterFold(tzinfo):
    """A zone in which a time that occurs twice means the second one."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return None if at is None else at.replace(tzinfo=self.zone, fold=1).utcoffset()


def _day_text(day: int | None) -> str:
    return "?" if day is None else (datetime(1970, 1, 1) + timedelta(days=day)).date().isoformat()
