"""Which rating holds when: versions of a station's curve put together for a span, with their shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from calculations.evidence import Record
from calculations.hydrology.rating_choice import Piece, sealed_record
from mrv.quality.models import RatingCurve, RatingShift
from mrv.quality.selectors import guarded_record
from mrv.stations.models import Station
from mrv.uploads.content import instant
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records

FORM_NAMES = {
    "power_law": gettext_lazy("one power law"),
    "segments": gettext_lazy("segments"),
    "weir": gettext_lazy("a weir"),
    "in_time": gettext_lazy("several versions or shifts in time"),
}
_DISTINCT_DIGITS = 8


@dataclass(frozen=True)
class CurvePiece:
    """A version of the curve and the part of a span for which it stands; None where it holds beyond the span's end."""

    curve: RatingCurve
    start: datetime | None
    end: datetime | None
    shifts: tuple[RatingShift, ...] = ()


@dataclass(frozen=True)
class SpanRating:
    """The rating of a span: its pieces in order of time."""

    pieces: tuple[CurvePiece, ...]

    @property
    def uploads(self) -> list[Upload]:
        """The files of gaugings behind it, each once, in order."""
        found = {piece.curve.upload.pk: piece.curve.upload for piece in self.pieces if piece.curve.upload is not None}
        return [found[pk] for pk in sorted(found)]

    @property
    def newest(self) -> RatingCurve:
        """The highest version among the pieces."""
        return max((piece.curve for piece in self.pieces), key=lambda curve: curve.version)

    @property
    def forms(self) -> frozenset[str]:
        """What the methodology must allow (keys of FORM_NAMES)."""
        first = self.pieces[0]
        alone = len(self.pieces) == 1 and first.start is None and first.end is None and not first.shifts
        return frozenset(form_name(piece.curve.record) for piece in self.pieces) | (
            frozenset() if alone else frozenset({"in_time"})
        )

    @property
    def holes(self) -> list[tuple[datetime | None, datetime | None]]:
        """Parts of the span without a curve; None for the span's own end."""
        found: list[tuple[datetime | None, datetime | None]] = []
        if self.pieces[0].start is not None:
            found.append((None, self.pieces[0].start))
        found += [(one.end, two.start) for one, two in pairwise(self.pieces) if one.end != two.start]
        if self.pieces[-1].end is not None:
            found.append((self.pieces[-1].end, None))
        return found

    def gaugings(self) -> list[Record]:
        """The rows of those files; two files of one name are told apart by their digests."""
        found = []
        for upload in self.uploads:
            name = self._name(upload)
            found += [row | {"file": name} for row in load_records(upload)]
        return found

    def record(self) -> Record:
        """The curve as it is sealed; every version's record was checked against its digest."""
        return sealed_record([self._piece(piece) for piece in self.pieces])

    def _piece(self, piece: CurvePiece) -> Piece:
        record, upload = guarded_record(piece.curve), piece.curve.upload
        name = self._name(upload) if upload is not None else None
        if upload is not None and name != upload.file_name:
            record["exclusions"] = [item | {"file": name} for item in record.get("exclusions", ())]
        return Piece(
            record=record,
            file=name,
            valid_from=None if piece.start is None else instant(piece.start),
            valid_to=None if piece.end is None else instant(piece.end),
            shifts=tuple(
                {"at": instant(shift.at), "shift_m": f"{shift.shift_m:f}", "sd_m": f"{shift.sd_m:f}"}
                for shift in piece.shifts
            ),
        )

    def _name(self, upload: Upload) -> str:
        same = [other for other in self.uploads if other.file_name == upload.file_name]
        if len(same) == 1:
            return str(upload.file_name)
        return f"{upload.file_name} ({upload.sha256[:_DISTINCT_DIGITS]})"


def accepted_curves(station: Station) -> list[RatingCurve]:
    """Every version whose file was not withdrawn, oldest first."""
    found = RatingCurve.objects.filter(Q(upload__isnull=True) | Q(upload__state="accepted"), station=station)
    return list(found.select_related("upload", "made_by").order_by("version"))


def rating_of(station: Station, start: datetime, end: datetime) -> SpanRating | None:
    """At every moment of ``[start, end)`` the newest version that is valid then; None where none ever is."""
    curves = accepted_curves(station)
    shifts = standing_shifts([curve.pk for curve in curves])
    found: list[tuple[RatingCurve, datetime, datetime]] = []
    bounds = sorted({start, end, *_bounds_inside(curves, start, end)})
    for first, last in pairwise(bounds):
        holding = [curve for curve in curves if _holds(curve, first, last)]
        if not holding:
            continue
        if found and found[-1][0] is holding[-1] and found[-1][2] == first:
            found[-1] = (holding[-1], found[-1][1], last)
        else:
            found.append((holding[-1], first, last))
    if not found:
        return None
    return SpanRating(
        tuple(
            CurvePiece(
                curve=curve,
                start=None if first == start else first,
                end=None if last == end else last,
                shifts=tuple(shifts.get(curve.pk, ())),
            )
            for curve, first, last in found
        )
    )


def standing_shifts(curves: Sequence[int]) -> dict[int, list[RatingShift]]:
    """By curve its shifts that nobody took back, in order of time."""
    found: dict[int, list[RatingShift]] = {}
    rows = RatingShift.objects.filter(curve__in=curves, undoes=None, undone_by=None).select_related("made_by")
    for shift in rows.order_by("at", "id"):
        found.setdefault(shift.curve_id, []).append(shift)
    return found


def _bounds_inside(curves: Sequence[RatingCurve], start: datetime, end: datetime) -> set[datetime]:
    times = {at for curve in curves for at in (curve.valid_from, curve.valid_to) if at is not None}
    return {at for at in times if start < at < end}


def _holds(curve: RatingCurve, first: datetime, last: datetime) -> bool:
    return (curve.valid_from is None or curve.valid_from <= first) and (
        curve.valid_to is None or curve.valid_to >= last
    )


def form_name(record: dict[str, Any]) -> str:
    """``power_law``, ``segments`` or ``weir``: what kind of relation a kept record is."""
    if "kind" in record:
        return "weir"
    return "segments" if "segments" in record else "power_law"
