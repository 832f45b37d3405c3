"""From flags and the acts of review to what counts: pure, so that a page, a seal and a test see the same.

- A flag is judged by the newest standing act of its parameter that overlaps it: `accept`, `reject`, `exclude`, or a
  correction (for the flags that a correction answers). What is taken back does not stand.
- A failed flag (4) takes its readings out until somebody rejects it; a suspect one (3) only once it is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calculations.quality import events as codes
from calculations.quality.ranges import FAIL, OUT_OF_RANGE, PASS, SUSPECT
from mrv.quality.models import Flag, ReviewAct
from mrv.uploads.content import instant

MANUAL = "MANUAL"
Kind = ReviewAct.Kind
CORRECTABLE = (codes.LEVEL_SHIFT, codes.DRIFT, codes.COMPENSATION, codes.FIELD_CHECK, codes.LAB_CHECK, codes.RATE)
_JUDGE_ALL = (Kind.ACCEPT, Kind.REJECT, Kind.EXCLUDE)
_CORRECT = (Kind.OFFSET, Kind.DRIFT)


@dataclass(frozen=True)
class JudgedFlag:
    """A flag and the act that settled it, if any."""

    flag: Flag
    act: ReviewAct | None

    @property
    def state(self) -> str:
        """open, accepted, rejected or corrected."""
        if self.act is None:
            return "open"
        if self.act.kind in _CORRECT:
            return "corrected"
        return "rejected" if self.act.kind == Kind.REJECT else "accepted"

    @property
    def standing(self) -> int:
        """The QARTOD number that counts after the review."""
        return {"accepted": FAIL, "rejected": PASS}.get(self.state, self.flag.flag)


@dataclass(frozen=True)
class Review:
    """A station's flags as judged, and the acts that stand."""

    judged: list[JudgedFlag]
    acts: list[ReviewAct]

    @property
    def undecided(self) -> list[JudgedFlag]:
        """Suspect flags that nobody has decided about: their readings count until somebody does."""
        return [item for item in self.judged if item.state == "open" and item.flag.flag == SUSPECT]


def review_of(flags: Iterable[Flag], acts: Iterable[ReviewAct]) -> Review:
    """``acts``: all of the station, also those taken back."""
    standing = standing_acts(acts)
    return Review(judge(flags, standing), standing)


def standing_acts(acts: Iterable[ReviewAct]) -> list[ReviewAct]:
    """The acts that were not taken back, oldest first."""
    acts = sorted(acts, key=lambda act: act.pk)
    undone = {act.undoes_id for act in acts if act.kind == Kind.UNDO}
    return [act for act in acts if act.kind != Kind.UNDO and act.pk not in undone]


def judge(flags: Iterable[Flag], acts: Sequence[ReviewAct]) -> list[JudgedFlag]:
    """Every flag with the newest act that settles it; ``acts`` are standing ones."""
    return [JudgedFlag(flag, next((act for act in reversed(acts) if settles(act, flag)), None)) for flag in flags]


def settles(act: ReviewAct, flag: Flag) -> bool:
    if act.parameter != flag.parameter or act.end <= flag.start or act.start >= flag.end:
        return False
    if act.kind in _CORRECT:
        return flag.code in CORRECTABLE
    return act.kind in _JUDGE_ALL and act.code in ("", flag.code)


def flag_records(
    judged: Iterable[JudgedFlag],
    acts: Iterable[ReviewAct],
    gross_range: Iterable[dict[str, Any]],
    start: datetime,
    end: datetime,
) -> list[dict[str, Any]]:
    """Flags as evidence holds them, cut to ``[start, end)``.

    ``gross_range``: the records of the range test, reading by reading; those that the review rejected give way.
    """
    judged = [item for item in judged if item.flag.start < end and item.flag.end > start]
    rejected = [item.flag for item in judged if item.state == "rejected" and item.flag.code == OUT_OF_RANGE]
    records = [record for record in gross_range if not any(_inside(record, flag) for flag in rejected)]
    for item in judged:
        if item.flag.code == OUT_OF_RANGE and item.act is None:
            continue  # the range test's own records stand for it
        record = _record(item.flag.parameter, item.flag.start, item.flag.end, item.standing, item.flag.code, start, end)
        records.append(record | _who(item.act))
    for act in acts:
        if act.kind == Kind.EXCLUDE and act.start < end and act.end > start:
            records.append(_record(act.parameter, act.start, act.end, FAIL, MANUAL, start, end) | _who(act))
    return records


def correction_records(acts: Iterable[ReviewAct], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Corrections that touch ``[start, end)``, as evidence holds them (see `calculations.quality.corrections`)."""
    return [
        {
            "parameter": act.parameter,
            "from": instant(act.start),
            "to": instant(act.end),
            "kind": str(act.kind),
            "start": act.start_value,
            "end": act.end_value or act.start_value,
            "relative": act.relative,
        }
        | _who(act)
        for act in acts
        if act.kind in _CORRECT and act.start < end and act.end > start
    ]


def _record(
    parameter: str, first: datetime, after: datetime, flag: int, code: str, start: datetime, end: datetime
) -> dict[str, Any]:
    return {
        "parameter": parameter,
        "from": instant(max(first, start)),
        "to": instant(min(after, end)),
        "flag": flag,
        "code": code,
    }


def _who(act: ReviewAct | None) -> dict[str, Any]:
    if act is None:
        return {}
    return {"by": act.made_by.name_en or act.made_by.name_zh, "at": instant(act.made_at), "reason": act.reason}


def _inside(record: dict[str, Any], flag: Flag) -> bool:
    return (
        record["parameter"] == flag.parameter
        and record["from"] >= instant(flag.start)
        and record["to"] <= instant(flag.end)
    )
