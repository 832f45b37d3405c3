"""The Jiangkou year (samples 12, 14, 15, 16) as records, read plainly for tests of the science."""

import csv
import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.evidence import Evidence, Series, parse_utc_s
from calculations.hydrology.gaugings import fit_gaugings
from calculations.messages import CalculationError
from calculations.methodologies import load_methodology, methodology_bytes, read_methodology
from calculations.regression.models import fit_ions

DATA = Path(__file__).parents[1] / "data" / "samples"
LOGGER = DATA / "12_template_full_year_jiangkou.csv"
GAUGINGS = DATA / "14_gaugings_jiangkou.csv"
SAMPLES = DATA / "15_lab_samples_consistent_jiangkou.csv"
BASELINE = DATA / "16_baseline_jiangkou.json"

PERIOD = {
    "start": "2021-04-30T16:00:00Z",
    "end": "2022-04-30T16:00:00Z",
    "zone": "Asia/Shanghai",
    "utc_offset_s": 28800,
    "interval_s": 900,
}
PERIOD_S = (parse_utc_s(PERIOD["start"]), parse_utc_s(PERIOD["end"]))
SERIES = (
    ("rainfall_mm", "rainfall", "mm", 1),
    ("stage_m", "stage", "m", 3),
    ("water_temperature_c", "water_temperature", "degC", 2),
    ("ph", "ph", "1", 2),
    ("ec25_us_cm", "specific_conductance_25c", "uS/cm", 1),
)
_SAMPLE_NAMES = {
    "k_mg_l": "potassium_mg_l",
    "na_mg_l": "sodium_mg_l",
    "ca_mg_l": "calcium_mg_l",
    "mg_mg_l": "magnesium_mg_l",
    "cl_mg_l": "chloride_mg_l",
    "so4_mg_l": "sulfate_mg_l",
    "no3_mg_l": "nitrate_mg_l",
    "alkalinity_as_hco3_mg_l": "alkalinity_hco3_mg_l",
    "field_ph": "ph",
    "field_temperature_c": "water_temperature_c",
    "field_ec25_us_cm": "specific_conductance_25c_us_cm",
}


def rows(path):
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def gaugings():
    return [
        {
            "file": GAUGINGS.name,
            "row": number,
            "timestamp": f"{row['date']}T{row['time']}:00+08:00",
            "stage_m": row["stage_m"],
            "discharge_m3_s": row["discharge_m3s"],
            "uncertainty_pct": row["uncertainty_pct"],
            "method": row["method"],
            "operator": row["operator"],
        }
        for number, row in enumerate(rows(GAUGINGS), start=1)
    ]


def samples():
    return [
        {"file": SAMPLES.name, "row": number} | {_SAMPLE_NAMES.get(key, key): row[key] for key in row}
        for number, row in enumerate(rows(SAMPLES), start=1)
    ]


def baseline():
    return json.loads(BASELINE.read_text(encoding="utf-8"))


@cache
def readings():
    """(epoch_s int64, {parameter: (unit, decimals, int32 values)})."""
    table = rows(LOGGER)
    epoch_s = np.array([parse_utc_s(row["timestamp"]) for row in table], dtype=np.int64)
    series = {}
    for column, parameter, unit, decimals in SERIES:
        scaled = np.rint(np.array([float(row[column]) for row in table]) * 10**decimals)
        series[parameter] = (unit, decimals, scaled.astype(np.int32))
    return epoch_s, series


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def evidence(**changes):
    """Evidence of the year with 28 km2; the curve and the regressions are fitted to what is given."""
    epoch_s, series = readings()
    parts = {
        "period": PERIOD,
        "station": {"code": "JK-01", "name_zh": "江口", "name_en": "Jiangkou", "catchment_area_km2": "28"},
        "epoch_s": epoch_s,
        "series": tuple(Series(name, *facts) for name, facts in series.items()),
        "flags": [],
        "samples": samples(),
        "gaugings": gaugings(),
        "baseline": baseline(),
    } | changes
    bounds = tuple(parse_utc_s(parts["period"][name]) for name in ("start", "end"))
    parts.setdefault("curve", fit_gaugings(parts["gaugings"], period_s=bounds).record)
    parts.setdefault("regressions", fit_ions(parts["samples"], period_s=bounds).record)
    return Evidence(**parts)


def kept(mask, **changes):
    """Evidence of the readings under a mask only."""
    epoch_s, series = readings()
    return evidence(
        epoch_s=epoch_s[mask],
        series=tuple(Series(name, unit, decimals, values[mask]) for name, (unit, decimals, values) in series.items()),
        **changes,
    )


def every(hours, **changes):
    """Evidence of readings every so many hours: a smaller year for tests that run many."""
    step = hours * 4
    mask = np.arange(readings()[0].size) % step == 0
    return kept(mask, **({"period": PERIOD | {"interval_s": hours * 3600}} | changes))


@cache
def quick_methodology(methodology_id, *changes):
    """The shipped 1.0.0 with few draws and further (old text, new text) changes, as version 0.0.1."""
    text = methodology_bytes(methodology_id, "1.0.0").decode()
    for old, new in (('version = "1.0.0"\nprocedure', 'version = "0.0.1"\nprocedure'), ("131072", "4096"), *changes):
        assert old in text
        text = text.replace(old, new)
    return read_methodology(text.encode())


def run(given, methodology_id="KCS-ENH-BACI", *changes):
    """The result with few draws."""
    return compute(Bundle.of(given), quick_methodology(methodology_id, *changes))


@cache
def official(methodology_id="KCS-ENH-BACI"):
    """The year's result by the shipped version, all draws."""
    return compute(Bundle.of(evidence()), load_methodology(methodology_id, "1.0.0"))


# ---- for the tests of the engine


def value(result, name):
    return float(result.figure(name))


def codes(messages):
    return [message.code for message in messages]


def refused(given, *rest):
    with pytest.raises(CalculationError) as caught:
        run(given, *rest)
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value


def series_with(parameter, change):
    """The year's series with one parameter's values changed by a function of the array."""
    changed = []
    for name, (unit, decimals, values) in readings()[1].items():
        copy = values.copy()
        if name == parameter:
            change(copy)
        changed.append(Series(name, unit, decimals, copy))
    return tuple(changed)


def without_slots(*spans):
    mask = np.ones(35040, dtype=bool)
    for first, after in spans:
        mask[first:after] = False
    return mask
