"""The left side of the workbench: the sealed evidence as people read it. What was sealed, never what came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from calculations.evidence import Evidence
from calculations.hydrology.dated_curves import FORM
from calculations.messages import CalculationError
from calculations.quality.charge_balance import charge_balance_pct
from calculations.records import number_in
from mrv.periods.hydrograph import span_of, summary
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import sealed_bundle
from mrv.quality.charts import ION_NAMES, rating_chart
from mrv.quality.derived_pages import ion_charts
from mrv.quality.models import ReviewAct
from mrv.quality.presentation import CODE_NAMES, NAMES
from mrv.quality.rating_pages import described, residual_chart
from mrv.quality.verdicts import MANUAL
from mrv.runs.presentation import presented
from mrv.verification.anchors import EvidenceFile, files_of
from mrv.verification.models import Assignment
from registry.core import store
from registry.core.errors import NotVisible

AROUND = 4
MOST_FLAGS = 200
ENCODINGS = ("utf-8-sig", "gb18030", "latin-1")
SAMPLE_COLUMNS = ("ph", "specific_conductance_25c_us_cm", *ION_NAMES)
SAMPLE_NAMES = ("pH", "EC25", *ION_NAMES.values())


@dataclass(frozen=True)
class Line:
    """One line of a text file; ``here`` is the one that was asked for."""

    row: int
    text: str
    here: bool


@dataclass(frozen=True)
class OpenedFile:
    file: EvidenceFile
    row: int
    lines: list[Line]
    is_text: bool


def file_of(assignment: Assignment, sha256: str) -> EvidenceFile:
    found = next((each for each in files_of(assignment) if each.sha256 == sha256), None)
    if found is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found


def open_file(assignment: Assignment, sha256: str, row: int) -> OpenedFile:
    """The rows around ``row`` (1 is the first line of the file) with the bytes that were sealed."""
    file = file_of(assignment, sha256)
    data = store.read(sha256)
    if data.startswith((b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        return OpenedFile(file, row, [], is_text=False)
    lines = _decoded(data).splitlines()
    first, last = max(1, row - AROUND), min(len(lines), row + AROUND)
    shown = [Line(n, lines[n - 1][:400], n == row) for n in range(first, last + 1)]
    return OpenedFile(file, row, shown, is_text=True)


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads everything")


def evidence_of(period: MonitoringPeriod) -> dict[str, Any]:
    """The context of ``verification/_evidence.html``: months, flags, edits, samples, models, curve, result."""
    evidence = sealed_bundle(period).evidence
    zone, run = ZoneInfo(period.zone), period.official_run
    flags = [_flag(flag, zone) for flag in evidence.flags]
    return {
        "hydrograph_summary": summary(span_of(period)),
        "counts": period.evidence or {},
        "coverage": list(_months(evidence, period)),
        "samples": samples_of(evidence, period),
        "sample_columns": SAMPLE_NAMES,
        "ratings": list(_ratings(evidence, zone)),
        "ion_charts": ion_charts(evidence.regressions, evidence.samples, None) if evidence.regressions else [],
        "ion_models": [
            (ION_NAMES.get(ion, ion), model) for ion, model in sorted(evidence.regressions.get("models", {}).items())
        ],
        "flags": flags[:MOST_FLAGS],
        "more_flags": max(0, len(flags) - MOST_FLAGS),
        "edits": [_edit(each, zone) for each in edits_of(evidence)],
        **(presented(run) if run is not None else {}),
        "run": run,
    }


def samples_of(evidence: Evidence, period: MonitoringPeriod) -> list[dict[str, Any]]:
    """The sealed samples as their table shows them, with the charge balance of each."""
    return [_sample(sample, ZoneInfo(period.zone)) for sample in evidence.samples]


def edits_of(evidence: Evidence) -> list[dict[str, Any]]:
    """What people changed by hand: corrections and exclusions, in order of time."""
    excluded = [flag | {"kind": "exclude"} for flag in evidence.flags if flag["code"] == MANUAL]
    return sorted([*evidence.records.get("corrections", ()), *excluded], key=lambda each: (each["from"], each["to"]))


def pieces_of(evidence: Evidence) -> list[dict[str, Any]]:
    """The sealed rating as entries with ``relation``, ``file``, ``from``, ``to`` and ``exclusions``; most have one."""
    if not evidence.curve:
        return []
    if evidence.curve.get("form") == FORM:
        return list(evidence.curve["curves"])
    always = {"from": None, "to": None, "file": None}
    return [{"relation": evidence.curve, "exclusions": evidence.curve.get("exclusions", []), **always}]


def _ratings(evidence: Evidence, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """Chart, residuals and formula of every piece, with the time for which it stands."""
    for piece in pieces_of(evidence):
        record = {**piece["relation"], "exclusions": piece["exclusions"]}
        gaugings = [each for each in evidence.gaugings if piece["file"] in (None, each["file"])]
        span = [_day_of(piece[end], zone) for end in ("from", "to")]
        yield {
            "chart": rating_chart(record, gaugings, _highest_stage(evidence)),
            "residuals": residual_chart(record, gaugings) if gaugings else None,
            "span": " – ".join(span) if any(span) else "",
            **described(record),
        }


def _day_of(text: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else ""


def _highest_stage(evidence: Evidence) -> float | None:
    stage = evidence.series_by_parameter().get("stage")
    return float(np.nanmax(stage.to_float())) if stage is not None and stage.present().any() else None


def _flag(flag: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": CODE_NAMES.get(flag["code"], flag["code"]),
        "quantity": NAMES.get(flag["parameter"], flag["parameter"]),
        "parameter": flag["parameter"],
        "flag": flag["flag"],
        **_span(flag, zone),
    }


def _edit(edit: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """A correction by hand as it was sealed."""
    kinds = dict(ReviewAct.Kind.choices)
    return {
        "name": kinds.get(edit.get("kind", ""), edit.get("kind", "")),
        "quantity": NAMES.get(edit["parameter"], edit["parameter"]),
        "parameter": edit["parameter"],
        "reason": edit.get("reason", ""),
        **_span(edit, zone),
    }


def _span(record: dict[str, Any], zone: ZoneInfo) -> dict[str, str]:
    start, end = (datetime.fromisoformat(record[name]).astimezone(zone) for name in ("from", "to"))
    return {
        "from": f"{start:%Y-%m-%d %H:%M}",
        "to": f"{end:%Y-%m-%d %H:%M}",
        "query": f"from={start:%Y-%m-%dT%H:%M}&to={end:%Y-%m-%dT%H:%M}&panel={record['parameter']}",
    }


def _sample(sample: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    milligrams = {}
    for ion in ION_NAMES:
        try:
            value, below = number_in(sample, ion)
        except CalculationError:
            continue
        if value is not None:
            milligrams[ion] = value / 2 if below else value
    balance = charge_balance_pct(milligrams) if milligrams else None
    return {
        "name": sample.get("sample_id", ""),
        "row": sample["row"],
        "file": sample["file"],
        "at": f"{datetime.fromisoformat(sample['timestamp']).astimezone(zone):%Y-%m-%d %H:%M}",
        "storm": sample.get("purpose") == "storm",
        "cells": [sample.get(column, "") or "–" for column in SAMPLE_COLUMNS],
        "balance_pct": balance,
    }


@dataclass(frozen=True)
class Month:
    name: str
    expected: int
    present: int

    @property
    def pct(self) -> float:
        return 100.0 * self.present / self.expected if self.expected else 0.0


def _months(evidence: Evidence, period: MonitoringPeriod) -> Iterator[Month]:
    """Slots expected and present (stage and EC25 both there), by month of the station's fixed offset."""
    series = evidence.series_by_parameter()
    both = np.ones(evidence.epoch_s.shape, dtype=bool)
    for name in ("stage", "specific_conductance_25c"):
        if name in series:
            both &= series[name].present()
    present = evidence.epoch_s[both]
    step = int(evidence.period["interval_s"])
    if step <= 0:  # a methodology without a logger
        return
    start, end = int(period.start.timestamp()), int(period.end.timestamp())
    slots = np.arange(start, end, step, dtype=np.int64)
    there, all_slots = (_by_month(times, period.utc_offset_s) for times in (present, slots))
    for name, expected in all_slots.items():
        yield Month(name, expected, there.get(name, 0))


def _by_month(epoch_s: np.ndarray, offset_s: int) -> dict[str, int]:
    months, counts = np.unique((epoch_s + offset_s).astype("datetime64[s]").astype("datetime64[M]"), return_counts=True)
    return {str(month): int(count) for month, count in zip(months, counts, strict=True)}
