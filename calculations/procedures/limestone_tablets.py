"""limestone-tablets-1: tablets by depth and land use, for screening. Formula: `calculations.flux.tablets`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from calculations.bundle import Bundle
from calculations.evidence import Record, parse_utc_s
from calculations.flux.tablets import Spread, loss_mg_cm2_a, spread_of, uptake_t_co2_km2_a
from calculations.gates import standing_gates
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.procedures.asked import RecordError, record_list, text_in
from calculations.procedures.plain import plain_result, shown
from calculations.records import number_within, place
from calculations.result import Result
from calculations.site import Progress


@dataclass(frozen=True)
class Tablet:
    """One tablet that was buried long enough."""

    name: str
    land_use: str
    depth_cm: float
    loss_mg_cm2_a: float
    uptake_t_co2_km2_a: float


def compute(bundle: Bundle, methodology: Methodology, tell: Progress) -> Result:
    """KCS-TAB. Raises RecordError RECORD_MISSING, RECORD_TOO_FEW or TABLET_TIME_BACKWARDS, EvidenceError for a cell."""
    tell("load", 0, 1)
    tablets, messages = _tablets(record_list(bundle, methodology, "tablets"), methodology)
    minimum = methodology.whole("minimum_tablets")
    if len(tablets) < minimum:
        raise RecordError("RECORD_TOO_FEW", record="tablets", count=len(tablets), minimum=minimum)
    tell("load", 1, 1)
    tell("report", 0, 1)
    losses = np.array([tablet.loss_mg_cm2_a for tablet in tablets])
    uptakes = np.array([tablet.uptake_t_co2_km2_a for tablet in tablets])
    whole = spread_of(losses)
    result = plain_result(
        bundle,
        methodology,
        figures={
            "tablets": float(len(tablets)),
            "gained_tablets": float((losses < 0.0).sum()),
            "mean_loss_mg_cm2_a": whole.mean,
            "cv_loss": whole.cv,
            "mean_t_co2_km2_a": spread_of(uptakes).mean,
        },
        reasons=standing_gates(methodology),
        warnings=messages,
        sections={"groups": _groups(tablets)},
        arrays={"loss_mg_cm2_a": losses, "uptake_t_co2_km2_a": uptakes},
    )
    tell("report", 1, 1)
    return result


def _tablets(rows: list[Record], methodology: Methodology) -> tuple[list[Tablet], list[Message]]:
    tablets: list[Tablet] = []
    messages: list[Message] = []
    minimum = methodology.value("minimum_days")
    for row in rows:
        name = text_in(row, "tablet_id", "tablets")
        facts = place(row) | {"tablet": name}
        buried, recovered = (
            parse_utc_s(text_in(row, field, "tablets"), part="records/tablets") for field in ("buried", "recovered")
        )
        if recovered <= buried:
            raise RecordError("TABLET_TIME_BACKWARDS", **facts)
        days = (recovered - buried) / 86_400.0
        loss = loss_mg_cm2_a(
            number_within(row, "mass_before_g", 0.001, 10_000.0),
            number_within(row, "mass_after_g", 0.0, 10_000.0),
            number_within(row, "surface_cm2", 0.1, 10_000.0),
            days,
        )
        purity = number_within(row, "purity", 0.0, 1.0)
        if days < minimum:
            facts |= {"days": round(days, 1), "minimum": minimum}
            messages.append(Message("TABLET_BURIED_SHORTLY", facts))
            continue
        if loss < 0.0:
            messages.append(Message("TABLET_GAINED", facts))
        tablets.append(
            Tablet(
                name=name,
                land_use=text_in(row, "land_use", "tablets"),
                depth_cm=number_within(row, "depth_cm", 0.0, 1000.0),
                loss_mg_cm2_a=loss,
                uptake_t_co2_km2_a=uptake_t_co2_km2_a(loss, purity),
            )
        )
    return tablets, messages


def _groups(tablets: list[Tablet]) -> list[dict[str, Any]]:
    """Mean, coefficient of variation and n by land use and depth, in order."""
    rows = []
    for land_use, depth in sorted({(tablet.land_use, tablet.depth_cm) for tablet in tablets}):
        chosen = [t for t in tablets if (t.land_use, t.depth_cm) == (land_use, depth)]
        loss = spread_of(np.array([t.loss_mg_cm2_a for t in chosen]))
        uptake = spread_of(np.array([t.uptake_t_co2_km2_a for t in chosen]))
        rows.append({"land_use": land_use, "depth_cm": shown(depth, 1), **_row(loss, uptake)})
    return rows


def _row(loss: Spread, uptake: Spread) -> dict[str, Any]:
    return {
        "n": loss.n,
        "loss_mg_cm2_a": shown(loss.mean, 5),
        "cv": None if loss.cv is None else shown(loss.cv, 4),
        "t_co2_km2_a": shown(uptake.mean, 4),
    }
