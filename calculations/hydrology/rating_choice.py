"""From gaugings and a person's choice of form to a relation and its record; and from versions to what is sealed.

A person chooses one power law, two or three segments, or a weir. Whether the gaugings speak for the choice is said,
never decided here: segments that the criterion of Schwarz does not ask for, and a weir whose gaugings depart from its
formula, come with a warning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calculations.evidence import Record
from calculations.hydrology.dated_curves import FORM, weir_of
from calculations.hydrology.gauged_segments import GaugedRelation
from calculations.hydrology.gaugings import VALIDITY_YEARS, UsableGaugings, fit_gaugings, usable_gaugings
from calculations.hydrology.rating import MINIMUM_GAUGINGS, RatingCurve, RatingError, fit_rating
from calculations.hydrology.segment_fitting import STRONG_EVIDENCE, criterion, fit_segments
from calculations.hydrology.segments import SegmentedCurve
from calculations.hydrology.weirs import Weir, check_gaugings
from calculations.messages import Message
from calculations.portable import exp
from calculations.records import place, time_in

Relation = RatingCurve | SegmentedCurve | Weir

WEIR_DEPARTURE = 0.05
"""Relative departure of the gaugings' mean from a weir's formula that is worth a warning."""
OTHER_TIME = "GAUGING_OF_ANOTHER_TIME"


@dataclass(frozen=True)
class Choice:
    """What a person chose: `segments` 1 to 3, or the dimensions of a weir (fields of its class, and `kind`)."""

    segments: int = 1
    weir: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ChosenRelation:
    """The relation, the record that is kept of it (rows left out included), and what a person should be told."""

    relation: Relation
    record: Record
    messages: tuple[Message, ...]


def fit_choice(
    gaugings: Sequence[Record],
    choice: Choice,
    *,
    period_s: tuple[int, int] | None = None,
    gauged_s: tuple[int | None, int | None] = (None, None),
    exclusions: Sequence[Record] = (),
    minimum_gaugings: int = MINIMUM_GAUGINGS,
    validity_years: int = VALIDITY_YEARS,
) -> ChosenRelation:
    """Fit the chosen form to gauging records.

    `gauged_s`: only gaugings made in [first, second) count, as after a flood that moved the bed; the others are left
    out by name. `exclusions`, `period_s` and limits as in `gaugings.fit_gaugings`. Raises RatingError, WeirError, or
    EvidenceError naming file, row and column.
    """
    left_out = [*exclusions, *_of_another_time(gaugings, gauged_s, exclusions)]
    if choice.weir is not None:
        return _weir(gaugings, choice.weir, left_out, period_s, validity_years)
    if choice.segments == 1:
        fitted = fit_gaugings(
            gaugings,
            period_s=period_s,
            exclusions=left_out,
            minimum_gaugings=minimum_gaugings,
            validity_years=validity_years,
        )
        return ChosenRelation(fitted.curve, fitted.record, fitted.messages)
    usable = usable_gaugings(gaugings, period_s=period_s, exclusions=left_out, validity_years=validity_years)
    found = _segments(usable, choice.segments, minimum_gaugings)
    return ChosenRelation(found.curve, found.record, found.messages)


def _segments(usable: UsableGaugings, segments: int, minimum_gaugings: int) -> GaugedRelation:
    arrays = usable.stage_m, usable.discharge_m3_s, usable.relative_uncertainty
    curve = fit_segments(*arrays, segments=segments)
    if curve.stage_m.size < minimum_gaugings:
        raise RatingError("RATING_TOO_FEW_GAUGINGS", count=int(curve.stage_m.size), minimum=minimum_gaugings)
    left_out, messages = usable.with_outliers(curve.rejected)
    fewer = fit_rating(*arrays) if segments == 2 else fit_segments(*arrays, segments=segments - 1)
    gained = criterion(fewer, *arrays, curve)
    if not gained > STRONG_EVIDENCE:
        messages.append(Message("SEGMENTS_NOT_SUPPORTED", {"segments": segments, "gained": round(gained, 2)}))
    if curve.breaks_held:
        messages.append(Message("RATING_BREAK_HELD", {"breaks": list(curve.shape.breaks_m)}))
    return GaugedRelation(curve, curve.record() | {"exclusions": left_out}, tuple(messages))


def _weir(
    gaugings: Sequence[Record],
    dimensions: Mapping[str, Any],
    left_out: Sequence[Record],
    period_s: tuple[int, int] | None,
    validity_years: int,
) -> ChosenRelation:
    weir: Weir = weir_of(dict(dimensions))
    messages: list[Message] = []
    excluded: list[Record] = [dict(item) for item in left_out]
    usable = None
    if len(left_out) < len(gaugings):
        usable = usable_gaugings(gaugings, period_s=period_s, exclusions=left_out, validity_years=validity_years)
        excluded, messages = list(usable.excluded), list(usable.messages)
    flowing = usable is not None and bool((usable.stage_m > weir.h0_m).any())
    if usable is None or not flowing:
        messages.append(Message("WEIR_NOT_GAUGED"))
    else:
        departure = exp(check_gaugings(weir, usable.stage_m, usable.discharge_m3_s)) - 1.0
        if abs(departure) > WEIR_DEPARTURE:
            messages.append(Message("WEIR_DEPARTS", {"percent": round(100.0 * departure, 1), "n": usable.stage_m.size}))
    order = sorted(excluded, key=lambda item: tuple(place(item).values()))
    return ChosenRelation(weir, weir.record() | {"exclusions": order}, tuple(messages))


def _of_another_time(
    gaugings: Sequence[Record], gauged_s: tuple[int | None, int | None], exclusions: Sequence[Record]
) -> list[Record]:
    """Rows whose time lies outside [first, second); a gauging without a time is left out where a bound is given."""
    first, second = gauged_s
    if first is None and second is None:
        return []
    known = {tuple(place(item).values()) for item in exclusions}
    found = []
    for gauging in gaugings:
        at = time_in(gauging)
        inside = at is not None and (first is None or at >= first) and (second is None or at < second)
        if not inside and tuple(place(gauging).values()) not in known:
            found.append(place(gauging) | {"code": OTHER_TIME})
    return found


# ---- what is sealed


@dataclass(frozen=True)
class Piece:
    """A kept record that holds in a part of a period: from and to as ISO 8601 UTC, None where beyond the period."""

    record: Record
    file: str | None
    valid_from: str | None
    valid_to: str | None
    shifts: tuple[Record, ...] = ()


def sealed_record(pieces: Sequence[Piece]) -> Record:
    """The curve of a period as it is sealed: one power law as ever, anything else as curves in time."""
    if len(pieces) == 1:
        only = pieces[0]
        bare = only.valid_from is None and only.valid_to is None and not only.shifts
        if bare and not {"segments", "kind"} & set(only.record):
            return dict(only.record)
    return {
        "form": FORM,
        "curves": [
            {
                "from": piece.valid_from,
                "to": piece.valid_to,
                "file": piece.file,
                "relation": {name: value for name, value in piece.record.items() if name != "exclusions"},
                "exclusions": list(piece.record.get("exclusions", ())),
                "shifts": list(piece.shifts),
            }
            for piece in pieces
        ],
    }
