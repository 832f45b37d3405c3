"""The faults planted in the sample files are found, event by event, in what our own readers make of the files."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from calculations.quality.channels import Check, channels_of
from calculations.quality.parameters import EC25
from calculations.quality.screening import screen
from mrv.quality.checks import interval_s_of
from mrv.uploads.readers import read_logger
from mrv.uploads.series import of_table
from tests.mrv.evidence import SAMPLES

CODES = {
    "out_of_water": {"OUT_OF_WATER"},
    "spike": {"SPIKE", "GROSS_RANGE"},
    "stuck": {"FLAT_LINE"},
    "level_shift": {"LEVEL_SHIFT"},
    "drift": {"DRIFT"},
    "sensor_range_limit": {"SENSOR_RAIL"},
    "impossible_value": {"GROSS_RANGE"},
}
"""Planted fault -> the codes that tell of it; what a file leaves empty (missing cells) is no event."""
FILES = sorted(path.name.removesuffix(".expected.json") for path in SAMPLES.glob("*.expected.json"))
AHEAD_S = {"04_hobo_u24_guiding.csv": 28_800, "06_ysi_exo_kor_libo_utf16.csv": 28_800}
"""The truth is told in the station's clock; these two files hold UTC, or say their offset."""
NOT_PLANTED = {"03_station_export_xiuwen_gbk.csv": {("SPIKE", EC25)}}
"""What else is found: the row in full-width digits of sample 03 stands 29 uS/cm above its neighbours."""


def channels_of_sample(name):
    table, report = read_logger((SAMPLES / name).read_bytes(), file_name=name, zone="UTC")
    if table is None:
        assert report.errors
        return None
    readings = of_table(table)
    return channels_of(readings.epoch_s, readings.series, interval_s_of(readings))


def expected(name):
    return json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


def planted(name):
    return [flag for flag in expected(name).get("truth_flags", []) if flag["flag"] in CODES]


def seconds(text, name=""):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) - AHEAD_S.get(name, 0)


def recovery_check(name, channels):
    """The field reading that ends the drift of sample 02: what the logger lacks by then is in the file's truth."""
    drift = next(flag for flag in planted(name) if flag["flag"] == "drift")
    last = seconds(drift["last"])
    place = channels.slot_of(last)
    true_value = float(np.median(channels.values[EC25][place - 4 : place])) / drift["end_factor"]
    return [Check(last + 300, EC25, true_value)]


FAULTY = [name for name in FILES if planted(name)]


def test_the_samples_have_faults_of_every_kind():
    kinds = {flag["flag"] for name in FAULTY for flag in planted(name)}
    assert kinds == set(CODES)


@pytest.mark.parametrize("name", FAULTY)
def test_planted_faults_are_found_and_nothing_else_is(name):
    channels = channels_of_sample(name)
    checks = recovery_check(name, channels) if any(f["flag"] == "drift" for f in planted(name)) else []
    events = screen(channels, checks=checks)
    for fault in planted(name):
        first, last = seconds(fault["first"], name), seconds(fault["last"], name)
        for parameter in set(fault["parameters"]) & set(channels.values):
            values = channels.values[parameter][channels.slot_of(first) : channels.slot_of(last) + 1]
            if np.isnan(values).all():
                continue
            covered = [
                event
                for event in events
                if event.parameter == parameter
                and event.code in CODES[fault["flag"]]
                and event.start_s <= first + (last - first) // 2
                and event.end_s > last - (last - first) // 2
            ]
            assert covered, (name, fault, parameter)
    spans = [(seconds(f["first"], name) - 900, seconds(f["last"], name) + 900) for f in planted(name)]
    stray = {
        (event.code, event.parameter)
        for event in events
        if not any(event.start_s <= last and first <= event.end_s for first, last in spans)
    }
    assert stray - NOT_PLANTED.get(name, set()) == set()


@pytest.mark.parametrize("name", [name for name in FILES if name not in FAULTY])
def test_files_without_planted_faults_have_no_flags(name):
    if "columns" not in expected(name) or "09_solinst_baro" in name:
        pytest.skip("no logger of water")
    channels = channels_of_sample(name)
    assert channels is not None
    assert screen(channels) == []
