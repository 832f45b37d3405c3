"""What to look at more closely: drawn at random from a seed, and chosen where an error would weigh most.

Pure functions over sealed evidence. Random numbers are SHA-256 of the seed with a counter, so that the picks of a seed
are the same on every machine and with every version of the language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from calculations.evidence import Evidence

METHOD = "sha256-counter-1"
RANDOM_HOURS = 10
RANDOM_SAMPLES = 2
STORMS = 3
GAPS = 2
HOUR_S = 3600
STORM_S = 48 * HOUR_S


@dataclass(frozen=True)
class Drawn:
    """One pick: its kind, whether by chance, and where: ``from`` and ``to`` in UTC, or ``file`` and ``row``."""

    kind: str
    at_random: bool
    place: dict[str, Any]


def draw(evidence: Evidence, seed: str, edits: list[dict[str, Any]]) -> list[Drawn]:
    """Ten hours and two samples at random; the three largest storms, the longest gaps, every edit by hand, the
    gaugings that hold the top of the curve and those left out of it. The same input gives the same list."""
    return [
        *_hours(evidence, seed),
        *_samples(evidence, seed),
        *_storms(evidence),
        *_gaps(evidence),
        *(Drawn("edit", False, _span(each["parameter"], each["from"], each["to"])) for each in edits),
        *_gaugings(evidence),
    ]


def _below(seed: str, what: str, bound: int) -> Iterator[int]:
    """Endless numbers from 0 to ``bound`` - 1, each as likely (64 bits; the bias is below 1e-12)."""
    counter = 0
    while True:
        digest = hashlib.sha256(f"{seed}|{what}|{counter}".encode()).digest()
        yield int.from_bytes(digest[:8], "big") % bound
        counter += 1


def _different(seed: str, what: str, bound: int, count: int) -> list[int]:
    found: list[int] = []
    for number in _below(seed, what, max(bound, 1)):
        if len(found) >= min(count, bound):
            break
        if number not in found:
            found.append(number)
    return sorted(found)


def _hours(evidence: Evidence, seed: str) -> Iterator[Drawn]:
    """Whole hours that hold readings."""
    hours = np.unique(evidence.epoch_s // HOUR_S)
    for index in _different(seed, "hour", hours.size, RANDOM_HOURS):
        start = int(hours[index]) * HOUR_S
        yield Drawn("hour", True, _span("stage", _utc(start), _utc(start + HOUR_S)))


def _samples(evidence: Evidence, seed: str) -> Iterator[Drawn]:
    for index in _different(seed, "sample", len(evidence.samples), RANDOM_SAMPLES):
        yield Drawn("sample", True, _row(evidence.samples[index]))


def storm_spans(evidence: Evidence) -> list[tuple[int, int]]:
    """The highest stages, two days around each, none overlapping another: there the flux is. Seconds since 1970."""
    stage = evidence.series_by_parameter().get("stage")
    if stage is None or not stage.present().any():
        return []
    present = stage.present()
    values, times = stage.values[present], evidence.epoch_s[present]
    found: list[int] = []
    for index in np.argsort(-values.astype(np.int64), kind="stable"):
        at = int(times[index])
        if all(abs(at - other) >= STORM_S for other in found):
            found.append(at)
        if len(found) == STORMS:
            break
    first, last = int(evidence.epoch_s[0]), int(evidence.epoch_s[-1])
    return [(max(first, at - STORM_S // 2), min(last, at + STORM_S // 2)) for at in found]


def _storms(evidence: Evidence) -> Iterator[Drawn]:
    for start, end in storm_spans(evidence):
        yield Drawn("storm", False, _span("stage", _utc(start), _utc(end)))


def _gaps(evidence: Evidence) -> Iterator[Drawn]:
    """The longest stretches without a reading."""
    if evidence.epoch_s.size < 2:
        return
    step = int(evidence.period["interval_s"])
    apart = np.diff(evidence.epoch_s)
    longest = [int(n) for n in np.argsort(-apart, kind="stable")[:GAPS] if apart[n] > step]
    for index in sorted(longest):
        start, end = int(evidence.epoch_s[index]), int(evidence.epoch_s[index + 1])
        yield Drawn("gap", False, _span("stage", _utc(start), _utc(end)))


def _gaugings(evidence: Evidence) -> Iterator[Drawn]:
    """The highest gauging, which holds the top of the curve, and those that were left out of the fit."""
    if not evidence.gaugings:
        return
    pieces = evidence.curve.get("curves", [evidence.curve])
    excluded = {(item.get("file"), int(item["row"])) for piece in pieces for item in piece.get("exclusions", ())}
    highest = max(evidence.gaugings, key=lambda gauging: float(gauging["stage_m"]))
    for gauging in evidence.gaugings:
        row = int(gauging["row"])
        if gauging is highest or (gauging["file"], row) in excluded or (None, row) in excluded:
            yield Drawn("gauging", False, _row(gauging))


def _span(parameter: str, start: str, end: str) -> dict[str, Any]:
    return {"parameter": parameter, "from": start, "to": end}


def _row(record: dict[str, Any]) -> dict[str, Any]:
    named = str(record.get("sample_id") or record.get("timestamp", ""))
    return {"file": record["file"], "row": int(record["row"]), "name": named}


def _utc(epoch_s: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch_s):%Y-%m-%dT%H:%M:%SZ}"
