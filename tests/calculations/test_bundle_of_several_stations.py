"""Further stations and records in a bundle: sealed, read back, and nothing changes for evidence without them."""

from dataclasses import replace

import numpy as np
import pytest

from calculations.bundle import Bundle, BundleError, read_bundle, write_bundle
from calculations.evidence import EvidenceError
from tests.calculations import jiangkou

POWDER = [{"file": "powder.csv", "row": 1, "mass_t": "1200", "caco3_share": "0.92"}]


def with_downstream():
    given = jiangkou.every(6)
    downstream = replace(jiangkou.every(12), baseline=None)
    return replace(given, companions={"downstream": downstream}, records={"powder": POWDER})


@pytest.mark.parametrize("name", ["bundle.zip", "bundle"])
def test_stations_and_records_come_back_as_they_were_sealed(tmp_path, name):
    given = with_downstream()
    digest = write_bundle(given, tmp_path / name)
    found = read_bundle(tmp_path / name)
    assert found.digest == digest == Bundle.of(given).digest
    assert found.evidence.records == {"powder": POWDER}
    companion = found.evidence.companions["downstream"]
    assert np.array_equal(companion.epoch_s, given.companions["downstream"].epoch_s)
    assert companion.gaugings == given.companions["downstream"].gaugings
    assert [series.parameter for series in companion.series] == sorted(s.parameter for s in given.series)


def test_a_changed_byte_in_a_companion_is_named(tmp_path):
    write_bundle(with_downstream(), tmp_path / "bundle")
    part = tmp_path / "bundle" / "companions" / "downstream" / "readings" / "stage.i32"
    data = bytearray(part.read_bytes())
    data[100] ^= 1
    part.write_bytes(bytes(data))
    with pytest.raises(BundleError) as caught:
        read_bundle(tmp_path / "bundle")
    assert caught.value.part == "companions/downstream/readings/stage.i32"


def test_the_digest_of_a_bundle_without_them_is_the_old_one():
    # sealed by the first version of this program
    assert Bundle.of(jiangkou.evidence()).digest == "461bfc7315ba8bc7d81d32f7316e08f983f89b9bb0125ba64e693f04e72b9a4f"
    assert Bundle.of(with_downstream()).digest != Bundle.of(jiangkou.every(6)).digest


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"records": {"secret": POWDER}}, "records/secret"),
        ({"records": {"powder": []}}, "records/powder"),
        ({"records": {"powder": ["text"]}}, "records/powder"),
        ({"companions": {"upstairs": None}}, "companions/upstairs"),
    ],
)
def test_unknown_names_and_shapes_are_refused(changes, part):
    with pytest.raises(EvidenceError) as caught:
        replace(jiangkou.every(6), **changes)
    assert caught.value.params["part"] == part


def test_a_companion_of_another_period_or_with_a_baseline_is_refused():
    given = jiangkou.every(6)
    with pytest.raises(EvidenceError):
        replace(given, companions={"control": given})
    other = replace(jiangkou.every(6), baseline=None)
    other = replace(other, period=other.period | {"end": "2022-06-30T16:00:00Z"})
    with pytest.raises(EvidenceError):
        replace(given, companions={"control": other})


EQUIPMENT = {
    "deployments": [
        {
            "parameter": "stage",
            "maker": "Greenspan",
            "model": "CTDP300",
            "serial_number": "025399",
            "unit": "m",
            "range_low": "0",
            "range_high": "10",
            "resolution": "0.001",
            "accuracy": "0.01",
            "vented": True,
            "from": "2021-04-30T16:00:00Z",
            "to": None,
            "datum_m": "0",
            "note": "",
        }
    ],
    "calibrations": [
        {
            "parameter": "stage",
            "serial_number": "025399",
            "calibrated_on": "2021-04-01",
            "expires_on": "2022-04-01",
            "laboratory": "Metrology",
            "result": "",
            "certificate": {"file": "certificate.pdf", "sha256": "ab" * 32},
        }
    ],
    "visits": [
        {
            "at": "2021-05-02T02:30:00Z",
            "visitor": "Li",
            "staff_gauge_m": "0.53",
            "water_temperature_c": "",
            "ph": "7.4",
            "ec25_us_cm": "",
            "cleaned": True,
            "note": "",
            "photographs": [{"file": "gauge.jpg", "sha256": "cd" * 32}],
        }
    ],
}


def test_what_the_readings_were_made_with_comes_back_as_it_was_sealed(tmp_path):
    given = replace(with_downstream(), equipment=EQUIPMENT)
    given = replace(given, companions={"downstream": replace(given.companions["downstream"], equipment=EQUIPMENT)})
    digest = write_bundle(given, tmp_path / "bundle.zip")
    assert digest != Bundle.of(with_downstream()).digest
    found = read_bundle(tmp_path / "bundle.zip").evidence
    assert found.equipment == found.companions["downstream"].equipment == EQUIPMENT


def test_a_companion_keeps_its_corrections(tmp_path):
    correction = {"parameter": "ph", "from": "2021-05-02T00:00:00Z", "to": "2021-05-03T00:00:00Z", "offset": "0.1"}
    given = with_downstream()
    downstream = replace(given.companions["downstream"], records={"corrections": [correction]})
    write_bundle(replace(given, companions={"downstream": downstream}), tmp_path / "bundle")
    assert (tmp_path / "bundle" / "companions" / "downstream" / "records" / "corrections.json").exists()
    found = read_bundle(tmp_path / "bundle").evidence
    assert found.companions["downstream"].records == {"corrections": [correction]}
    assert found.records == {"powder": POWDER}


@pytest.mark.parametrize("folder", ["facts", "companions/downstream/facts"])
def test_a_changed_sensor_or_photograph_is_named(tmp_path, folder):
    given = replace(with_downstream(), equipment=EQUIPMENT)
    given = replace(given, companions={"downstream": replace(given.companions["downstream"], equipment=EQUIPMENT)})
    write_bundle(given, tmp_path / "bundle")
    part = tmp_path / "bundle" / folder / "equipment.json"
    part.write_bytes(part.read_bytes().replace(b"cdcd", b"cdce", 1))
    with pytest.raises(BundleError) as caught:
        read_bundle(tmp_path / "bundle")
    assert caught.value.part == f"{folder}/equipment.json"


@pytest.mark.parametrize(
    ("place", "field", "value", "reason"),
    [
        ("deployments", "range_high", "0", "deployments, entry 1: the range does not rise"),
        ("deployments", "resolution", "fine", "deployments, entry 1: resolution is not a decimal number"),
        ("deployments", "to", "2020-01-01T00:00:00Z", "deployments, entry 1: it ends before it begins"),
        ("calibrations", "expires_on", "soon", "calibrations, entry 1: a day is not written as 2021-05-01"),
        ("visits", "at", "2021-05-02 10:30", "visits, entry 1: its time is not ISO 8601 with a zone"),
        ("visits", "ph", None, "visits, entry 1: ph is neither empty nor a decimal number"),
        (
            "visits",
            "photographs",
            [{"file": "gauge.jpg", "sha256": "cd"}],
            "visits, entry 1: the digest of “gauge.jpg” is not a SHA-256",
        ),
    ],
)
def test_a_broken_entry_of_the_equipment_is_named(place, field, value, reason):
    broken = EQUIPMENT | {place: [EQUIPMENT[place][0] | {field: value}]}
    with pytest.raises(EvidenceError) as caught:
        replace(jiangkou.every(6), equipment=broken)
    assert caught.value.params == {"part": "facts/equipment", "reason": reason}
