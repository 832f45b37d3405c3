"""The example of every methodology (tests/data/methodologies) as evidence, read plainly."""

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.evidence import Evidence, Series, parse_utc_s
from calculations.hydrology.gaugings import fit_gaugings
from calculations.hydrology.rating_choice import Choice, Piece, fit_choice, sealed_record
from calculations.methodologies import load_methodology
from calculations.regression.models import fit_ions

DATA = Path(__file__).parents[1] / "data" / "methodologies"
PERIOD = {
    "start": "2021-05-31T16:00:00Z",
    "end": "2021-07-31T16:00:00Z",
    "zone": "Asia/Shanghai",
    "utc_offset_s": 28800,
    "interval_s": 3600,
}
YEAR = PERIOD | {"end": "2022-05-31T16:00:00Z", "interval_s": 86400}
PERIOD_S = (parse_utc_s(PERIOD["start"]), parse_utc_s(PERIOD["end"]))
AREAS_KM2 = {"spring": "18", "downstream": "18", "project": "11.5", "control": "10.2"}
COLUMNS = (
    ("stage_m", "stage", "m", 3),
    ("temp_c", "water_temperature", "degC", 1),
    ("ph", "ph", "1", 2),
    ("ec25_us_cm", "specific_conductance_25c", "uS/cm", 0),
)


def table(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def record(name):
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def numbered(name):
    return [{"file": f"{name}.csv", "row": number} | row for number, row in enumerate(table(name), start=1)]


@cache
def _station(name):
    readings = table(f"{name}_readings")
    epoch_s = np.array([parse_utc_s(row["timestamp"]) for row in readings], dtype=np.int64)
    series = tuple(
        Series(
            parameter,
            unit,
            decimals,
            np.array([round(float(row[column]) * 10**decimals) for row in readings], np.int32),
        )
        for column, parameter, unit, decimals in COLUMNS
    )
    gaugings, samples = numbered(f"{name}_gaugings"), numbered(f"{name}_samples")
    return {
        "period": PERIOD,
        "station": {"code": name.upper(), "name_zh": name, "name_en": name, "catchment_area_km2": AREAS_KM2[name]},
        "epoch_s": epoch_s,
        "series": series,
        "flags": [],
        "gaugings": gaugings,
        "samples": samples,
        "curve": fit_gaugings(gaugings, period_s=PERIOD_S).record,
        "regressions": fit_ions(samples, period_s=PERIOD_S).record,
        "baseline": None,
    }


def station(name, **changes):
    """Evidence of one station's two months."""
    return Evidence(**(_station(name) | changes))


WEIR = {"kind": "v_notch", "angle_deg": 90.0, "crest_stage_m": 0.05, "sd_of_stage_m": 0.003}
HALFWAY = "2021-06-30T16:00:00Z"


def with_dated_rating():
    """The spring by two segments with two shifts, and from the second month on by a V-notch weir."""
    spring = station("spring")
    rows = two_control_gaugings()
    first = fit_choice(rows, Choice(segments=2)).record
    shifts = (
        {"at": PERIOD["start"], "shift_m": "0.000", "sd_m": "0.003"},
        {"at": HALFWAY, "shift_m": "0.030", "sd_m": "0.003"},
    )
    weir = fit_choice([], Choice(weir=WEIR)).record
    curve = sealed_record([Piece(first, rows[0]["file"], None, HALFWAY, shifts), Piece(weir, None, HALFWAY, None)])
    return replace(spring, gaugings=rows, curve=curve)


def two_control_gaugings():
    """Fourteen gaugings of a bed with a riffle below 0.45 m; their scatter is written here, not drawn."""
    scatter = (1.5, -2.0, 0.5, 1.0, -1.5, 2.0, -0.5, -1.0, 1.5, 0.0, -2.0, 1.0, 0.5, -1.0)
    found = []
    for row, percent in enumerate(scatter, start=1):
        stage = 0.15 + 0.05 * row
        true = 1.8 * (min(stage, 0.45) - 0.08) ** 1.6
        true *= ((stage - 0.25) / 0.2) ** 1.1 if stage > 0.45 else 1.0
        found.append(
            {
                "file": "controls.csv",
                "row": row,
                "timestamp": f"2021-06-{row:02d}T04:00:00Z",
                "stage_m": f"{stage:.3f}",
                "discharge_m3_s": f"{true * (1 + percent / 100):.4f}",
                "uncertainty_pct": "4",
            }
        )
    return found


def records_only(**records):
    """Evidence of a year without any logger: records alone."""
    return Evidence(
        period=YEAR,
        station={"code": "X", "name_zh": "示例", "name_en": "example"},
        epoch_s=np.array([], dtype=np.int64),
        series=(),
        flags=[],
        samples=[],
        gaugings=[],
        curve={},
        regressions={},
        baseline=None,
        records=records,
    )


def named(*names):
    return {name: record(name) for name in names}


def evidence_of(methodology_id):
    """The example of a methodology."""
    return {
        "KCS-INV": lambda: station("spring"),
        "KCS-NET": lambda: station("spring", companions={"downstream": station("downstream")}, records=named("reach")),
        "KCS-AQUA": lambda: station("spring", records=named("organic_carbon")),
        "KCS-ENH-BACI": lambda: station(
            "project",
            baseline=record("baseline"),
            companions={"control": station("control")},
            records=named("control_before", "design", "life_cycle"),
        ),
        "KCS-ALLO": lambda: station(
            "project", baseline=record("baseline"), records=named("allogenic_water", "design", "life_cycle")
        ),
        "KCS-POWDER": lambda: records_only(**named("powder", "soil_acid"), life_cycle=record("powder_life_cycle")),
        "KCS-MPD": lambda: records_only(**named("dissolution_grid")),
        "KCS-TAB": lambda: records_only(**named("tablets")),
    }[methodology_id]()


EXAMPLES = {
    "KCS-INV": "1.0.0",
    "KCS-NET": "1.0.0",
    "KCS-AQUA": "1.0.0",
    "KCS-ENH-BACI": "1.1.0",
    "KCS-ALLO": "1.0.0",
    "KCS-POWDER": "1.0.0",
    "KCS-MPD": "1.0.0",
    "KCS-TAB": "1.0.0",
}


@cache
def result_of(methodology_id):
    """The example's result by the shipped version."""
    return compute(Bundle.of(evidence_of(methodology_id)), load_methodology(methodology_id, EXAMPLES[methodology_id]))
